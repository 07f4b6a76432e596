"""How far binned samples lie from usual ones of this release, in words, with the likeliest cause.

What is usual is drawn from the reference values of the binning boundaries, the training samples that the release holds. The
same draws are spoilt in three ways: gene names shuffled, logs taken for counts, counted as shallowly as a single cell. A
measure is far outside where it lies beyond the middle between usual and spoilt draws, over the genes that the table has;
the two of where bins lie count only together, as one tissue held against another moves either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core import settings
from generain_core.release.files import Release
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.binning.bins import DEPTH, bin_samples
from generain_core.samples.binning.gene_matching import Match
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.second_opinion.measures import housekeeping_leads, measures
from generain_core.samples.second_opinion.odd_rows import odd_rows
from generain_core.samples.second_opinion.profile import Profile, profile_of
from generain_core.text import echo, listed, percent

LEAST_GENES = 500
_CELL = 20_000
_DRAWS = 8
_UNKNOWN_ROW = (0.2, 0.4)
"""A row of no known gene may hold as much of a total as one gene in a thousand ever does, but within these."""


class Cause(StrEnum):
    """The likeliest cause of a sample far from usual ones."""

    NONE = ""
    ROW = "a row that is no gene"
    NAMES = "names of other genes"
    LOGS = "logs taken for counts"
    SPARSE = "hardly counted"
    SCALE = "another scale"
    GENE = "one gene above all"


_WORDS = {
    Cause.NAMES: "their expression hardly follows the usual level of the genes; likeliest, the names don't belong to the values: "
    "numbers of rows taken for IDs, a column that was sorted alone, another species",
    Cause.LOGS: "their genes differ too little; likeliest, the values are logs, or otherwise compressed, taken for counts",
    Cause.SPARSE: "genes that are on in nearly every bulk sample are zero; likeliest, these are single cells or very shallow",
    Cause.SCALE: "their bins crowd where those of bulk samples spread; likeliest, the values are on another scale (of a "
    "microarray, normalized, corrected, a log undone with another base), or most genes were left out of the table",
}
_SIMULATED = "This release is simulated, so real samples look foreign to it: the second opinion says little here."
_REAL_TABLE = (
    "This release is simulated, so it can't tell whether real samples look like human bulk samples; the published release can."
)
_TIMES_ROWS = 2
"""A table of so many times the genes of a simulated release is none of its own: its samples are real."""


@dataclass(frozen=True, eq=False)
class SecondOpinion:
    """What is thought of binned samples.

    Attributes:
        samples: one row a sample, by name: the columns of `measures`, largest_row (share of the total in one row), cause.
        limits: one row a measure: usual, limit, side (below or above).
        sentences: what to say, one cause each; none of usual samples.
        reference: what the samples were held against; why not, if they weren't.
        odd_rows: rows that are no genes by their values alone.
    """

    samples: pd.DataFrame
    limits: pd.DataFrame
    sentences: tuple[str, ...]
    reference: str
    odd_rows: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """Return ``usual``, ``unusual``, or ``none`` where samples couldn't be held against others and no row is odd."""
        if self.odd_rows:
            return "unusual"
        if _REAL_TABLE in self.sentences or not len(self.limits):
            return "none"
        return "unusual" if self.sentences else "usual"

    def plain(self) -> dict[str, Any]:
        """Return the opinion as plain values and arrays, as h5ad and JSON keep it."""
        return {
            "verdict": self.verdict,
            "sentences": list(self.sentences),
            "reference": self.reference,
            "odd_rows": list(self.odd_rows),
            "limits": self.limits.to_dict("list"),
            "samples": self.samples.reset_index(names="sample").to_dict("list"),
        }


def second_opinion(
    expression: Expression,
    match: Match,
    kept: NDArray[np.intp],
    totals: NDArray[np.float64],
    counts: Any,
    bins: NDArray[np.int16],
    release: Release,
    boundaries: Boundaries,
    gene_set: str,
) -> SecondOpinion:
    """Hold binned samples against usual ones of the release.

    Args:
        expression: the table.
        match: its genes.
        kept: the samples that were binned.
        totals: their depths.
        counts: theirs, samples × matched genes.
        bins: of the counts.
        release: whose boundaries they are.
        boundaries: of the gene set.
        gene_set: its name.
    """
    names = pd.Index([str(expression.samples[i]) for i in kept], dtype=object)
    odd = () if expression.own is not None else _odd_rows(expression, match, kept)
    of_rows = (_words_on_rows(odd),) if odd else ()
    columns = boundaries.columns(match.genes)
    if len(columns) < LEAST_GENES:
        reference = f"none: {len(columns):,} genes are too few to hold samples against others"
        return SecondOpinion(pd.DataFrame(index=names), pd.DataFrame(), of_rows, reference, odd)
    profile = profile_of(release, gene_set, boundaries)
    about = profile.means[columns], profile.spreads[columns], profile.zeros[columns]
    limits = _limits(profile, columns, boundaries, about)
    table = _measured(counts, totals, bins, about).set_axis(names, axis=0)
    share, row, known = _largest_rows(expression, match, kept, totals)
    table["largest_row"] = share
    dominated = share > np.where(known, profile.largest, np.clip(profile.usual_largest, *_UNKNOWN_ROW))
    table["cause"] = _causes(table, limits, dominated, known)
    said = _sentences(table, expression, row)
    if said and release.simulated:
        many = int(match.counted.sum()) > _TIMES_ROWS * len(boundaries.genes)
        is_real = many or housekeeping_leads(counts, match.genes)
        said = (_REAL_TABLE,) if is_real else (*said, _SIMULATED)
        if is_real:
            table["cause"] = Cause.NONE.value
    reference = (
        f"{len(boundaries.values):,} reference values of each of {len(columns):,} genes, as the binning boundaries have them"
    )
    return SecondOpinion(table, limits.reset_index(names="measure"), (*said[:1], *of_rows, *said[1:]), reference, odd)


def _odd_rows(expression: Expression, match: Match, kept: NDArray[np.intp]) -> tuple[str, ...]:
    """Return the names of the rows that are taken for genes and can't be any."""
    counted = np.flatnonzero(match.counted)
    return tuple(str(expression.identifiers[i]) for i in counted[odd_rows(expression.values[kept][:, counted])])


def _words_on_rows(odd: Sequence[str]) -> str:
    which = f"The row {echo(odd[0])} does" if len(odd) == 1 else f"The rows {listed(list(odd))} do"
    return (
        f"{which} not look like expression: the same in every sample, or fractions among counts; likeliest, they are facts about "
        "the samples, such as RIN or a size factor. Leave them out."
    )


def _measured(counts: Any, totals: NDArray[np.float64], bins: NDArray[np.int16], about: Any) -> pd.DataFrame:
    parts = []
    for first in range(0, len(totals), 100):
        rows = slice(first, first + 100)
        some: Any = counts[rows]
        dense = np.asarray(some if isinstance(some, np.ndarray) else some.toarray(), np.float64)
        values = np.log10(dense * (DEPTH / totals[rows, None]) + 1).astype(np.float32)
        parts.append(measures(values, bins[rows], *about))
    return pd.concat(parts, ignore_index=True)


def _limits(profile: Profile, columns: NDArray[np.int64], boundaries: Boundaries, about: Any) -> pd.DataFrame:
    """Return what is usual of each measure, and the middle between that and the spoilt draws that it tells."""
    values = profile.values[:_DRAWS][:, columns]
    usual = measures(values, profile.bins[:_DRAWS][:, columns], *about).mean()
    counts = 10.0 ** values.astype(np.float64) - 1
    rng = np.random.default_rng(settings.SEED)
    per_million = counts / counts.sum(axis=1, keepdims=True) * 1e6
    spoilt = {
        "names": counts[:, rng.permutation(len(columns))],
        "logs": np.log2(per_million + 1),
        "cell": rng.poisson(per_million * (_CELL / 1e6)).astype(np.float64),
    }
    found = {}
    for name, table in spoilt.items():
        sums = np.maximum(table.sum(axis=1), 1.0)
        found[name] = _measured(table, sums, bin_samples(table, sums, boundaries, columns), about).mean()
    rows = {
        "correlation": (usual["correlation"], found["names"]["correlation"], "below"),
        "spread": (usual["spread"], found["logs"]["spread"], "below"),
        "zeros": (usual["zeros"], found["cell"]["zeros"], "above"),
        "unevenness": (usual["unevenness"], found["logs"]["unevenness"], "above"),
        "steady_at_edges": (usual["steady_at_edges"], found["names"]["steady_at_edges"], "above"),
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["usual", "spoilt", "side"])
    return table.assign(limit=(table["usual"] + table["spoilt"]) / 2)[["usual", "limit", "side"]]


def _largest_rows(
    expression: Expression, match: Match, kept: NDArray[np.intp], totals: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return the share of each sample's total that its largest row holds, which row, and whether it is a known gene's."""
    if expression.own is not None:
        return np.zeros(len(kept)), np.zeros(len(kept), np.int64), np.ones(len(kept), bool)
    counted = np.flatnonzero(match.counted)
    some: Any = expression.values[kept][:, counted]
    places = np.asarray(some.argmax(axis=1)).ravel()
    tops = np.asarray(some.max(axis=1) if isinstance(some, np.ndarray) else some.max(axis=1).toarray(), np.float64).ravel()
    rows = counted[places]
    known = (match.rows["status"] != "unknown").to_numpy()[rows]
    return tops / totals, rows, known


def _causes(table: pd.DataFrame, limits: pd.DataFrame, dominated: NDArray[np.bool_], known: NDArray[np.bool_]) -> list[str]:
    limit = limits["limit"]
    conditions = [
        (Cause.ROW, dominated & ~known),
        (Cause.SPARSE, (table["zeros"] > limit["zeros"]) & (table["correlation"] > limit["correlation"])),
        (Cause.NAMES, table["correlation"] < limit["correlation"]),
        (Cause.LOGS, table["spread"] < limit["spread"]),
        (Cause.SCALE, (table["unevenness"] > limit["unevenness"]) & (table["steady_at_edges"] > limit["steady_at_edges"])),
        (Cause.GENE, dominated),
    ]
    causes = np.select([np.asarray(each) for _, each in conditions], [cause.value for cause, _ in conditions], "")
    return [str(cause) for cause in causes]


def _sentences(table: pd.DataFrame, expression: Expression, rows: NDArray[np.int64]) -> tuple[str, ...]:
    sentences = []
    for cause in Cause:
        hit = np.flatnonzero(table["cause"] == cause.value)
        if cause is Cause.NONE or not len(hit):
            continue
        who = "The sample" if len(table) == 1 else f"{len(hit):,} of {len(table):,} samples"
        verb = "does" if len(table) == 1 else "do"
        start = f"{who} {verb} not look like human bulk samples of this release: "
        if cause in (Cause.ROW, Cause.GENE):
            worst = hit[int(np.argmax(table["largest_row"].to_numpy()[hit]))]
            name, share = echo(str(expression.identifiers[rows[worst]])), table["largest_row"].iloc[worst]
            what = "it is no gene but a number of the sample" if cause is Cause.ROW else "the tissue makes little else"
            words = f"one row, {name}, holds {percent(share)} of a total; likeliest, {what}"
        else:
            words = _WORDS[cause]
        sentences.append(f"{start}{words}.")
    return tuple(sentences)
