"""The Perturbations page: from the example to a ranking, and what is said where nothing can be compared."""

import anndata
import numpy as np
import pandas as pd
import pytest

from generain_core.ui import keys
from tests.ui.test_pages import healthy, words
from tests.ui.test_samples_page import is_read, until, upload


def test_the_example_goes_from_samples_to_a_ranking_and_methods(visit) -> None:
    app = visit("perturbations")
    healthy(app)
    app.button(key="perturb_example").click().run()
    until(app, is_read)
    app.run()
    healthy(app)
    app.button(key="perturb_run").click().run()
    until(app, lambda app: "perturb_result" in app.session_state[keys.SAMPLES].memory)
    app.run()
    healthy(app)
    assert [metric.label for metric in app.metric][:4] == ["Perturbations", "Perturbed", "Controls", "Name a gene"]
    app.segmented_control(key=keys.PERTURB_VIEW).set_value("Alike").run()
    healthy(app)
    assert len(app.get("plotly_chart")) == 2
    near = next(table.value for table in app.dataframe if "rank_back" in table.value)
    assert len(near) == int(app.metric[0].value) - 1
    assert near["cosine"].is_monotonic_decreasing
    app.segmented_control(key=keys.PERTURB_VIEW).set_value("Foreseen").run()
    healthy(app)
    assert "at least 4 are needed" in words(app)
    app.segmented_control(key=keys.PERTURB_VIEW).set_value("Methods").run()
    healthy(app)
    assert "Benjamini" in app.code[0].value
    assert "SIMULATED" in app.code[0].value
    assert "SIMULATED" in words(app)


@pytest.fixture(scope="module")
def screen(demo_atlas, tmp_path_factory) -> bytes:
    """Return a screen as h5ad: 10 controls and 5 samples each of 5 knock-downs that lower their target and its neighbors."""
    generator, vectors = np.random.default_rng(0), demo_atlas.space
    genes = list(vectors.genes[:900])
    targets = genes[100:600:100]
    what = ["non-targeting"] * 10 + [f"sg{target}-{i % 2 + 1}" for target in targets for i in range(5)]
    level = np.tile(generator.gamma(2.0, 100, len(genes)), (len(what), 1))
    for n, target in enumerate(targets):
        near = np.argsort(-vectors.unit(genes) @ vectors.unit([target])[0])[:40]
        level[np.ix_(10 + 5 * n + np.arange(5), near)] *= 0.4
    counts = generator.poisson(level * generator.gamma(10, 0.1, level.shape)).astype(np.float32)
    names = [f"S{i}" for i in range(len(what))]
    made = anndata.AnnData(counts, pd.DataFrame({"guide": what}, index=names), pd.DataFrame(index=genes))
    path = tmp_path_factory.mktemp("screen") / "screen.h5ad"
    made.write_h5ad(path)
    return path.read_bytes()


def test_a_screen_is_compared_in_all_views(visit, screen) -> None:
    app = upload(visit, screen, "screen.h5ad")
    app.switch_page("pages/perturbations.py").run()
    healthy(app)
    assert [metric.value for metric in app.metric][:4] == ["5", "25", "10", "5"]
    app.button(key="perturb_run").click().run()
    until(app, lambda app: "perturb_result" in app.session_state[keys.SAMPLES].memory)
    app.run()
    healthy(app)
    found = {metric.label: metric.value for metric in app.metric}
    assert found["Found"] == "5"
    for view, charts, said in (
        ("Alike", 2, "Cosine of shifts"),
        ("Foreseen", 1, "Alike as genes, not in effect"),
        ("Genes", 1, "nearer than to other genes like it"),
        ("Targets", 0, "Left of it"),
    ):
        app.segmented_control(key=keys.PERTURB_VIEW).set_value(view).run()
        healthy(app)
        assert len(app.get("plotly_chart")) == charts
        assert said in words(app)
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures["Target down"] == "5"


def test_samples_without_a_column_for_perturbations_are_told_so(visit, screen, tmp_path) -> None:
    (tmp_path / "bare.h5ad").write_bytes(screen)
    bare = anndata.read_h5ad(tmp_path / "bare.h5ad")
    bare.obs = bare.obs[[]]
    bare.write_h5ad(tmp_path / "bare.h5ad")
    app = upload(visit, (tmp_path / "bare.h5ad").read_bytes(), "bare.h5ad")
    app.switch_page("pages/perturbations.py").run()
    assert not app.exception
    assert "No column of your samples can name perturbations" in words(app)
