"""The methods that the book holds numbers against, against brute force and textbooks."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from generain_core.calibration.independent import permutations
from generain_core.calibration.independent.hotelling import hotelling, hotelling_of_pairs
from generain_core.calibration.independent.limma import limma, rates
from generain_core.calibration.independent.permutations import energy_test, permanova, residuals_exchanged, sign_flips
from generain_core.calibration.independent.welch import welch
from tests.conftest import PROJECT

RNG = np.random.default_rng(5)


def every(perturbed: np.ndarray, block: np.ndarray) -> list[np.ndarray]:
    labels = itertools.product([False, True], repeat=len(perturbed))
    counts = [perturbed[block == one].sum() for one in np.unique(block)]
    arrays = [np.array(each) for each in labels]
    return [each for each in arrays if [each[block == one].sum() for one in np.unique(block)] == counts]


def pseudo_f(points: np.ndarray, perturbed: np.ndarray) -> float:
    apart = ((points[:, None] - points[None]) ** 2).sum(2)
    n, within = len(points), 0.0
    for group in (perturbed, ~perturbed):
        within += apart[np.ix_(group, group)].sum() / 2 / group.sum()
    return (apart.sum() / 2 / n - within) / within


def test_permanova_is_that_of_its_pseudo_f(monkeypatch: pytest.MonkeyPatch) -> None:
    points, perturbed = RNG.normal(size=(8, 5)), np.arange(8) < 3
    points[perturbed] += 0.6
    values = [pseudo_f(points, each) for each in every(perturbed, np.zeros(8))]
    exact = np.mean(np.array(values) >= pseudo_f(points, perturbed) - 1e-12)
    monkeypatch.setattr(permutations, "DRAWS", 20_000)
    assert permanova(points, perturbed, np.zeros(8, int), RNG) == pytest.approx(exact, abs=0.012)


def test_the_energy_test_is_that_of_its_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    points, block = RNG.normal(size=(9, 3)), np.array([0] * 5 + [1] * 4)
    perturbed = np.array([1, 1, 0, 0, 0, 1, 0, 0, 0], bool)

    def energy(up: np.ndarray) -> float:
        value = 0.0
        for one in (0, 1):
            x, y = points[up & (block == one)], points[~up & (block == one)]
            between, xx, yy = (np.mean([np.linalg.norm(a - b) for a in s for b in t]) for s, t in ((x, y), (x, x), (y, y)))
            value += len(x) * len(y) / (len(x) + len(y)) * (2 * between - xx - yy)
        return value

    values = np.array([energy(each) for each in every(perturbed, block)])
    exact = np.mean(values >= energy(perturbed) - 1e-12)
    monkeypatch.setattr(permutations, "DRAWS", 20_000)
    assert energy_test(points, perturbed, block, RNG) == pytest.approx(exact, abs=0.012)


def test_sign_flips_of_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    differences = RNG.normal(0.4, 1, (6, 4))
    lengths = [np.linalg.norm(np.array(signs) @ differences) for signs in itertools.product([-1, 1], repeat=6)]
    exact = np.mean(np.array(lengths) >= np.linalg.norm(differences.sum(0)) - 1e-12)
    monkeypatch.setattr(permutations, "DRAWS", 20_000)
    assert sign_flips(differences, RNG) == pytest.approx(exact, abs=0.012)


def test_hotelling_on_one_component_is_the_t_test_and_on_two_is_that_of_wilks() -> None:
    points, perturbed = RNG.normal(size=(12, 1)), np.arange(12) < 5
    expected = stats.ttest_ind(points[perturbed, 0], points[~perturbed, 0]).pvalue
    assert hotelling(points, perturbed, 1) == pytest.approx(expected)
    points = RNG.normal(size=(12, 2))
    up, down = points[perturbed], points[~perturbed]
    error = sum((each - each.mean(0)).T @ (each - each.mean(0)) for each in (up, down))
    total = (points - points.mean(0)).T @ (points - points.mean(0))
    wilks = np.linalg.det(error) / np.linalg.det(total)
    assert hotelling(points, perturbed) == pytest.approx(stats.f.sf((1 - wilks) / wilks * (12 - 3) / 2, 2, 12 - 3))


def test_hotelling_of_pairs_is_the_t_test_in_one_dimension() -> None:
    differences = RNG.normal(0.3, 1, (9, 1))
    assert hotelling_of_pairs(differences, 1) == pytest.approx(stats.ttest_1samp(differences[:, 0], 0).pvalue)


@pytest.mark.parametrize("case", ["unpaired", "paired", "strata", "both"])
def test_the_plain_limma_is_limmas(case) -> None:
    folder = PROJECT / "tests" / "perturbations" / "golden"
    sheet = pd.read_csv(folder / "limma_sheet.csv", index_col="sample")
    counts = pd.read_csv(folder / "limma_counts.csv", index_col=0)
    rows = pd.read_csv(folder / "limma_cases.csv", index_col="case").loc[case, "samples"].split()
    sheet, counts = sheet.loc[rows], counts.loc[rows]
    results = pd.read_csv(folder / "limma_results.csv", comment="#")
    totals = counts.sum(axis=1).to_numpy()[:, None]
    column = {"paired": "donor", "strata": "batch", "both": "batch"}.get(case)
    blocks = np.zeros(len(rows), int) if column is None else pd.factorize(sheet[column])[0]
    for trend in (False, True):
        expected = results[(results["case"] == case) & (results["trend"] == trend)]
        logs = np.log2(counts[expected["gene"]].to_numpy() * 1e7 / totals + max(1, 2e7 / totals.mean()))
        age = sheet[["age"]].to_numpy() if case == "both" else None
        p = limma(logs, (sheet["what"] == "A").to_numpy(), blocks, covariates=age, trend=trend)
        if trend:  # a parabola in place of limma's spline
            assert np.corrcoef(np.log(p), np.log(expected["p"]))[0, 1] > 0.98
        else:
            np.testing.assert_allclose(p, expected["p"], rtol=1e-6)
        np.testing.assert_allclose(rates(p), stats.false_discovery_control(p), rtol=1e-12)


def test_welchs_t_is_scipys() -> None:
    up, down = RNG.normal(0.4, 1, (4, 6)), RNG.normal(0, 2, (7, 6))
    np.testing.assert_allclose(welch(up, down), stats.ttest_ind(up, down, equal_var=False).pvalue)
    assert np.isnan(welch(np.ones((3, 1)), np.ones((3, 1)))).all()


def test_exchanged_residuals_without_covariates_are_permanova(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permutations, "DRAWS", 4000)
    points, perturbed = RNG.normal(size=(9, 4)), np.arange(9) < 4
    points[perturbed] += 0.5
    plain = permanova(points, perturbed, np.zeros(9, int), RNG)
    assert residuals_exchanged(points, perturbed, np.zeros((9, 0)), RNG) == pytest.approx(plain, abs=0.03)
    with_age = np.arange(9.0)[:, None]
    rest = points - np.polynomial.polynomial.polyval(np.arange(9), np.polynomial.polynomial.polyfit(np.arange(9), points, 1)).T
    assert residuals_exchanged(points, perturbed, with_age, RNG) == pytest.approx(
        residuals_exchanged(rest, perturbed, with_age, RNG), abs=0.03
    )
