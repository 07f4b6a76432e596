"""Predictions that can't be used, and what is said of them."""

import numpy as np
import pyarrow as pa
import pytest

from generain_core.attributes import open_store
from generain_core.errors import ReleaseError
from generain_core.release.files import Release
from generain_core.release.readers.predictions.attribute_rows import UnequalLists, _parts
from generain_core.release.readers.predictions.layout import Layout
from generain_core.release.readers.predictions.text_numbers import separator_of
from tests.attributes.make import gene_names, metadata_of, path_of, put, put_genes, put_table


@pytest.mark.parametrize("layout", ["list", "string", "wide", "transposed"])
@pytest.mark.parametrize("change", [-2, 2])
def test_a_gene_list_shorter_or_longer_than_the_probabilities(tmp_path, fresh_cache, values, layout, change) -> None:
    release = put(tmp_path, values, layout)
    put_genes(tmp_path, (gene_names(40) + gene_names(92)[40 + max(-change, 0) :])[: 90 + change])
    with pytest.raises(ReleaseError) as told:
        open_store(release)
    assert f"{90 + change}" in str(told.value)
    assert "90" in str(told.value)
    assert "same download" in str(told.value)


def test_lists_of_unequal_length(tmp_path, fresh_cache, values) -> None:
    rows = [list(row) for row in values]
    rows[7] = rows[7][:-3]
    put_genes(tmp_path, gene_names(90))
    release = put_table(tmp_path, pa.table({"term": metadata_of(12)["attribute"], "p": pa.array(rows)}))
    with pytest.raises(ReleaseError, match="87 probabilities for “process 7"):
        open_store(release)


@pytest.mark.parametrize(("row", "numbers"), [([0.3], 1), (None, 0)])
def test_names_beside_fewer_numbers_say_which_row(row, numbers) -> None:
    layout = Layout(kind="lists", columns=("p",), metadata=(), gene_column="genes")
    with pytest.raises(UnequalLists) as told:
        _parts([pa.array([[0.1, 0.2], row]), pa.array([["a", "b"], ["b", "a"]])], layout)
    assert (told.value.row, told.value.genes, told.value.numbers) == (1, 2, numbers)


def test_an_attribute_without_a_list(tmp_path, fresh_cache, values) -> None:
    rows = [list(row) for row in values[:3]] + [None]
    put_genes(tmp_path, gene_names(90))
    release = put_table(tmp_path, pa.table({"term": ["a", "b", "c", "d"], "p": pa.array(rows)}))
    with pytest.raises(ReleaseError, match="no probabilities for “d”"):
        open_store(release)


@pytest.mark.parametrize("layout", ["list", "string", "wide", "transposed"])
@pytest.mark.parametrize("value", [1.25, -0.5, np.inf])
def test_numbers_that_are_no_probabilities(tmp_path, fresh_cache, values, layout, value) -> None:
    values[4, 17] = value
    with pytest.raises(ReleaseError) as told:
        open_store(put(tmp_path, values, layout))
    assert "no probability" in str(told.value)
    assert "process 4" in str(told.value)
    assert "G17" in str(told.value)


def test_a_word_that_is_no_number(tmp_path, fresh_cache, values) -> None:
    texts = [",".join(map(str, row)) for row in values]
    texts[3] = texts[3].replace(",", ",x", 1)
    put_genes(tmp_path, gene_names(90))
    with pytest.raises(ReleaseError, match="can't be read"):
        open_store(put_table(tmp_path, pa.table({"term": metadata_of(12)["attribute"], "p": texts})))


def test_a_gene_named_twice(tmp_path, fresh_cache, values) -> None:
    with pytest.raises(ReleaseError, match="names G3 twice"):
        open_store(put(tmp_path, values, genes=[*gene_names(89), "G3"]))


def test_a_column_named_twice(tmp_path, fresh_cache, values) -> None:
    put_genes(tmp_path, gene_names(90))
    table = pa.table([pa.array(gene_names(90)), pa.array(values[0]), pa.array(values[1])], names=["gene", "a", "a"])
    with pytest.raises(ReleaseError, match="several columns called “a”"):
        open_store(put_table(tmp_path, table))


@pytest.mark.parametrize("content", [b"", b"PAR1", b"gene,attribute\nTP53,a\n", b"PAR1" + bytes(200) + b"PAR1"])
def test_a_file_that_is_no_parquet(tmp_path, fresh_cache, content) -> None:
    put_genes(tmp_path, gene_names(9))
    path_of(tmp_path, "attributes").write_bytes(content)
    with pytest.raises(ReleaseError, match="empty, cut short or damaged"):
        open_store(Release.open(tmp_path))


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_file_cut_short(tmp_path, fresh_cache, values, share) -> None:
    release = put(tmp_path, values)
    path = release.path("attributes")
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(ReleaseError, match="cut short"):
        open_store(Release.open(tmp_path))


def test_a_file_damaged_in_the_middle(tmp_path, fresh_cache, values) -> None:
    release = put(tmp_path, values)
    path = release.path("attributes")
    content = bytearray(path.read_bytes())
    content[200:1200] = bytes(1000)
    path.write_bytes(bytes(content))
    with pytest.raises(ReleaseError, match=r"damaged|can't be read"):
        open_store(Release.open(tmp_path))
    assert not list((fresh_cache / "attributes").glob("*"))


def test_no_rows(tmp_path, fresh_cache) -> None:
    put_genes(tmp_path, gene_names(9))
    empty = pa.table({"term": pa.array([], pa.string()), "p": pa.array([], pa.list_(pa.float32()))})
    with pytest.raises(ReleaseError, match="no rows"):
        open_store(put_table(tmp_path, empty))


def test_something_else_is_described(tmp_path, fresh_cache) -> None:
    put_genes(tmp_path, gene_names(9))
    table = pa.table({"city": ["Bern", "Oslo"], "people": [130_000, 700_000], "codes": [[1, 2], [3]]})
    with pytest.raises(ReleaseError) as told:
        open_store(put_table(tmp_path, table))
    for words in (
        "2 rows",
        "city (text, 4 characters)",
        "people (int64)",
        "codes (list of int64, 2 long)",
        "9 numbers",
        "would do",
    ):
        assert words in str(told.value)


def test_lists_without_the_order_of_genes(tmp_path, fresh_cache, values) -> None:
    release = put(tmp_path, values)
    release.path("attributes/genes").unlink()
    with pytest.raises(ReleaseError, match="gene"):
        open_store(Release.open(tmp_path))


@pytest.mark.parametrize(
    ("text", "separator"),
    [("0.1,0.2", ","), ("[0.1, .2]", ","), ("1e-3 0.5", ""), ("0.1;nan;0.3", ";"), ("0.5", None), ("a,b", None), ("", None)],
)
def test_separators(text, separator) -> None:
    assert separator_of(text) == separator
