"""What is corrected on the Samples page: it counts, it stays through other pages, and it equals the command line."""

import io
import json

import numpy as np
import pandas as pd
import pytest

from generain_core.cli import main
from generain_core.release.files import choose
from generain_core.ui.shell import keys
from tests.ui.test_pages import healthy, words
from tests.ui.test_samples_page import csv, is_read, until, upload


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    return pd.read_csv(choose().path("demo/counts"), index_col=0).iloc[:, :6]


def named(elements, start: str):
    return next(each for each in elements if each.label.startswith(start))


def made(app):
    return app.session_state[keys.SAMPLES].joined.expression


def away_and_back(app):
    app.switch_page("pages/home.py").run()
    healthy(app)
    app.switch_page("pages/samples.py").run()
    healthy(app)


def test_a_log_is_undone_with_the_base_that_was_said_and_stays_so(visit, counts, tmp_path, capsys) -> None:
    app = upload(visit, csv(np.log2(counts + 1)), "logs.csv")
    assert named(app.selectbox, "Values are").value == "log"
    assert named(app.selectbox, "Log").value == "log2(x + 1)"
    named(app.selectbox, "Log").set_value("ln(x + 1)").run()
    assert not app.exception
    named(app.checkbox, "Undo the log").check().run()
    healthy(app)
    expected = np.exp(np.log2(counts + 1)).T - 1
    np.testing.assert_allclose(made(app).values, expected, rtol=1e-9, atol=1e-9)
    away_and_back(app)
    assert named(app.selectbox, "Log").value == "ln(x + 1)"
    assert named(app.checkbox, "Undo the log").value
    np.testing.assert_allclose(made(app).values, expected, rtol=1e-9, atol=1e-9)
    (tmp_path / "logs.csv").write_bytes(csv(np.log2(counts + 1)))
    line = ["normalize", str(tmp_path / "logs.csv"), "-o", str(tmp_path / "o.h5ad"), "--json", "--log-base", "e", "--plus-one"]
    assert main(line) == 0
    report = json.loads(capsys.readouterr().out)
    assert [note for note in report["notes"] if "back-transformed" in note] == [
        note for note in made(app).notes if "back-transformed" in note
    ]


def test_each_decision_is_turned_over_by_one_click(visit, counts) -> None:
    app = upload(visit, csv(np.log2(counts + 1)), "logs.csv")
    assert "log2(x + 1), not undone" in words(app).replace("\\", "")
    named(app.checkbox, "Undo the log").check().run()
    healthy(app)
    assert "genes in rows; " in words(app)
    assert "undone as log2(x + 1)" in words(app).replace("\\", "")
    named(app.button, "Genes in columns").click().run()
    assert not app.exception
    assert "genes in columns; " in words(app)
    assert named(app.segmented_control, "Genes are in").value == "columns"
    away = app.switch_page("pages/home.py").run()
    away.switch_page("pages/samples.py").run()
    named(app.button, "Genes in rows").click().run()
    healthy(app)
    assert "genes in rows; " in words(app)
    assert made(app).values.shape == counts.T.shape


def test_the_kind_of_values_can_be_said_and_stays_so(visit, counts) -> None:
    app = upload(visit, csv(counts / counts.sum() * 1e6), "cpm.csv")
    box = named(app.selectbox, "Values are")
    assert (box.value, "counts" in box.options) == ("CPM/TPM", False)
    assert "length of genes" in words(app)
    box.set_value("estimated counts").run()
    healthy(app)
    assert "length of genes" not in words(app)
    away_and_back(app)
    assert named(app.selectbox, "Values are").value == "estimated counts"
    assert made(app).value_kind == "estimated counts"


def test_counts_can_be_said_to_be_logs(visit, counts) -> None:
    app = upload(visit, csv(np.rint(np.log2(counts + 1)).astype(int)), "whole.csv")
    named(app.selectbox, "Values are").set_value("log").run()
    assert "holds logs" in words(app)
    named(app.checkbox, "Undo the log").check().run()
    healthy(app)
    np.testing.assert_array_equal(made(app).values, 2 ** np.rint(np.log2(counts.T + 1)) - 1)


def test_a_total_is_said_to_be_left_out_and_can_be_brought_back(visit, counts) -> None:
    app = upload(visit, csv(counts.assign(Total=counts.sum(axis=1))), "total.csv")
    healthy(app)
    assert "'Total' is the total of other samples" in words(app).replace("\\", "")
    assert (app.metric[0].value, len(made(app).samples)) == ("6", 6)
    named(app.checkbox, "Keep what was left out").check().run()
    healthy(app)
    assert (app.metric[0].value, made(app).samples[-1]) == ("7", "Total")
    away_and_back(app)
    assert app.metric[0].value == "7"


def test_orientation_layer_names_threshold_and_sums_stay(visit, counts) -> None:
    odd = counts.copy()
    odd.insert(0, "other", [f"X{i}" for i in range(len(odd))])
    app = upload(visit, csv(odd), "odd.csv")
    healthy(app)
    assert named(app.segmented_control, "Genes are in").value == "rows"
    column = named(app.selectbox, "Genes are named by")
    column.set_value(next(name for name in column.options if name == "other")).run()
    assert "no gene name that is known" in words(app)
    named(app.segmented_control, "Genes are in").set_value("columns").run()
    assert not app.exception
    away = app.switch_page("pages/home.py").run()
    away.switch_page("pages/samples.py").run()
    assert named(app.segmented_control, "Genes are in").value == "columns"
    named(app.segmented_control, "Genes are in").set_value("rows").run()
    assert named(app.selectbox, "Genes are named by").value == "other"
    named(app.selectbox, "Genes are named by").set_value("gene_name").run()
    healthy(app)
    app.number_input(key=keys.MIN_GENES).set_value(500).run()
    sheet = pd.DataFrame({"name": counts.columns, "batch": ["x", "y"] * 3})
    app.file_uploader[0].upload("sheet.csv", csv(sheet, index=False)).run()
    named(app.multiselect, "Sum samples").set_value(["batch"]).run()
    healthy(app)
    away_and_back(app)
    assert app.number_input(key=keys.MIN_GENES).value == 500
    assert named(app.multiselect, "Sum samples").value == ["batch"]
    assert named(app.metric, "Samples kept").value == "2 of 2"
    assert "less certain" in words(app)
    app.button(key="bin").click().run()
    until(app, lambda app: app.session_state[keys.SAMPLES].normalized is not None)
    data = app.session_state[keys.SAMPLES].normalized.adata
    assert any("500" in str(warning) for warning in data.uns["generain"]["warnings"])


def test_missing_values_are_taken_as_zero_and_stay_so(visit, counts) -> None:
    holes = counts.astype(float)
    holes.iloc[3, 2] = np.nan
    app = upload(visit, csv(holes), "holes.csv")
    assert "has no value in 1 cell," in words(app)
    named(app.checkbox, "Take missing values as 0").check().run()
    healthy(app)
    away_and_back(app)
    assert made(app).values[2, 3] == 0


def test_a_second_sheet_full_of_samples_is_not_left_out_in_silence(visit, counts) -> None:
    book = io.BytesIO()
    with pd.ExcelWriter(book) as writer:
        counts.iloc[:, :3].to_excel(writer, sheet_name="Batch 1")
        counts.iloc[:, 3:].to_excel(writer, sheet_name="Batch 2")
    app = visit("samples")
    app.file_uploader[0].upload("batches.xlsx", book.getvalue()).run()
    until(app, lambda app: bool(app.warning))
    assert "2 sheets that may hold the samples (Batch 1 and Batch 2)" in app.warning[0].value.replace("\\", "")
    app.button(key="part_1").click().run()
    until(app, is_read)
    healthy(app)
    assert made(app).samples == tuple(counts.columns[3:])
    app.button(key="take_in_0").click().run()
    until(app, is_read)
    healthy(app)
    assert made(app).samples == tuple(counts.columns[:3])


def test_decisions_are_one_sentence_turned_over_and_taken_in_by_one_click(visit, counts) -> None:
    odd = counts.assign(Total=counts.sum(axis=1), log2FC=1.0, padj=0.5, mean=counts.mean(axis=1))
    app = upload(visit, csv(odd), "odd.csv")
    healthy(app)
    said = words(app).replace("\\", "")
    assert (
        "Read as: genes in rows; called by the column gene_name; counts; 6 samples (4 others left out); totals over all" in said
    )
    assert len(made(app).samples) == 6
    named(app.button, "Take in Total").click().run()
    healthy(app)
    assert made(app).samples == (*counts.columns, "Total")
    away_and_back(app)
    assert made(app).samples == (*counts.columns, "Total")
    named(app.button, "Leave out again").click().run()
    named(app.multiselect, "Leave out samples").set_value([counts.columns[0]]).run()
    healthy(app)
    assert made(app).samples == tuple(counts.columns[1:])
    named(app.button, "Genes in columns").click().run()
    assert named(app.segmented_control, "Genes are in").value == "columns"
    named(app.button, "Genes in rows").click().run()
    named(app.button, "They are logs").click().run()
    assert named(app.selectbox, "Values are").value == "log"
