"""What the held-out samples of a reference tell: kept beside it, measured against itself, and said in words."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generain_core.reference.held_out import LEAST, Basis
from generain_core.reference.novelty import Vote, label_confidence, p_values
from generain_core.reference.store import State
from generain_core.text import percent

FITTED, README = "fitted.json", "README.md"
RATE = 0.05
_PARTS = 10
EARLIER = (
    "This reference was calibrated by an earlier version, which took too many new samples for strange; build it again from the "
    "same sources: what is embedded stays."
)


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """How well flags and labels hold, measured on held-out series, each judged by the others.

    Attributes:
        basis: what a series is: ``series`` if known, ``row order`` if told by that, "" if flags are not given.
        series: held out.
        samples: scored.
        flagged: share of ordinary samples that are flagged at a rate of 5 %, each series counting as one; NaN without flags.
        label_stated: mean confidence of the labels; NaN where it is not given.
        label_right: share of them that were right.
        reason: why flags are not given, in a sentence.
    """

    basis: Basis
    series: int
    samples: int
    flagged: float
    label_stated: float
    label_right: float
    reason: str

    def facts(self) -> dict[str, str | int | float | None]:
        """Return the same for JSON; what is not known is None."""
        return {name: None if value != value else value for name, value in asdict(self).items()}

    @property
    def sentence(self) -> str:
        """Return what the flags rest on and how they hold."""
        if not self.basis:
            return f"No flags are given. {self.reason}"
        kind = "series" if self.basis == "series" else "samples, with those that stand around them,"
        words = f"What is usual is told by {self.series:,} held-out {kind}"
        if np.isfinite(self.flagged):
            words += f": of their {self.samples:,} samples {percent(self.flagged, 1)} would be flagged at {percent(RATE)}"
        words += "."
        if self.basis == "row order":
            words += " Which series the samples are of is not known; it was told by the order of their rows."
        if np.isfinite(self.label_stated):
            words += f" Labels: {percent(self.label_stated)} sure on average, {percent(self.label_right)} right."
        return words


@dataclass(frozen=True, eq=False, kw_only=True)
class Fitted:
    """Scores and votes of held-out samples, and how the plane was made.

    Attributes:
        basis: as in `HeldOut`.
        reason: why nothing was held out.
        scores: how strange each held-out sample is.
        series: of each.
        votes: of those with a label.
        plane: how the plane was made.
        plane_kept: share of neighbors that it keeps.
    """

    basis: Basis
    reason: str
    scores: NDArray[np.float64]
    series: NDArray[np.intp]
    votes: tuple[Vote, ...]
    plane: str
    plane_kept: float

    @cached_property
    def calibration(self) -> Calibration:
        """Return how well flags and labels hold."""
        numbers = np.unique(self.series)
        flagged = np.nan
        if self.basis and len(numbers) > LEAST:
            flags = np.array([p <= RATE for p in self._judged_by_others()])
            flagged = float(np.mean([flags[self.series == each].mean() for each in numbers]))
        stated, right = self._labels_by_others()
        return Calibration(
            basis=self.basis,
            series=len(numbers),
            samples=len(self.scores),
            flagged=flagged,
            label_stated=stated,
            label_right=right,
            reason=self.reason,
        )

    def _judged_by_others(self) -> NDArray[np.float64]:
        p = np.empty(len(self.scores))
        for each in np.unique(self.series):
            own = self.series == each
            others = np.unique(self.series[~own], return_inverse=True)[1]
            p[own] = p_values(self.scores[own], self.scores[~own], others)
        return p

    def _labels_by_others(self) -> tuple[float, float]:
        """Return mean confidence and share right, of labels judged by the series of other parts."""
        part = np.array([vote.series for vote in self.votes], dtype=np.intp) % _PARTS
        stated, right, weights = list[float](), list[float](), list[float]()
        sizes = np.bincount([vote.series for vote in self.votes]) if self.votes else np.zeros(0)
        for number in range(_PARTS):
            own = [vote for vote, of in zip(self.votes, part, strict=True) if of == number]
            others = [vote for vote, of in zip(self.votes, part, strict=True) if of != number]
            if own:
                stated += label_confidence(np.array([vote.share for vote in own]), others).tolist()
                right += [float(vote.right) for vote in own]
                weights += [1 / sizes[vote.series] for vote in own]
        if not stated or not np.isfinite(stated).all():
            return np.nan, np.nan
        return float(np.average(stated, weights=weights)), float(np.average(right, weights=weights))

    def to_bytes(self) -> bytes:
        """Return it as JSON, with the calibration that follows from it."""
        document = {
            "basis": self.basis,
            "reason": self.reason,
            "scores": self.scores.tolist(),
            "series": self.series.tolist(),
            "votes": [[vote.share, vote.right, vote.series] for vote in self.votes],
            "calibration": self.calibration.facts(),
            "plane": self.plane,
            "plane_kept": self.plane_kept,
        }
        return (json.dumps(document, indent=1) + "\n").encode()

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Fitted":
        """Return what `to_bytes` wrote; of an earlier version's, the plane alone.

        Raises:
            KeyError, TypeError, ValueError: it is damaged.
        """
        plane, kept = str(document["plane"]), float(document["plane_kept"])
        if "basis" not in document:
            nothing = np.zeros(0, np.intp)
            scores = np.zeros(0)
            return cls(basis="", reason=EARLIER, scores=scores, series=nothing, votes=(), plane=plane, plane_kept=kept)
        return cls(
            basis=document["basis"],
            reason=str(document["reason"]),
            scores=np.array(document["scores"], dtype=np.float64),
            series=np.array(document["series"], dtype=np.intp),
            votes=tuple(Vote(float(share), bool(right), int(series)) for share, right, series in document["votes"]),
            plane=plane,
            plane_kept=kept,
        )


def is_of_earlier_version(folder: Path) -> bool:
    """Say whether a finished reference was calibrated by a version that counted samples, not series."""
    try:
        return "basis" not in json.loads((folder / FITTED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True


def readme(state: State, fitted: Fitted) -> str:
    """Return what a reader of the folder should know, in Markdown."""
    origins = "\n".join(f"- {origin.name}: {origin.samples:,} samples" for origin in state.origins)
    simulated = "**SIMULATED**: nothing here is a result of GeneRAIN.\n\n" if state.made.simulated else ""
    return (
        f"# A reference of {state.rows:,} samples\n\n{simulated}Embedded by {state.made.model} ({state.made.release}), "
        f"{state.dropped:,} unfit samples left out:\n\n{origins}\n\n## Calibration\n\n{fitted.calibration.sentence}\n"
    )
