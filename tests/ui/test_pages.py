"""Each page through the app: what it shows, and what it says to bad input."""

import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from generain_core import settings
from generain_core.release.files import FILES
from generain_core.ui.components import pairs
from generain_core.ui.jobs import job_view
from generain_core.ui.shell import keys, streamlit_internals
from tests.conftest import PROJECT

PAGES = sorted(path.stem for path in (PROJECT / "pages").glob("*.py"))
# Pages that need no gene vectors.
WITHOUT_VECTORS = {"about", "cohort", "attributes", "perturbations", "release", "samples", "guide"}


def words(app) -> str:
    """Return all text of a page."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "warning", "error", "info", "success")
    return "\n".join(str(element.value) for kind in kinds for element in app.get(kind)).replace("\\", "")


def healthy(app) -> None:
    assert not app.exception, app.exception[0].stack_trace
    assert not app.error, app.error[0].value


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_and_says_that_values_are_simulated(visit, mapped, page) -> None:
    app = visit(page)
    healthy(app)
    assert app.title
    assert "SIMULATED" in words(app)


def test_home_counts_what_is_loaded(visit, demo_atlas) -> None:
    app = visit()
    assert app.metric[0].value == f"{len(demo_atlas.space):,}"
    classes = demo_atlas.biotype_classes
    assert app.metric[2].value == f"{int((classes == 'lncRNA').sum()):,}"


def test_gene_page_shows_the_neighbors_of_the_core(visit, mapped) -> None:
    app = visit("gene", gene="p53")
    healthy(app)
    assert "TP53" in words(app)
    shown = app.dataframe[0].value
    expected = mapped.neighbors("TP53", 20)
    assert shown["gene"].tolist() == expected["gene"].tolist()
    np.testing.assert_allclose(shown["cosine"], expected["cosine"])


def test_neighbors_of_many_genes_are_shown_before_all_pairs_were_looked_at(visit, mapped, fresh_cache, monkeypatch) -> None:
    monkeypatch.setattr(pairs, "QUICK", 0)
    app = visit("gene", gene="RPL3")
    healthy(app)
    assert {"mutual_rank", "p_value"} <= set(app.dataframe[0].value)
    assert not {"corrected", "hub"} & set(app.dataframe[0].value)
    assert "takes a minute or so, once" in words(app)
    job = job_view.queue().get(f"pairs-{mapped.space.fingerprint}")
    for _ in range(600):
        if not job.unfinished:
            break
        time.sleep(0.1)
    assert job.state == "done", job.problem
    app.run()
    healthy(app)
    assert {"corrected", "hub"} <= set(app.dataframe[0].value)
    assert "takes a minute or so, once" not in words(app)


def test_gene_page_filters_by_biotype(visit, mapped) -> None:
    app = visit("gene", gene="RPL3", biotype="lncRNA")
    healthy(app)
    assert set(app.dataframe[0].value["biotype"]) == {"lncRNA"}


def test_a_selected_neighbor_can_be_opened(visit, mapped) -> None:
    app = visit("gene", gene="RPL3")
    second = app.dataframe[0].value["gene"].iloc[1]
    app.session_state[f"{keys.NEIGHBOR_ROW}_GeneRAIN-vec.200d_RPL3_all_20"] = {
        "selection": {"rows": [1], "columns": [], "cells": []}
    }
    app.run()
    healthy(app)
    assert app.session_state["pick_neighbors"] == second
    ways = {each.proto.label: each.proto.query_string for each in app.get("page_link")}
    assert ways[f"Open {second}"] == f"gene={second}"
    assert ways[f"Compare RPL3 and {second}"] == f"a=RPL3&b={second}"
    third = app.dataframe[0].value["gene"].iloc[2]
    app.selectbox(key="pick_neighbors").set_value(third).run()  # by its name, though another row is selected
    assert f"Open {third}" in [each.proto.label for each in app.get("page_link")]


def test_a_link_holds_the_gene_that_is_selected_in_a_table(visit, mapped) -> None:
    near = mapped.neighbors("RPL3", 5)["gene"].iloc[3]
    app = visit("gene", gene="RPL3", pick_neighbors=near)
    healthy(app)
    assert f"Open {near}" in [each.proto.label for each in app.get("page_link")]
    other = visit("gene", gene="RPL3", pick_neighbors="XIST")  # not among its neighbors
    healthy(other)
    assert not [each for each in other.get("page_link") if each.proto.label == "Open XIST"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("1-Mar", "Excel turned a gene name into a date"),
        ("TP35", "no gene, alias or Ensembl ID"),
        ("x" * 10_000, "at most 100 characters"),
        ("<script>alert(1)</script>", "no gene, alias or Ensembl ID"),
        ("TP53\nMYC", "one line"),
        ("ENSMUSG00000059552", "mouse"),
        ("   ", "nothing was given"),
    ],
)
def test_a_name_that_is_no_gene_is_explained_in_one_sentence(visit, demo_atlas, name, said) -> None:
    app = visit("gene", gene=name)
    healthy(app)
    assert said.lower() in words(app).lower()
    assert "<script>" not in "".join(str(w.value) for w in (*app.warning, *app.info))


def test_a_left_out_gene_says_why(visit, demo_atlas) -> None:
    frame = demo_atlas.resolver.table.frame
    left_out = frame.index[~frame["in_model"]]
    assert len(left_out) > 20
    app = visit("gene", gene=left_out[0])
    healthy(app)
    assert frame.loc[left_out[0], "left_out"][:25].lower() in words(app).lower()


def test_a_gene_says_which_models_know_it(visit, demo_atlas) -> None:
    assert "Known to all 4 models." in words(visit("gene", gene="TP53"))
    assert "Known to GPT_protein_coding_lncRNAs; not to GPT_Binning_By_Gene" in words(visit("gene", gene="GAS5"))


def test_candidates_are_offered_and_one_is_taken(visit, mapped) -> None:
    app = visit("gene", gene="1-Mar")
    app.button(key="gene_pick_MARCHF1").click().run()
    healthy(app)
    assert app.session_state[keys.GENE] == "MARCHF1"


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("gene", {"gene": "RPL3", "biotype": "lncRNA", "k": "25"}),
        ("map", {"method": "PCA", "color": "Similarity", "gene": "RPL3"}),
        ("compare", {"mode": "Analogy", "a": "CD3E", "b": "CD8A", "c": "CD19"}),
    ],
)
def test_what_a_link_says_outlives_a_visit_to_another_page(visit, mapped, page, query) -> None:
    app = visit(page, **query)
    for key in query:
        del app.query_params[key]
    app.switch_page("pages/home.py").run()
    app.switch_page(f"pages/{page}.py").run()
    healthy(app)
    assert {key: str(app.session_state[key]) for key in query} == query


def test_a_link_to_a_gene_opens_that_gene_whatever_a_box_of_the_page_it_stands_on_holds(visit, mapped) -> None:
    app = visit("map", method="PCA", gene="CD3E")
    app.query_params[keys.GENE] = "RPL3"
    app.switch_page("pages/gene.py").run()
    healthy(app)
    assert app.session_state[keys.GENE] == "RPL3"
    assert "RPL3" in [each.value for each in app.header]


def test_an_address_that_the_browser_went_back_to_is_obeyed_as_it_is(visit, mapped, monkeypatch) -> None:
    app = visit("compare", mode="Analogy", a="CD3E", b="CD8A", c="CD19")
    monkeypatch.setattr(streamlit_internals, "went_back", lambda: True)
    app.query_params.clear()
    app.query_params["a"] = "RPL3"
    app.run()
    healthy(app)
    assert {key: app.session_state[key] for key in ("mode", "a", "b")} == {"mode": "Two genes", "a": "RPL3", "b": ""}


def test_a_link_keeps_its_view_where_what_it_is_of_comes_later(visit, mapped) -> None:
    app = visit("lists", list_view="Are they alike?")  # no list yet: the view has no box
    healthy(app)
    assert app.query_params["list_view"] == "Are they alike?"
    app.button(key="list_example_Ribosomal proteins").click().run()
    healthy(app)
    assert app.session_state[keys.LIST_VIEW] == "Are they alike?"


def test_what_a_link_says_and_a_box_can_not_have_is_left_out(visit, mapped) -> None:
    app = visit("gene", gene="RPL3", k="5000", biotype="plants")
    healthy(app)
    assert (app.session_state["k"], app.session_state["biotype"]) == (20, "all")


def test_a_box_that_was_emptied_stays_empty(visit, mapped) -> None:
    app = visit("gene", gene="RPL3")
    del app.query_params["gene"]
    app.text_input(key=keys.GENE).set_value("").run()
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/gene.py").run()
    assert app.session_state[keys.GENE] == ""
    assert "For example:" in words(app)


def test_compare_shows_the_figures_of_the_core(visit, mapped) -> None:
    app = visit("compare", a="RPL3", b="RPS6")
    healthy(app)
    cosine, there, back = mapped.space.similarity("RPL3", "RPS6")
    assert [metric.value for metric in app.metric] == [f"{cosine:.3f}", f"{there:,}", f"{back:,}"]


def test_compare_a_gene_with_itself(visit, mapped) -> None:
    app = visit("compare", a="RPL3", b="rpl3")
    healthy(app)
    assert "one gene, compared with itself" in words(app)


def test_analogy_shows_ten_without_its_inputs(visit, mapped) -> None:
    app = visit("compare", mode="Analogy", a="CD3E", b="CD8A", c="CD19")
    healthy(app)
    table = app.dataframe[0].value
    assert table["gene"].tolist() == mapped.analogy("CD3E", "CD8A", "CD19")["gene"].tolist()
    assert len(table) == 10
    assert not {"CD3E", "CD8A", "CD19"} & set(table["gene"])
    unit = mapped.space.unit([table["gene"].iloc[0], "CD19"])
    assert table["cosine_to_c"].iloc[0] == pytest.approx(unit[0] @ unit[1], abs=1e-6)


@pytest.fixture
def copy_of_demo(tmp_path: Path) -> Path:
    shutil.copytree(settings.DEMO_RELEASE, tmp_path / "release")
    return tmp_path / "release"


@pytest.mark.parametrize("key", ["gene_statistics", "genes_meta", "boundaries/coding_lncrna", "annotation/hgnc"])
@pytest.mark.parametrize("damage", ["missing", "empty", "junk"])
def test_one_bad_file_leaves_the_rest_working(visit, copy_of_demo, key, damage) -> None:
    path = copy_of_demo / FILES[key][0]
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(b"" if damage == "empty" else b"\x00\xff\x80junk" * 50)
    for page, query in (
        ("home", {}),
        ("gene", {"gene": "RPL3"}),
        ("map", {"method": "PCA"}),
        ("compare", {"a": "RPL3", "b": "RPS6"}),
    ):
        healthy(visit(page, copy_of_demo, **query))


@pytest.mark.parametrize("damage", ["missing", "short", "junk"])
def test_bad_vectors_are_one_sentence_on_every_page(visit, copy_of_demo, damage) -> None:
    path = copy_of_demo / FILES["vectors/200d"][0]
    for model in path.parent.glob("*.pth"):
        model.unlink()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:5000] if damage == "short" else b"junk")
    for page in PAGES:
        app = visit(page, copy_of_demo)
        assert not app.exception, (page, app.exception[0].stack_trace)
        if page in WITHOUT_VECTORS:
            healthy(app)
        else:
            assert "GeneRAIN-vec.200d.npy" in words(app)
    app = visit("gene", copy_of_demo, gene="RPL3")
    assert "mean expression" in words(app)
    assert len(app.get("plotly_chart")) == 1


def test_an_empty_release_folder_is_one_sentence(visit, tmp_path) -> None:
    for page in set(PAGES) - {"guide"}:  # which needs no release
        app = visit(page, tmp_path)
        assert not app.exception
        assert "none of the files of a GeneRAIN release" in words(app)
