import pytest

from generain_core.errors import GeneRAINError
from generain_core.lists.gene_list import GeneList
from generain_core.lists.workspace import MOST_LISTS, Workspace


def a_list(name: str, genes: str = "ab") -> GeneList:
    return GeneList(name=name, genes=tuple(genes), missing={})


def test_lists_come_in_the_order_of_use() -> None:
    lists = Workspace()
    for name in ("one", "two", "three"):
        lists.keep(a_list(name))
    assert lists.names == ("three", "two", "one")
    lists.use("one")
    assert lists.names == ("one", "three", "two")
    assert lists.current is lists.get("one")


def test_the_same_genes_under_a_name_are_one_list_and_others_get_a_number() -> None:
    lists = Workspace()
    assert lists.keep(a_list("x", "ab")).name == "x"
    assert lists.keep(a_list("x", "ab")).name == "x"
    assert lists.keep(a_list("x", "cd")).name == "x (2)"
    assert lists.keep(a_list("x", "cd")).name == "x (2)"
    assert lists.keep(a_list("x", "ef")).name == "x (3)"
    assert {each.name: "".join(each.genes) for each in lists} == {"x": "ab", "x (2)": "cd", "x (3)": "ef"}


def test_renamed_and_removed() -> None:
    lists = Workspace()
    lists.keep(a_list("one"))
    lists.keep(a_list("two"))
    assert lists.rename("one", "  uno ").name == "uno"
    with pytest.raises(GeneRAINError, match="already"):
        lists.rename("uno", "two")
    with pytest.raises(GeneRAINError, match="needs a name"):
        lists.rename("uno", " ")
    assert lists.rename("two", "two").name == "two"
    lists.drop("uno")
    lists.drop("nothing")
    assert lists.names == ("two",)
    with pytest.raises(GeneRAINError, match="there is “two”"):
        lists.get("uno")


def test_empty_lists_and_too_many_are_refused() -> None:
    lists = Workspace()
    with pytest.raises(GeneRAINError, match="no gene"):
        lists.keep(a_list("empty", ""))
    for number in range(MOST_LISTS):
        lists.keep(a_list(f"list {number}"))
    with pytest.raises(GeneRAINError, match="remove one first"):
        lists.keep(a_list("one more"))
    lists.keep(a_list("list 0"))
    assert lists.names[0] == "list 0"
