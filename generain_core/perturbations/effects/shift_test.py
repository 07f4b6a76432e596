"""How a shift is tested: which test, what it assumes, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.design.experiment import Design


class TestName(StrEnum):
    """Which test a shift's p-value is of."""

    EXCHANGE = "exchange"
    MODERATED = "moderated"
    CONTROLS = "controls"


ASSUMES: Mapping[str, str] = {
    TestName.EXCHANGE: "samples are independent and alike within strata where the means are equal; spreads may differ",
    TestName.MODERATED: (
        "samples (in pairs: differences) are independent and normal, with the same covariance, whatever it is, in both groups"
    ),
    TestName.CONTROLS: "a perturbation without effect is like a further control: same mean, same spread, same depth",
    "": "",
}
"""What each test takes for granted, in words; '' for no test."""


@dataclass(frozen=True, kw_only=True)
class ShiftTest:
    """What came of testing one shift.

    Attributes:
        name: which test; '' for none.
        assumes: what it takes for granted, in words.
        p_value: NaN where none can be given.
        smallest_p: the smallest value that `p_value` could have had.
        relabellings: how many relabelings, rotations or controls were looked at; `exact` if these are all.
        why: why there is no p-value; '' where there is one.
    """

    name: str = ""
    assumes: str = ""
    p_value: float = float("nan")
    smallest_p: float = float("nan")
    relabellings: int = 0
    exact: bool = False
    why: str = ""


FurtherTest = Callable[[NDArray[np.float64], Design, Sequence[str], Any], Mapping[str, ShiftTest]]
"""Tests what no other test could: takes points (samples × dimensions), their design, names and settings; answers by name."""
