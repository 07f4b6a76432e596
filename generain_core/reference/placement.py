"""Place new samples in a reference: nearest samples, place on its plane, strangeness, likely kind."""

import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.reference.calibration import LENGTHS, MEASURE, PLANE, project
from generain_core.reference.fitted import FITTED, Calibration, Fitted
from generain_core.reference.novelty import NEAR, NoveltyMeasure, label_confidence, labels_by_vote, p_values
from generain_core.reference.search import nearest_rows
from generain_core.reference.self_matches import COPIES, find_self_matches, names_in_reference, without_self_matches
from generain_core.reference.store import State, read_state, table_of, vectors_of
from generain_core.text import percent, with_noun

RATE = 0.05
"""Share of samples like the reference that are flagged."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Reference:
    """A finished reference, memory-mapped. Open it with `Reference.open`.

    Attributes:
        folder: where it is.
        state: how it was made and from what.
        vectors: rows × width.
        lengths: of the rows.
        places: of the rows on the plane, rows × 2.
        table: what is known of each row, as text.
        measure: how strange a sample is.
        fitted: what held-out samples tell of how strange a sample may be and how sure a label is.
    """

    folder: Path
    state: State
    vectors: NDArray[np.float32]
    lengths: NDArray[np.float32]
    places: NDArray[np.float32]
    table: pd.DataFrame
    measure: NoveltyMeasure
    fitted: Fitted

    @property
    def plane(self) -> str:
        """Return how the plane was made, with the share of neighbors that it keeps."""
        return f"{self.fitted.plane}; {percent(self.fitted.plane_kept)} of neighbors kept"

    @classmethod
    def open(cls, folder: Path) -> "Reference":
        """Open a finished reference.

        Raises:
            GeneRAINError: there is none, it is not finished, or a file of it is damaged.
        """
        state = read_state(folder)
        if state is None:
            raise GeneRAINError(f"{folder} holds no reference; build one with the command reference.")
        if state.finished != state.rows or not state.rows:
            raise GeneRAINError(f"The reference in {folder} is not finished; build it again, it goes on where it stopped.")
        try:
            fitted = Fitted.from_document(json.loads((folder / FITTED).read_text(encoding="utf-8")))
            lengths = np.fromfile(folder / LENGTHS, "<f4")
            places = np.fromfile(folder / PLANE, "<f4").reshape(-1, 2)
            with np.load(io.BytesIO((folder / MEASURE).read_bytes()), allow_pickle=False) as arrays:
                away = np.zeros(state.rows, bool)
                away[np.asarray(arrays.get("away", ()), dtype=np.intp)] = True
                measure = NoveltyMeasure(arrays["whiten"], arrays["scales"], away)
            table = table_of(folder)
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise GeneRAINError(f"The reference in {folder} is damaged ({str(problem)[:80]}); build it anew.") from problem
        vectors = vectors_of(folder, state)
        if not len(vectors) == len(lengths) == len(places) == len(table):
            raise GeneRAINError(f"The files of the reference in {folder} don't go together; build it anew.")
        return cls(
            folder=folder,
            state=state,
            vectors=vectors,
            lengths=lengths,
            places=places,
            table=table,
            measure=measure,
            fitted=fitted,
        )

    def __len__(self) -> int:
        """Return how many samples there are."""
        return len(self.vectors)


@dataclass(frozen=True, eq=False)
class Placement:
    """Where samples lie in a reference.

    Attributes:
        samples: one row a sample: ``sample``, ``x`` and ``y`` on the reference's plane, ``p_value`` (share of held-out
            series that are as strange; NaN where none could be held out), ``out_of_distribution`` (p-value up to the rate;
            missing where no flag can be given), ``label`` (tissue or source of most of the nearest), ``label_confidence``
            (how often such a vote is right in a new series; NaN where that is not known),
            ``nearest`` and ``cosine`` of the nearest one, ``in_reference`` (the name under which the sample itself is in the
            reference, "" if it is not; p-value and label then rest on the other samples).
        nearest: one row a sample and neighbor: ``sample``, ``rank``, ``cosine``, ``neighbor`` and what is known of it.
        rate: share of samples like the reference that are flagged.
        calibration: how well flags and labels hold.
        note: what limits these numbers, in a sentence; "" if nothing does.
    """

    samples: pd.DataFrame
    nearest: pd.DataFrame
    rate: float
    calibration: Calibration
    note: str

    @property
    def flagged(self) -> int | None:
        """Return how many samples are flagged; None where no flags are given."""
        flags = self.samples["out_of_distribution"]
        return None if flags.isna().all() else int(flags.sum())

    @property
    def known(self) -> str:
        """Say how many samples are in the reference themselves, in a sentence; "" if none is."""
        count = int((self.samples["in_reference"] != "").sum())
        if not count:
            return ""
        are, them = ("are", "themselves") if count > 1 else ("is", "itself")
        return (
            f"{count:,} of the {with_noun(len(self.samples), 'sample')} {are} in this reference {them}: p-value and label "
            "are told without "
            f"{them}, but others of the same series may still be there, so that more fits than would of new samples."
        )


def place_samples(
    reference: Reference, embedding: NDArray[np.floating], names: list[str], *, model: str, k: int = 10, rate: float = RATE
) -> Placement:
    """Place embedded samples (samples × width) in a reference.

    Raises:
        GeneRAINError: they were embedded by another model, have no direction, or an option is out of range.
    """
    if model != reference.state.made.model:
        raise GeneRAINError(
            f"The samples were embedded by {model}, but the reference by {reference.state.made.model}; embed them with that."
        )
    if not 0 < rate < 1 or k < 1:
        raise GeneRAINError(f"A rate of {rate} and {k} nearest samples can't be; give a rate between 0 and 1 and at least 1.")
    near = nearest_rows(reference.vectors, reference.lengths, embedding, max(k, NEAR + COPIES))
    is_self = find_self_matches(near, names, reference.table)
    labels = reference.table["tissue"].to_numpy(object)
    votes = [("", 0.0)] * len(names)
    for group, near_others in without_self_matches(near, is_self, NEAR):
        for i, rows, cosines in zip(group, near_others.rows, near_others.cosines, strict=True):
            votes[i] = labels_by_vote(labels[rows], cosines)
    scores = _strangeness(reference, embedding, names)
    p = p_values(scores, reference.fitted.scores, reference.fitted.series)
    flags = pd.array(p <= rate, dtype="boolean")
    flags[np.full(len(p), not _can_flag(reference, rate))] = pd.NA
    places = project(reference.places, near._replace(rows=near.rows[:, :15], cosines=near.cosines[:, :15]))
    shares = np.array([share for _, share in votes])
    own = reference.table["sample"].to_numpy(object)
    samples = pd.DataFrame(
        {
            "sample": names,
            "x": places[:, 0],
            "y": places[:, 1],
            "strangeness": scores,
            "p_value": p,
            "out_of_distribution": flags,
            "label": [label for label, _ in votes],
            "label_share": shares,
            "label_confidence": label_confidence(shares, reference.fitted.votes),
            "nearest": own[near.rows[:, 0]],
            "cosine": near.cosines[:, 0],
            "in_reference": names_in_reference(near, is_self, names, reference.table),
        }
    )
    neighbors = _listed(reference, near.rows[:, :k], near.cosines[:, :k], names)
    return Placement(samples, neighbors, rate, reference.fitted.calibration, _note(reference, rate))


def _strangeness(reference: Reference, embedding: NDArray[np.floating], names: list[str]) -> NDArray[np.float64]:
    """Return how strange samples are to the rows that held-out samples were compared with."""
    scores, measure = np.empty(len(names)), reference.measure
    near = nearest_rows(reference.vectors, reference.lengths, embedding, NEAR + COPIES, without=measure.away)
    for group, near_others in without_self_matches(near, find_self_matches(near, names, reference.table), NEAR):
        scores[group] = measure.scores(embedding[group], reference.vectors, near_others)
    return scores


def _listed(reference: Reference, rows: NDArray[np.intp], cosines: NDArray[np.float64], names: list[str]) -> pd.DataFrame:
    neighbors = reference.table.iloc[rows.ravel()].reset_index(drop=True).rename(columns={"sample": "neighbor"})
    neighbors.insert(0, "cosine", cosines.ravel())
    neighbors.insert(0, "rank", np.tile(np.arange(1, rows.shape[1] + 1), len(rows)))
    neighbors.insert(0, "sample", np.repeat(np.array(names, dtype=object), rows.shape[1]))
    return neighbors


def _can_flag(reference: Reference, rate: float) -> bool:
    """Say whether the smallest p-value that the held-out series allow is at most the rate."""
    return reference.fitted.basis != "" and 1 / (1 + reference.fitted.calibration.series) <= rate


def _note(reference: Reference, rate: float) -> str:
    calibration = reference.fitted.calibration
    if calibration.basis and not _can_flag(reference, rate):
        return (
            f"Only {calibration.series} series were held out, and a rate of {percent(rate)} needs {int(np.ceil(1 / rate)) - 1}: "
            "no sample can be flagged."
        )
    return calibration.sentence
