"""Cells summed by columns of their metadata."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.pseudobulk import sum_by
from tests.samples.toy import table

OBS = {"target": ["B", "A", "B", None, "A"], "stim": ["x", "x", "x", "x", "y"]}
VALUES = np.array([[1, 0], [2, 1], [4, 0], [8, 1], [16, 0]])


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])
def test_groups_are_summed_in_the_order_they_come(form) -> None:
    summed = sum_by(table(form(VALUES), ["G1", "G2"], obs=OBS), ["target", "stim"])
    assert summed.samples == ("B_x", "A_x", "A_y")
    dense = summed.values.toarray() if sparse.issparse(summed.values) else summed.values
    assert dense.tolist() == [[5, 0], [2, 1], [16, 0]]
    assert summed.obs.index.tolist() == list(summed.samples)
    assert summed.obs["n_cells"].tolist() == [2, 1, 1]
    assert summed.obs["target"].tolist() == ["B", "A", "A"]
    assert summed.notes[-2:] == (
        "4 rows were summed to 3 by target and stim.",
        "1 rows without a value in target and stim were left out.",
    )
    assert type(summed.values) is (sparse.csr_matrix if form is sparse.csr_matrix else np.ndarray)


def test_categories_and_numbers_group_as_well() -> None:
    expression = table(VALUES, ["G1", "G2"], obs={"day": [1, 2, 1, 2, 1]})
    expression.obs["kind"] = pd.Categorical(["a", "a", "b", "a", "a"], categories=["z", "a", "b"])
    assert sum_by(expression, ["day"]).samples == ("1", "2")
    assert sum_by(expression, ["kind"]).samples == ("a", "b")


def test_names_stay_distinct() -> None:
    expression = table(VALUES, ["G1", "G2"], obs={"a": ["x_y", "x", "q", "q", "q"], "b": ["z", "y_z", "r", "r", "r"]})
    assert sum_by(expression, ["a", "b"]).samples == ("x_y_z", "x_y_z_2", "q_r")


@pytest.mark.parametrize(("columns", "words"), [(["nope"], "its sample columns are: target, stim"), ([], "by no column")])
def test_columns_that_are_not_there(columns: list[str], words: str) -> None:
    with pytest.raises(GeneRAINError, match=words):
        sum_by(table(VALUES, ["G1", "G2"], obs=OBS), columns)


def test_a_column_without_values() -> None:
    with pytest.raises(GeneRAINError, match="No row has a value in empty"):
        sum_by(table(VALUES, ["G1", "G2"], obs={"empty": [None] * 5}), ["empty"])
