"""Which samples of a reference stand for new ones: whole series, known or told by the order of rows; or none.

Samples of one series are made alike. A new sample has no such brothers in the reference, so that a held-out one may not have
any either: with them left in, nearly every ordinary new sample looks strange.
"""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core import settings
from generain_core.reference.search import nearest_rows
from generain_core.text import percent

Basis = Literal["series", "row order", ""]
LEAST = 19
"""Series that a rate of 5 % takes: the smallest p-value of n is 1 / (n + 1)."""
SHARE = 0.2
MOST = 2000
OF_ONE = 20
"""Samples of one series that are scored at most."""
_KNOWN = 0.9
_WINDOW = 500
_SMALLEST_WINDOW = 8
_FEWEST, _MOST_PLACES = 25, 200
_ROWS_OF_PLACE = 1500
_LOOK = 5
_INSIDE = 0.6


@dataclass(frozen=True, eq=False, kw_only=True)
class HeldOut:
    """Samples that are judged as if they were new.

    Attributes:
        rows: of the reference, ascending.
        series: the series of each, counted from 0; each counts as one, however many samples it has.
        away: rows of the reference that count as not there meanwhile.
        basis: what a series is: known, or told by the order of rows; "" if none can be told.
        kin: where series are told by row order, rows at less than this distance (1 - cosine) are taken for kin wherever they are.
        reason: why there are none, in a sentence.
    """

    rows: NDArray[np.intp]
    series: NDArray[np.intp]
    away: NDArray[np.bool_]
    basis: Basis
    kin: float = 0.0
    reason: str = ""


def hold_out(
    table: pd.DataFrame, vectors: NDArray[np.float32], lengths: NDArray[np.float32], seed: int = settings.SEED
) -> HeldOut:
    """Choose the held-out samples of a reference.

    Args:
        table: what is known of its rows: `series` and `source`.
        vectors: rows × width.
        lengths: of the rows.
        seed: of the choice.
    """
    series = table["series"].to_numpy(object)
    if np.mean(series != "") >= _KNOWN:
        return by_series(series, seed)
    return by_row_order(table["source"].to_numpy(object), vectors, lengths, seed)


def by_series(series: NDArray[np.object_], seed: int = settings.SEED) -> HeldOut:
    """Hold whole series out: `LEAST` or more, about a fifth of the samples, never more than half of either."""
    rng = np.random.default_rng(seed)
    codes = series_codes(series)
    sizes = np.bincount(codes[codes >= 0])
    if len(sizes) < 2 * LEAST:
        return _none(
            len(series), f"The samples are of {len(sizes):,} series; to tell what is usual of new ones takes {2 * LEAST}."
        )
    wanted, most = min(MOST, SHARE * len(series)), len(series) / 2
    chosen, total = list[int](), 0
    for each in rng.permutation(len(sizes)).tolist():
        if len(chosen) >= len(sizes) // 2 or (len(chosen) > LEAST and total >= wanted):
            break
        if total + sizes[each] <= most:  # a series that would take more than half stays in the reference
            chosen.append(each)
            total += int(sizes[each])
    if len(chosen) < LEAST:
        return _none(len(series), f"Half of the samples are of fewer than {LEAST} series: too few to tell what is usual.")
    rows, which = list[int](), list[int]()
    for number, each in enumerate(chosen):
        own = np.flatnonzero(codes == each)
        own = np.sort(rng.choice(own, OF_ONE, replace=False)) if len(own) > OF_ONE else own
        rows += own.tolist()
        which += [number] * len(own)
    order = np.argsort(rows, kind="stable")
    return HeldOut(
        rows=np.array(rows, np.intp)[order],
        series=np.array(which, np.intp)[order],
        away=np.isin(codes, [*chosen, -1]),
        basis="series",
    )


def series_codes(series: NDArray[np.object_]) -> NDArray[np.intp]:
    """Return the number of each sample's series, -1 where it is not known.

    GEO lists some samples in several series (``GSE1,GSE2``); series with a sample in common are one.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    listed, names = pd.factorize(np.array([str(name) or None for name in series], dtype=object))
    parts = [re.findall(r"GSE\d+", name) or [name] for name in names]
    of_part, distinct = pd.factorize(np.array([part for each in parts for part in each], dtype=object))
    of_name = np.repeat(np.arange(len(names)), [len(each) for each in parts])
    links = coo_matrix((np.ones(len(of_name)), (of_name, len(names) + of_part)), shape=(len(names) + len(distinct),) * 2)
    _, found = connected_components(links, directed=False)
    codes = np.where(listed >= 0, found[listed], -1)
    return np.asarray(np.where(listed >= 0, pd.factorize(codes[listed >= 0])[0][np.cumsum(listed >= 0) - 1], -1), np.intp)


def by_row_order(
    sources: NDArray[np.object_], vectors: NDArray[np.float32], lengths: NDArray[np.float32], seed: int = settings.SEED
) -> HeldOut:
    """Hold out single samples with the rows around them, if most samples have their nearest ones there.

    Training samples come without their series, but as they were submitted: samples of a series stand together. Whether they do
    is measured: of the five nearest of each chosen sample, at least 60 % must stand within the rows around it. Rows elsewhere
    that are as near as those are taken for kin too.
    """
    size = len(sources)
    places = int(np.clip(size // _ROWS_OF_PLACE, _FEWEST, _MOST_PLACES))
    window = min(_WINDOW, size // (8 * places))
    if window < _SMALLEST_WINDOW:
        return _none(size, f"Of which series the {size:,} samples are is not known, and they are too few to tell by order.")
    rng = np.random.default_rng(seed)
    stretch = size / places
    rows = np.array([int(stretch * i + rng.uniform(window, max(stretch - window, window + 1))) for i in range(places)], np.intp)
    rows = np.minimum(rows, size - 1)
    near = nearest_rows(vectors, lengths, np.asarray(vectors[rows]), _LOOK + 1)
    others = near.rows != rows[:, None]
    inside = (np.abs(near.rows - rows[:, None]) <= window) & (sources[near.rows] == sources[rows][:, None]) & others
    share = float(inside.sum() / max(others.sum(), 1))
    if share < _INSIDE:
        return _none(
            size,
            f"Of which series the samples are is not known, and their order does not tell it: {percent(share)} of the nearest "
            "of a "
            "sample stand near it.",
        )
    away = np.zeros(size, bool)
    for row in rows.tolist():
        start, stop = max(0, row - window), row + window + 1
        away[start:stop] |= sources[start:stop] == sources[row]
    kin = float(np.quantile(1 - near.cosines[inside], 0.99))
    return HeldOut(rows=rows, series=np.arange(places), away=away, basis="row order", kin=kin)


def _none(size: int, reason: str) -> HeldOut:
    nothing = np.zeros(0, np.intp)
    return HeldOut(rows=nothing, series=nothing, away=np.zeros(size, bool), basis="", reason=reason)
