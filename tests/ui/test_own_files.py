"""The Samples page with a file that this program wrote: bins, embedding, maps and choices are there at once."""

import anndata
import numpy as np
import pytest

import generain_core
from generain_core.geometry.projection import map_samples
from generain_core.models.embedded_file import with_counts_and_maps
from generain_core.models.embedding import embed_and_map
from generain_core.samples.binning.binned_files import write_h5ad
from generain_core.ui.embedding import embedding_jobs
from generain_core.ui.shell import keys
from tests.conftest import PROJECT
from tests.ui.test_pages import healthy, words
from tests.ui.test_samples_page import until, upload

MODEL = "BERT_Pred_Genes_Binning_By_Gene"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return a file as the page offers it: embedded, with maps, of a gene set and model that are not those taken by default."""
    generain = generain_core.open(PROJECT / "assets/demo")
    binned = generain.normalize(generain.release.path("demo/counts"), "gene2vec", min_genes=1500)
    embedded = embed_and_map(binned, generain.release, MODEL, device="cpu", loss=True)
    maps = [embedded.map, map_samples(embedded.adata.obsm["X_generain"], "tsne")]
    path = tmp_path_factory.mktemp("own") / "page.h5ad"
    write_h5ad(with_counts_and_maps(embedded, binned, generain.release, maps), path)
    return path


def test_everything_is_there_without_a_click(visit, written, monkeypatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr("generain_core.samples.binning.normalize.bin_samples", never)
    monkeypatch.setattr("generain_core.models.embedding.open_model", never)
    app = upload(visit, written.read_bytes(), "page.h5ad")
    app.run()
    healthy(app)
    assert "This file was written by this program" in words(app)
    assert app.session_state[keys.GENE_SET] == "gene2vec"
    assert app.number_input(key=keys.MIN_GENES).value == 1500
    session, before = app.session_state[keys.SAMPLES], anndata.read_h5ad(written)
    np.testing.assert_array_equal(session.normalized.adata.layers["bins"], before.layers["bins"])
    assert app.selectbox(key="embed_model_gene2vec").value == MODEL
    embedded = embedding_jobs.embedding_job(MODEL).latest(session)
    np.testing.assert_array_equal(embedded.adata.obsm["X_generain"], before.obsm["X_generain"])
    assert "as it is in your file" in words(app)
    np.testing.assert_array_equal(embedded.map.places, before.obsm["X_pca"])
    box = next(each for each in app.segmented_control if str(each.key).startswith("embed_map"))
    box.set_value("t-SNE").run()
    until(app, lambda app: embedding_jobs.map_job(MODEL, "tsne").latest(session) is not None)
    made = embedding_jobs.map_job(MODEL, "tsne").latest(session)
    np.testing.assert_array_equal(made.places, before.obsm["X_tsne"])


def test_one_click_takes_it_as_a_new_table(visit, written) -> None:
    app = upload(visit, written.read_bytes(), "page.h5ad")
    box = next(each for each in app.checkbox if str(each.key).startswith("new_table_"))
    box.set_value(True).run()
    healthy(app)
    session = app.session_state[keys.SAMPLES]
    assert not session.is_binned
    assert session.examined.result.acceptance["total_counts"].sum() < anndata.read_h5ad(written).obs["total_counts"].sum()


def test_a_changed_file_is_asked_about(visit, written, tmp_path) -> None:
    adata = anndata.read_h5ad(written)
    adata.X = np.log1p(np.asarray(adata.X.toarray() if hasattr(adata.X, "toarray") else adata.X))
    adata.write_h5ad(tmp_path / "changed.h5ad")
    app = upload(visit, (tmp_path / "changed.h5ad").read_bytes(), "changed.h5ad")
    app.run()
    assert "changed since" in words(app)
    session = app.session_state[keys.SAMPLES]
    assert session.normalized is None
    box = next(each for each in app.checkbox if str(each.key).startswith("new_table_"))
    box.set_value(True).run()
    assert "These are logs" in words(app)
