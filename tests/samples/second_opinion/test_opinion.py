"""The second opinion lets bulk samples pass and tells spoilt ones, though nothing before it noticed."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import generain_core
from generain_core.samples.binning.normalize import normalize
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.second_opinion.measures import measures
from generain_core.samples.second_opinion.odd_rows import odd_rows
from generain_core.samples.second_opinion.opinion import Cause
from tests.conftest import PROJECT

DEMO = PROJECT / "assets/demo"


@pytest.fixture(scope="module")
def generain():
    return generain_core.open(DEMO)


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    return pd.read_csv(DEMO / "data/examples/demo_counts.csv.gz", index_col=0)


def opinion(generain, table: pd.DataFrame, **options) -> dict:
    """Return the opinion on genes × samples that reach binning as they are, every detector before it switched off."""
    expression = Expression(
        values=table.T.to_numpy(np.float64),
        samples=tuple(table.columns),
        identifiers=tuple(map(str, table.index)),
        obs=pd.DataFrame(index=table.columns),
        source="table",
        sha256="",
        value_kind=ValueKind.COUNTS,
        notes=(),
    )
    return normalize(expression, generain.release, generain.resolver, **options).report["second_opinion"]


def causes(found: dict) -> set[str]:
    return set(found["samples"]["cause"])


def test_bulk_samples_pass(generain, counts) -> None:
    perturbed = pd.read_csv(DEMO / "data/examples/demo_perturbation_counts.csv.gz", index_col=0)
    for table in (counts, perturbed, counts / counts.sum() * 1e6):
        found = opinion(generain, table, min_genes=500)
        assert found["verdict"] == "usual"
        assert found["sentences"] == []
        assert causes(found) == {""}
        assert "reference values" in found["reference"]
        json.dumps(found)


@pytest.mark.parametrize("gene_set", ["coding_lncrna", "gene2vec"])
@pytest.mark.parametrize(
    ("cause", "spoil"),
    [
        (Cause.NAMES, lambda t, r: pd.DataFrame(r.poisson(30, t.shape), t.index, t.columns)),
        (Cause.NAMES, lambda t, r: t.set_axis(r.permutation(t.index), axis=0)),
        (Cause.NAMES, lambda t, r: pd.DataFrame(np.sort(t.to_numpy(), axis=0), t.index, t.columns)),
        (Cause.LOGS, lambda t, r: np.log2(t / t.sum() * 1e6 + 1).round(1)),
        (Cause.LOGS, lambda t, r: np.log2(t / t.sum() * 1e6 + 1).round(3)),
        (Cause.LOGS, lambda t, r: np.log1p(t).round(2)),
        (Cause.LOGS, lambda t, r: np.log10(t + 1).round(1)),
        (Cause.ROW, lambda t, r: pd.concat([t, pd.DataFrame([t.sum() + 1234], ["nCount_RNA"])])),
        (Cause.ROW, lambda t, r: pd.concat([t, pd.DataFrame(4e7, ["sequencing_depth"], t.columns)])),
        (Cause.SPARSE, lambda t, r: pd.DataFrame(r.poisson(t / t.sum() * 15_000), t.index, t.columns)),
        (Cause.SCALE, lambda t, r: t.astype(float) ** 2),
    ],
    ids=["poisson", "shuffled", "sorted", "log2 1", "log2 3", "ln", "log10", "nCount", "depth", "cells", "squared"],
)
def test_spoilt_tables_are_told_with_their_cause(generain, counts, cause, spoil, gene_set) -> None:
    found = opinion(generain, spoil(counts, np.random.default_rng(2)), gene_set=gene_set, min_genes=200)
    assert found["verdict"] == "unusual"
    hits = [each == cause.value for each in found["samples"]["cause"]]
    assert np.mean(hits) > 0.9
    assert "do not look like human bulk samples" in found["sentences"][0]
    assert "simulated" in found["sentences"][-1]


@pytest.mark.parametrize("change", [lambda t: t, lambda t: t / t.sum() * 1e6], ids=["counts", "CPM"])
def test_facts_about_samples_among_genes_are_told_by_their_values(generain, counts, change) -> None:
    facts = pd.DataFrame({"RIN": [7.5], "OS": [0.25], "CAT": [3000.5]}).T.to_numpy().repeat(counts.shape[1], 1)
    spoilt = pd.concat([change(counts), pd.DataFrame(facts, ["RIN", "OS", "CAT"], counts.columns)])
    found = opinion(generain, spoilt, min_genes=500)
    assert found["verdict"] == "unusual"
    assert set(found["odd_rows"]) == {"RIN", "OS", "CAT"}
    assert "facts about the samples" in found["sentences"][0]
    assert causes(found) == {""}


def test_odd_rows_hold_their_level() -> None:
    """Of 60 tables of Poisson counts, also by a million and rounded, next to none has a row that is called odd."""
    rng, alarms = np.random.default_rng(0), 0
    for _ in range(20):
        means = rng.lognormal(rng.uniform(0, 5), 2.2, 6000)
        values = rng.poisson(means * rng.uniform(0.7, 1.4, (int(rng.integers(3, 13)), 1))).astype(float)
        million = values / values.sum(axis=1, keepdims=True) * 1e6
        alarms += sum(len(odd_rows(each)) > 0 for each in (values, million, million.round(int(rng.integers(0, 4)))))
    assert alarms <= 1
    spoilt = np.column_stack([values, np.full(len(values), 7.5), np.linspace(0.8, 1.3, len(values))])
    assert odd_rows(spoilt).tolist() == [6000, 6001]
    assert odd_rows(sparse.csr_matrix(spoilt)).tolist() == [6000, 6001]
    assert not len(odd_rows(np.repeat(million[:1], 4, axis=0)))


def test_too_few_genes_are_held_against_nothing(generain, counts) -> None:
    found = opinion(generain, counts.iloc[:400], min_genes=10)
    assert found["verdict"] == "none"
    assert found["reference"].startswith("none")


def test_measures_by_hand() -> None:
    means = np.array([1, 2, 3, 4], np.float32)
    values = np.array([[1, 2, 3, 4], [4, 3, 2, 1], [2, 2, 2, 0]], np.float32)
    bins = np.array([[2, 1001, 2000, 2], [2000, 2000, 2000, 2000], [1000, 1000, 1000, 1]])
    made = measures(values, bins, means, np.full(4, 0.1), np.array([0, 0, 0, 0.9]))
    np.testing.assert_allclose(made["correlation"], [1, -1, np.corrcoef([2, 2, 2, 0], means)[0, 1]], atol=1e-9)
    np.testing.assert_allclose(made["spread"], [1, 1, 0], atol=1e-6)
    np.testing.assert_allclose(made["steady_at_edges"], [2 / 3, 1, 0])
    assert made["zeros"].tolist() == [0, 0, 0]
    assert made["unevenness"][1] == pytest.approx(1998 / 1999)
    assert made["unevenness"][0] == pytest.approx(0.5 - 1 / 1999, abs=1e-3)


def test_it_stays_in_the_file(generain, tmp_path) -> None:
    made = generain.normalize(DEMO / "data/examples/demo_counts.csv.gz", output=tmp_path / "own.h5ad")
    again = generain.normalize(tmp_path / "own.h5ad")
    for adata in (made, again):
        assert adata.uns["generain"]["second_opinion"]["verdict"] == "usual"
        assert len(adata.uns["generain"]["second_opinion"]["samples"]["sample"]) == 32
