"""The page Lists, and lists on their way from page to page."""

import re
from dataclasses import replace

import numpy as np
import pytest

from generain_core.lists.gene_list import GeneList, Origin
from generain_core.lists.workspace import Workspace
from generain_core.text import significant
from generain_core.ui.session import gene_lists
from generain_core.ui.shell import keys
from generain_core.vectors.arithmetic import arithmetic
from tests.ui.test_pages import healthy, words
from tests.ui.test_samples_page import until

RIBOSOMAL = "RPL3, RPL4;RPL5\tRPS6|RPS8\nno-such-gene rpl3"


def pasted(app, name: str, genes: str):
    app.text_input(key="list_paste_name").set_value(name)
    app.text_area(key="list_paste_genes").set_value(genes)
    next(b for b in app.button if b.label == "Make the list").click().run()
    return app


def shown(app):
    """Return the first table that is not of names that were not used."""
    return next(each.value for each in app.dataframe if "close" not in each.value)


def lists_of(app) -> dict[str, tuple[str, ...]]:
    return {each.name: each.genes for each in app.session_state[keys.LISTS]}


def test_a_pasted_list_is_resolved_and_says_what_was_left_out(visit, mapped) -> None:
    app = pasted(visit("lists"), "ribosome", RIBOSOMAL)
    healthy(app)
    assert lists_of(app) == {"ribosome": ("RPL3", "RPL4", "RPL5", "RPS6", "RPS8")}
    assert "5 genes; brought by you." in words(app)
    assert "**1** name not used: no-such-gene" in words(app)
    assert app.dataframe[0].value["name"].tolist() == ["no-such-gene"]


def test_genes_are_added_and_what_leads_to_no_list_stays_in_the_box(visit, mapped) -> None:
    app = pasted(visit("lists"), "mine", "foo bar")
    assert "None of the 2 names of the list leads to a gene to work with (foo: " in words(app)
    assert (app.text_input(key="list_paste_name").value, app.text_area(key="list_paste_genes").value) == ("mine", "foo bar")
    app = pasted(app, "mine", "RPL3")
    assert app.text_area(key="list_paste_genes").value == ""
    app.text_input(key="list_added_mine").set_value("rps6, RPL3, no-such").run()
    healthy(app)
    assert lists_of(app) == {"mine": ("RPL3", "RPS6")}
    assert "no-such" in words(app)


def test_lists_are_combined_and_renamed(visit, mapped) -> None:
    app = pasted(visit("lists"), "one", "RPL3 RPL4")
    app = pasted(app, "two", "RPL4 RPS6")
    app.multiselect(key="list_combined").set_value(["two", "one"]).run()
    app.segmented_control(key="list_operation").set_value("difference").run()
    app.button(key="list_combine").click().run()
    healthy(app)
    assert lists_of(app)["difference of two, one"] == ("RPS6",)
    app.text_input(key="list_name_difference of two, one").set_value("left").run()
    assert list(lists_of(app)) == ["left", "two", "one"]
    app.button(key="list_remove").click().run()
    assert list(lists_of(app)) == ["two", "one"]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("mine.txt", b"RPL3\nRPS6\n", {"mine": ("RPL3", "RPS6")}),
        ("mine.csv", b"n,symbol\n1,RPL3\n2,RPS6\n", {"mine": ("RPL3", "RPS6")}),
        ("sets.gmt", b"one\tx; list origin: neighbors\tRPL3\tRPS6\ntwo\t\tGAS5\n", {"two": ("GAS5",), "one": ("RPL3", "RPS6")}),
    ],
)
def test_files_are_read(visit, mapped, name, content, expected) -> None:
    app = visit("lists")
    app.file_uploader[0].upload(name, content).run()
    healthy(app)
    assert lists_of(app) == expected
    assert {each.origin for each in app.session_state[keys.LISTS] if each.name == "one"} <= {Origin.NEIGHBORS}
    assert {each.origin for each in app.session_state[keys.LISTS] if each.name != "one"} == {Origin.USER}


def test_a_file_of_many_sets_asks_which(visit, mapped) -> None:
    app = visit("lists")
    lines = "".join(f"set {i}\tx\tRPL3\tRPS6\n" for i in range(30))
    app.file_uploader[0].upload("many.gmt", lines.encode()).run()
    app.multiselect(key="list_sets_chosen").set_value(["set 3", "set 7"]).run()
    app.button(key="list_sets_keep").click().run()
    healthy(app)
    assert list(lists_of(app)) == ["set 7", "set 3"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", b"", "empty"),
        ("unknown.txt", b"nothing1\nnothing2\n", "no gene"),
        ("short.gmt", b"one\n\ntwo\tx\n", "no gene set"),
        ("binary.csv", b"\x00\x01\x02" * 40, "text"),
    ],
)
def test_bad_files_are_refused_with_a_reason(visit, mapped, name, content, said) -> None:
    app = visit("lists")
    app.file_uploader[0].upload(name, content).run()
    assert not app.exception
    assert said in app.error[0].value
    assert not len(app.session_state[keys.LISTS])


def test_a_list_of_the_user_gets_a_p_and_one_of_neighbors_is_told_why_not(visit, mapped) -> None:
    app = pasted(visit("lists"), "ribosome", RIBOSOMAL)
    app.segmented_control(key=keys.LIST_VIEW).set_value("Are they alike?").run()
    healthy(app)
    assert [each.label for each in app.metric] == ["Mean cosine of all pairs", "Random lists", "Effect", "p"]
    assert app.metric[3].value == "≤ 0.001"
    app.query_params["gene"] = "RPL3"
    app.switch_page("pages/gene.py").run()
    app.button(key="list_of_neighbors").click().run()
    healthy(app)
    kept = app.session_state[keys.LISTS].current
    assert (kept.origin, len(kept)) == (Origin.NEIGHBORS, 20)
    app.switch_page("pages/lists.py").run()
    healthy(app)
    assert len(app.metric) == 3
    assert "alike by construction" in words(app)


def test_a_list_by_similarity_stays_one_on_its_way_through_a_box(monkeypatch) -> None:
    shelf, genes = Workspace(), tuple(f"G{i}" for i in range(10))
    shelf.keep(GeneList(name="near", genes=genes, missing={}, origin=Origin.NEIGHBORS))
    shelf.keep(GeneList(name="own", genes=("G1", "X"), missing={}))
    monkeypatch.setattr(gene_lists, "workspace", lambda: shelf)
    assert gene_lists.origin_of(genes) is Origin.NEIGHBORS
    assert gene_lists.origin_of(genes[3:7]) is Origin.NEIGHBORS
    assert gene_lists.origin_of([*genes, "X"]) is Origin.USER
    assert gene_lists.origin_of(["G1", "X"]) is Origin.USER
    shelf.keep(GeneList(name="all", genes=tuple(f"A{i}" for i in range(50)), missing={}, origin=Origin.RULE))
    assert gene_lists.origin_of(["A1", "A2"]) is Origin.USER


def test_genes_that_belong_too_and_their_recovery(visit, mapped) -> None:
    app = pasted(visit("lists"), "ribosome", RIBOSOMAL)
    app.segmented_control(key=keys.LIST_VIEW).set_value("Which belong too?").run()
    healthy(app)
    assert re.search(r"each gene of the list was left out once, and \*\*[0-5] of 5\*\* came back among the first 50", words(app))
    assert shown(app)["gene"].str.startswith("RP").mean() > 0.5
    app.button(key="list_of_expansion").click().run()
    assert app.session_state[keys.LISTS].current.origin is Origin.EXPANSION


def test_a_list_goes_on_to_the_map_and_attributes(visit, mapped) -> None:
    app = pasted(visit("lists"), "ribosome", RIBOSOMAL)
    app.button(key="list_to_pages/map.py").click().run()
    healthy(app)
    assert app.text_area(key=keys.LIST).value.split() == ["RPL3", "RPL4", "RPL5", "RPS6", "RPS8"]
    app.switch_page("pages/lists.py").run()
    app.button(key="list_to_pages/attributes.py").click().run()
    healthy(app)
    assert app.text_area(key=keys.LIST).value.split() == ["RPL3", "RPL4", "RPL5", "RPS6", "RPS8"]


GMT = (
    b"ribosome\tx\tRPL3\tRPL4\tRPL5\tRPS6\tRPS8\tRPL11\n"
    b"same genes\tx\tRPL3\tRPL4\tRPL5\tRPS6\tRPS8\n"
    b"T cells\tx\tCD3E\tCD3D\tLCK\n"
)


def test_gene_sets_of_a_file_are_tested_and_drawn(visit, mapped) -> None:
    app = pasted(visit("lists"), "ribosome", RIBOSOMAL)
    app.segmented_control(key=keys.LIST_VIEW).set_value("Which gene sets?").run()
    uploader = next(each for each in app.file_uploader if each.label.startswith("GMT"))
    uploader.upload("mine.gmt", GMT).run()
    healthy(app)
    app.multiselect(key="list_libraries_2").set_value(["mine"]).run()
    table = shown(app)
    assert table["set"].tolist() == ["same genes", "T cells"]  # the other is folded into the first
    assert table["overlap"].tolist() == [5, 0]
    app.toggle(key="list_enrich_fold").set_value(False).run()
    assert shown(app)["folded_into"].tolist() == ["", "same genes", ""]
    assert len(app.get("plotly_chart")) == 2
    healthy(app)


def test_the_background_of_moved_genes_is_what_was_tested(visit, mapped) -> None:
    app = visit("lists")
    from generain_core.lists.gene_list import GeneList
    from generain_core.lists.workspace import Workspace

    tested = ("RPL3", "RPL4", "RPL5", "RPS6", "CD3E", "CD3D", "TP53", "MYC")
    moved = GeneList(
        name="moved", genes=tested[:3], missing={}, origin=Origin.MOVED, background=tested, ranking=dict.fromkeys(tested, 1.0)
    )
    app.session_state[keys.LISTS] = Workspace()
    app.session_state[keys.LISTS].keep(moved)
    app.run()
    app.segmented_control(key=keys.LIST_VIEW).set_value("Which gene sets?").run()
    healthy(app)
    assert "3 genes of the list are among the 8 that could have been on it" in words(app)
    app.segmented_control(key="list_enrich_in_4").set_value("In the ranking it is from").run()
    until(app, lambda app: "8 genes are ranked" in words(app))
    assert "is no test of an experiment" in words(app)
    residuals = np.random.default_rng(0).normal(size=(6, len(tested)))
    app.session_state[keys.LISTS] = Workspace()
    app.session_state[keys.LISTS].keep(replace(moved, residuals=residuals, freedom=4))
    app.run()
    until(app, lambda app: "8 genes were tested" in words(app))
    assert app.segmented_control(key="list_enrich_in_4_tested").value == "In the ranking it is from"


def test_shared_attributes_have_a_p_unless_the_list_was_chosen_by_similarity(visit, mapped) -> None:
    app = pasted(visit("lists"), "ribosome", RIBOSOMAL)
    app.segmented_control(key=keys.LIST_VIEW).set_value("Which attributes?").run()
    healthy(app)
    assert {"p_value", "p_adjusted"} <= set(shown(app))
    lists = app.session_state[keys.LISTS]
    lists.keep(replace(lists.current, origin=Origin.LASSO))
    app.run()
    healthy(app)
    assert not {"p_value", "p_adjusted"} & set(shown(app))
    assert "alike by construction" in words(app)


def test_a_pair_and_a_list_are_explained(visit, mapped) -> None:
    app = visit("compare", a="RPL3", b="RPS6")
    until(app, lambda app: "have a cosine of" in words(app))
    healthy(app)
    app = pasted(visit("lists"), "ribosome", RIBOSOMAL)
    app.segmented_control(key=keys.LIST_VIEW).set_value("Why alike?").run()
    until(app, lambda app: "have a mean cosine of" in words(app))
    healthy(app)


def test_neighbors_are_calibrated(visit, mapped) -> None:
    app = visit("gene", gene="RPL3")
    healthy(app)
    assert {"mutual_rank", "corrected", "hub", "p_value", "p_adjusted"} <= set(app.dataframe[0].value)
    assert "so p adjusted is p times that number" in words(app)
    assert re.search("None of these 20 is shown to be more alike than chance|More alike than chance, with all", words(app))


def test_a_list_is_held_against_another_and_against_other_vectors(visit, mapped) -> None:
    app = pasted(visit("lists"), "one", "RPL3 RPL4 RPS6")
    app = pasted(app, "two", "RPS6 TP53 GAS5")
    app.segmented_control(key="list_view").set_value("Against another").run()
    healthy(app)
    assert {each.label: each.value for each in app.metric}["Genes of both"] == "1"
    assert {"RPL3", "TP53"} <= set(app.dataframe[-1].value["gene"])
    app.selectbox(key="list_against").set_value("Vectors: GPT_Binning_By_Gene").run()
    healthy(app)
    assert "by chance it would be" in words(app)
    assert app.dataframe[-1].value["gene"].tolist()[0] in {"RPS6", "TP53", "GAS5", "RPL3"}


def test_genes_and_lists_are_added_and_taken_away_on_compare(visit, mapped) -> None:
    app = pasted(visit("lists"), "ribosome", RIBOSOMAL)
    app.query_params["mode"] = "Sum"
    app.query_params["plus"] = "CD3E no-such-gene"
    app.query_params["minus"] = "CD19"
    app.query_params["answers"] = "7"
    app.switch_page("pages/compare.py").run()
    app.multiselect(key="plus_lists").set_value(["ribosome"]).run()
    until(app, lambda app: len(app.dataframe))
    healthy(app)
    expected = arithmetic(mapped, [["CD3E"], lists_of(app)["ribosome"]], [["CD19"]], 7)
    assert app.dataframe[0].value["gene"].tolist() == expected.table["gene"].tolist()
    assert f"p {significant(expected.p_value)}" in words(app)
    assert "No gene with a vector: no\\-such\\-gene" in words(app) or "no-such-gene" in words(app)
    app.button(key="list_of_sum").click().run()
    kept = app.session_state[keys.LISTS].current
    assert (kept.origin, kept.name, len(kept)) == (Origin.ANALOGY, "CD3E + ribosome − CD19", 7)
