"""Rows that stand twice are left out once; rows of transcripts that are equal by chance of their sequence are summed."""

import numpy as np
import pandas as pd
import pytest

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
