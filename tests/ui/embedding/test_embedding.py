"""The second half of the Samples page: from bins to a map, on a small release with all four models."""

import json
import shutil

import anndata
import numpy as np
import pandas as pd

from generain_core.models.embedded_file import with_counts_and_maps
from generain_core.models.model import open_model
from generain_core.models.pooling import embed_bins
from generain_core.samples.binning.binned_files import write_h5ad
from generain_core.ui.embedding import alternative_readings, embedding_jobs
from generain_core.ui.shell import keys
from tests.ui.embedding.on_page import MODEL, embedded, has_result, made, view
from tests.ui.test_pages import healthy, words
from tests.ui.test_samples_page import csv, until, upload


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


def test_all_views_of_embedded_samples(binned, release) -> None:
    app = embedded(binned())
    view(app, "Heatmap")
    figure = json.loads(app.get("plotly_chart")[-1].proto.spec)
    assert figure["data"][0]["type"] == "heatmap"
    assert "SIMULATED" in json.dumps(figure["layout"]["annotations"])
    view(app, "Genes read")
    read = next(frame.value for frame in app.dataframe if {"gene", "place"} <= set(frame.value))
    found = made(app).adata
    model = open_model(release, MODEL)
    bins = pd.Series(found[found.obs_names[0]].layers["bins"].ravel(), index=found.var_names)
    known = bins[[gene for gene in bins.index if gene in model.index and gene in model.modelled]]
    wanted = known.sort_values(ascending=False, kind="stable").index[: model.network.most_genes]
    assert read["gene"].tolist() == wanted.tolist()
    view(app, "Stability")
    app.button(key="run_stability").click().run()
    until(app, lambda app: has_result(app, embedding_jobs.stability_job(MODEL))).run()
    healthy(app)
    assert "with 20 % of the expressed genes missing" in words(app)
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
