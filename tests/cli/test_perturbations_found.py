"""Which perturbations the line looks into where none is named: those found in any space, the farthest first."""

from types import SimpleNamespace

import pandas as pd
import pytest

from generain_core.errors import GeneRAINError
from generain_core.perturbations.report import perturbations_of_interest


def named(table: pd.DataFrame, of: list[str] | None = None) -> list[str]:
    return perturbations_of_interest(SimpleNamespace(table=table), of or ())  # type: ignore[arg-type]


def test_what_one_space_alone_finds_is_looked_into() -> None:
    table = pd.DataFrame({"perturbation": ["A", "B", "C"], "fdr": [0.5, 0.6, 0.7], "expression_fdr": [0.2, 0.01, 0.01]})
    assert named(table) == ["B", "C"]
    far = table.assign(distance=1.0, expression_distance=[1.0, 2.0, 3.0])
    assert named(far) == ["C", "B"]
    assert named(table, ["A"]) == ["A"]


def test_the_fitted_tail_is_asked_where_ranks_find_none() -> None:
    table = pd.DataFrame(
        {"perturbation": ["A", "B"], "fdr": [0.5, 0.6], "tail_fdr": [0.9, 0.04], "expression_tail_fdr": [0.01, 1.0]}
    )
    assert named(table.assign(distance=1.0, expression_distance=1.0)) == ["A", "B"]
    with pytest.raises(GeneRAINError, match="No perturbation was found"):
        named(table[["perturbation", "fdr"]])
