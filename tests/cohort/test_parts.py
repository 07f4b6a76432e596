"""Outcomes, donors, leaks, the verdict, confounding, genes and saved probes, on sheets and cohorts made by hand."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from generain_core.cohort.choices import CohortChoices
from generain_core.cohort.cohort_design import design_cohort
from generain_core.cohort.confounding import look_at_confounding
from generain_core.cohort.genes.placebo import draw_placebo, mean_ranks
from generain_core.cohort.genes.selection import lasso_genes
from generain_core.cohort.notes import CohortNoteKind
from generain_core.cohort.run import CohortResult, judge
from generain_core.cohort.samples import isometry
from generain_core.cohort.validation.null import MOVES, exchanged, moves
from generain_core.errors import GeneRAINError
from generain_core.progress import silent
from tests.cohort.simulate import cohort_samples, design, representations

Note = CohortNoteKind
NAMES = [f"x{i}" for i in range(40)]


def _sheet(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns)


def test_outcomes_are_exchanged_between_donors_or_within_them() -> None:
    generator, groups = np.random.default_rng(0), np.repeat(np.arange(12), 3)
    own = np.repeat(np.arange(12) % 2, 3).astype(float)
    mixed, between = exchanged(own, groups, generator)
    assert between == "donors"
    assert all(len(set(mixed[groups == group])) == 1 for group in range(12))
    assert sorted(mixed) == sorted(own)
    within = np.tile([0.0, 1.0, 1.0], 12)
    mixed, between = exchanged(within, groups, generator)
    assert between == "samples within donors"
    assert all(mixed[groups == group].sum() == 2 for group in range(12))
    assert exchanged(np.arange(5.0), np.arange(5), generator)[1] == "samples"
    own[0] = 1 - own[0]  # one sample of one donor differs: donors are exchanged nevertheless
    mixed, between = exchanged(own, groups, generator)
    assert between.startswith("donors of as many samples")
    assert sorted(mixed) == sorted(own)
    assert sum(len(set(mixed[groups == group])) > 1 for group in range(12)) == 1
    assert moves(own, groups) > 0.9
    sizes = np.repeat(np.arange(8), np.arange(1, 9))
    nearly = (sizes % 2).astype(float)
    nearly[-1] = 1 - nearly[-1]
    assert moves(nearly, sizes) < MOVES
    weight = 10.0 * sizes + generator.normal(0, 0.5, len(sizes))  # a number that is nearly the donor's
    assert moves(weight, sizes) < MOVES
    assert moves(weight, np.arange(len(sizes))) > 0.8


def test_an_isometry_keeps_components() -> None:
    from sklearn.decomposition import PCA

    from generain_core.cohort.probes.transforms import Components

    values = np.random.default_rng(0).normal(size=(30, 200)).astype(np.float32)
    rows = np.arange(20)
    theirs = PCA(5, svd_solver="full").fit(values[rows].astype(float)).transform(values.astype(float))
    small = isometry(values)
    ours = Components(5).fit(small[rows]).transform(small)
    signs = np.sign((ours * theirs).sum(0))
    np.testing.assert_allclose(ours * signs, theirs, atol=1e-4)


def test_placebos_have_the_rank_of_what_they_stand_for() -> None:
    bins = np.tile(np.arange(500, 0, -1), (4, 1))
    ranks = mean_ranks(bins)
    assert ranks.tolist() == list(range(500))
    drawn = draw_placebo([100, 101, 300], ranks, np.random.default_rng(0))
    assert len(set(drawn.tolist())) == 3
    assert not {100, 101, 300} & set(drawn.tolist())
    assert np.abs(ranks[drawn] - [100, 101, 300]).max() <= 23


@pytest.fixture(scope="module")
def cohort() -> CohortResult:
    """Return a cohort whose outcome a batch predicts: judged once, in a small form."""
    expression, embedding, score = representations(1, samples=60, signal=3.0)
    outcome = np.where(score > np.median(score), "b", "a")
    generator = np.random.default_rng(2)
    batch = np.where(generator.random(60) < 0.05, np.where(outcome == "a", "p2", "p1"), np.where(outcome == "a", "p1", "p2"))
    made = design(outcome, batch=batch)
    choices = CohortChoices(predict="outcome", repeats=1, folds=3, permutations=99)
    return judge(replace(made, folds=3), cohort_samples(expression, embedding, made.truth, batch), choices, silent)


def test_held_out_predictions_carry_the_donor(cohort) -> None:
    from generain_core.cohort.tables import predictions_table

    assert (predictions_table(cohort)["donor"] == predictions_table(cohort)["sample"]).all()
    sheet = _sheet(outcome=["a", "b"] * 20, patient=[f"P{i // 2}" for i in range(38)] + ["", ""])
    made = design_cohort(sheet, NAMES, CohortChoices(predict="outcome"))
    assert made.groups.labels[:3] == ("P0", "P0", "P1")
    assert made.groups.labels[-1] == ""
    assert len(set(made.groups.codes[-3:])) == 3


def test_a_batch_in_disguise_is_marked(cohort) -> None:
    marks = [note.facts for note in cohort.notes if note.kind is Note.BATCH_PREDICTS]
    assert [mark["column"] for mark in marks] == ["batch"]
    assert not [note for note in cohort.notes if note.kind is Note.TECHNICAL_PREDICTS]
    table = cohort.confounding
    assert set(table["predicted"]) == {"batch", "library size", "coverage", "outcome"}
    by = table[table["predicted"] == "outcome"].set_index("from")["mean"]
    assert by["batch"] > 0.85 > 0.7 > by["library size"]


def test_what_predicts_the_outcome_is_marked_whatever_it_is_called_and_though_the_model_says_nothing() -> None:
    generator = np.random.default_rng(3)
    outcome = np.repeat(["a", "b"], 30)
    slip = generator.random(60) < 0.1
    hospital = np.where(slip, np.where(outcome == "a", "h2", "h1"), np.where(outcome == "a", "h1", "h2"))
    expression, embedding, _ = representations(5, samples=60)
    made = design(outcome, hospital=hospital)
    samples = cohort_samples(expression, embedding, outcome, np.repeat("p", 60))
    samples = replace(samples, obs=pd.DataFrame({"outcome": outcome, "hospital": hospital, "room": generator.integers(0, 3, 60)}))
    scores = SimpleNamespace(model=SimpleNamespace(mean=0.42), expression=SimpleNamespace(mean=0.68))
    table, notes = look_at_confounding(made, samples, (), scores, seed=0, progress=silent)
    assert [note.facts["column"] for note in notes if note.kind is Note.BATCH_PREDICTS] == ["hospital"]
    assert set(table["from"]) == {"hospital", "library size", "coverage"}
    named = design_cohort(
        samples.obs.assign(score=(outcome == "b") + generator.normal(0, 0.7, 60)),
        [f"x{i}" for i in range(60)],
        CohortChoices(predict="outcome", covariates=("score",)),
    )
    table, notes = look_at_confounding(named, samples, (), scores, seed=0, progress=silent)
    assert {note.facts["column"] for note in notes} == {"hospital", "score"}


def test_the_null_is_at_chance_and_the_signal_above(cohort) -> None:
    for null in cohort.null:
        assert 0.4 < null.mean < 0.6, null
    own = next(null for null in cohort.null if null.representation.startswith("embedding:"))
    assert own.p_value == pytest.approx(0.01)
    assert own.observed > own.high


def test_lasso_genes_are_counted_from_the_fitted_probes(cohort) -> None:
    table = lasso_genes(cohort)
    counts = np.zeros(120)
    for each in cohort.results["expression_lasso"]:
        counts[each.pipeline["varied"].columns_[np.ravel(each.pipeline["probe"].coef_) != 0]] += 1
    assert table.set_index("gene")["folds"].to_dict() == {f"G{i}": int(counts[i]) for i in np.flatnonzero(counts)}
    assert (table["frequency"].diff().dropna() <= 0).all()


def test_a_saved_probe_predicts_the_same_and_refuses_what_was_changed(cohort, tmp_path) -> None:
    import zipfile

    from generain_core.cohort.saved.fit import affine, fit_probe, outputs
    from generain_core.cohort.saved.probe_file import read_probe, write_probe
    from generain_core.release.files import choose

    release = choose("assets/demo")
    saved = fit_probe(cohort, release)
    fold = cohort.results["embedding:GPT_Binning_By_Gene"][0]
    embedding = cohort.samples.embeddings["GPT_Binning_By_Gene"]
    weights, offsets = affine(fold.pipeline, embedding.shape[1])
    np.testing.assert_allclose(
        embedding @ weights + offsets, fold.pipeline.decision_function(embedding)[:, None], rtol=1e-6, atol=1e-8
    )
    path = tmp_path / "probe.zip"
    write_probe(saved, path)
    again = read_probe(path)
    np.testing.assert_array_equal(outputs(again, embedding), outputs(saved, embedding))
    assert again.classes == ("a", "b")
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    for name, changed in (
        ("weights.npy", content["whiten.npy"]),
        ("probe.json", content["probe.json"].replace(b"outcome", b"outcame")),
    ):
        with zipfile.ZipFile(tmp_path / "changed.zip", "w") as archive:
            for each, own in content.items():
                archive.writestr(each, changed if each == name else own)
        with pytest.raises(GeneRAINError, match="was changed"):
            read_probe(tmp_path / "changed.zip")
    for each in (
        replace(saved, classes=("a",)),
        replace(saved, kind="number"),
        replace(saved, kind="zzz"),
        replace(saved, model="../../x"),
        replace(saved, held_out=saved.held_out[:0]),
        replace(saved, series=saved.series[:-1]),
        replace(saved, scales=0 * saved.scales),
        replace(saved, shares=np.ones(3)),
    ):
        write_probe(each, tmp_path / "odd.zip")
        with pytest.raises(GeneRAINError, match="don't fit one another"):
            read_probe(tmp_path / "odd.zip")
    (tmp_path / "text.zip").write_text("no zip")
    with pytest.raises(GeneRAINError, match="no saved probe"):
        read_probe(tmp_path / "text.zip")


def test_a_saved_probe_refuses_another_release_model_and_far_samples(cohort) -> None:
    from generain_core.cohort.saved.fit import fit_probe
    from generain_core.cohort.saved.use import use_probe, with_those_left_out
    from generain_core.release.files import choose

    release = choose("assets/demo")
    saved = fit_probe(cohort, release)
    embedding = cohort.samples.embeddings["GPT_Binning_By_Gene"]

    def samples(values, model="GPT_Binning_By_Gene", gene_set="gene2vec") -> SimpleNamespace:
        uns = {"generain": {"model": model, "options": {"gene_set": gene_set}}}
        return SimpleNamespace(obsm={"X_generain": values}, uns=uns, obs_names=[f"y{i}" for i in range(len(values))])

    table = use_probe(saved, samples(np.vstack([embedding[:20], 40 + 30 * embedding[:1]])), release)
    assert table["far"].iloc[-1]
    assert table["predicted"].iloc[-1] == ""
    assert table["far"].mean() < 0.3
    whole = with_those_left_out(table, ["y1", "thin", "y20"]).set_index("sample")
    assert whole["why"].to_dict() == {"y1": "", "thin": "too few expressed genes", "y20": "far from the training samples"}
    assert whole["far"].to_dict() == {"y1": False, "thin": False, "y20": True}
    assert whole["predicted"].isin(["a", "b", ""]).all()
    assert whole.loc["thin", "probability_a":].drop("predicted").isna().all()
    with pytest.raises(GeneRAINError, match="far from"):
        use_probe(saved, samples(40 + 30 * embedding[:2]), release)
    with pytest.raises(GeneRAINError, match="reads embeddings by"):
        use_probe(saved, samples(embedding, model="BERT_Pred_Genes_Binning_By_Gene"), release)
    with pytest.raises(GeneRAINError, match="gene set"):
        use_probe(saved, samples(embedding, gene_set="coding_lncrna"), release)
    with pytest.raises(GeneRAINError, match="another release"):
        use_probe(replace(saved, weights_identity="0" * 16), samples(embedding), release)
