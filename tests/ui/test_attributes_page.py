"""The page Attributes: what it shows, and what it says when something is missing or wrong."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generain_core.attributes.predictions import Predictions
from generain_core.ui.attributes import evidence_view
from generain_core.ui.shell import keys
from tests.ui.predicted import demo_with_predictions
from tests.ui.test_pages import healthy, words


@pytest.fixture(scope="module")
def predicted(tmp_path_factory, demo_atlas) -> Predictions:
    release = demo_with_predictions(tmp_path_factory.mktemp("predicted") / "release", demo_atlas)
    return Predictions.open(release, demo_atlas.resolver)


@pytest.fixture
def look(visit, mapped, predicted):
    return lambda page="attributes", **query: visit(page, predicted.release.root, **query)


def table(app, *columns: str):
    return next(t.value for t in app.dataframe if set(columns) <= set(t.value.columns))


def test_a_gene_shows_its_attributes_folded_and_by_percentile(look, predicted) -> None:
    app = look(gene="cd3e")
    healthy(app)
    shown, expected = table(app, "attribute", "percentile"), predicted.of_gene("CD3E", 20, by="percentile", folded=True)
    assert shown["attribute"].tolist() == expected["attribute"].tolist()
    assert shown["attribute"].iloc[0].startswith("T cell activation")
    assert len(shown) == 5
    assert list(shown)[:4] == ["percentile", "grade", "attribute", "probability"]  # on a phone, only the first are seen
    assert set(shown["simulated"]) == {"SIMULATED"}
    assert "0.6 means little" in words(app)
    app.toggle(key=keys.ATTRIBUTE_FOLD).set_value(False).run()
    assert len(table(app, "attribute", "percentile")) == 15
    app.text_input(key=keys.ATTRIBUTE_SEARCH).set_value("growth").run()
    assert len(table(app, "attribute", "percentile")) == 3
    app.multiselect(key=f"{keys.ATTRIBUTE_FACETS}_library").set_value(["GO"]).run()
    assert table(app, "attribute", "percentile")["attribute"].tolist() == ["cell growth (GO:0000009)"]
    app.number_input(key=keys.LEAST_RELIABLE).set_value(1.0).run()
    healthy(app)
    assert "No attribute is left" in words(app)


def test_predictions_of_other_genes_are_shown_once_somebody_says_so(
    visit, tmp_path, fresh_cache, demo_atlas, monkeypatch
) -> None:
    release = demo_with_predictions(tmp_path / "release", demo_atlas, twins=5)
    path, order = release.path("attributes"), np.random.default_rng(3).permutation(len(demo_atlas.space.genes))
    made = pq.read_table(path).to_pandas()
    made["predicted_probabilities"] = [np.asarray(row)[order] for row in made["predicted_probabilities"]]
    pq.write_table(pa.Table.from_pandas(made, preserve_index=False), path)
    monkeypatch.setenv("GENERAIN_MANAGE", "no")
    app = visit("attributes", release.root, gene="CD3E")
    assert "of other genes than they say" in app.error[0].value
    assert not app.dataframe
    assert "attributes_even_if_unproved" not in {each.key for each in app.button}
    monkeypatch.setenv("GENERAIN_MANAGE", "yes")
    app.run()
    app.button(key="attributes_even_if_unproved").click().run()
    healthy(app)
    assert "may belong to other genes" in app.warning[0].value
    assert len(table(app, "attribute", "percentile"))


def test_attributes_are_chosen_by_a_range_of_numbers(look, predicted) -> None:
    app = look(gene="CD3E")
    (between,) = app.slider
    assert (between.label, between.value) == ("Number of positive genes", (30, 44))
    between.set_value((32, 36)).run()
    healthy(app)
    app.toggle(key=keys.ATTRIBUTE_FOLD).set_value(False).run()
    shown = table(app, "attribute", "percentile")["attribute"].tolist()
    assert sorted(shown) == sorted(predicted.store.attributes[2:7])


def test_a_selected_attribute_is_drawn(look) -> None:
    app = look(gene="CD3E")
    app.session_state["attributes_of_CD3E"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    healthy(app)
    assert len(app.get("plotly_chart")) == 1


def test_without_a_gene_examples_are_offered(look) -> None:
    app = look()
    app.button(key="example_XIST").click().run()
    healthy(app)
    assert len(table(app, "attribute", "percentile"))


def test_an_attribute_shows_coding_genes_and_lncrnas_apart(look, predicted) -> None:
    app = look(show="For an attribute", attribute="T CELL activation (go:0000003)", gene="CD3D")
    healthy(app)
    name = "T cell activation (GO:0000003)"
    tables = [t.value for t in app.dataframe if {"gene", "rank"} <= set(t.value.columns)]
    marked, coding, noncoding = tables
    assert marked["gene"].tolist() == ["CD3D"]
    values = predicted.probabilities(name)
    assert marked["rank"].iloc[0] == 1 + (values > values[predicted.store.row("CD3D")]).sum()
    assert coding["gene"].tolist() == predicted.of_attribute(name, 20, "coding")["gene"].tolist()
    assert noncoding["gene"].tolist() == predicted.of_attribute(name, 20, "lncRNA")["gene"].tolist()
    copies = {"T cell activation, version 1", "T cell activation, version 2"}
    assert set(table(app, "correlation")["attribute"].iloc[:2]) == copies
    assert len(app.get("plotly_chart")) == 2


@pytest.mark.parametrize("given", ["no such attribute", "version", "<b>x</b>"])
def test_an_attribute_that_is_not_there_is_explained(look, given) -> None:
    app = look(show="For an attribute", attribute=given)
    healthy(app)
    assert "attribute" in app.warning[0].value
    assert app.selectbox(key=keys.ATTRIBUTE).value is None


def test_a_rule_chooses_genes(look, predicted) -> None:
    rule = "P(T cell activation (GO:0000003)) > 0.3 and not biotype = lncRNA"
    app = look(show="By rule", rule=rule)
    healthy(app)
    values = predicted.probabilities("T cell activation (GO:0000003)")
    expected = (values > np.float32(0.3)) & (predicted.biotype_classes != "lncRNA") & (predicted.described["biotype"] != "")
    assert f"{int(expected.sum())} of" in "".join(s.value for s in app.header)
    shown = table(app, "gene", "biotype")
    assert set(shown["gene"]) == {g for g, e in zip(predicted.store.genes, expected, strict=True) if e}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("P(nothing) > 0.5", "no attribute called"),
        ("P(matrix", "closing parenthesis"),
        ("P(matrix (GO:0000012)) > 0.5 and P(matrix (GO:0000012)) < 0.1", "No gene fulfils"),
        ("P(matrix (GO:0000012)) > 1", "Take another limit"),
        ("P(matrix (GO:0000012)) > 0.5 and P(matrix (GO:0000012)) < 0.1", "counts above"),
        ("P(matrix (GO:0000012)) >= 0", "Every gene fulfils"),
        ("<script>", "can't be read"),
    ],
)
def test_a_rule_that_gives_nothing_everything_or_no_sense(look, rule, said) -> None:
    app = look(show="By rule", rule=rule)
    healthy(app)
    assert said in words(app)


def test_a_rule_is_put_together_from_widgets(look) -> None:
    app = look(show="By rule")
    healthy(app)
    app.selectbox(key="rule_attribute").set_value("matrix (GO:0000012)").run()
    app.button(key="rule_and").click().run()
    assert app.session_state[keys.RULE] == "percentile(matrix (GO:0000012)) > 99"
    app.selectbox(key="rule_measure").set_value("Biotype").run()
    app.checkbox(key="rule_not").check().run()
    app.button(key="rule_and").click().run()
    assert app.session_state[keys.RULE] == "percentile(matrix (GO:0000012)) > 99 and not biotype = lncRNA"
    healthy(app)
    app.button(key="rule_clear").click().run()
    app.button(key="rule_example").click().run()
    assert app.session_state[keys.RULE].startswith("percentile(")
    healthy(app)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("P(matrix) > 0.5 OR expression > 1", "(P(matrix) > 0.5 OR expression > 1) and biotype = lncRNA"),
        ("(P(a) > 0.5) or (P(b) > 0.5)", "((P(a) > 0.5) or (P(b) > 0.5)) and biotype = lncRNA"),
        ("(P(a) > 0.5 or P(b) > 0.5)", "((P(a) > 0.5 or P(b) > 0.5)) and biotype = lncRNA"),
        ("P(this or that) > 0.5", "P(this or that) > 0.5 and biotype = lncRNA"),
        ("P(a", "P(a and biotype = lncRNA"),
    ],
)
def test_what_is_added_with_and_holds_beside_all_that_stood_there(look, before, after) -> None:
    app = look(show="By rule")
    app.selectbox(key="rule_measure").set_value("Biotype").run()
    app.text_area(key=keys.RULE).set_value(before).run()
    app.button(key="rule_and").click().run()
    assert app.session_state[keys.RULE] == after
    assert not app.exception


def test_a_list_against_attributes(look, predicted) -> None:
    app = look(show="For a list")
    healthy(app)
    app.text_area(key=keys.LIST).set_value("CD3E, CD3D CD2 nosuchgene").run()
    healthy(app)
    shown = table(app, "attribute", "mean")
    assert any(name.startswith("T cell activation") for name in shown["attribute"])
    assert "3 genes found from 4 names" in words(app)
    assert len(app.get("plotly_chart")) == 1


def test_a_link_holds_a_short_list_and_its_attributes(look, predicted) -> None:
    names = ["matrix (GO:0000012)", "T cell activation (GO:0000003)"]
    app = look(show="For a list", genes="CD3E p53", against=[*names, "<b>none</b>"])
    healthy(app)
    assert app.text_area(key=keys.LIST).value == "CD3E p53"
    assert app.multiselect(key=keys.HEATMAP).value == names
    assert set(table(app, "attribute", "mean")["attribute"]) == set(names)
    app.text_area(key=keys.LIST).set_value("CD3E, CD3D\nCD2").run()
    app.multiselect(key=keys.HEATMAP).set_value(names[:1]).run()
    healthy(app)
    assert app.query_params["genes"] == "CD3E CD3D CD2"
    assert app.query_params["against"] == names[0]
    again = look(show="For a list", genes=app.query_params["genes"], against=app.query_params["against"])
    assert table(again, "attribute", "mean").equals(table(app, "attribute", "mean"))
    app.text_area(key=keys.LIST).set_value(" ".join(predicted.store.genes[:300])).run()
    healthy(app)
    assert "genes" not in app.query_params
    assert "Send the list along" in words(app)


def test_the_page_of_a_gene_has_a_section(look, predicted) -> None:
    app = look("gene", gene="CD3E")
    healthy(app)
    shown = table(app, "attribute", "percentile")
    assert shown["attribute"].tolist() == predicted.of_gene("CD3E", 15, by="percentile", folded=True)["attribute"].tolist()


def gene_set(name: str, *genes: str) -> bytes:
    return ("\t".join([name, "", *genes]) + "\n").encode()


def test_known_members_are_marked_and_predictions_graded(look, predicted, demo_atlas) -> None:
    name = "T cell activation (GO:0000003)"
    members = [g for g in ("CD3D", "CD3G", "CD2", "CD247", "LCK", "ZAP70", "ITK", "CD5") if g in predicted.store]
    others = [g for g in predicted.store.genes if g not in ("CD3E", *members)][:400]
    app = look(show="For an attribute", attribute=name, gene="CD3E")
    assert "No grade" in "".join(b.proto.body for b in app.get("markdown")) or "GMT" in words(app)
    content = gene_set("t cell activation GO 0000003", *members) + gene_set("others", *others)
    app.file_uploader(key="gene_sets_upload").upload("mine.gmt", content).run()
    healthy(app)
    marked = table(app, "gene", "known", "ensembl_gene")
    assert marked["known"].tolist() == ["○"]
    coding = next(t.value for t in app.dataframe if {"gene", "known", "probability"} <= set(t.value.columns) and len(t.value) > 1)
    for gene, mark in zip(coding["gene"], coding["known"], strict=True):
        assert mark == ("●" if gene in members else "○")
    from generain_core.attributes.evidence import weigh
    from generain_core.attributes.known_members import match_sets

    known = match_sets(predicted, {name: tuple(members), "others": tuple(others)}, "mine.gmt")
    expected = weigh(predicted, demo_atlas, known, "CD3E", name)
    assert expected.grade in ("A", "B")
    shown_words = words(app)
    assert expected.reason in shown_words
    for part, title in zip(
        expected.parts, ("Classifier", "Neighbors' vote", "Second vote", "Expression", "Hubness"), strict=True
    ):
        assert title in shown_words
        assert part.says in shown_words
    app.toggle(key=keys.PREDICTED_ONLY).set_value(True).run()
    shown = next(t.value for t in app.dataframe if {"gene", "known", "probability"} <= set(t.value.columns) and len(t.value) > 1)
    assert not set(shown["gene"]) & set(members)
    app.segmented_control(key=keys.ATTRIBUTE_VIEW).set_value("By rule").run()
    app.text_area(key=keys.RULE).set_value(f"known({name})").run()
    healthy(app)
    assert set(table(app, "gene", "biotype")["gene"]) == set(members)
    app.button(key="gene_sets_drop").click().run()
    assert "No gene set is called" in words(app)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"one\t\tnothing\n", b"<b>x</b>"])
def test_gene_sets_that_cannot_be_used_are_explained(look, content) -> None:
    app = look(gene="CD3E")
    app.file_uploader(key="gene_sets_upload").upload("mine.gmt", content).run()
    assert not app.exception
    assert len(app.error) == 1
    assert "mine" in app.error[0].value


def test_why_there_is_no_grade_is_said_once() -> None:
    bare = pd.DataFrame({"attribute": ["a", "b"], "grade": ["–", "–"], "why": ["No gene sets."] * 2})
    table, words = evidence_view.said_once(bare)
    assert list(table) == ["attribute"]
    assert words == "No grades: No gene sets."
    for other in (bare.assign(grade=["–", "B"]), bare.assign(why=["one", "other"]), bare[["attribute"]]):
        kept, words = evidence_view.said_once(other)
        assert kept.equals(other)
        assert words == ""
