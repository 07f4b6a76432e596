"""The second half of the Samples page: from bins to a map, on a small release with all four models."""

import anndata
import numpy as np
import pandas as pd
import pytest

from generain_core.atlas import open_genes
from generain_core.models.embed import embed_bins
from generain_core.models.model import open_model
from generain_core.release import Release
from generain_core.ui import keys
from tests.ui.test_pages import healthy, words
from tests.ui.test_samples_page import csv, until, upload

MODEL = "GPT_protein_coding_lncRNAs"


@pytest.fixture(scope="module")
def release(standin) -> Release:
    return Release.open(standin)


@pytest.fixture(scope="module")
def counts(release) -> pd.DataFrame:
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


def embedded(app, model: str = MODEL):
    until(app, lambda app: any(button.key == "run_embed" for button in app.button))
    app.button(key="run_embed").click().run()
    return until(app, lambda app: f"embed_{model}_result" in app.session_state[keys.SAMPLES].memory).run()


def made(app, model: str = MODEL):
    return app.session_state[keys.SAMPLES].memory[f"embed_{model}_result"][1]


def test_bins_become_a_map(binned, release, counts) -> None:
    app = binned()
    healthy(app)
    until(app, lambda app: "by a trial with 2 of them" in words(app))
    assert "on CPU" in words(app)
    embedded(app)
    healthy(app)
    found = made(app)
    model = open_model(release, MODEL, set(open_genes(release).table.model.index))
    read = model.read(found.adata)
    np.testing.assert_allclose(found.adata.obsm["X_generain"], embed_bins(model.network, read.bins, read.tokens), atol=1e-5)
    assert found.map.method == "pca"
    assert "PCA, because there are 10 samples" in words(app)
    assert "embedded by GPT_protein_coding_lncRNAs on cpu" in words(app)
    nearest = next(frame.value for frame in app.dataframe if "rank_back" in frame.value)
    assert len(nearest) == 9
    assert nearest["group"].iloc[:4].tolist() == ["treated"] * 4
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/samples.py").run()
    healthy(app)
    assert "embedded by GPT_protein_coding_lncRNAs" in words(app)
    assert isinstance(found.adata, anndata.AnnData)
