"""What is made once of a full reference: its plane, how strange a sample may be, and how far nearest samples can be trusted."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generain_core.geometry.projection import map_samples, proposed
from generain_core.progress import Progress
from generain_core.reference.fitted import FITTED, README, Fitted, readme
from generain_core.reference.held_out import HeldOut, hold_out
from generain_core.reference.novelty import NEAR, NoveltyMeasure, Vote, labels_by_vote
from generain_core.reference.search import Nearest, lengths_of, nearest_rows
from generain_core.reference.store import State, table_of, vectors_of
from generain_core.storage.atomic import atomic_write

PLANE, LENGTHS, MEASURE = "plane.f32", "lengths.f32", "measure.npz"
WRITTEN = (PLANE, LENGTHS, MEASURE, FITTED, README)
_KIN = 400
"""Rows that may be taken for kin of a held-out sample besides those around it."""
ON_PLANE = 20_000
"""Samples that the plane is made of at most; the others are projected into it as new ones are."""
_BLOCK = 512


def calibrate(folder: Path, state: State, progress: Progress) -> None:
    """Write lengths, plane, measure and calibration; the same samples give the same bytes on one machine."""
    vectors, table = vectors_of(folder, state), table_of(folder)
    progress(0.0, "lengths")
    lengths = lengths_of(vectors)
    _write(folder / LENGTHS, lengths.astype("<f4").tobytes())
    progress(0.05, "holding samples out")
    held = hold_out(table, vectors, lengths)
    measure = NoveltyMeasure.of(vectors, lengths, ~held.away)
    scores, near = _scored(vectors, lengths, held, measure, lambda share: progress(0.05 + 0.35 * share, "held-out samples"))
    labels = table["tissue"].to_numpy(object)
    votes = list[Vote]()
    for i, row in enumerate(held.rows.tolist()):
        label, share = labels_by_vote(labels[near[i].rows], near[i].cosines)
        if labels[row]:
            votes.append(Vote(round(share, 6), bool(label == labels[row]), int(held.series[i])))
    with atomic_write(folder / MEASURE) as working, working.open("wb") as stream:
        stream.write(measure.to_bytes())
    progress(0.4, "the plane of the reference")
    places, words, kept = _plane(
        vectors, lengths, state.made.plane, lambda share: progress(0.4 + 0.6 * share, "the plane of the reference")
    )
    _write(folder / PLANE, places.astype("<f4").tobytes())
    fitted = Fitted(
        basis=held.basis,
        reason=held.reason,
        scores=np.round(scores, 9),
        series=held.series,
        votes=tuple(votes),
        plane=words,
        plane_kept=kept,
    )
    _write(folder / FITTED, fitted.to_bytes())
    _write(folder / README, readme(state, fitted).encode())


def _scored(
    vectors: NDArray[np.float32],
    lengths: NDArray[np.float32],
    held: HeldOut,
    measure: NoveltyMeasure,
    progress: Callable[[float], None],
) -> tuple[NDArray[np.float64], list[Nearest]]:
    """Return the score of each held-out sample, and its nearest rows that are no kin of it."""
    scores, nearest_of_rows = np.empty(len(held.rows)), list[Nearest]()
    deep = NEAR if held.basis == "series" else NEAR + _KIN
    for start in range(0, len(held.rows), _BLOCK):
        progress(start / len(held.rows))
        block = np.asarray(vectors[held.rows[start : start + _BLOCK]])
        near = nearest_rows(vectors, lengths, block, deep, without=held.away)
        for i, (rows, cosines) in enumerate(zip(near.rows, near.cosines, strict=True)):
            first = min(int((1 - cosines < held.kin).sum()), max(0, len(rows) - NEAR))
            own = Nearest(rows[first : first + NEAR], cosines[first : first + NEAR])
            nearest_of_rows.append(own)
            scores[start + i] = measure.scores(block[i : i + 1], vectors, Nearest(own.rows[None], own.cosines[None]))[0]
    return scores, nearest_of_rows


def _plane(
    vectors: NDArray[np.float32], lengths: NDArray[np.float32], method: str, progress: Callable[[float], None]
) -> tuple[NDArray[np.float32], str, float]:
    """Return the places of all samples, how they were made, and the share of neighbors kept.

    Of more than `ON_PLANE` samples so many evenly spaced ones are arranged; the others are put among these.
    """
    if len(vectors) < 3:
        return np.zeros((len(vectors), 2), np.float32), "fewer than 3 samples have no plane", 1.0
    rows = np.unique(np.linspace(0, len(vectors) - 1, min(ON_PLANE, len(vectors))).astype(int))
    some = np.asarray(vectors[rows])
    method = "pca" if proposed(len(rows))[0] == "pca" else method
    arranged = map_samples(some, method, "cosine", progress=lambda share, words: progress(0.7 * share))
    places = np.empty((len(vectors), 2), np.float32)
    places[rows] = arranged.places
    others = np.setdiff1d(np.arange(len(vectors)), rows)
    for start in range(0, len(others), _BLOCK):
        progress(0.7 + 0.3 * start / len(others))
        part = others[start : start + _BLOCK]
        places[part] = project(arranged.places, nearest_rows(some, lengths[rows], np.asarray(vectors[part]), 15))
    return places, arranged.parameters, arranged.kept


def project(places: NDArray[np.floating], near: Nearest) -> NDArray[np.float32]:
    """Return places on a plane: the mean of the nearest reference samples' places, weighted as UMAP weighs neighbors.

    The nearest has weight 1, and weights fall exponentially with the distance beyond it, at the pace at which they sum to
    log2(k) (McInnes et al. 2018, doi 10.48550/arXiv.1802.03426). UMAP puts new samples there before it moves them on.
    """
    far = np.sqrt(np.maximum(2 - 2 * near.cosines, 0))
    beyond = far - far[:, :1]
    low, high = np.full(len(far), 1e-9), np.full(len(far), 1e3)
    for _ in range(60):
        pace = np.sqrt(low * high)
        enough = np.exp(-beyond / pace[:, None]).sum(1) > np.log2(max(far.shape[1], 2))
        high, low = np.where(enough, pace, high), np.where(enough, low, pace)
    weights = np.exp(-beyond / np.sqrt(low * high)[:, None])
    weights /= weights.sum(1, keepdims=True)
    return np.asarray(np.einsum("ij,ijk->ik", weights, np.asarray(places, np.float64)[near.rows]), np.float32)


def _write(path: Path, content: bytes) -> None:
    with atomic_write(path) as working:
        working.write_bytes(content)
