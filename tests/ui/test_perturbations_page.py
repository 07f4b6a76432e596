"""The Perturbations page: from the example to a ranking, and what is said where nothing can be compared."""

import time

import anndata
import numpy as np
import pandas as pd
import pytest

from generain_core.release.files import choose
from generain_core.samples.binning.normalize import normalize
from generain_core.ui.perturbations import experiment
from generain_core.ui.shell import keys
from generain_core.vectors.atlas import open_genes
from tests.samples.toy import table
from tests.ui.test_pages import healthy, words
from tests.ui.test_samples_page import is_read, until, upload


def waited(app, job, seconds: float = 120):
    """Run the page until a job of the session has given its result."""
    end = time.monotonic() + seconds
    while job.latest(app.session_state[keys.SAMPLES]) is None:
        assert time.monotonic() < end, words(app)
        time.sleep(0.25)
        app.run()
    return app.run()


def box(boxes, name: str):
    """Return the box whose key begins with a name."""
    return next(each for each in boxes if str(each.key).startswith(name))


def test_the_example_goes_from_samples_to_a_ranking_and_methods(visit) -> None:
    app = visit("perturbations")
    healthy(app)
    app.button(key="perturb_example").click().run()
    until(app, is_read)
    app.run()
    healthy(app)
    app.button(key="perturb_run").click().run()
    waited(app, experiment.COMPARISON)
    healthy(app)
    assert [metric.label for metric in app.metric][:4] == [
        "Perturbations",
        "Perturbed samples",
        "Control samples",
        "With a target gene",
    ]
    app.segmented_control(key=keys.PERTURB_VIEW).set_value("Alike").run()
    healthy(app)
    assert len(app.get("plotly_chart")) == 2
    near = next(table.value for table in app.dataframe if "rank_back" in table.value)
    assert len(near) == int(app.metric[0].value) - 1
    assert near["cosine"].is_monotonic_decreasing
    app.segmented_control(key=keys.PERTURB_VIEW).set_value("Foreseen").run()
    healthy(app)
    assert "Alike as genes, not in effect" in words(app)
    app.segmented_control(key=keys.PERTURB_VIEW).set_value("Methods").run()
    healthy(app)
    assert "Benjamini" in app.code[0].value
    assert "SIMULATED" in app.code[0].value
    assert "SIMULATED" in words(app)
    assert "cosines of the targets" in app.code[0].value
    seed = next(box for box in app.number_input if str(box.key).startswith("perturb_seed"))
    seed.set_value(1).run()
    box(app.multiselect, "perturb_strata").set_value([]).run()
    box(app.multiselect, "perturb_covariates").set_value(["batch"]).run()
    assert "Read as: batch as kinds (batch 1, batch 2" in words(app)
    box(app.multiselect, "perturb_only").set_value(["MCM2"])
    box(app.segmented_control, "perturb_depth_way").set_value("as they are").run()
    healthy(app)
    in_link = {name: words for name, words in app.session_state[keys.STEPS].items() if words}
    assert in_link == {
        "perturb_seed": ["1"],
        "perturb_within": [""],
        "perturb_covariates": ["batch"],
        "perturb_only": ["MCM2"],
        "perturb_depths": ["as they are"],
    }
    app.button(key="perturb_run").click().run()
    waited(app, experiment.COMPARISON)
    healthy(app)
    latest = experiment.COMPARISON.latest(app.session_state[keys.SAMPLES])
    assert latest is not None
    assert latest.choices.settings.seed == 1
    assert (latest.choices.only, latest.choices.covariates, latest.choices.depth) == (("MCM2",), ("batch",), 0)
    assert latest.table["perturbation"].tolist() == ["MCM2"]
    assert "Only MCM2 was compared with non-targeting" in words(app)
    assert app.segmented_control(key=keys.PERTURB_VIEW).value == "Ranking"  # not the methods, which were looked at last
    assert "MCM2 moves the samples away from non-targeting" in words(app)
    assert "Not for this table: Alike in effect needs two perturbations" in words(app)
    app.segmented_control(key=keys.PERTURB_VIEW).set_value("Methods").run()
    assert "cosines of the targets" not in app.code[0].value  # of this comparison no other view was opened
    colleague = visit("perturbations", file="ours.csv", **{name: words[-1] for name, words in in_link.items()})
    assert "made with the file **ours.csv**" in words(colleague)
    colleague.button(key="perturb_example").click().run()
    until(colleague, is_read)
    colleague.run()
    healthy(colleague)
    assert "made with the file **ours.csv**. What it says is applied to this one" in words(colleague)
    assert box(colleague.multiselect, "perturb_strata").value == []
    assert box(colleague.multiselect, "perturb_covariates").value == ["batch"]
    assert box(colleague.multiselect, "perturb_only").value == ["MCM2"]
    assert box(colleague.segmented_control, "perturb_depth_way").value == "as they are"
    assert box(colleague.number_input, "perturb_seed").value == 1


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


def test_labels_that_all_merge_into_the_control_can_be_left_as_written(visit, screen, tmp_path) -> None:
    (tmp_path / "in.h5ad").write_bytes(screen)
    made = anndata.read_h5ad(tmp_path / "in.h5ad")
    made.obs["guide"] = (["mock"] * 15 + ["mock 24"] * 10 + ["mock 48"] * 10)[: made.n_obs]
    made.write_h5ad(tmp_path / "in.h5ad")
    app = upload(visit, (tmp_path / "in.h5ad").read_bytes(), "mock.h5ad")
    app.switch_page("pages/perturbations.py").run()
    assert not app.exception
    assert "are control" in words(app)
    assert "can be left as written, under Names" in words(app)
    next(box for box in app.multiselect if str(box.key).startswith("perturb_as_written")).set_value(["mock 24", "mock 48"]).run()
    healthy(app)
    assert [metric.value for metric in app.metric][:3] == ["2", "20", "15"]


def test_a_screen_is_compared_in_all_views(visit, screen) -> None:
    app = upload(visit, screen, "screen.h5ad")
    app.switch_page("pages/perturbations.py").run()
    healthy(app)
    assert [metric.value for metric in app.metric][:4] == ["5", "25", "10", "5"]
    kept = next(box for box in app.multiselect if str(box.key).startswith("perturb_as_written"))
    assert len(kept.options) == 10
    kept.set_value([kept.options[0]]).run()
    healthy(app)
    assert [metric.value for metric in app.metric][:4] == ["6", "25", "10", "6"]
    next(box for box in app.multiselect if str(box.key).startswith("perturb_as_written")).set_value([]).run()
    app.button(key="perturb_run").click().run()
    waited(app, experiment.COMPARISON)
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


def test_several_samples_of_a_donor_are_said_before_anything_runs(visit, screen, tmp_path) -> None:
    (tmp_path / "in.h5ad").write_bytes(screen)
    adata = anndata.read_h5ad(tmp_path / "in.h5ad")
    adata.obs["donor"] = [f"P{i // 2}" for i in range(adata.n_obs)]
    adata.write_h5ad(tmp_path / "donors.h5ad")
    app = upload(visit, (tmp_path / "donors.h5ad").read_bytes(), "donors.h5ad")
    app.switch_page("pages/perturbations.py").run()
    healthy(app)
    assert "(column donor, recognized by its name)" in words(app)
    assert "summed: each donor counts once in a group" in words(app)
    box(app.selectbox, "perturb_donor_").set_value("none").run()
    healthy(app)
    assert "compared as independent, as was asked" in words(app)


def test_a_link_says_that_samples_were_embedded_to_whoever_has_not(visit, screen, monkeypatch) -> None:
    app = upload(visit, screen, "screen.h5ad")
    with monkeypatch.context() as patch:
        patch.setattr(experiment, "is_embedded", lambda _: True)
        app.switch_page("pages/perturbations.py").run()
    healthy(app)
    assert box(app.toggle, "perturb_thin_").value
    link = {name: words for name, words in app.session_state[keys.STEPS].items() if words}
    assert link == {"perturb_thin": ["true"]}
    other = upload(visit, screen, "screen.h5ad")
    other.query_params["perturb_thin"] = link["perturb_thin"]
    other.switch_page("pages/perturbations.py").run()
    healthy(other)
    assert box(other.toggle, "perturb_thin_").value
    other.query_params.clear()
    box(other.toggle, "perturb_thin_").set_value(False).run()
    assert not other.session_state[keys.STEPS]["perturb_thin"]


def test_samples_without_a_column_for_perturbations_are_told_so(visit, screen, tmp_path) -> None:
    (tmp_path / "bare.h5ad").write_bytes(screen)
    bare = anndata.read_h5ad(tmp_path / "bare.h5ad")
    bare.obs = bare.obs[[]]
    bare.write_h5ad(tmp_path / "bare.h5ad")
    app = upload(visit, (tmp_path / "bare.h5ad").read_bytes(), "bare.h5ad")
    app.switch_page("pages/perturbations.py").run()
    assert not app.exception
    assert "No column of your samples can name perturbations" in words(app)


@pytest.fixture(scope="module")
def embeddable(standin, tmp_path_factory) -> bytes:
    """Return a screen of six targets that the small stand-in's models can embed; rows of unknown names make it rich enough."""
    generator = np.random.default_rng(1)
    release = choose(standin)
    resolver = open_genes(release)
    genes = resolver.table.model.index.tolist()
    level = np.append(generator.gamma(2.0, 100, len(genes)), np.full(1000, 2000.0))
    rows = [*genes, *(f"transcript-{i}" for i in range(1000))]
    binned = normalize(table(generator.poisson(np.tile(level, (3, 1))).astype(float), rows), release, resolver).adata
    targets = list(binned.var_names[np.argsort(-binned.layers["bins"].mean(0), kind="stable")][20:260:40])
    what = ["ctrl"] * 5 + [target for target in targets for _ in range(4)]
    counts = generator.poisson(np.tile(level, (len(what), 1))).astype(np.float32)
    for i, label in enumerate(what[5:], 5):
        counts[i, genes.index(label)] = 0
    obs = pd.DataFrame({"guide": what}, index=[f"S{i}" for i in range(len(what))])
    made = anndata.AnnData(counts, obs, pd.DataFrame(index=rows))
    path = tmp_path_factory.mktemp("embeddable") / "screen.h5ad"
    made.write_h5ad(path)
    return path.read_bytes()


def test_targets_are_knocked_down_in_silico_beside_baselines(visit, standin, embeddable, monkeypatch) -> None:
    monkeypatch.setenv("GENERAIN_RELEASE", str(standin))
    app = upload(visit, embeddable, "screen.h5ad")
    app.switch_page("pages/perturbations.py").run()
    app.button(key="perturb_run").click().run()
    waited(app, experiment.COMPARISON)
    healthy(app)
    assert {"In both spaces", "Model only", "Expression only"} <= {metric.label for metric in app.metric}
    app.segmented_control(key=keys.PERTURB_VIEW).set_value("In silico").run()
    app.number_input(key="perturb_controls").set_value(2).run()
    healthy(app)
    assert not app.get("plotly_chart")
    app.button(key="perturb_silico_run").click().run()
    waited(app, experiment.Part("in_silico").job)
    healthy(app)
    assert "baselines" in words(app)
    assert len(next(each.value for each in app.dataframe if "cosine_model" in each.value)) == 6
    app.segmented_control(key=keys.PERTURB_VIEW).set_value("Methods").run()
    assert "In-silico knock-downs set the bin" in app.code[0].value
    app.segmented_control(key=keys.PERTURB_VIEW).set_value("Genes").run()
    healthy(app)
    assert "log2(count · 10⁷ / total" in words(app)  # what one's own counts alone tell comes first
    app.segmented_control(key="perturb_measure").set_value("bins").run()
    healthy(app)
    assert "bins (1 to 2,000)" in words(app)
