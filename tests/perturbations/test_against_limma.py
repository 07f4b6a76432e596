"""Moved genes against limma itself: golden/limma.R wrote what it gives, with its version and options."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from generain_core.perturbations.choices import Choices
from generain_core.perturbations.effects.adjusted.linear_model import linear_model
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.genes.enough_counts import enough_counts
from generain_core.perturbations.genes.moderated import moderate
from generain_core.perturbations.genes.moved_genes import find_moved_genes
from generain_core.perturbations.genes.trend import Trend
from generain_core.perturbations.run import run
from generain_core.release.files import choose
from tests.samples.toy import ToyResolver, table

GOLDEN = Path(__file__).parent / "golden"
CASES = pd.read_csv(GOLDEN / "limma_cases.csv", index_col="case")
RESULTS = pd.read_csv(GOLDEN / "limma_results.csv", comment="#", dtype={"trend": str})
COUNTS = pd.read_csv(GOLDEN / "limma_counts.csv", index_col=0)
SHEET = pd.read_csv(GOLDEN / "limma_sheet.csv", index_col="sample")
DESIGN = {"unpaired": {}, "few": {}, "paired": {"pair": "donor"}, "strata": {"strata": ("batch",)}}
DESIGN |= {"covariates": {"covariates": ("age", "sex")}, "both": {"strata": ("batch",), "covariates": ("age",)}}


def of_limma(case: str, trend: bool) -> pd.DataFrame:
    rows = RESULTS[(RESULTS["case"] == case) & (RESULTS["trend"] == str(trend).upper())]
    return rows.set_index("gene")


def values_of(case: str, genes: pd.Index) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    sheet = SHEET.loc[CASES.loc[case, "samples"].split()]
    counts = COUNTS.loc[sheet.index]
    totals = counts.sum(axis=1).to_numpy()[:, None]
    return sheet, np.log2(counts[genes].to_numpy() * 1e7 / totals + max(1, 2e7 / totals.mean())), counts.to_numpy()


@pytest.mark.parametrize("case", DESIGN)
def test_from_counts_on_moved_genes_are_limmas(case) -> None:
    expected = of_limma(case, True)
    sheet, _, counts = values_of(case, expected.index)
    obs = {column: sheet[column].tolist() for column in sheet}
    choices = Choices(column="what", control="ctrl", model="", settings=Settings(99, 0), depth=0, **DESIGN[case])
    result = run(table(counts.astype(float), list(COUNTS.columns), obs=obs), choices, choose(), ToyResolver())
    moved = find_moved_genes(replace(result, depth=replace(result.depth, untestable={})), "A", "log2")
    found = moved.table.set_index("gene")
    assert set(found.index) == set(expected.index)
    found = found.loc[expected.index]
    np.testing.assert_allclose(found["change"], expected["change"], atol=1e-10)
    np.testing.assert_allclose(found["t"], expected["t"], rtol=1e-8)
    np.testing.assert_allclose(found["p_moderated"], expected["p"], rtol=1e-8)
    if not moved.by_exchange:
        np.testing.assert_allclose(found["fdr"], expected["fdr"], rtol=1e-8)
    assert moved.by_exchange == (case in ("unpaired", "strata"))
    assert moved.not_tested == len(COUNTS.columns) - len(expected)


@pytest.mark.parametrize("trend", [True, False])
@pytest.mark.parametrize("case", CASES.index)
def test_models_with_covariates_and_priors_with_and_without_a_trend_are_limmas(case, trend) -> None:
    expected = of_limma(case, trend)
    sheet, values, _ = values_of(case, expected.index)
    blocks = np.zeros(len(sheet), dtype=np.int64)
    for column in ("donor", "batch"):
        if column in CASES.loc[case, "design"]:
            blocks = pd.factorize(sheet[column])[0]
    covariates = [sheet["age"].to_numpy(float)] if "age" in CASES.loc[case, "design"] else []
    covariates += [(sheet["sex"] == "M").to_numpy(float)] if "sex" in CASES.loc[case, "design"] else []
    model = linear_model((sheet["what"] == "A").to_numpy(), blocks, np.array(covariates).T if covariates else None)
    rest = model.rest(values)
    change = model.label @ rest / model.weight
    variance = ((rest**2).sum(0) - change**2 * model.weight) / model.freedom
    test = moderate(change, variance, model.freedom, model.weight, Trend(values.mean(0)) if trend else None)
    np.testing.assert_allclose(change, expected["change"], atol=1e-10)
    np.testing.assert_allclose(np.sqrt(variance), expected["sigma"], rtol=1e-8)
    np.testing.assert_allclose(test.prior_variance, expected["s2_prior"], rtol=1e-8)
    np.testing.assert_allclose(test.prior_freedom, expected["df_prior"].astype(float), rtol=1e-7)
    np.testing.assert_allclose(test.t, expected["t"], rtol=1e-8)
    np.testing.assert_allclose(test.p, expected["p"], rtol=1e-8)


def test_with_few_genes_the_trend_has_fewer_parameters_as_in_limma() -> None:
    expected = of_limma("some genes", True)
    sheet, values, _ = values_of("unpaired", expected.index)
    model = linear_model((sheet["what"] == "A").to_numpy(), np.zeros(len(sheet), dtype=np.int64))
    rest = model.rest(values)
    change = model.label @ rest / model.weight
    variance = ((rest**2).sum(0) - change**2 * model.weight) / model.freedom
    test = moderate(change, variance, model.freedom, model.weight, Trend(values.mean(0)))
    np.testing.assert_allclose(test.p, expected["p"], rtol=1e-8)


def test_enough_counts_by_hand() -> None:
    """Depths 1,000, 2,000, 2,000 and 4,000: 10 counts of the middle depth 2,000 are 5, 10, 10 and 20."""
    scale = 1e7 / np.array([1000.0, 2000, 2000, 4000])
    counts = np.array([[5.0, 10, 0, 0], [5, 9, 9, 19], [0, 0, 10, 20], [4, 9, 10, 0]]).T
    kept = enough_counts(counts * scale[:, None], scale, 2, counted=True)
    assert kept.tolist() == [True, False, True, False]
    shares = np.array([[1.0, 1, 0, 0], [0.9, 5, 0, 0]]).T * 10  # per ten million
    assert enough_counts(shares, scale, 2, counted=False).tolist() == [True, False]
