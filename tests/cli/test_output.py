"""What the line prints: numbers whole in JSON, and chances with the digits that count in tables for readers."""

import json

import numpy as np
import pandas as pd
import pytest

from generain_core.cli.output import is_chance, records, titled_table

TINY = [1.23456789012345e-12, 1.9e-15, 1e-30, 0.1234567890123456, float("nan"), float("inf")]


def test_small_numbers_are_whole_in_json() -> None:
    table = pd.DataFrame(
        {"p_value": TINY, "gene": ["A", None, "C", "D", "E", "F"], "rank": np.arange(6), "hub": [True, False] * 3}
    )
    table = table.assign(genes=[["A", "B"]] * 6, single=np.float32([0.1, 2, 3, 4, 5, 6]), kind=pd.Categorical(list("xyxyxy")))
    rows = json.loads(json.dumps(records(table), allow_nan=False))
    assert [row["p_value"] for row in rows] == [*TINY[:4], None, None]
    assert rows[1] == {"p_value": 1.9e-15, "gene": None, "rank": 1, "hub": False, "genes": ["A", "B"], "single": 2.0, "kind": "y"}
    assert rows[0]["single"] == float(np.float32(0.1))
    assert records(table.iloc[:0]) == []
    mixed = pd.DataFrame(
        {"mixed": pd.Series([1.9e-15, None, float("nan"), (np.float64(1e-20), 2), pd.NA, np.int64(3)], dtype=object)}
    )
    assert [row["mixed"] for row in records(mixed)] == [1.9e-15, None, None, [1e-20, 2], None, 3]


def test_a_small_chance_is_no_zero_in_a_table() -> None:
    text = titled_table(
        "sets", pd.DataFrame({"set": ["a", "b"], "ratio": [12.0, 0.5], "p_value": [3.2e-9, 1.0], "fdr": [0.01, 1.0]})
    )
    assert "0.0000" not in text
    assert "3.2 × 10⁻⁹" in text
    assert "12.0000" in text


@pytest.mark.parametrize(
    ("name", "is_one"), [("p_value", True), ("overlap_p", True), ("fdr", True), ("rank", False), ("up", False)]
)
def test_columns_of_chances_are_known_by_their_names(name, is_one) -> None:
    assert is_chance(name) is is_one
