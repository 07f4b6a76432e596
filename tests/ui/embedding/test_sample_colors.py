"""Colors of samples: kinds and numbers, many kinds, what is not said."""

import numpy as np
import pandas as pd

from generain_core.ui.embedding.sample_colors import (
    MOST_KINDS,
    NOT_SAID,
    PALETTE,
    SYMBOLS,
    by_column,
    by_number,
    choices,
    explained,
    most_telling,
)


def test_few_kinds_come_first_and_names_do_not_color() -> None:
    obs = pd.DataFrame(
        {
            "name": [f"s{i}" for i in range(40)],
            "depth": np.arange(40) * 1.5,
            "donor": [f"d{i % 10}" for i in range(40)],
            "group": ["a", "b"] * 20,
            "one": "same",
        }
    )
    assert choices(obs) == ["group", "donor", "depth"]


def test_kinds_are_told_apart_and_what_is_not_said_is_grey() -> None:
    column = pd.Series([f"d{i % 20}" for i in range(60)] + [None, " "], dtype=object)
    made = by_column(column, "donor")
    assert [kind.name for kind in made.kinds] == [*(f"d{i}" for i in range(20)), NOT_SAID]
    looks = {(kind.color, kind.symbol) for kind in made.kinds}
    assert len(looks) == 21
    assert made.kinds[-1].rows.tolist() == [60, 61]
    assert sorted(np.concatenate([kind.rows for kind in made.kinds])) == list(range(62))


def test_too_many_kinds_become_others() -> None:
    column = pd.Series([f"k{i}" for i in range(100)] + [f"k{i}" for i in range(5)])
    made = by_column(column, "kind")
    assert len(made.kinds) == MOST_KINDS < len(PALETTE) * len(SYMBOLS)
    assert made.kinds[-1].name == f"{100 - MOST_KINDS + 1} others"
    assert {"k0", "k1", "k2", "k3", "k4"} <= {kind.name for kind in made.kinds}


def test_numbers_are_a_scale_and_few_of_them_kinds() -> None:
    assert by_column(pd.Series(np.arange(30.0)), "depth").values is not None
    assert [kind.name for kind in by_column(pd.Series([1, 2] * 10), "batch").kinds] == ["1", "2"]
    assert by_number(np.array([np.nan, np.nan]), "x").span == (0.0, 1.0)
    assert by_number(np.array([3.0, 3.0]), "x").span == (3.0, 4.0)


def test_the_column_that_explains_most_colors_first() -> None:
    points = np.array([[1, 0], [1, 0.2], [0, 1], [0.2, 1], [-1, 0], [-1, 0.2]])
    obs = pd.DataFrame({"sex": list("ababab"), "tissue": list("xxyyzz"), "depth": np.arange(6.0) * 1.7})
    assert most_telling(obs, ["sex", "tissue", "depth"], points) == "tissue"
    assert most_telling(obs, [], points) is None


def test_what_groups_explain_by_hand() -> None:
    """One axis, groups {0, 2} and {6, 8}: within 2 + 2 over 2, total 40 over 3; as many groups as points explain nothing."""
    points = np.array([[0.0], [2.0], [6.0], [8.0]])
    assert abs(explained(points, pd.Series(list("aabb"))) - (1 - (4 / 2) / (40 / 3))) < 1e-12
    assert explained(points, pd.Series(list("abcd"))) == -np.inf
