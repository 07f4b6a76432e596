"""The book's table in Markdown, for the guide."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

_HEAD = "| design | number | nominal | observed | 95 % interval | independent method | holds |"
_RULE = "|---|---|---|---|---|---|---|"


def page(table: pd.DataFrame, provenance: str) -> str:
    """Return the table as Markdown, a section a family."""
    lines = ["# Calibration", "", f"All samples are simulated. {provenance}", ""]
    for family in dict.fromkeys(table["family"]):
        some = table[table["family"] == family]
        lines += [f"## {family[:1].upper()}{family[1:]}", "", _HEAD, _RULE, *_rows(some), ""]
    return "\n".join(lines)


def _rows(table: pd.DataFrame) -> Iterator[str]:
    before = ""
    for row in table.to_dict("records"):
        number = row["number"] + (f" ({row['space']})" if row["space"] else "")
        design = "" if row["design"] == before else row["design"]
        before = row["design"]
        beside = f"{row['independent_method']} {_number(row['independent_observed'])}" if row["independent_method"] else ""
        beside = "; ".join(word for word in (beside, row["other_methods"]) if word)
        observed = _number(row["observed"])
        if row["answered"] < 0.995:
            observed = f"{observed} (given in {row['answered']:.0%})" if row["answered"] > 0 else "not given"
        told = np.isfinite(row["low"])
        between = f"{_number(row['low'])} to {_number(row['high'])}" if told else ""
        nominal = f"{row['quantity']} {row['nominal']:.3g}"
        yield f"| {design} | {number} | {nominal} | {observed} | {between} | {beside} | {row['holds']} |"


def _number(value: float) -> str:
    return "" if not np.isfinite(value) else f"{value:.3f}"
