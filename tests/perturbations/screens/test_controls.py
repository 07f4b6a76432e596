"""Screens without replicates: distances against a covariance written out, ranks against a loop, levels under the null."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.experiment import make_design
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.effects.spaces import Space
from generain_core.perturbations.notes import NoteKind
from generain_core.perturbations.screens.choose import choose_test
from generain_core.perturbations.screens.covariance import fit_controls
from generain_core.perturbations.screens.depth_trend import without_trend
from generain_core.perturbations.screens.ranking import rank_by_controls
from generain_core.perturbations.screens.tail import tail_p
from generain_core.perturbations.screens.values import ScreenValues
from generain_core.perturbations.screens.yardstick import Means, measure
from generain_core.wording.perturbations import note_sentences


def screen(controls=60, singles=40, width=12, *, shift=None, batches=1, guides=1, seed=0, depths=None):
    """Return a design of single samples, its space and values, and depths."""
    generator = np.random.default_rng(seed)
    labels = ["ctrl"] * controls + [f"P{i}" for i in range(singles) for _ in range(guides)]
    batch = np.arange(len(labels)) % batches
    mixing = generator.normal(size=(width, width))
    points = generator.normal(size=(len(labels), width)) @ mixing + 5.0 * batch[:, None]
    if shift is not None:
        for i in range(singles):
            points[controls + i * guides : controls + (i + 1) * guides] += shift[i]
    names = tuple(f"s{i}" for i in range(len(labels)))
    obs = pd.DataFrame({"p": labels, "batch": [f"b{b}" for b in batch]}, index=list(names))
    design = make_design(obs, "p", "ctrl", strata=["batch"] if batches > 1 else [])
    space = Space(name="embedding", words="points", samples=names, points=points)
    values = ScreenValues(samples=names, values=points.astype(np.float32), scaled=False, words="points")
    return design, space, values, np.full(len(names), 1e6) if depths is None else depths


def ranked(*args, **options):
    design, space, values, depths = screen(*args, **options)
    return rank_by_controls(space, values, design, depths, Settings(seed=0))


@pytest.mark.parametrize(("n", "p", "scaled"), [(40, 6, False), (12, 30, False), (40, 6, True), (12, 30, True)])
def test_distances_are_those_of_the_covariance_written_out(n, p, scaled) -> None:
    from sklearn.covariance import ledoit_wolf_shrinkage

    generator = np.random.default_rng(1)
    controls = (generator.normal(size=(n, p)) @ generator.normal(size=(p, p))).astype(np.float32)
    others = generator.normal(size=(5, p)).astype(np.float32) * 3
    fit = fit_controls(controls, np.zeros(n, dtype=np.int64), scaled=scaled)
    centered = controls.astype(float) - controls.mean(0)
    variance = (centered**2).sum(0) / (n - 1)
    scale = np.sqrt(variance + 0.1 * variance.mean()) if scaled else np.ones(p)
    z, x = centered / scale, (others - controls.mean(0)) / scale
    s = ledoit_wolf_shrinkage(z, assume_centered=True)
    empirical = z.T @ z / (n - 1)
    covariance = (1 - s) * empirical + s * np.trace(empirical) / p * np.eye(p)
    expected = np.einsum("ij,ij->i", x, np.linalg.solve(covariance, x.T).T)
    assert fit.shrinkage == pytest.approx(max(s, 1e-3), rel=1e-3)
    assert np.allclose(fit.squared_distances(fit.centered(others, np.zeros(5, dtype=np.int64))), expected, rtol=2e-3)


def test_p_values_are_ranks_among_controls_left_out_one_by_one() -> None:
    design, space, values, depths = screen(19, 6, 4)
    table = rank_by_controls(space, values, design, depths).table.set_index("perturbation")
    points, controls = values.values, np.arange(19)
    zeros = np.zeros(25, dtype=np.int64)
    for i in range(6):
        above = 0
        for j in controls:
            rest = controls[controls != j]
            fit = fit_controls(points[rest], zeros[:18], scaled=False)
            own, other = (float(fit.squared_distances(fit.centered(points[[k]], zeros[:1]))[0]) for k in (19 + i, j))
            above += other >= own
        assert table.loc[f"P{i}", "p_value"] == pytest.approx((1 + above) / 20)
    assert (table["test"] == "controls").all()
    assert (table["smallest_p"] == 1 / 20).all()


@pytest.mark.parametrize(("controls", "width", "guides"), [(60, 8, 1), (40, 60, 1), (60, 8, 2)])
def test_under_the_null_p_values_are_uniform_and_rates_hold(controls, width, guides) -> None:
    p, tails, any_found = [], [], 0
    for seed in range(25):
        table = ranked(controls, 40, width, guides=guides, seed=seed).table
        p += table["p_value"].tolist()
        tails += table["tail_p"].tolist()
        any_found += bool((false_discovery_control(table["tail_p"]) <= 0.05).any())
    for level in (0.1, 0.3, 0.5, 0.8):
        assert abs(np.mean(np.array(p) <= level) - level) < 0.08
    assert np.mean(np.array(p) <= 0.05) <= 0.07
    assert np.mean(np.array(tails) <= 0.01) <= 0.02
    assert any_found <= 4


def test_planted_shifts_are_found_by_rank_and_by_tail() -> None:
    shift = np.zeros((40, 12))
    shift[:20] = 25.0
    table = ranked(60, 40, shift=shift).table
    planted = table["perturbation"].isin([f"P{i}" for i in range(20)])
    assert (table.loc[planted, "p_value"] == 1 / 61).all()
    assert (table.loc[planted, "tail_fdr"] <= 0.05).all()
    assert (table.loc[planted, "fdr"] <= 0.05).all()
    assert table.loc[~planted, "tail_fdr"].min() > 0.05


def test_the_floor_and_how_many_must_reach_it_are_said() -> None:
    ranking = ranked(60, 40)
    (note,) = [note for note in ranking.notes if note.kind is NoteKind.CONTROLS_FLOOR]
    assert note.facts == {"floor": 1 / 61, "tests": 40, "needed": 14}
    (words,) = note_sentences([note])
    assert "needs at least 14 of 40 perturbations" in words
    (note,) = [note for note in ranked(20, 2).notes if note.kind is NoteKind.CONTROLS_FLOOR]
    assert "a single one" in note_sentences([note])[0] or note.facts["needed"] > 1


def test_guides_of_a_target_are_judged_against_means_of_as_many_controls() -> None:
    shift = np.zeros((40, 12))
    shift[:10] = 8.0
    ranking = ranked(60, 40, shift=shift, guides=2)
    table = ranking.table.set_index("perturbation")
    assert (table["n_samples"] == 2).all()
    assert (table["smallest_p"] >= 1 / 31).all()
    assert table.loc[[f"P{i}" for i in range(10)], "agreement"].min() > 0.5
    assert abs(table.loc[[f"P{i}" for i in range(10, 40)], "agreement"].median()) < 0.3
    assert NoteKind.CEILING_GUIDES in {note.kind for note in ranking.notes}


def test_batches_are_taken_out_and_ranked_within_where_each_has_controls_enough() -> None:
    ranking = ranked(60, 40, batches=2)
    (note,) = [note for note in ranking.notes if note.kind is NoteKind.CONTROLS_YARDSTICK]
    assert note.facts["within"]
    assert ranking.table["smallest_p"].to_numpy() == pytest.approx(1 / 31)
    pooled = ranked(60, 40, batches=6)
    assert not next(n for n in pooled.notes if n.kind is NoteKind.CONTROLS_YARDSTICK).facts["within"]
    assert abs((pooled.table["p_value"] <= 0.5).mean() - 0.5) < 0.25


def test_controls_in_one_batch_alone_leave_the_others_without_a_p_value() -> None:
    design, space, values, depths = screen(60, 40, batches=2)
    labels = design.labels.copy()
    labels[(design.labels == "ctrl") & (design.strata == 1)] = ""
    object.__setattr__(design, "labels", labels)
    table = rank_by_controls(space, values, design, depths).table
    there = table["n_samples"] > 0
    assert there.sum() == 20
    assert table.loc[~there, "p_value"].isna().all()
    assert (table.loc[~there, "why"] == "no two controls in its stratum").all()


def test_a_depth_that_no_control_has_gets_no_p_value() -> None:
    depths = np.full(100, 1e6)
    depths[60:70] = 1e5
    table = ranked(60, 40, depths=depths).table.set_index("perturbation")
    shallow = [f"P{i}" for i in range(10)]
    assert table.loc[shallow, "p_value"].isna().all()
    assert table.loc[shallow, "why"].str.contains("depth").all()
    assert table.drop(shallow)["p_value"].notna().all()


def test_noise_that_falls_with_depth_is_taken_off() -> None:
    generator = np.random.default_rng(3)
    depths = generator.uniform(-1, 1, 400)
    logs = -2.0 * depths + generator.normal(0, 0.1, 400)
    ours, theirs, explained = without_trend(logs[None, 200:], depths[200:], logs[:200], depths[:200])
    assert explained > 0.95
    assert abs(np.corrcoef(ours[0], depths[200:])[0, 1]) < 0.2
    assert abs(np.corrcoef(theirs, depths[:200])[0, 1]) < 0.05
    assert np.std(ours) == pytest.approx(0.1, abs=0.02)


def test_a_tail_is_that_of_pareto_distances() -> None:
    generator = np.random.default_rng(0)
    p = np.concatenate([tail_p(generator.exponential(size=200), generator.exponential(size=100), 100) for _ in range(200)])
    assert np.mean(p <= 0.01) == pytest.approx(0.01, abs=0.004)
    assert np.mean(p <= 0.001) == pytest.approx(0.001, abs=0.0008)
    assert np.isnan(tail_p(np.array([1.0]), np.arange(9.0), 9)).all()
    assert tail_p(np.array([500.0]), generator.exponential(size=100), 100) == pytest.approx(1e-6)  # as far as was simulated


@pytest.mark.parametrize("n", [10, 15, 20])
def test_a_tail_of_few_controls_is_exact_where_logs_are_exponential(n) -> None:
    """The factor is that of a further control beyond the threshold, (k + 1) / (n + 1): with k / n, p was 10 to 20 % too small."""
    generator = np.random.default_rng(n)
    p = np.concatenate([tail_p(generator.exponential(size=20), generator.exponential(size=n), n) for _ in range(8000)])
    for level, share in ((0.2, 0.03), (0.05, 0.06), (0.01, 0.1)):
        assert np.mean(p <= level) == pytest.approx(level, rel=share)


@pytest.mark.parametrize("freedom", [0, 3])
def test_a_tail_of_few_means_holds_its_level(freedom) -> None:
    """15 means of two controls, as of 30 controls and two guides a target; normal samples, and heavy tails (t of 3)."""
    generator = np.random.default_rng(1)

    def logs(means: int) -> np.ndarray:
        samples = generator.normal(size=(means, 2, 8))
        if freedom:
            samples /= np.sqrt(generator.chisquare(freedom, size=(means, 2, 1)) / freedom)
        return np.log((samples.mean(1) ** 2).sum(1))

    p = np.array([tail_p(logs(20), np.repeat(logs(15), 2), 15) for _ in range(800)])
    assert np.mean(p <= 0.05) <= 0.052
    assert np.mean(p <= 0.01) <= 0.011
    assert np.mean(p <= 0.001) <= 0.0015
    assert np.mean([(false_discovery_control(each) <= 0.05).any() for each in p]) <= 0.055


def test_two_guides_beside_thirty_controls_get_a_tail_and_are_found_by_it() -> None:
    shift = np.zeros((20, 12))
    shift[:6] = 25.0
    table = ranked(30, 20, shift=shift, guides=2).table.set_index("perturbation")
    assert table["p_value"].isna().all()
    assert table["why"].str.contains("15 means of 2").all()
    assert table["tail_p"].notna().all()
    assert (table.loc[[f"P{i}" for i in range(6)], "tail_fdr"] <= 0.05).all()
    assert (table.loc[[f"P{i}" for i in range(6, 20)], "tail_fdr"] > 0.05).all()


def test_the_left_out_control_is_unseen() -> None:
    """A control that lies far out along an axis of its own would look near under a fit that has seen it."""
    generator = np.random.default_rng(0)
    points = generator.normal(size=(30, 40)).astype(np.float32)
    points[0, 0] += 50
    zeros, flat = np.zeros(30, dtype=np.int64), np.zeros(30)
    yardstick = measure(points, np.arange(30), zeros, [np.array([29])], flat, scaled=True, seed=0)
    assert yardstick.controls[1].max() - np.median(yardstick.controls[1]) > 1.0


def _design(labels, **options):
    obs = pd.DataFrame({"p": labels}, index=[f"s{i}" for i in range(len(labels))])
    return make_design(obs, "p", "ctrl", **options)


def test_the_way_is_chosen_by_the_design_and_said() -> None:
    singles = _design(["ctrl"] * 20 + [f"P{i}" for i in range(30)])
    chosen = choose_test(singles)
    assert chosen.by_controls
    assert "labels can't be exchanged" in note_sentences(chosen.notes)[0]
    assert not choose_test(singles, "exchange").by_controls
    pairs = choose_test(_design(["ctrl"] * 30 + [f"P{i}" for i in range(30) for _ in range(2)]))
    assert pairs.by_controls
    assert "could be exchanged here" in note_sentences(pairs.notes)[0]
    assert not choose_test(_design(["ctrl"] * 6 + ["A"] * 6 + ["B"] * 6)).by_controls
    few = choose_test(_design(["ctrl"] * 3 + [f"P{i}" for i in range(30)]))
    assert not few.by_controls
    assert "too few to rank" in note_sentences(few.notes)[0]
    with pytest.raises(GeneRAINError, match="1 control can't be a yardstick"):
        choose_test(_design(["ctrl"] + [f"P{i}" for i in range(30)]), "controls")


def test_guides_in_batches_are_judged_by_means_of_controls_of_their_own_batch() -> None:
    design, space, values, depths = screen(80, 40, 6, guides=2, batches=2)
    labels, strata = design.labels, np.r_[np.arange(80) % 2, np.repeat(np.arange(40) % 2, 2)]
    object.__setattr__(design, "strata", strata)
    ranking = rank_by_controls(space, values, design, depths, Settings(seed=0))
    assert next(n for n in ranking.notes if n.kind is NoteKind.CONTROLS_YARDSTICK).facts["within"]
    assert ranking.table["smallest_p"].to_numpy() == pytest.approx(1 / 21)
    assert (ranking.table["n_reference"] == 40).all()
    controls = np.flatnonzero(labels == "ctrl")
    groups = [np.flatnonzero(labels == "P0")]
    yardstick = measure(values.values, controls, strata, groups, np.zeros(160), scaled=False, seed=0, within=True)
    assert set(yardstick.strata[2]) == {0, 1}
    assert yardstick.disjoint[2] == {0: 20, 1: 20}


def test_too_few_means_in_a_batch_are_pooled_over_batches() -> None:
    design, space, values, depths = screen(60, 40, 6, guides=2, batches=2)
    object.__setattr__(design, "strata", np.r_[np.arange(60) % 2, np.repeat(np.arange(40) % 2, 2)])
    ranking = rank_by_controls(space, values, design, depths, Settings(seed=0))
    assert not next(n for n in ranking.notes if n.kind is NoteKind.CONTROLS_YARDSTICK).facts["within"]
    assert ranking.table["smallest_p"].to_numpy() == pytest.approx(1 / 31, abs=0.01)
    assert ranking.table["p_value"].notna().all()


def test_a_distance_of_a_mean_is_that_of_one_written_out() -> None:
    """Two samples of one stratum and one of another, each less the controls of its own; noise by the variances of the means."""
    generator = np.random.default_rng(0)
    points = generator.normal(size=(23, 5)).astype(np.float32)
    strata = np.r_[np.arange(20) % 2, [0, 0, 1]].astype(np.int64)
    fit = fit_controls(points[:20], strata[:20], scaled=False)
    (log,) = Means.of([np.array([20, 21, 22])], strata).logs(points, strata, fit, np.array([10, 10]))
    centered = points - np.stack([points[:20][strata[:20] == s].mean(0) for s in (0, 1)])[strata]
    square = float(fit.squared_distances(centered[20:].mean(0, keepdims=True).astype(np.float32))[0])
    noise = (2 / 3) ** 2 * (1 / 2 + 1 / 10) + (1 / 3) ** 2 * (1 + 1 / 10)
    assert log == pytest.approx(np.log(square / noise), rel=1e-4)
    assert np.isnan(Means.of([np.array([22])], strata).logs(points, strata, fit, np.array([20, 0]))).all()


def test_one_control_alone_leaves_the_labels_to_be_exchanged_and_says_so() -> None:
    chosen = choose_test(_design(["ctrl"] + [f"P{i}" for i in range(30)]))
    assert not chosen.by_controls
    assert "1 control" in note_sentences(chosen.notes)[0]
