"""The Samples page: a file in, what was understood, what is wrong, bins out."""

import gzip
import io
import json
import shutil
import time
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

from generain_core.errors import Cancelled, GeneRAINError
from generain_core.genes import expression_distribution
from generain_core.release.files import FILES, choose
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.archs4.chosen_samples import Archs4
from generain_core.samples.binning.bins import bin_samples
from generain_core.samples.io.formats.adata_pickle import read_adata_pickle
from generain_core.ui.samples import archs4_source
from generain_core.ui.shell import keys
from tests.ui.test_pages import healthy, words


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    path = choose().path("demo/counts")
    return pd.read_csv(path, index_col=0)


def until(app, condition):
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if condition(app):
            return app
        time.sleep(0.05)
        app.run()
    raise AssertionError(words(app))


def is_read(app) -> bool:
    session = app.session_state[keys.SAMPLES]
    return session.reading.state in ("done", "failed") and (session.raw is not None or bool(app.error))


def labels(app) -> list[str]:
    """Return what stands on the steps, as it is read."""
    return [each.label.replace("\\", "") for each in app.expander]


def upload(visit, content: bytes, name: str):
    app = visit("samples")
    app.file_uploader[0].upload(name, content).run()
    return until(app, is_read)


def csv(table: pd.DataFrame, **options) -> bytes:
    return table.to_csv(**options).encode()


def test_the_example_goes_from_counts_to_bins(visit, counts) -> None:
    app = visit("samples")
    app.button(key="example").click().run()
    until(app, is_read)
    healthy(app)
    assert [metric.value for metric in app.metric][:4] == ["32", "3,549", "100.0 %", "human"]
    assert "**Sample sheet** · The sample sheet describes 32 of 32 samples by its column sample: tissue and sex" in labels(app)
    assert "**Table** · 32 samples, 3,549 genes in rows, counts, human" in labels(app)
    assert "**Fit for the model** · 32 of 32 samples, 3,499 genes, 100 % of the gene set: fine" in labels(app)
    app.button(key="bin").click().run()
    until(app, lambda app: app.session_state[keys.SAMPLES].normalized is not None)
    app.run()
    healthy(app)
    data = app.session_state[keys.SAMPLES].normalized.adata
    assert data.obs["tissue"].notna().all()
    gene = "CD3E"
    logs = np.log10(counts.loc[gene] * (1e7 / counts.sum()) + 1).astype(np.float32)
    boundaries = Boundaries.open(choose(), "coding_lncrna")
    reference = np.array(boundaries.block(int(boundaries.columns([gene])[0]), int(boundaries.columns([gene])[0]) + 1)).ravel()
    positive = reference[reference > 0]
    for sample in counts.columns:
        below = int((positive < logs[sample]).sum())
        expected = 1 if counts.loc[gene, sample] == 0 else min(2000, int(below / (len(positive) / 1999)) + 2)
        assert data[sample, gene].layers["bins"].ravel()[0] == expected
    assert bin_samples.__doc__


def test_the_upload_is_released_and_the_state_survives_a_page_change(visit, counts) -> None:
    app = upload(visit, csv(counts), "mine.csv")
    healthy(app)
    assert not [each for each in app.file_uploader if each.label.startswith("Expression table")]
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/samples.py").run()
    healthy(app)
    assert app.metric[0].value == "32"
    app.button(key="forget").click().run()
    assert app.file_uploader[0].label.startswith("Expression table")
    assert keys.SAMPLES not in app.session_state
    app.button(key="aside_back").click().run()
    healthy(app)
    assert app.metric[0].value == "32"


def test_a_transposed_table_is_turned(visit, counts) -> None:
    app = upload(visit, csv(counts.T), "turned.csv")
    healthy(app)
    assert [metric.value for metric in app.metric][:2] == ["32", "3,549"]


def test_logs_are_offered_their_way_back(visit, counts) -> None:
    logs = np.log2(counts / counts.sum() * 1e6 + 1)
    app = upload(visit, csv(logs), "logs.csv")
    assert not app.exception
    assert "logs" in words(app)
    next(box for box in app.checkbox if box.label.startswith("Undo the log")).check().run()
    healthy(app)
    assert any("Samples kept" in metric.label for metric in app.metric)


def test_cpm_go_through_with_a_notice(visit, counts) -> None:
    app = upload(visit, csv(counts / counts.sum() * 1e6), "cpm.csv")
    healthy(app)
    assert "length of genes" in words(app)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.csv", "empty"),
        (b"%PDF-1.7 whatever" * 50, "paper.csv", "PDF"),
        (b"gene,a,b\n", "header.csv", "header"),
        (b"\x89HDF\r\n\x1a\n" + b"\x00" * 200, "broken.h5ad", "broken.h5ad"),
        (gzip.compress(b"gene,a\nTP53,1\n" * 500, mtime=0)[:-20], "cut.csv.gz", "cut.csv.gz"),
        (b"gene,a,b\nTP53,1,2\nXIST,three,4\nACTB,5,6\n", "text.csv", "three"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(visit, content, name, said) -> None:
    app = upload(visit, content, name)
    assert not app.exception
    assert said.lower() in words(app).lower()
    assert app.button(key="forget")


def test_mouse_and_negatives_are_refused(visit, counts) -> None:
    mouse = counts.set_axis([gene.capitalize() for gene in counts.index])
    app = upload(visit, csv(mouse), "mouse.csv")
    assert not app.exception
    assert "mouse" in words(app)
    app = upload(visit, csv(counts - counts.mean().mean()), "negative.csv")
    assert "negative" in words(app)


def test_a_sample_sheet_is_joined_and_a_wrong_one_loses_nothing(visit, counts) -> None:
    app = upload(visit, csv(counts), "mine.csv")
    sheet = pd.DataFrame({"name": counts.columns, "batch": ["x", "y"] * 16})
    app.file_uploader[0].upload("wrong.csv", b"id,batch\nnobody,1\nnothing,2\n").run()
    assert "sample sheet" in words(app)
    assert app.metric[0].value == "32"
    names = list(counts.columns)
    two = pd.DataFrame({"run": [*names[1:], names[0]], "name": names, "donor": [f"d{i}" for i in range(32)]})
    app.file_uploader[0].upload("two.csv", csv(two, index=False)).run()
    assert "columns (run and name) that contradict each other" in words(app)
    assert app.session_state[keys.SAMPLES].sheet is None
    next(box for box in app.selectbox if box.label == "Samples are named by the sheet's column").set_value("name").run()
    healthy(app)
    assert app.session_state[keys.SAMPLES].sheet.column == "name"
    assert app.session_state[keys.SAMPLES].joined.expression.obs["donor"].tolist() == two["donor"].tolist()
    app.file_uploader[0].upload("sheet.csv", csv(sheet, index=False)).run()
    healthy(app)
    assert "batch" in app.session_state[keys.SAMPLES].joined.expression.obs
    next(box for box in app.multiselect if str(box.key).startswith("sum_")).set_value(["batch"]).run()
    healthy(app)
    assert next(m for m in app.metric if m.label == "Samples kept").value == "2 of 2"


def test_lowering_the_least_number_of_genes_is_warned_of(visit, counts) -> None:
    poor = counts.copy()
    poor.iloc[1500:, 0] = 0
    app = upload(visit, csv(poor), "poor.csv")
    assert next(m for m in app.metric if m.label == "Samples kept").value == "31 of 32"
    app.number_input(key=keys.MIN_GENES).set_value(1000).run()
    assert next(m for m in app.metric if m.label == "Samples kept").value == "32 of 32"
    assert "less certain" in words(app)


def test_text_of_an_upload_is_never_rendered(visit, counts) -> None:
    hostile = counts.rename(columns={counts.columns[0]: "<img src=x> **b** :red[x]"})
    app = upload(visit, csv(hostile), "<b>**x**.csv")
    healthy(app)
    for element in (*app.markdown, *app.caption, *app.header):
        assert "<img" not in str(element.value)
        assert "**x**" not in str(element.value)


def test_the_command_line_gives_the_same_bins(visit, counts, tmp_path: Path, capsys) -> None:
    from generain_core.cli import main

    (tmp_path / "mine.csv").write_bytes(csv(counts))
    out = tmp_path / "out.h5ad"
    assert main(["normalize", str(tmp_path / "mine.csv"), "-o", str(out), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["samples_kept"] == 32
    assert report["samples_dropped"] == []
    assert {"genes_in_input", "genes_matched", "genes_missing"} <= set(report)
    app = upload(visit, csv(counts), "mine.csv")
    app.button(key="bin").click().run()
    until(app, lambda app: app.session_state[keys.SAMPLES].normalized is not None)
    page = app.session_state[keys.SAMPLES].normalized.adata
    command = anndata.read_h5ad(out)
    assert command.obs_names.tolist() == page.obs_names.tolist()
    assert command.var_names.tolist() == page.var_names.tolist()
    np.testing.assert_array_equal(command.layers["bins"], page.layers["bins"])
    assert command.uns["generain"]["simulated"]
    assert main(["normalize", str(tmp_path / "none.csv"), "-o", str(out)]) == 2
    assert io.StringIO(capsys.readouterr().err).readlines()[-1].startswith("error: ")


def test_the_published_example_is_offered_with_its_bins(visit, standin, tmp_path) -> None:
    release = tmp_path / "release"
    shutil.copytree(standin, release)
    for key in ("example/binned.tsv", "example/binned.pkl"):
        (release / FILES[key][0]).write_bytes(b"bins")
    app = visit("samples", release)
    healthy(app)
    bins = [button for button in app.get("download_button") if button.label.startswith("Its bins")]
    assert [button.label for button in bins] == ["Its bins, tsv", "Its bins, pkl"]
    app.button(key="published_example").click().run()
    until(app, is_read)
    assert not app.exception
    raw = app.session_state[keys.SAMPLES].raw
    _, _, values = read_adata_pickle(standin / FILES["example"][0])
    assert next(iter(raw.layers.values())).values.shape in (values.shape, values.shape[::-1])
    assert app.session_state[keys.SAMPLES].sheet is None


def test_the_page_of_a_gene_marks_the_samples_in_its_distribution(visit, mapped, counts) -> None:
    app = visit("samples")
    app.button(key="example").click().run()
    until(app, is_read)
    app.switch_page("pages/gene.py")
    app.query_params["gene"] = "CD3E"
    app.run()
    healthy(app)
    assert "are shown here once they are binned" in words(app)
    app.switch_page("pages/samples.py").run()
    app.button(key="bin").click().run()
    until(app, lambda app: app.session_state[keys.SAMPLES].normalized is not None)
    app.switch_page("pages/gene.py")
    app.query_params["gene"] = "CD3E"
    app.run()
    healthy(app)
    table = next(frame.value for frame in app.dataframe if "above" in frame.value)
    reference = expression_distribution(choose(), "CD3E").values
    values = {s: np.float32(np.log10(counts.loc["CD3E", s] * 1e7 / counts[s].sum() + 1)) for s in counts}
    expected = {s: 100 * (reference < value).mean() for s, value in values.items()}
    assert dict(zip(table["sample"], table["above"], strict=True)) == pytest.approx(expected, abs=100 / len(reference))
    marks = json.loads(app.get("plotly_chart")[-1].proto.spec)["data"][-1]
    assert marks["name"] == "your samples"
    assert len(marks["text"]) == counts.shape[1]
    assert "whose median lies above" in words(app)


def test_samples_of_archs4_are_found_and_taken(visit) -> None:
    app = visit("samples")
    app.session_state["archs4_open"] = True
    app.run()
    until(app, lambda app: any(box.key == "archs4_words" for box in app.text_input))
    app.text_input(key="archs4_words").set_value("liver female").run()
    healthy(app)
    found, total = Archs4.open(choose()).search("liver female")
    assert f"{total} of {len(Archs4.open(choose()))} samples" in words(app)
    app.button(key="archs4_take").click().run()
    until(app, is_read)
    app.run()
    healthy(app)
    raw = app.session_state[keys.SAMPLES].raw
    assert list(raw.rows) == found["geo_accession"].tolist()
    assert raw.layers["counts"].values.sum() == Archs4.open(choose()).read(found["column"]).values.sum()
    assert app.metric[0].value == str(total)


def test_a_listing_of_archs4_that_failed_or_was_cancelled_waits_for_a_click(visit, monkeypatch) -> None:
    problems = [GeneRAINError("human_gene_v2.2.h5 can't be read; download it again."), Cancelled("Cancelled.")]
    tried: list[Exception] = []

    def failing(release, progress=None):
        tried.append(problems[len(tried)])
        raise tried[-1]

    monkeypatch.setattr(archs4_source, "is_listed", lambda path: False)
    app = visit("samples")
    app.session_state["archs4_open"] = True
    with monkeypatch.context() as patched:
        patched.setattr(archs4_source.Archs4, "open", failing)
        app.run()
        until(app, lambda app: bool(app.error)).run()
        assert "download it again" in app.error[0].value
        assert len(tried) == 1
        app.button(key="archs4_again").click().run()
        until(app, lambda app: "cancelled" in words(app)).run()
        assert len(tried) == 2
    app.button(key="archs4_again").click().run()
    until(app, lambda app: any(box.key == "archs4_words" for box in app.text_input))
    healthy(app)
