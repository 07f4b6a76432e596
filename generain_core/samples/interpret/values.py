"""What kind of numbers a table holds: counts, CPM or TPM, logs, z-scores; and why it is thought so."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from generain_core.samples.interpret.expression import Matrix
from generain_core.samples.interpret.log_base import LogBase, infer_base, whole_multiples
from generain_core.samples.interpret.signs.doubts import (
    DOUBT,
    UNLIKE,
    are_sizes_of_scores,
    as_floored,
    as_lengths,
    as_ratios,
    as_shares,
    as_squeezed,
    few_steps,
    flat_steps,
    no_zeros,
)
from generain_core.samples.interpret.signs.negative_logs import atom, gaps_are_zeros, logs_of_fractions
from generain_core.samples.interpret.signs.rounding import (
    all_round,
    are_mixed,
    are_ranks,
    decimals_of,
    roots_of,
    scaled_whole,
    unlike_samples,
    whole_and_broken,
)
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.io.limits import LARGEST_VALUE

_LOOK = 40
_LARGEST_LOG = 30.0
_TAIL, _TAIL_OF_LOGS = 60.0, 25.0
"""The largest value over the mean of a sample: below 25 in logs, above 60 in what is none."""
_ZERO_BELOW = "Values are fractions from {:.3g} to {:.3g}, the smallest in many cells, as what was zero before a log does."
_SIZES = "The squares of each gene's values have the same sum, as z-scores without their sign have."
_STEPS = 500
_LARGEST_LIBRARY = 3e9
_BINS = 2000
_TESTS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "missing": np.isnan,
    "infinite": np.isinf,
    "too large": lambda numbers: numbers > LARGEST_VALUE,
    "negative": lambda numbers: numbers < 0,
}


@dataclass(frozen=True, kw_only=True)
class Values:
    """What was found out about a table of numbers.

    Attributes:
        kind: one of `ACCEPTED_KINDS`, or one that is refused.
        evidence: why, one sentence each.
        minimum: of the values that are there.
        maximum: the same.
        missing: how many cells have no value.
        first_missing: sample and gene of the first of them, counted from 0.
        first_bad: the same of the first infinite, too large or negative value.
        log: the base that was inferred, if the kind is log.
        unsure: why the kind is to be chosen by who knows the table, one sentence; '' if the values tell.
    """

    kind: ValueKind
    evidence: tuple[str, ...]
    minimum: float
    maximum: float
    missing: int
    first_missing: tuple[int, int] | None
    first_bad: tuple[int, int] | None
    log: LogBase | None = None
    unsure: str = ""

    @property
    def doubt(self) -> str:
        """Return what they may hold, where that is unsure: the rest of a sentence."""
        return "logs or counts" if self.unsure.startswith(DOUBT.partition("{")[0]) else "no expression"


@dataclass(frozen=True)
class _Scan:
    minimum: float
    maximum: float
    missing: int
    whole: bool
    nonzero: int
    whole_nonzero: int


def cells(count: int) -> str:
    """Return a number of cells in words."""
    return f"{count:,} cell{'' if count == 1 else 's'}"


def judge(values: Matrix) -> Values:
    """Say what kind of values a table (samples × genes) holds."""
    with np.errstate(all="ignore"):
        return _judged(values)


def _judged(values: Matrix) -> Values:
    scan = _scan(values)
    bad, why = None, ""
    kind: ValueKind | None = None
    evidence, log, unsure = list[str](), None, ""
    if scan.missing == np.prod(values.shape):
        kind, why = ValueKind.NONE, "No cell has a value."
    elif scan.minimum < 0 and (log := logs_of_fractions(values, scan.maximum)):
        kind, evidence = ValueKind.LOG, [_ZERO_BELOW.format(scan.minimum, scan.maximum), log.why]
    elif scan.maximum == np.inf or scan.minimum == -np.inf:
        kind, why, bad = ValueKind.INFINITE, "Some values are infinite.", first_where(values, "infinite")
    elif scan.maximum > LARGEST_VALUE:
        kind, why, bad = ValueKind.TOO_LARGE, f"Values go up to {scan.maximum:.3g}.", first_where(values, "too large")
    elif scan.minimum < 0:
        kind, why, bad = *_negative(values, scan), first_where(values, "negative")
    elif scan.maximum == 0:
        kind, why = ValueKind.ZEROS, "All values are 0."
    missing = first_where(values, "missing") if scan.missing else None
    evidence = evidence or [why]
    if kind is None:
        kind, evidence, log, unsure = _positive(values, scan)
    if scan.missing:
        evidence.append(
            f"{scan.missing:,} of {values.shape[0] * values.shape[1]:,} cells {'has' if scan.missing == 1 else 'have'} no value."
        )
    return Values(
        kind=kind,
        evidence=tuple(evidence),
        minimum=scan.minimum,
        maximum=scan.maximum,
        missing=scan.missing,
        first_missing=missing,
        first_bad=bad,
        log=log,
        unsure=unsure,
    )


def first_where(values: Matrix, what: str) -> tuple[int, int] | None:
    """Return sample and gene of the first missing, infinite, too large or negative value."""
    for start in range(0, values.shape[0], 64):
        block = values[start : start + 64]
        coo = sparse.coo_matrix(block) if sparse.issparse(block) else None
        numbers = np.asarray(block) if coo is None else coo.data
        hits = _TESTS[what](numbers)
        if hits.any():
            if coo is None:
                row, column = (int(i[0]) for i in np.nonzero(hits))
            else:
                row, column = min(zip(coo.row[hits].tolist(), coo.col[hits].tolist(), strict=True))
            return start + row, column
    return None


def _blocks(values: Matrix) -> Iterator[np.ndarray]:
    if sparse.issparse(values):
        flat = values.data
    else:
        dense = np.asarray(values)
        flat = dense.ravel(order="F" if dense.flags.f_contiguous else "C")
    for start in range(0, len(flat), 1 << 20):
        yield flat[start : start + (1 << 20)]


def _scan(values: Matrix) -> _Scan:
    low, high, missing, whole, nonzero, whole_nonzero, stored = np.inf, -np.inf, 0, True, 0, 0, 0
    for block in _blocks(values):
        gone = np.isnan(block)
        there = block[~gone] if gone.any() else block
        missing, stored = missing + int(gone.sum()), stored + len(block)
        if not len(there):
            continue
        low, high = min(low, float(there.min())), max(high, float(there.max()))
        filled = int(np.count_nonzero(there))
        broken = int(np.count_nonzero(there != np.rint(there)))
        whole, nonzero, whole_nonzero = whole and not broken, nonzero + filled, whole_nonzero + filled - broken
    if stored < values.shape[0] * values.shape[1]:
        low, high = min(low, 0.0), max(high, 0.0)
    return _Scan(low, high, missing, whole, nonzero, whole_nonzero)


def _negative(values: Matrix, scan: _Scan) -> tuple[ValueKind, str]:
    genes = np.unique(np.linspace(0, values.shape[1] - 1, min(500, values.shape[1])).astype(int))
    some = values[:, genes]
    dense = np.asarray(some.toarray() if sparse.issparse(some) else some, np.float64)
    dense = dense[:, ~np.isnan(dense).any(axis=0)]
    if dense.shape[0] > 2 and dense.shape[1]:
        means, spread = np.median(np.abs(dense.mean(axis=0))), np.median(dense.std(axis=0))
        if means < 0.15 and 0.3 < spread < 1.3:
            return ValueKind.Z_SCORES, f"Values go down to {scan.minimum:.3g}; most genes have a mean near 0 and a spread near 1."
    return ValueKind.NEGATIVE, f"Values go down to {scan.minimum:.6g}."


def _positive(values: Matrix, scan: _Scan) -> tuple[ValueKind, list[str], LogBase | None, str]:
    if scan.whole and scan.minimum == 1 and scan.maximum <= _BINS and values.shape[1] > _BINS:
        return ValueKind.BINS, [f"All values are whole numbers from 1 to {scan.maximum:,.0f}, and none is 0."], None, ""
    rows = _some_samples(values)
    if are_ranks(rows):
        return ValueKind.RANKS, ["The values of each sample lie evenly, as ranks do."], None, ""
    if scan.whole and (unlike := unlike_samples(rows)):
        return ValueKind.MIXED, [unlike], None, ""
    if scan.whole and (why := scaled_whole(rows, _LARGEST_LIBRARY)):
        return ValueKind.SCALED, [why], None, ""
    if scan.whole:
        doubt = (
            few_steps(rows, values.shape[1], scan.maximum, zeros=scan.minimum == 0)
            or flat_steps(values, rows, scan.maximum)
            or as_floored(values, scan.minimum)
            or as_lengths(values)
            or no_zeros(rows, values.shape[1])
        )
        return ValueKind.COUNTS, [f"All values are whole numbers, up to {scan.maximum:,.0f}."], None, doubt
    if are_mixed(rows):
        return ValueKind.MIXED, ["Some samples hold whole numbers only, others fractions that sum to a million."], None, ""
    if all(len(each) for each in whole_and_broken(values)):
        return ValueKind.ESTIMATED, [UNLIKE.partition(",")[0] + "."], None, UNLIKE
    if unlike := unlike_samples(rows):
        return ValueKind.MIXED, [unlike], None, ""
    if are_sizes_of_scores(values):
        return (
            ValueKind.Z_SCORES,
            [_SIZES],
            None,
            "",
        )
    decimals = decimals_of(rows)
    scaled = whole_multiples(rows, exact=decimals is None) > 0.9 and _above_steps(rows, decimals)
    if not scaled and (roots := roots_of(rows, decimals)):
        return ValueKind.ROOTS, [f"Values are {roots}."], None, ""
    fractions = [f"Values are fractions from {scan.minimum:.3g} to {scan.maximum:.3g}."]
    if not scaled and (doubt := as_shares(values, scan.maximum)):
        return ValueKind.ESTIMATED, fractions, None, doubt
    if not scaled and scan.maximum <= _LARGEST_LOG:
        tail = float(np.median([row.max() / row.mean() for row in rows if len(row)] or [1.0]))
        zero_at = atom(values, scan.minimum)
        gaps = gaps_are_zeros(values.shape[0] * values.shape[1], scan.missing, scan.nonzero)
        zeros, offsets = scan.minimum == 0 and not gaps, (False,) if gaps else (True, False)
        log = infer_base(rows, zeros=zeros, maximum=scan.maximum, decimals=decimals, zero_at=zero_at, offsets=offsets)
        if log.certain or tail < _TAIL:
            sentence = (
                f"Values are fractions from {scan.minimum:.3g} to {scan.maximum:.3g}, without the few very large ones of counts."
            )
            doubt = "" if log.certain or tail < _TAIL_OF_LOGS else DOUBT.format(f"{scan.maximum:.3g}")
            return ValueKind.LOG, [sentence, log.why], log, doubt
    sums = np.asarray(np.nansum(values, axis=1) if not sparse.issparse(values) else values.sum(axis=1), np.float64).ravel()
    sums = sums[sums > 0]
    middle, spread = float(np.median(sums)), float(np.std(sums) / np.mean(sums))
    share = scan.whole_nonzero / max(1, scan.nonzero)
    about = f"Samples sum to {sums.min():,.0f} to {sums.max():,.0f}"
    doubt = as_floored(values, scan.minimum) or as_lengths(values)
    if doubt := doubt or ("" if scaled else as_ratios(rows, values.shape[1]) or as_squeezed(rows, values.shape[1])):
        return ValueKind.ESTIMATED, fractions, None, doubt
    if all_round(sums) or (len(sums) > 2 and spread < 1e-3):
        return ValueKind.SCALED, [f"Values are fractions and each sample sums to about {middle:,.0f}."], None, ""
    if middle > _LARGEST_LIBRARY:
        sentence = f"{about}, more than any sequencing gives: they were scaled."
        return ValueKind.SCALED, [sentence], None, ""
    if scaled:
        return (
            ValueKind.ESTIMATED,
            ["Values are whole multiples of each sample's smallest: counts, divided by a number."],
            None,
            "",
        )
    if share < 0.2 and 2e5 < middle < 2e6 and sums.max() < 4 * sums.min():
        return ValueKind.SCALED, [f"Values are fractions. {about}, near a million, as FPKM or TPM of some genes do."], None, ""
    of_whole = f"{100 * share:.0f} % of the values above zero are whole numbers, the others fractions."
    return ValueKind.ESTIMATED, [of_whole, f"{about}, as counts of different depth do."], None, ""


def _above_steps(rows: list[np.ndarray], decimals: int | None) -> bool:
    """Say whether the smallest values lie well above the step of rounding, which is no count, or on a coarser grid, as halves."""
    if decimals is None or all(row.min() >= _STEPS * 10.0**-decimals for row in rows if len(row)):
        return True
    steps = np.unique(np.rint(np.concatenate([*rows, np.zeros(0)]) * 10.0**decimals)).astype(np.int64)
    return int(np.gcd.reduce(steps)) > 1


def _some_samples(values: Matrix) -> list[np.ndarray]:
    """Return the values above zero of up to 40 samples, evenly spaced."""
    chosen = np.unique(np.linspace(0, values.shape[0] - 1, min(_LOOK, values.shape[0])).astype(int))
    rows = []
    for i in chosen:
        row = values[[i]].toarray().ravel() if sparse.issparse(values) else np.asarray(values[i])
        rows.append(row[row > 0].astype(np.float64))
    return rows
