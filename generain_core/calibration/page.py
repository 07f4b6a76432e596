"""The book in Markdown: how each number does over all designs, what does not hold, and each design by itself."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from generain_core.calibration.bench import Design
from generain_core.text import percent

INTRODUCTION = """# What holds

Each number that may stand in a paper was held against experiments in which the truth is known: samples are simulated, given to
the program as a user would, and what it says is counted. A p-value of .05 may come up in 5 % of experiments in which nothing
happens (*level*), and should come up often where something does (*power*); a 95 % interval has to hold the true effect in 95 %
(*coverage*); of what is found at a false discovery rate of 5 %, 5 % may be false. Beside it stands what an independent method,
written in plain code, says of the same data.

*yes*: not surely worse than it says. *nearly*: a level of at most 8 % at 5 %, a coverage of at least 93 %. *wide*: an interval
that covers more than it says, or a confidence that is right more often. *no*: worse than that. Surely is beyond the 99.7 %
interval, for there are many numbers; shown is the 95 % interval. Where no number is given for a design, that is said: no answer
is not a wrong one."""


REMARKS = {
    "p_value of ranks": (
        "is under genes exchanged one by one, as column, page, line and agents say: it describes a ranking, and is no test of an "
        "experiment. Of moved genes camera is asked instead, by the page and by perturb --sets, which holds."
    ),
    "p_value of over-representation": (
        "is hypergeometric, as column, page, line and agents say: genes are drawn one by one. It describes a list. Of moved "
        "genes camera is asked, by the page and by perturb --sets."
    ),
}
"""What is done about numbers that are known not to hold."""


def page(table: pd.DataFrame, provenance: str, missing: Sequence[Design] = ()) -> str:
    """Return the book as Markdown; `missing` are designs of which no experiment has been run yet."""
    some = table[table["answered"] > 0]
    lines = [INTRODUCTION, "", f"All samples are simulated. {provenance}.", ""]
    if missing:
        counts = Counter(design.family for design in missing)
        families = "; ".join(f"{family}: {count}" for family, count in counts.items())
        lines += [f"**Not run yet are {len(missing)} designs** ({families}); nothing is said of them here.", ""]
    lines += ["## Over all designs", "", *_overview(some), ""]
    lines += ["## What does not hold", "", *_failing(some), ""]
    failing = set(some.loc[some["holds"] == "no", "number"])
    lines += [f"*{number}*: {remark}\n" for number, remark in REMARKS.items() if number in failing]
    for family in dict.fromkeys(table["family"]):
        lines += [f"## {family[:1].upper()}{family[1:]}", "", *_designs(table[table["family"] == family]), ""]
    return "\n".join(lines).rstrip() + "\n"


def _overview(table: pd.DataFrame) -> Iterator[str]:
    yield "| number | asked | experiments | holds | highest or lowest |"
    yield "|---|---|---|---|---|"
    judged = table[table["holds"] != ""]
    for (number, space, quantity, nominal), some in judged.groupby(["number", "space", "quantity", "nominal"], sort=False):
        off = some["observed"].to_numpy(float)
        if quantity not in ("level", "false discoveries"):
            off = np.abs(off) if quantity == "calibration" else -off
        worst = some.iloc[int(np.argmax(off))]
        counts = some["holds"].value_counts()
        verdicts = ", ".join(f"{counts[word]} {word}" for word in ("yes", "nearly", "wide", "no") if word in counts)
        asked = f"{quantity} {nominal:g}" if quantity != "calibration" else "right less stated"
        named = f"{number} ({space})" if space else number
        edge = f"{_number(worst['observed'])} ({worst['design']})"
        yield f"| {named} | {asked} | {int(some['experiments'].sum()):,} | {verdicts} | {edge} |"


def _failing(table: pd.DataFrame) -> Iterator[str]:
    failing = table[table["holds"] == "no"]
    if failing.empty:
        yield "Nothing."
        return
    yield "| design | number | asked | observed | 95 % interval | experiments | independent method |"
    yield "|---|---|---|---|---|---|---|"
    for row in failing.to_dict("records"):
        yield f"| {' | '.join(_cells(row)[:-1])} |"


def _designs(table: pd.DataFrame) -> Iterator[str]:
    """Yield a row a number; of several nominal levels the first one, the others stand in the CSV."""
    yield "| design | number | asked | observed | 95 % interval | experiments | independent method | holds |"
    yield "|---|---|---|---|---|---|---|---|"
    before = ""
    first = table.drop_duplicates(["design", "number", "space", "quantity"])
    for row in first.to_dict("records"):
        cells = _cells(row)
        design = "" if cells[0] == before else cells[0]
        before = cells[0]
        yield f"| {' | '.join((design, *cells[1:]))} |"


def _cells(row: Mapping[Hashable, Any]) -> tuple[str, ...]:
    """Return design, number, what is asked, observed, interval, experiments, independent methods, and verdict, as text."""
    number = f"{row['number']} ({row['space']})" if row["space"] else str(row["number"])
    observed, answered = _number(row["observed"]), float(str(row["answered"]))
    if answered < 0.995:
        observed = f"{observed}, given in {percent(answered)}" if answered > 0 else "not given"
    between = f"{_number(row['low'])} to {_number(row['high'])}" if observed != "not given" else ""
    beside = f"{row['independent_method']} {_number(row['independent_observed'])}" if row["independent_method"] else ""
    beside = "; ".join(word for word in (beside, str(row["other_methods"])) if word)
    nominal = float(str(row["nominal"]))
    asked = f"mean, truly {nominal:.2f}" if row["quantity"] == "bias" else f"{row['quantity']} {nominal:g}"
    if row["quantity"] == "power":
        asked = f"power at {nominal:g}"
    if row["quantity"] == "calibration":
        asked = "right less stated"
    experiments = f"{int(str(row['experiments'])):,}" if observed != "not given" else ""
    return str(row["design"]), number, asked, observed, between, experiments, beside, str(row["holds"])


def _number(value: object) -> str:
    number = float(str(value))
    return "" if not np.isfinite(number) else f"{number:.3f}"
