"""Effects against brute force, and against truth that was planted."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from generain_core.perturbations.design.experiment import make_design
from generain_core.perturbations.effects.analysis import false_discovery_rates, rank
from generain_core.perturbations.effects.comparison import make_comparison
from generain_core.perturbations.effects.effect import Settings, spread_of
from generain_core.perturbations.effects.noise import noise_of
from generain_core.perturbations.effects.paired import paired_effect
from generain_core.perturbations.effects.spaces import Space
from generain_core.perturbations.effects.studentized import effective_dimensions, f_probability
from generain_core.perturbations.effects.unpaired import unpaired_effect
from tests.perturbations.simulate import experiment

QUICK = Settings(permutations=999, bootstrap=0)


def energy(x: np.ndarray, y: np.ndarray) -> float:
    """Return 2 E|X − Y| − E|X − X'| − E|Y − Y'|, written out."""
    between = np.mean([np.linalg.norm(a - b) for a in x for b in y])
    within_x = np.mean([np.linalg.norm(a - b) for a in x for b in x])
    within_y = np.mean([np.linalg.norm(a - b) for a in y for b in y])
    return 2 * between - within_x - within_y


@pytest.fixture
def two_strata() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    strata = np.array([0] * 7 + [1] * 6 + [2] * 3)
    perturbed = np.array([1, 0, 1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0], dtype=bool)
    return rng.normal(size=(16, 4)) + strata[:, None] * 2 + perturbed[:, None], perturbed, strata


def test_shift_energy_and_exact_p_equal_loops_over_all_relabellings(two_strata) -> None:
    points, perturbed, strata = two_strata
    made = unpaired_effect(points, perturbed, strata, 2.0, QUICK)

    def statistics(chosen: np.ndarray) -> tuple[np.ndarray, float, float]:
        shift, apart, total, per, squares = np.zeros(4), 0.0, 0.0, np.zeros(2), np.zeros(2)
        for s in (0, 1):
            x, y = points[chosen & (strata == s)], points[~chosen & (strata == s)]
            weight = len(x) * len(y) / (len(x) + len(y))
            shift, apart, total = shift + weight * (x.mean(0) - y.mean(0)), apart + weight * energy(x, y), total + weight
            per += weight**2 / np.array([len(x), len(y)])
            squares += [((x - x.mean(0)) ** 2).sum(), ((y - y.mean(0)) ** 2).sum()]
        noise = (squares / np.array([5 - 2, 8 - 2]) * per).sum()  # each kind's variance pooled over strata
        return shift / total, apart / total, float(shift @ shift / noise)

    shift, apart, studentized = statistics(perturbed)
    np.testing.assert_allclose(made.shift, shift, atol=1e-12)
    assert made.length == pytest.approx(np.linalg.norm(shift) / 2)
    assert made.energy == pytest.approx(apart)
    lengths, energies = [], []
    for a in itertools.combinations(np.flatnonzero(strata == 0), 3):
        for b in itertools.combinations(np.flatnonzero(strata == 1), 2):
            chosen = np.zeros(16, dtype=bool)
            chosen[[*a, *b]] = True
            _, two, three = statistics(chosen)
            lengths.append(three)
            energies.append(two)
    assert len(lengths) == made.relabellings == 35 * 15
    assert made.exact
    by_exchange = np.mean(np.array(lengths) >= studentized - 1e-9)
    assert made.p_value >= by_exchange  # three degrees of freedom are few: the larger of two p-values
    comparison = make_comparison(points, perturbed, strata)
    observed = noise_of(comparison, comparison.centered @ comparison.centered.T, comparison.treated[None, :])
    assert observed.squares[0] / observed.noise[0] == pytest.approx(studentized)
    normal = f_probability(observed, effective_dimensions(comparison))
    assert made.p_value == pytest.approx(max(by_exchange, normal))
    assert made.energy_p == np.mean(np.array(energies) >= apart - 1e-9)
    assert (made.n_samples, made.n_reference) == (5, 8)


def test_energy_in_one_dimension_equals_scipy() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=12), rng.normal(0.5, 2, size=30)
    points = np.concatenate([x, y])[:, None]
    made = unpaired_effect(points, np.arange(42) < 12, np.zeros(42, dtype=int), 1.0, QUICK)
    assert made.energy == pytest.approx(stats.energy_distance(x, y) ** 2)


def test_paired_p_equals_a_loop_over_all_sign_flips() -> None:
    rng = np.random.default_rng(2)
    pairs = np.repeat(np.arange(8), 2)
    perturbed = np.tile([True, False], 8)
    points = rng.normal(size=(8, 3)).repeat(2, axis=0) * 5 + rng.normal(size=(16, 3)) + 0.7 * perturbed[:, None]
    made = paired_effect(points, perturbed, pairs, np.zeros(len(pairs), dtype=int), 1.5, QUICK)
    differences = points[perturbed] - points[~perturbed]
    lengths = [np.linalg.norm((np.array(s)[:, None] * differences).mean(0)) for s in itertools.product((1, -1), repeat=8)]
    assert made.p_value == pytest.approx(np.mean(np.array(lengths) >= lengths[0] - 1e-9))
    assert made.length == pytest.approx(lengths[0] / 1.5)
    assert made.smallest_p == 1 / 128
    assert made.energy == pytest.approx(energy(points[perturbed], points[~perturbed]))
    energies = []
    for flips in itertools.product((True, False), repeat=8):
        up = np.where(np.array(flips)[:, None], points[perturbed], points[~perturbed])
        down = np.where(np.array(flips)[:, None], points[~perturbed], points[perturbed])
        energies.append(energy(up, down))
    assert made.energy_p == pytest.approx(np.mean(np.array(energies) >= energies[0] - 1e-9))


def test_pairs_that_lie_in_several_batches_are_compared_within_each() -> None:
    rng = np.random.default_rng(2)
    rows = [(f"d{d}", batch, what) for d in range(8) for batch in "AB" for what in ("ctrl", "X") if (batch, what) != ("B", "X")]
    rows += [(f"d{d}", "B", "X") for d in (1, 3, 5)]
    obs = pd.DataFrame(rows, columns=["donor", "batch", "what"], index=[f"s{i}" for i in range(len(rows))])
    points = rng.normal(size=(len(obs), 3))
    points[:, 0] += 10 * (obs["batch"] == "B") + 2 * (obs["what"] == "X")
    design = make_design(obs, "what", "ctrl", strata=["batch"], pair="donor")
    made = rank(Space(name="expression", words="places", samples=tuple(obs.index), points=points), design, QUICK)
    table = pd.DataFrame(points).groupby([obs["donor"].to_numpy(), obs["batch"].to_numpy(), obs["what"].to_numpy()]).mean()
    apart = (table.xs("X", level=2) - table.xs("ctrl", level=2)).dropna()
    np.testing.assert_allclose(made.shifts[0], apart.groupby(level=0).mean().mean())
    assert made.table.loc[0, ["n_samples", "n_reference"]].tolist() == [11, 11]


def test_few_pairs_are_tested_by_rotation() -> None:
    points = np.random.default_rng(0).normal(size=(8, 3))
    made = paired_effect(points, np.tile([True, False], 4), np.repeat(np.arange(4), 2), np.zeros(8, dtype=int), 1.0, QUICK)
    assert made.test == "moderated"
    assert 0 < made.p_value <= 1
    assert "normal" in made.assumes
    assert np.isfinite(made.length)


def test_a_single_pair_has_a_shift_and_no_p() -> None:
    points = np.array([[1.0, 0], [3, 0], [0, 0]])
    made = paired_effect(points, np.array([True, True, False]), np.zeros(3, dtype=int), np.zeros(3, dtype=int), 1.0, QUICK)
    assert made.length == pytest.approx(2)
    assert np.isnan([made.effect, made.p_value, made.low]).all()
    assert made.smallest_p == 1
    assert "too few pairs" in made.why


def test_the_spread_is_a_root_mean_square_within_groups() -> None:
    points = np.array([[0.0, 0], [2, 0], [10, 0], [10, 4], [99, 99]])
    spread, freedom = spread_of(points, np.array([0, 0, 1, 1, 2]))
    assert freedom == 2
    assert spread == pytest.approx(np.sqrt((1 + 1 + 4 + 4) / 2))


def test_bh_equals_the_step_up_rule_and_leaves_out_what_was_not_tested() -> None:
    rng = np.random.default_rng(4)
    p = np.r_[rng.random(40) ** 3, 0.01, 0.01]
    ordered = sorted(p)
    expected = [min(ordered[j] * len(p) / (j + 1) for j in range(ordered.index(each), len(p))) for each in p]
    with_gaps = pd.Series(np.insert(p, [0, 20], np.nan))
    made = false_discovery_rates(with_gaps)
    assert np.isnan(made[[0, 21]]).all()
    np.testing.assert_allclose(np.delete(made, [0, 21]), np.minimum(expected, 1))
    assert np.isnan(false_discovery_rates(pd.Series([np.nan, np.nan]))).all()


@pytest.mark.slow
@pytest.mark.parametrize("strata", [1, 2])
def test_under_the_null_p_values_are_uniform(strata) -> None:
    """2,000 null perturbations: a permutation across strata, a fixed relabelling or b / m would be far outside."""
    p_shift, p_energy = [], []
    for seed in range(100):
        space, design = experiment(
            np.random.default_rng([seed, strata]), {f"P{i}": 0.0 for i in range(20)}, controls=24, replicates=6, strata=strata
        )
        table = rank(space, design, Settings(permutations=199, bootstrap=0, seed=seed)).table
        p_shift += table["p_value"].tolist()
        p_energy += table["energy_p"].tolist()
    for p in (np.array(p_shift), np.array(p_energy)):
        for level in (0.01, 0.05, 0.2, 0.5, 0.8):
            # 20 perturbations share their controls, so 100 experiments are what is independent
            assert abs(np.mean(p <= level) - level) < 4.5 * np.sqrt(level * (1 - level) / 2000 * 4), level
        assert p.min() > 0


def test_independent_null_p_values_pass_kolmogorov_smirnov() -> None:
    p = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        points = rng.standard_t(3, size=(30, 4)) + np.repeat([0, 5], 15)[:, None]
        strata = np.repeat([0, 1], 15)
        perturbed = np.zeros(30, dtype=bool)
        perturbed[[*rng.permutation(15)[:4], *(15 + rng.permutation(15)[:6])]] = True
        p.append(unpaired_effect(points, perturbed, strata, 1.0, Settings(permutations=499, bootstrap=0, seed=seed)).p_value)
    assert stats.kstest(p, "uniform").pvalue > 1e-3


def test_a_permutation_across_strata_would_have_been_caught() -> None:
    """The uniformity bounds have teeth: forget the strata where they are confounded, and p-values are far from uniform."""
    wrong = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        points = rng.normal(size=(30, 4)) + np.repeat([0, 5], 15)[:, None]
        perturbed = np.zeros(30, dtype=bool)
        perturbed[[*rng.permutation(15)[:2], *(15 + rng.permutation(15)[:8])]] = True
        wrong.append(unpaired_effect(points, perturbed, np.zeros(30, dtype=int), 1.0, QUICK).p_value)
    assert stats.kstest(wrong, "uniform").pvalue < 1e-6


@pytest.mark.slow
def test_planted_effects_are_found_with_false_discoveries_held() -> None:
    """200 experiments of 30 perturbations, ten of them real: mean false discovery proportion at most 5 %, and most found."""
    truth = {f"real{i}": 3.0 for i in range(10)} | {f"null{i}": 0.0 for i in range(20)}
    proportions, power = [], []
    for seed in range(200):
        space, design = experiment(np.random.default_rng([7, seed]), truth, controls=30, replicates=4, strata=2)
        table = rank(space, design, Settings(permutations=999, bootstrap=0, seed=seed)).table
        found = table.loc[table["fdr"] <= 0.05, "perturbation"]
        wrong = found.str.startswith("null").sum()
        proportions.append(wrong / max(len(found), 1))
        power.append((len(found) - wrong) / 10)
    assert np.mean(proportions) <= 0.05 + 2 * np.std(proportions) / np.sqrt(200)
    assert np.mean(power) > 0.9


def test_the_interval_covers_the_planted_strength_and_the_effect_is_centered_on_it() -> None:
    covered, effects, lengths = [], [], []
    for seed in range(150):
        space, design = experiment(np.random.default_rng([9, seed]), {"P": 1.5}, controls=60, replicates=20, width=30)
        row = rank(space, design, Settings(permutations=99, bootstrap=300, seed=seed)).table.iloc[0]
        covered.append(row["effect_low"] <= 1.5 <= row["effect_high"])
        effects.append(row["effect"])
        lengths.append(row["length"])
    assert 0.86 <= np.mean(covered) <= 0.99
    assert abs(np.mean(effects) - 1.5) < 0.03
    assert np.mean(lengths) > np.mean(effects)
