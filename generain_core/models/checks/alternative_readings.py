"""Preprocessing doctor: a few samples under rival readings of a file, and which reading is likely."""

from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import Cancelled, GeneRAINError
from generain_core.models.checks.possible_readings import Reading, possible_readings
from generain_core.models.model import Model
from generain_core.models.pooling import embed_bins
from generain_core.models.precision import median_distance
from generain_core.progress import Progress, silent
from generain_core.release.files import Release
from generain_core.samples.binning.gene_matching import FINE, THIN
from generain_core.samples.binning.normalize import normalize
from generain_core.samples.interpret.correction import to_expression
from generain_core.samples.interpret.count_scale import Corrections, said_of_columns
from generain_core.samples.interpret.diagnosis import Findings, diagnose
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.identifiers import Resolves
from generain_core.samples.io.raw_table import RawTable
from generain_core.text import percent

SAMPLES = 3
MARGIN = 0.1
"""A rival is proposed only if its oddness is lower by this."""
_MOST_REFUSED = 2


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor found.

    Attributes:
        readings: the reading now first, then its rivals.
        proposed: the likely one: the reading now, unless a rival is less odd by `MARGIN` and the values don't speak against it.
        reasons: why, one sentence each.
    """

    readings: tuple[Reading, ...]
    proposed: Reading
    reasons: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Say whether another reading than the one now is proposed."""
        return self.proposed.key != "now"

    @property
    def table(self) -> pd.DataFrame:
        """Return one row a reading: reading, genes, coverage, expressed, at_one, at_top, unevenness, oddness, moved, refused."""
        names = ("genes", "coverage", "expressed", "at_one", "at_top", "unevenness", "oddness", "moved", "refused")
        return pd.DataFrame([{"reading": r.words, **{name: getattr(r, name) for name in names}} for r in self.readings])


def diagnose_readings(
    raw: RawTable,
    findings: Findings,
    release: Release,
    resolver: Resolves,
    model: Model,
    *,
    corrections: Corrections | None = None,
    device: str = "cpu",
    progress: Progress | None = None,
) -> Diagnosis:
    """Read a few samples in every way that the file allows, embed them, and propose the likely reading.

    Args:
        raw: the file, as `read` gives it.
        findings: how it was understood.
        release: for the boundaries.
        resolver: knows genes.
        model: an opened model; its gene set is binned for.
        corrections: what was corrected until now.
        device: where to embed.
        progress: told the share done and words; what it raises stops the work.

    Raises:
        GeneRAINError: the file can't be read in any way.
    """
    report: Progress = progress or silent
    wanted, tried = possible_readings(raw, findings, corrections), []
    now: tuple[tuple[str, ...], NDArray[np.float32]] | None = None
    for i, reading in enumerate(wanted):
        report(i / len(wanted), f"{reading.words}, {i + 1} of {len(wanted)}")
        reading_tried, embedding = _try(reading, raw, findings, release, resolver, model, device, now)
        if now is None and embedding is not None:
            now = reading_tried.samples, embedding
        tried.append(reading_tried)
    report(1.0, "done")
    return choose_reading(tuple(tried))


def choose_reading(readings: tuple[Reading, ...]) -> Diagnosis:
    """Return the likely reading among tried ones, of which the first is the reading now, and why.

    Raises:
        GeneRAINError: none of them could be tried.
    """
    now, usable = readings[0], [reading for reading in readings if not reading.refused]
    likely = [reading for reading in usable if not reading.unlikely]
    if not likely:
        raise GeneRAINError(f"The file can't be read in any way: {now.refused}")
    best = min(likely, key=lambda reading: reading.oddness)
    proposed = best if now.refused or best.oddness < now.oddness - MARGIN else now
    return Diagnosis(readings, proposed, tuple(_reasons(now, proposed, readings)))


def _try(
    reading: Reading,
    raw: RawTable,
    findings: Findings,
    release: Release,
    resolver: Resolves,
    model: Model,
    device: str,
    now: tuple[tuple[str, ...], NDArray[np.float32]] | None,
) -> tuple[Reading, NDArray[np.float32] | None]:
    corrections = reading.corrections
    try:
        redirected = any(key in corrections for key in ("layer", "genes_in", "gene_column"))
        understood = diagnose(raw, resolver, **said_of_columns(corrections)) if redirected else findings
        expression = some_samples(to_expression(raw, understood, **corrections), SAMPLES)
        binned = normalize(expression, release, cast(Any, resolver), gene_set=model.gene_set, min_genes=0)
        read = model.read(binned.adata)
        embedding = embed_bins(model.network, read.bins, read.tokens, device=device)
    except Cancelled:
        raise
    except GeneRAINError as problem:
        return replace(reading, refused=str(problem)), None
    names = tuple(binned.adata.obs_names)
    bins = np.asarray(read.bins[: len(names)])
    coverage = binned.examined.match.coverage
    uneven = unevenness(bins)
    distance = np.nan
    if now is None:
        distance = 0.0
    elif now[0] == names:
        between = median_distance(now[1])
        distance = float(np.linalg.norm(embedding - now[1], axis=1).mean()) / between if between > 0 else np.nan
    expressed = bins > 1
    tried = replace(
        reading,
        samples=names,
        genes=len(binned.examined.match.genes),
        coverage=coverage,
        expressed=float(expressed.sum(1).mean()),
        at_one=float(1 - expressed.mean()),
        at_top=float((bins == 2000).sum() / max(1, expressed.sum())),
        unevenness=uneven,
        oddness=uneven + max(0.0, 1 - coverage / FINE),
        moved=distance,
    )
    return tried, embedding


def some_samples(expression: Expression, count: int) -> Expression:
    """Return a few samples, evenly spaced."""
    total = len(expression.samples)
    rows = np.unique(np.linspace(0, total - 1, min(count, total)).astype(int))
    names = tuple(expression.samples[i] for i in rows)
    values: Any = expression.values[rows]
    own = expression.own.take(rows) if expression.own is not None else None
    return replace(expression, values=values, samples=names, obs=expression.obs.iloc[rows], own=own)


def unevenness(bins: NDArray[Any]) -> float:
    """Return the mean over samples of the largest gap between the shares of expressed bins and those of evenly spread ones.

    The Kolmogorov-Smirnov distance of bins 2 to 2,000 from the uniform distribution; 1 for a sample without expressed genes.
    """
    gaps = []
    for row in np.asarray(bins):
        expressed = row[row > 1].astype(int)
        if not len(expressed):
            gaps.append(1.0)
            continue
        below = np.cumsum(np.bincount(expressed, minlength=2001)[2:]) / len(expressed)
        gaps.append(float(np.abs(below - np.arange(1, 2000) / 1999).max()))
    return float(np.mean(gaps))


def _reasons(now: Reading, proposed: Reading, readings: tuple[Reading, ...]) -> list[str]:
    sentences = []
    if now.refused:
        sentences.append(f"As it is read now, the file can't be used: {now.refused}")
    spread = (
        f"the expressed bins are {proposed.unevenness:.2f} from evenly spread (0 is like the reference), "
        f"{percent(proposed.at_top, 1)} of them at the top, {percent(proposed.at_one)} of the genes at 1, "
        f"{proposed.genes:,} genes found ({percent(proposed.coverage)} of the gene set)"
    )
    if proposed is now:
        sentences.append(f"The reading now is the likely one: {spread}.")
    else:
        sentences.append(f"Likely {proposed.words}: {spread}.")
        if not now.refused:
            sentences.append(
                f"As it is read now: {now.unevenness:.2f} from evenly spread, {percent(now.at_top, 1)} at the top, "
                f"{now.genes:,} genes found ({percent(now.coverage)})."
            )
    if proposed.coverage < THIN:
        sentences.append("So few genes of the gene set were found that no reading can be trusted much.")
    others = [r for r in readings if not r.refused and r is not proposed and r is not now]
    if others:
        near = min(others, key=lambda reading: reading.oddness)
        sentences.append(f"Next comes the reading {near.words}, at {near.unevenness:.2f}, with {near.genes:,} genes found.")
        sentences += [f"Not {r.words}: {r.unlikely}" for r in others if r.unlikely][:1]
    sentences += [f"Not {r.words}: {r.refused}" for r in readings if r.refused and r is not now][:_MOST_REFUSED]
    if np.isfinite(proposed.moved) and proposed is not now and not now.refused:
        sentences.append(f"The samples move by {proposed.moved:.1f} median distances between them.")
    return sentences
