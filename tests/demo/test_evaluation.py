"""What the demo says of itself: measured again from the committed files, in plain ways of its own."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from generain_core import settings
from generain_core.demo import attributes, evaluation, figures, training
from generain_core.demo.data import EXAMPLE_PER_TYPE, EXAMPLE_TYPES
from generain_core.demo.perturbed import EFFECTS
from generain_core.demo.programs.programs import PROGRAMS, biotypes
from generain_core.demo.training import FIRST
from generain_core.errors import ReleaseError
from generain_core.release.files import FILES, Release
from generain_core.training.options import Options


@pytest.fixture(scope="module")
def release() -> Release:
    return Release.open(settings.DEMO_RELEASE)


@pytest.fixture(scope="module")
def said(release: Release) -> dict:
    return json.loads(release.path("demo/proof").read_text())


def test_neighbors_are_counted_gene_by_gene(release: Release, said: dict) -> None:
    genes = release.path("vectors/genes").read_text().split()
    vectors = np.load(release.path("vectors/200d")).astype(float)
    unit = vectors / np.sqrt((vectors**2).sum(1, keepdims=True))
    programs = [{name for name, p in PROGRAMS.items() if gene in p.genes} for gene in genes]
    kinds = biotypes()
    for key, kind in (("coding", "protein_coding"), ("lncRNA", "lncRNA")):
        of = [i for i, gene in enumerate(genes) if kinds[gene] == kind]
        near, among = 0, 0
        for i in of:
            order = [j for j in np.argsort(-(unit @ unit[i]), kind="stable") if j != i][:10]
            near += sum(bool(programs[i] & programs[j]) for j in order)
            among += sum(bool(programs[i] & other) for j, other in enumerate(programs) if j != i)
        assert said["neighbors"][key]["genes"] == len(of)
        assert said["neighbors"][key]["share"] == pytest.approx(near / 10 / len(of), abs=2e-4)
        assert said["neighbors"][key]["chance"] == pytest.approx(among / (len(genes) - 1) / len(of), abs=2e-4)
        assert near / 10 / len(of) > 10 * among / (len(genes) - 1) / len(of)


def test_attributes_are_predicted_for_genes_that_were_held_out(release: Release, said: dict) -> None:
    table = pd.read_parquet(release.path("attributes"))
    genes = release.path("attributes/genes").read_text().split()
    lines = [line.split("\t") for line in release.path("demo/gene_sets").read_text().splitlines()]
    listed = {(library, name): set(members) for name, library, *members in lines}
    scores = {}
    for row in table.itertuples():
        members = listed[row.library, row.attribute]
        truth = [gene in members for gene in genes]
        assert row.number_of_positive_genes == sum(truth)
        scores[row.library, row.attribute] = roc_auc_score(truth, row.predicted_probabilities)
        assert row.test_auroc == pytest.approx(scores[row.library, row.attribute], abs=1e-6)
    real = [score for (library, _), score in scores.items() if library != attributes.CHANCE_SETS]
    random = [score for (library, _), score in scores.items() if library == attributes.CHANCE_SETS]
    assert said["attributes"] == {
        "sets": len(real),
        "median_auroc": pytest.approx(np.median(real), abs=1e-4),
        "share_above_0.8": pytest.approx(np.mean(np.array(real) > 0.8), abs=1e-4),
        "random_sets": len(random),
        "random_median_auroc": pytest.approx(np.median(random), abs=1e-4),
    }
    assert np.median(real) > 0.8
    assert abs(np.median(random) - 0.5) < 0.1


def test_a_classifier_is_never_asked_about_a_gene_that_it_saw() -> None:
    rng = np.random.default_rng(0)
    vectors, truth = rng.normal(size=(300, 4)), rng.random(300) < 0.3
    made = attributes.predict(vectors, truth, 0)
    assert abs(roc_auc_score(truth, made) - 0.5) < 0.12
    assert attributes.auroc(made, truth) == pytest.approx(roc_auc_score(truth, made))
    assert roc_auc_score(truth, attributes.predict(np.c_[vectors, truth + rng.normal(0, 0.1, 300)], truth, 0)) > 0.95


def test_samples_of_a_type_lie_together_and_knock_downs_are_found(release: Release, said: dict) -> None:
    samples, moved = evaluation.samples(release, (FIRST,)), evaluation.perturbations(release, 0)
    assert samples["samples"] == len(EXAMPLE_TYPES) * EXAMPLE_PER_TYPE
    for name, share in samples["nearest_of_type"].items():
        assert share == pytest.approx(said["samples"]["nearest_of_type"][name], abs=0.07), name
        assert share > 10 * samples["chance"], name
    assert {k: v for k, v in samples.items() if k != "nearest_of_type"} == {
        k: v for k, v in said["samples"].items() if k != "nearest_of_type"
    }
    assert moved["with_effect"] == sum(bool(effect) for effect in EFFECTS.values())
    for space in ("embedding", "expression"):
        assert moved[space]["found"] == pytest.approx(said["perturbations"][space]["found"], abs=1)
        assert moved[space]["found"] >= 0.75 * moved["with_effect"]
        assert moved[space]["false"] == said["perturbations"][space]["false"] <= 1
        assert moved[space]["size"] == pytest.approx(said["perturbations"][space]["size"], abs=0.05)
        assert moved[space]["kin"] > 8 * moved["kin_chance"]


def test_training_beats_knowing_nothing(said: dict) -> None:
    assert len(said["made"]["training"]) == 4
    for name, of in said["made"]["training"].items():
        assert of["held_out_loss"] < of["without_knowledge"] - 0.1, name


def test_a_network_without_knowledge_is_scored_place_by_place(said: dict) -> None:
    rng = np.random.default_rng(0)
    words, places = 100, 400_000
    target, fate, other = rng.integers(0, words, places), rng.random(places), rng.integers(0, words, places)
    masked, random = fate < 0.8, (fate >= 0.8) & (fate < 0.9)
    shown = np.where(random, other, target)
    how_often = (shown == target)[~masked].mean()
    probability = np.where(masked, 1 / words, np.where(shown == target, how_often, (1 - how_often) / (words - 1)))
    knows = training.without_knowledge("BERT_Pred_Expr_Binning_By_Gene", 3000, Options())
    assert knows == pytest.approx(-np.log(probability).mean(), abs=0.01)
    assert knows == pytest.approx(said["made"]["training"]["BERT_Pred_Expr_Binning_By_Gene"]["without_knowledge"], abs=1e-4)
    assert training.without_knowledge("BERT_Pred_Genes_Binning_By_Gene", 3000, Options(mask_share=1, random_share=0)) == (
        pytest.approx(np.log(3000))
    )
    assert training.without_knowledge("GPT_Binning_By_Gene", 3000, Options()) == pytest.approx(np.log(3000))


def test_figures_are_those_of_the_file(release: Release, said: dict) -> None:
    table = figures.table(figures.read_proof(release))
    coding = table[table["of"].str.endswith("coding genes")].iloc[0]
    assert coding["result"] == f"{round(100 * said['neighbors']['coding']['share'])} %"
    assert len(table) == 2 + 2 + 4 + 6 + 4
    assert table["result"].str.len().all()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"made": {"seed": "**bold**"}}', "nonsense", "[" * 100_000])
def test_a_damaged_file_is_one_sentence(tmp_path, text: str) -> None:
    path = tmp_path / FILES["demo/proof"][0]
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(ReleaseError, match="write the demo release again"):
        figures.read_proof(Release.open(tmp_path))


def test_another_release_has_no_figures(standin) -> None:
    assert figures.read_proof(Release.open(standin)) is None
