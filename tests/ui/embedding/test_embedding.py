"""The second half of the Samples page: from bins to a map, on a small release with all four models."""

import json
import shutil
import threading
import time

import anndata
import numpy as np
import pandas as pd
import pytest

from generain_core.errors import Cancelled, GeneRAINError
from generain_core.models.embedded_file import with_counts_and_maps
from generain_core.models.model import open_model
from generain_core.models.pooling import embed_bins
from generain_core.release.files import Release
from generain_core.samples.binning.binned_files import write_h5ad
from generain_core.ui.embedding import alternative_readings, embedding_jobs
from generain_core.ui.jobs import job_view as jobs
from generain_core.ui.shell import keys
from tests.ui.test_pages import healthy, words
from tests.ui.test_samples_page import csv, until, upload

MODEL = "GPT_protein_coding_lncRNAs"


@pytest.fixture(scope="module")
def release(standin) -> Release:
    return Release.open(standin)


@pytest.fixture(scope="module")
def counts(release) -> pd.DataFrame:
    return some_counts(release)


def some_counts(release: Release) -> pd.DataFrame:
    """Return genes × 10 samples: two groups that differ in a third of their genes."""
    genes = release.path("boundaries/coding_lncrna/genes").read_text().split()
    rng = np.random.default_rng(0)
    level = rng.gamma(1, 60, len(genes))
    groups = [level, np.where(np.arange(len(genes)) % 3, level, level[::-1])]
    table = {f"sample {i}": rng.poisson(groups[i % 2] * rng.uniform(0.7, 1.4, len(genes))) for i in range(10)}
    return pd.DataFrame(table, index=genes)


@pytest.fixture
def binned(visit, standin, counts, monkeypatch):
    """Return the page with samples and their sheet, binned."""

    def go(table: pd.DataFrame = counts):
        monkeypatch.setenv("GENERAIN_RELEASE", str(standin))
        app = upload(visit, csv(table), "mine.csv")
        sheet = pd.DataFrame({"name": table.columns, "group": ["treated", "untreated"] * (table.shape[1] // 2)})
        app.file_uploader[0].upload("sheet.csv", csv(sheet, index=False)).run()
        app.number_input(key=keys.MIN_GENES).set_value(500).run()
        app.button(key="bin").click().run()
        return until(app, lambda app: app.session_state[keys.SAMPLES].normalized is not None).run()

    return go


def has_result(app, job) -> bool:
    """Say whether a job of the session has given its result."""
    return job.latest(app.session_state[keys.SAMPLES]) is not None


def embedded(app, model: str = MODEL):
    until(app, lambda app: any(button.key == "run_embed" for button in app.button))
    app.button(key="run_embed").click().run()
    return until(app, lambda app: has_result(app, embedding_jobs.embedding_job(model))).run()


def made(app, model: str = MODEL):
    return embedding_jobs.embedding_job(model).latest(app.session_state[keys.SAMPLES])


def test_a_good_file_goes_on_to_its_map_by_itself(visit, standin, counts, monkeypatch) -> None:
    monkeypatch.setenv("GENERAIN_RELEASE", str(standin))
    app = visit("samples")
    app.session_state[keys.GOES_ON] = True
    app.session_state[keys.MIN_GENES] = 500
    app.file_uploader[0].upload("mine.csv", csv(counts)).run()
    until(app, lambda app: keys.SAMPLES in app.session_state and has_result(app, embedding_jobs.embedding_job(MODEL))).run()
    healthy(app)
    steps = [each.label.split(" ·")[0] for each in app.expander if each.label.startswith("**") and " · " in each.label]
    assert steps == ["**Table**", "**Fit for the model**", "**Bins**", "**Embedding**"]
    assert made(app).map is not None
    app.segmented_control(key=keys.GENE_SET).set_value("gene2vec").run()  # corrected afterwards, it goes on again
    until(app, lambda app: app.session_state[keys.SAMPLES].is_binned)


def test_bins_become_a_map(binned, release, counts) -> None:
    app = binned()
    healthy(app)
    until(app, lambda app: "by a trial with 2 of them" in words(app))
    assert "on CPU" in words(app)
    embedded(app)
    healthy(app)
    found = made(app)
    model = open_model(release, MODEL)
    read = model.read(found.adata)
    np.testing.assert_allclose(found.adata.obsm["X_generain"], embed_bins(model.network, read.bins, read.tokens), atol=1e-5)
    assert found.map.method == "pca"
    assert "PCA, because there are 10 samples" in words(app)
    assert "embedded by GPT_protein_coding_lncRNAs on cpu" in words(app)
    session = app.session_state[keys.SAMPLES]
    assert embedding_jobs.at_hand(session) is embedding_jobs.at_hand(session, MODEL) is found.adata
    assert embedding_jobs.at_hand(session, "GPT_Binning_By_Gene") is None
    nearest = next(frame.value for frame in app.dataframe if "rank_back" in frame.value)
    assert len(nearest) == 9
    assert nearest["group"].iloc[:4].tolist() == ["treated"] * 4
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/samples.py").run()
    healthy(app)
    assert "embedded by GPT_protein_coding_lncRNAs" in words(app)


def view(app, name: str):
    next(box for box in app.segmented_control if box.key == "embed_view").set_value(name).run()
    healthy(app)
    return app


def test_all_views_of_embedded_samples(binned, release) -> None:
    app = embedded(binned())
    view(app, "Heatmap")
    figure = json.loads(app.get("plotly_chart")[-1].proto.spec)
    assert figure["data"][0]["type"] == "heatmap"
    assert "SIMULATED" in json.dumps(figure["layout"]["annotations"])
    view(app, "Genes read")
    read = next(frame.value for frame in app.dataframe if "token" in frame.value)
    found = made(app).adata
    model = open_model(release, MODEL)
    bins = pd.Series(found[found.obs_names[0]].layers["bins"].ravel(), index=found.var_names)
    known = bins[[gene for gene in bins.index if gene in model.index and gene in model.modelled]]
    wanted = known.sort_values(ascending=False, kind="stable").index[: model.network.most_genes]
    assert read["gene"].tolist() == wanted.tolist()
    assert read["token"].tolist() == [model.index[gene] for gene in wanted]
    view(app, "Stability")
    app.button(key="run_stability").click().run()
    until(app, lambda app: has_result(app, embedding_jobs.stability_job(MODEL))).run()
    healthy(app)
    assert "with 20% of the expressed genes missing" in words(app)
    table = next(frame.value for frame in app.dataframe if "to_nearest" in frame.value)
    assert len(table) == 3 * 10
    assert table["sample"].tolist()[:10] == found.obs_names.tolist()
    view(app, "Reading")
    app.button(key="run_doctor").click().run()
    until(app, lambda app: has_result(app, alternative_readings.READINGS)).run()
    healthy(app)
    assert "Proposed: as it is read now" in words(app)


def test_colors_by_a_gene_under_any_name_and_by_the_sheet(binned) -> None:
    app = embedded(binned())
    choice = next(box for box in app.selectbox if box.key.startswith("embed_color"))
    assert choice.value == "group"
    figure = json.loads(app.get("plotly_chart")[-1].proto.spec)
    assert [trace.get("name") for trace in figure["data"]][:2] == ["treated", "untreated"]
    choice.set_value("A gene's bin …").run()
    gene = made(app).adata.var_names[5]
    app.text_input(key="embed_gene").set_value(gene.lower()).run()
    healthy(app)
    figure = json.loads(app.get("plotly_chart")[-1].proto.spec)
    assert figure["data"][0]["marker"]["cmax"] == 2000
    app.text_input(key="embed_gene").set_value("NOSUCHGENE1").run()
    assert not app.exception
    assert "NOSUCHGENE1" in words(app)


def test_downloads_open_in_the_fields_tools(binned, release, tmp_path) -> None:
    app = embedded(binned())
    found, data = made(app), app.session_state[keys.SAMPLES].normalized.adata
    write_h5ad(with_counts_and_maps(found, data, release, [found.map]), tmp_path / "out.h5ad")
    again = anndata.read_h5ad(tmp_path / "out.h5ad")
    np.testing.assert_array_equal(again.obsm["X_generain"], found.adata.obsm["X_generain"])
    np.testing.assert_array_equal(again.obsm["X_pca"], found.map.places)
    np.testing.assert_array_equal(again.layers["bins"], data.layers["bins"])
    assert again.X.sum() == data.X.sum()
    for part in ("SIMULATED", MODEL, "float32", "PCA"):
        assert part in again.uns["generain"]["provenance"]
    assert "X_generain" not in data.obsm


def test_a_release_without_models_says_which_file_is_missing(visit, counts, standin, monkeypatch, tmp_path) -> None:
    root = tmp_path / "release"
    shutil.copytree(standin, root, ignore=lambda folder, names: [name for name in names if name.endswith(".pth")])
    monkeypatch.setenv("GENERAIN_RELEASE", str(root))
    app = upload(visit, csv(counts), "mine.csv")
    app.number_input(key=keys.MIN_GENES).set_value(500).run()
    app.button(key="bin").click().run()
    until(app, lambda app: app.session_state[keys.SAMPLES].normalized is not None).run()
    healthy(app)
    assert "GeneRAIN.GPT_protein_coding_lncRNAs.pth is missing; put it into data/models" in words(app)
    assert not any(button.key == "run_embed" for button in app.button)


def test_a_damaged_checkpoint_is_said_by_the_trial(visit, counts, standin, monkeypatch, tmp_path) -> None:
    root = tmp_path / "release"
    shutil.copytree(standin, root)
    path = root / "data" / "models" / f"GeneRAIN.{MODEL}.pth"
    path.write_bytes(path.read_bytes()[:5000])
    monkeypatch.setenv("GENERAIN_RELEASE", str(root))
    app = upload(visit, csv(counts), "mine.csv")
    app.number_input(key=keys.MIN_GENES).set_value(500).run()
    app.button(key="bin").click().run()
    until(app, lambda app: app.session_state[keys.SAMPLES].normalized is not None).run()
    until(app, lambda app: bool(app.error))
    assert f"GeneRAIN.{MODEL}.pth is not a readable checkpoint" in words(app)
    assert not any(button.key == "run_embed" for button in app.button)


def test_a_file_of_logs_is_read_as_proposed_in_a_click(visit, counts, standin, monkeypatch) -> None:
    monkeypatch.setenv("GENERAIN_RELEASE", str(standin))
    app = upload(visit, csv(np.log2(counts / counts.sum() * 1e6 + 1)), "logs.csv")
    assert app.session_state[keys.SAMPLES].joined is None
    app.button(key="run_doctor").click().run()
    until(app, lambda app: has_result(app, alternative_readings.READINGS)).run()
    assert "Proposed: the file as logs, log2(x + 1) undone" in words(app)
    table = next(frame.value for frame in app.dataframe if "unevenness" in frame.value)
    assert table.loc[table["likely"], "reading"].item() == "as logs, log2(x + 1) undone"
    assert table["note"].iloc[0]
    app.button(key="apply_reading").click().run()
    healthy(app)
    linear = app.session_state[keys.SAMPLES].joined.expression
    assert linear.value_kind == "log (back-transformed)"
    wanted = (counts / counts.sum() * 1e6).T.to_numpy()
    np.testing.assert_allclose(linear.values, wanted, rtol=1e-6, atol=1e-6)


def test_choices_that_an_embedding_was_made_without_are_said_until_it_is_made_again(binned) -> None:
    app = embedded(binned())
    view(app, "Heatmap")
    assert "Made without" not in words(app)
    app.checkbox(key="embed_loss").check().run()
    healthy(app)
    assert "Made without what is chosen above now (loss): “Again” makes it so." in words(app)
    app.button(key="again_embed").click().run()
    assert not embedding_jobs.CLUSTERED.is_made(app.session_state[keys.SAMPLES])
    embedded(app)
    assert "Made without" not in words(app)
    assert "generain_loss" in made(app).adata.obs


def test_a_sheet_joined_after_embedding_colors_the_map_and_costs_no_bins(binned, release) -> None:
    app = embedded(binned())
    session = app.session_state[keys.SAMPLES]
    before, bins = made(app), session.normalized.adata.layers["bins"]
    names = before.adata.obs_names.tolist()
    sheet = pd.DataFrame({"name": names[::-1], "batch": ["x"] * 4 + ["y"] * 6})
    app.file_uploader[0].upload("batches.csv", csv(sheet, index=False)).run()
    healthy(app)
    assert "10 samples embedded by" in words(app)
    assert made(app) is before
    assert session.normalized.adata.layers["bins"] is bins
    wanted = ["y"] * 6 + ["x"] * 4
    for adata in (before.adata, session.normalized.adata, with_counts_and_maps(before, session.normalized.adata, release)):
        assert adata.obs["batch"].tolist() == wanted
        assert "group" not in adata.obs
    color = next(box for box in app.selectbox if box.key.startswith("embed_color"))
    color.set_value("batch").run()
    healthy(app)
    figure = json.loads(app.get("plotly_chart")[-1].proto.spec)
    assert {"x", "y"} <= {trace.get("name") for trace in figure["data"]}


def test_a_sheet_that_samples_are_summed_by_does_ask_for_new_bins(binned) -> None:
    app = binned()
    session = app.session_state[keys.SAMPLES]
    assert session.is_binned
    next(box for box in app.multiselect if box.key.startswith("sum_")).set_value(["group"]).run()
    healthy(app)
    assert not session.is_binned
    assert app.button(key="bin").label == "Bin 2 samples"


def test_work_is_cancelled_on_the_way_and_leaves_nothing(binned, monkeypatch) -> None:
    started = threading.Event()

    def slow(*_, progress, **__):
        for i in range(2000):
            progress(i / 2000, f"{i} of 2000 samples embedded")
            started.set()
            time.sleep(0.01)

    monkeypatch.setattr(embedding_jobs, "embed_and_map", slow)
    app = binned()
    until(app, lambda app: any(button.key == "run_embed" for button in app.button))
    app.button(key="run_embed").click().run()
    assert started.wait(20)
    app.run()
    assert "samples embedded" in "".join(bar.proto.text for bar in app.get("progress"))
    job = app.session_state[keys.SAMPLES].work[embedding_jobs.embedding_job(MODEL)].job
    next(button for button in app.button if button.key.startswith(f"cancel_embed_{MODEL}")).click().run()
    until(app, lambda app: job.state == "cancelled").run()
    healthy(app)
    assert job.result is None
    assert "cancelled" in words(app)
    assert app.button(key="run_embed")


def test_a_cancelled_trial_says_that_the_time_is_not_known_and_can_be_made(binned, monkeypatch) -> None:
    whole, lost = embedding_jobs.time_trial, threading.Event()

    def cancelled(*given, **options):
        if lost.is_set():
            return whole(*given, **options)
        raise Cancelled("Cancelled.")

    monkeypatch.setattr(embedding_jobs, "time_trial", cancelled)
    app = binned()
    until(app, lambda app: "the trial was cancelled" in words(app)).run()
    healthy(app)
    assert app.button(key="run_embed").label == "Embed 10 samples"
    lost.set()
    app.button(key="again_trial").click().run()
    until(app, lambda app: "by a trial with 2 of them" in words(app))
    assert "the trial was cancelled" not in words(app)


def test_a_device_that_fails_on_the_way_is_said_and_the_choice_stays(binned, monkeypatch) -> None:
    def fails(*_, **__):
        raise GeneRAINError("cuda:0 has too little memory for one sample; close other programs or choose cpu.")

    monkeypatch.setattr(embedding_jobs, "embed_and_map", fails)
    app = binned()
    until(app, lambda app: any(button.key == "run_embed" for button in app.button))
    app.button(key="run_embed").click().run()
    until(app, lambda app: bool(app.error))
    assert "too little memory for one sample" in words(app)
    assert app.button(key="run_embed")


def test_two_users_never_see_each_others_samples(binned, counts) -> None:
    mine, theirs = binned(), binned(counts.iloc[:, ::-1].iloc[:, :8])
    embedded(mine)
    theirs.run()
    assert "embedded by" not in words(theirs)
    embedded(theirs)
    assert made(mine).adata.n_obs == 10
    assert made(theirs).adata.n_obs == 8
    jobs_of = [{job.key for job in app.session_state[keys.SAMPLES].jobs()} for app in (mine, theirs)]
    assert not jobs_of[0] & jobs_of[1]
    mine.run()
    assert "10 samples embedded" in words(mine)


def test_files_bins_and_maps_do_not_wait_for_another_users_long_work_on_the_cpu(binned, counts) -> None:
    over, begun = threading.Event(), threading.Event()

    def long(job) -> None:
        begun.set()
        over.wait(100)

    many = pd.concat([counts, counts.iloc[:, :6].add_suffix(" again")], axis=1)
    mine = embedded(binned(many))
    job = jobs.queue().submit("long", "Embedding", long, "another")
    try:
        assert begun.wait(10)
        app = binned()
        assert app.session_state[keys.SAMPLES].normalized.adata.n_obs == 10
        for title, method in (("UMAP", "umap"), ("t-SNE", "tsne")):
            next(box for box in mine.segmented_control if box.label == "Map").set_value(title).run()
            until(mine, lambda app, method=method: has_result(app, embedding_jobs.map_job(MODEL, method))).run()
            healthy(mine)
            assert f"{title} (vectors" in words(mine)
        assert job.state == "running"
    finally:
        over.set()


def test_what_failed_is_tried_again_in_place(binned, monkeypatch) -> None:
    lost = threading.Event()
    lost.set()

    def failing(module, name: str) -> None:
        whole = getattr(module, name)

        def sometimes(*given, **options):
            if lost.is_set():
                raise GeneRAINError("The device was lost on the way; choose cpu, or try once more.")
            return whole(*given, **options)

        monkeypatch.setattr(module, name, sometimes)

    def again(app, key: str, done) -> None:
        assert "The device was lost on the way" in words(app)
        assert app.button(key=key).label == "Try again"
        lost.clear()
        app.button(key=key).click().run()
        until(app, done).run()
        lost.set()
        healthy(app)
        assert "The device was lost" not in words(app)

    for name in ("time_trial", "embed_and_map", "stability"):
        failing(embedding_jobs, name)
    failing(alternative_readings, "diagnose_readings")
    app = binned()
    until(app, lambda app: bool(app.error)).run()
    assert not any(button.key == "run_embed" for button in app.button)
    again(app, "again_trial", lambda app: "by a trial with 2 of them" in words(app))
    for view_name, key, begins, result in (
        (None, "run_embed", "Embed 10 samples", embedding_jobs.embedding_job(MODEL)),
        ("Stability", "run_stability", "Drop genes", embedding_jobs.stability_job(MODEL)),
        ("Reading", "run_doctor", "Try other readings", alternative_readings.READINGS),
    ):
        if view_name:
            view(app, view_name)
        assert app.button(key=key).label == begins
        app.button(key=key).click().run()
        until(app, lambda app: bool(app.error)).run()
        assert not has_result(app, result)
        again(app, key, lambda app, result=result: has_result(app, result))
