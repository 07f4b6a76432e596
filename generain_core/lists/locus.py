"""Genes that lie side by side: the trivial reason why two are alike."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from generain_core.lists.reasons import Reason, share

NEARBY = 100_000
"""Bases between two genes up to which they count as neighbors on their chromosome."""
SHARED_PROMOTER = 1_000
_APART = 1 << 40
"""More than any chromosome has bases."""


def of_pair(places: pd.DataFrame, one: str, other: str) -> Reason | None:
    """Return that two genes lie within 100 kb of one another; None where they don't, or it isn't known.

    Args:
        places: by gene: chromosome, start, end, strand.
        one, other: the genes.
    """
    a, b = places.loc[one], places.loc[other]
    if not a["chromosome"] or a["chromosome"] != b["chromosome"] or pd.isna(a["start"]) or pd.isna(b["start"]):
        return None
    gap = max(0, max(int(a["start"]), int(b["start"])) - min(int(a["end"]), int(b["end"])))
    if gap > NEARBY:
        return None
    text = f"{one} and {other} {_how(a, b, gap)} on chromosome {a['chromosome']}"
    return Reason(kind="position", text=text, genes=(one, other))


def of_list(places: pd.DataFrame, names: Sequence[str], random: Sequence[Sequence[str]]) -> Reason | None:
    """Return that more genes of a list lie within 100 kb of another of it than in random lists do; None if none does.

    Any two genes of a long list may be neighbors by chance, so that these are counted.

    Args:
        places: by gene: chromosome, start, end, strand.
        names: the genes of the list.
        random: genes of random lists.
    """
    known = places[places["start"].notna() & places["chromosome"].ne("")]
    codes = pd.Series(pd.factorize(known["chromosome"])[0], index=known.index)
    table = np.stack([codes.to_numpy(np.int64), known["start"].to_numpy(np.int64), known["end"].to_numpy(np.int64)], axis=1)
    row_of = {gene: row for row, gene in enumerate(known.index)}
    own = [gene for gene in names if gene in row_of]
    beside, pair = _beside(table[[row_of[gene] for gene in own]])
    if not beside:
        return None
    null = np.array([_beside(table[[row_of[gene] for gene in each if gene in row_of]])[0] for each in random], np.float64)
    one, other = (own[i] for i in pair)
    closest = of_pair(places, one, other)
    text = f"{beside:,} lie within {NEARBY // 1000} kb of another of them ({null.mean():.1f} expected)"
    return Reason(
        kind="position",
        text=f"{text}, such as {closest.text}" if closest is not None else text,
        genes=(one, other),
        observed=float(beside),
        expected=float(null.mean()),
        p_value=share(beside, null),
    )


def _how(a: pd.Series, b: pd.Series, gap: int) -> str:
    opposite = str(a["strand"]) != str(b["strand"])
    starts = [int(str(each["start" if str(each["strand"]) in ("1", "+") else "end"])) for each in (a, b)]
    if opposite and gap > 0 and abs(starts[0] - starts[1]) <= SHARED_PROMOTER:
        return "start side by side in opposite directions and may share a promoter"
    if gap == 0:
        return "overlap on opposite strands" if opposite else "overlap"
    return f"lie {gap / 1000:,.1f} kb apart"


def _beside(table: np.ndarray) -> tuple[int, tuple[int, int]]:
    """Return how many genes (chromosome, start, end) lie near another of them, and the places of the closest two."""
    if len(table) < 2:
        return 0, (0, 0)
    order = np.lexsort((table[:, 1], table[:, 0]))
    start, end = (table[order, 0] * _APART + table[order, column] for column in (1, 2))  # chromosomes one behind another
    far = np.maximum.accumulate(end)
    behind = np.maximum.accumulate(np.where(end == far, np.arange(len(order)), 0))  # whose end lies furthest so far
    gaps = np.maximum(0, start[1:] - far[:-1])
    near = np.flatnonzero(gaps <= NEARBY)
    if not len(near):
        return 0, (0, 0)
    closest = near[np.argmin(gaps[near])]
    return len(np.union1d(near + 1, behind[near])), (int(order[behind[closest]]), int(order[closest + 1]))
