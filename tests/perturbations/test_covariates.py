"""Covariates and contrasts: least squares, a loop of exchanged residuals, the level, what is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from generain_core.errors import GeneRAINError
from generain_core.perturbations.choices import Choices, contrast_of
from generain_core.perturbations.design.covariates import read_covariates
from generain_core.perturbations.design.experiment import make_design
from generain_core.perturbations.effects.adjusted.adjusted_effect import adjusted_effect
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.effects.unpaired import unpaired_effect
from generain_core.perturbations.genes.moved_genes import find_moved_genes
from generain_core.perturbations.genes.target_levels import measure_targets
from generain_core.perturbations.run import run
from generain_core.release.files import choose
from generain_core.wording.methods import methods
from generain_core.wording.perturbations import note_sentences
from tests.perturbations.test_moved import AnyGene
from tests.samples.toy import table

QUICK = Settings(permutations=999, bootstrap=0)


def drawn(seed: int, k: int, m: int, width: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return points, who is perturbed, two strata, and two covariates that move the points; the first differs between groups."""
    generator = np.random.default_rng(seed)
    perturbed, strata = np.arange(k + m) < k, np.arange(k + m) % 2
    covariates = generator.normal(size=(k + m, 2))
    covariates[perturbed, 0] += 1.5
    points = generator.normal(size=(k + m, width)) + covariates @ generator.normal(size=(2, width)) + strata[:, None]
    return points, perturbed, strata, covariates


def test_the_shift_is_that_of_least_squares_and_its_p_that_of_a_loop() -> None:
    points, perturbed, strata, covariates = drawn(0, 8, 10)
    points[perturbed, 0] += 1.0
    effect = adjusted_effect(points, perturbed, strata, covariates, 1.0, QUICK)
    reduced = np.column_stack([strata == 0, strata == 1, covariates])
    full = np.column_stack([reduced, perturbed]).astype(float)

    def statistic(values: np.ndarray) -> tuple[np.ndarray, float]:
        inverse = np.linalg.inv(full.T @ full)
        coefficients = inverse @ full.T @ values
        rest = values - full @ coefficients
        leverage = np.diag(full @ inverse @ full.T)
        meat = [(each**2).sum() / (1 - h) for each, h in zip(rest, leverage, strict=True)]
        noise = (inverse @ full.T @ np.diag(meat) @ full @ inverse)[-1, -1]
        return coefficients[-1], float((coefficients[-1] ** 2).sum() / noise)

    shift, observed = statistic(points)
    np.testing.assert_allclose(effect.shift, shift, atol=1e-10)
    assert effect.effect == pytest.approx(np.sqrt(max(0, (shift**2).sum() * (1 - 1 / observed))))
    fitted = reduced @ np.linalg.lstsq(reduced, points, rcond=None)[0]
    generator, above = np.random.default_rng(1), 0
    for _ in range(999):
        order = np.arange(18)
        for stratum in (0, 1):
            order[strata == stratum] = generator.permutation(order[strata == stratum])
        above += statistic(fitted + (points - fitted)[order])[1] >= observed
    assert effect.p_value == pytest.approx((above + 1) / 1000, abs=0.04)
    assert 0.001 < effect.p_value < 0.5


def test_a_covariate_that_is_the_same_for_all_changes_nothing() -> None:
    points, perturbed, strata, _ = drawn(1, 6, 7)
    plain = unpaired_effect(points, perturbed, np.zeros(13, dtype=np.int64), 1.0, QUICK)
    beside = adjusted_effect(points, perturbed, np.zeros(13, dtype=np.int64), np.ones((13, 1)), 1.0, QUICK)
    np.testing.assert_allclose(beside.shift, plain.shift, atol=1e-12)
    assert beside.effect == pytest.approx(plain.effect)
    assert beside.p_value == pytest.approx(plain.p_value, abs=0.05)
    del strata


def test_groups_that_differ_in_a_covariate_are_not_found_for_that() -> None:
    quick, beside, without = Settings(permutations=199, bootstrap=0), [], []
    for seed in range(160):
        points, perturbed, strata, covariates = drawn(seed, 6, 8, width=3)
        beside.append(adjusted_effect(points, perturbed, strata, covariates, 1.0, quick).p_value)
        without.append(unpaired_effect(points, perturbed, strata, 1.0, quick).p_value)
    assert np.mean(np.array(beside) <= 0.05) < 0.1
    assert np.mean(np.array(without) <= 0.05) > 0.3


def test_few_samples_are_tested_by_rotation_or_not_at_all() -> None:
    points, perturbed, _, covariates = drawn(3, 3, 3)
    one = np.zeros(6, dtype=np.int64)
    few = adjusted_effect(points, perturbed, one, covariates[:, :1], 1.0, QUICK)
    assert few.test == "moderated"
    assert 0 < few.p_value <= 1
    assert np.isnan([few.low, few.high, few.energy_p]).all()
    assert "degrees of freedom" in adjusted_effect(points, perturbed, one, covariates, 1.0, QUICK).why
    points, perturbed, _, covariates = drawn(3, 2, 4)
    assert "as many perturbed as others" in adjusted_effect(points, perturbed, one, covariates[:, :1], 1.0, QUICK).why
    confounded = adjusted_effect(points, perturbed, one, perturbed[:, None] * 2.0 + 5, 1.0, QUICK)
    assert "leave out the covariate" in confounded.why
    assert np.isnan(confounded.effect)


OBS = pd.DataFrame(
    {
        "what": ["ctrl"] * 4 + ["A"] * 4 + ["B"] * 4,
        "age": [30, 41.5, 52, "", 33, 47, 55, 61, 30, 42, 53, 64],
        "sex": list("FMFMMFMFFMFM"),
        "batch": [1, 2] * 6,
        "site": ["x"] * 12,
        "name": [f"n{i}" for i in range(12)],
    },
    index=[f"s{i}" for i in range(12)],
)


def test_columns_are_read_as_numbers_or_kinds() -> None:
    age, sex, batch = read_covariates(OBS, ("age", "sex", "batch"))
    assert (age.as_what, sex.as_what, batch.as_what) == ("number", "kinds", "kinds")
    assert (sex.kinds, batch.kinds) == (("F", "M"), ("1", "2"))
    np.testing.assert_array_equal(sex.values[:, 0], [0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1])
    assert np.isnan(age.values[3, 0])
    assert age.values[1, 0] == 41.5
    assert read_covariates(OBS, ("batch:number",))[0].as_what == "number"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("ag", "no sample column 'ag' for a covariate"),
        ("sex:number", "not all numbers"),
        ("sex:kind", "sex:number or sex:kinds"),
        ("site", "same value in all samples"),
        ("name", "12 kinds in 12 samples"),
        ("what", "who is compared with whom already"),
    ],
)
def test_columns_that_can_t_be_covariates_are_refused(asked, words) -> None:
    with pytest.raises(GeneRAINError, match=words):
        make_design(OBS, "what", "ctrl", covariates=[asked])


def test_a_contrast_leaves_other_groups_out() -> None:
    only, control = contrast_of(("A", "B"))
    design = make_design(OBS, "what", control, only=only)
    assert design.perturbations == ("A",)
    assert design.is_control.sum() == 4
    assert note_sentences(design.notes)[0] == "Only A was compared with B; 4 samples of other groups took no part."
    with pytest.raises(GeneRAINError, match="has no C"):
        make_design(OBS, "what", "B", only=("C",))
    for groups in (("A",), ("A", " A")):
        with pytest.raises(GeneRAINError, match="two different groups"):
            contrast_of(groups)
    with pytest.raises(GeneRAINError, match="can't be the control too"):
        contrast_of(("A", "B"), "ctrl")


def test_from_counts_on_shifts_genes_and_targets_are_beside_covariates() -> None:
    """An old, B young: ageing genes look moved without the age, and a gene that is moved is found beside it."""
    generator = np.random.default_rng(5)
    what = ["ctrl"] * 3 + ["G7"] * 9 + ["B"] * 9
    age = np.r_[generator.uniform(30, 70, 3), generator.uniform(48, 80, 9), generator.uniform(20, 52, 9)]
    level = np.tile(generator.gamma(2, 200, 400), (21, 1))
    level *= np.exp(np.outer((age - 50) / 20, np.r_[np.zeros(300), np.ones(50), -np.ones(50)]))
    level[3:12, 7] *= 4
    counts = generator.poisson(level * generator.gamma(20, 0.05, level.shape)).astype(float)
    obs = {"what": what, "age": [*np.round(age[:-1], 1).tolist(), ""]}
    samples = table(counts, [f"G{i}" for i in range(400)], obs=obs)
    choices = Choices(column="what", control="B", model="", only=("G7",), settings=Settings(199, 0), depth=0)
    beside = run(samples, replace(choices, covariates=("age",)), choose(), AnyGene())
    without = run(samples, choices, choose(), AnyGene())
    beside, without = (replace(each, depth=replace(each.depth, untestable={})) for each in (beside, without))
    found, more = (set(find_moved_genes(each, "G7", "log2").found["gene"]) for each in (beside, without))
    assert "G7" in found & more
    assert len(found) <= 3 < 30 < len(more)
    assert beside.table["n_reference"].tolist() == [8]
    sentences = " ".join(note_sentences(beside.notes))
    assert "beside covariates: age as a number;" in sentences
    assert "1 sample without a value in one of them was left out." in sentences
    assert "covariates (age as a number)" in methods(beside, choose(), ["genes"])
    assert measure_targets(beside).loc[0, "n_reference"] == 8
    with pytest.raises(GeneRAINError, match="takes no covariates"):
        run(samples, replace(choices, covariates=("age",), test="controls"), choose(), AnyGene())
