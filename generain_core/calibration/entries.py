"""The table of the book: a row a number and design, its share with an interval, and whether it holds."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from generain_core.calibration.measures import Key, Sums

COLUMNS = ("design", "number", "nominal", "observed", "low", "high", "independent_method")
FURTHER: tuple[str, ...] = ("independent_observed", "independent_low", "independent_high", "other_methods", "quantity")
FURTHER += ("space", "holds", "answered", "experiments", "numbers", "family")
ALLOWED = 1.6
"""A level of so many times the nominal one is still said to be near it: 8 % at 5 %."""
COVERS = (0.93, 0.97)
SURE = 0.997
"""Level of the intervals by which it is said that a number does not hold: of many numbers a few are off by chance."""
SIGNED = ("bias", "calibration")
"""Quantities that are differences, not shares."""


def entries(sums: Mapping[tuple[str, str], Mapping[Key, Sums]]) -> pd.DataFrame:
    """Return one row a design and number of the product, with the independent methods' beside it; see `COLUMNS` and `FURTHER`.

    Args:
        sums: family and name of each design → what its experiments told.
    """
    rows = [
        _row(family, design, key, of_design)
        for (family, design), of_design in sums.items()
        for key in of_design
        if not key.method
    ]
    return pd.DataFrame(rows, columns=[*COLUMNS, *FURTHER])


def _row(family: str, design: str, key: Key, of_design: Mapping[Key, Sums]) -> dict[str, object]:
    own = of_design[key]
    low, high = own.interval(share=key.quantity not in SIGNED)
    first, others = dict[str, object](), list[str]()
    for other, sums in of_design.items():
        if other.method and other._replace(method="") == key and sums.trials:
            if not first:
                ends = sums.interval(share=key.quantity not in SIGNED)
                first = {"independent_method": other.method, "independent_observed": sums.mean}
                first |= {"independent_low": ends[0], "independent_high": ends[1]}
            else:
                others.append(f"{other.method} {sums.mean:.3f}")
    return {
        "family": family,
        "design": design,
        "number": key.number,
        "nominal": key.nominal,
        "observed": own.mean,
        "low": low,
        "high": high,
        "independent_method": "",
        "other_methods": "; ".join(others),
        "quantity": key.quantity,
        "space": key.space,
        "holds": holds(key, own.mean, *own.interval(share=key.quantity not in SIGNED, level=SURE)),
        "answered": own.w / own.asked if own.asked else np.nan,
        "experiments": own.trials,
        "numbers": own.w,
    } | first


def holds(key: Key, observed: float, low: float, high: float) -> str:
    """Return ``yes``, ``nearly``, ``no``, ``wide`` (an interval that covers more than it says, a confidence that is
    right more often), or '' where nothing is claimed.

    Low and high are those of the interval at the level `SURE`. A level (or a rate of false discoveries) holds where it is not
    surely above the nominal one, nearly where it is at most `ALLOWED` times that; coverage where it is not surely below 95 %,
    nearly where it is 93 % or more. What a number is worth (power, bias) is told and not judged.
    """
    if not np.isfinite(observed) or key.quantity in ("power", "bias"):
        return ""
    if key.quantity in ("level", "false discoveries"):
        if low <= key.nominal:
            return "yes"
        return "nearly" if observed <= ALLOWED * key.nominal else "no"
    if key.quantity == "coverage":
        if low > COVERS[1]:
            return "wide"
        return "yes" if high >= key.nominal else "nearly" if observed >= COVERS[0] else "no"
    if low <= key.nominal <= high or abs(observed - key.nominal) <= 0.05:
        return "yes" if low <= key.nominal <= high else "nearly"
    return "wide" if observed > key.nominal else "no"
