"""Rows that stand twice are left out once; rows of transcripts that are equal by chance of their sequence are summed."""

import numpy as np
import pandas as pd
import pytest

from generain_core.samples.interpret.aggregates import genes_that_are_copies
from generain_core.samples.interpret.correction import read_expression
from tests.samples.known import SYMBOLS, Known, counts

COUNTS = counts() + 10
SAMPLES = [f"s{i + 1}" for i in range(COUNTS.shape[1])]


def twice(**beside: list[str]) -> pd.DataFrame:
    """Return genes × samples in which the first ten genes stand twice with the same values."""
    whole = pd.DataFrame(COUNTS, columns=SAMPLES)
    whole.insert(0, "gene", SYMBOLS)
    table = pd.concat([whole, whole[:10]], ignore_index=True)
    for i, (title, values) in enumerate(beside.items()):
        table.insert(i, title, values)
    return table


ENSTS = [f"ENST{i:011d}.{1 + i % 3}" for i in range(40)]
DIFFERENT = {
    "transcripts before the genes": {"transcript_id": ENSTS},
    "probes": {"probe": [f"{i}_at" for i in range(40)]},
    "starts": {"start": list(range(1000, 1040))},
    "a column of unknown title": {"tname": [f"t{i}" for i in range(40)]},
}
SAME = {
    "nothing beside": {},
    "descriptions": {"description": [f"gene {i}" for i in [*range(30), *range(10)]]},
    "lengths": {"length": [1000 + i for i in [*range(30), *range(10)]]},
    "numbers of rows": {"Unnamed: 0": list(range(40))},
}


@pytest.mark.parametrize("beside", DIFFERENT.values(), ids=DIFFERENT)
def test_rows_that_differ_elsewhere_are_summed(tmp_path, beside):
    path = tmp_path / "a.csv"
    twice(**beside).to_csv(path, index=False)
    found = read_expression(path, Known(), gene_column="gene")
    assert found.identifiers == (*SYMBOLS, *SYMBOLS[:10])


@pytest.mark.parametrize("beside", SAME.values(), ids=SAME)
def test_rows_that_are_equal_in_all_stand_once(tmp_path, beside):
    path = tmp_path / "a.csv"
    twice(**beside).to_csv(path, index=False)
    found = read_expression(path, Known())
    assert found.identifiers == tuple(SYMBOLS)
    np.testing.assert_array_equal(found.values, COUNTS.T)


def test_rows_of_few_reads_that_are_equal_by_chance_are_summed():
    """They were left out beside true copies, which took .17 % of the depth; a simulation knows which are copies."""
    rng = np.random.default_rng(0)
    values = rng.poisson(rng.gamma(0.3, 30.0, (4000, 1)) * np.ones(6)).T.astype(float)
    names = [f"G{i}" for i in range(2000)] * 2
    copied = np.arange(2000, 2040)
    values[:, copied] = values[:, copied - 2000]
    for scaled in (values, np.log2(values / values.sum(1, keepdims=True) * 1e6 + 1)):
        found = set(genes_that_are_copies(scaled, names))
        by_chance = {i for i in range(2040, 4000) if np.array_equal(values[:, i], values[:, i - 2000])}
        assert len(by_chance) > 50
        assert found <= set(copied)
        rich = {int(i) for i in copied if values[:, i].sum() >= 60}
        assert len(rich) > 5
        assert rich <= found
    twice = np.concatenate([values[:, :2000], values[:, :2000]], axis=1)
    assert len(genes_that_are_copies(twice, names)) == 2000
