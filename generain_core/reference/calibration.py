"""What is made once of a full reference: its plane, how strange a sample may be, and how far nearest samples can be trusted."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core import settings
from generain_core.geometry.projection import map_samples, proposed
from generain_core.progress import Progress
from generain_core.reference.novelty import NEAR, NoveltyMeasure, labels_by_vote
from generain_core.reference.search import Nearest, lengths_of, nearest_rows
from generain_core.reference.store import State, table_of, vectors_of
from generain_core.storage.atomic import atomic_write

PLANE, LENGTHS, MEASURE, FITTED = "plane.f32", "lengths.f32", "measure.npz", "fitted.json"
WRITTEN = (PLANE, LENGTHS, MEASURE, FITTED)
HELD_OUT = 2000
SHARE = 0.2
ON_PLANE = 20_000
"""Samples that the plane is made of at most; the others are projected into it as new ones are."""
_BLOCK = 512


def calibrate(folder: Path, state: State, tell: Progress) -> None:
    """Write lengths, plane, measure and calibration; the same samples give the same bytes on one machine."""
    vectors, table = vectors_of(folder, state), table_of(folder)
    tell(0.0, "lengths")
    lengths = lengths_of(vectors)
    _write(folder / LENGTHS, lengths.astype("<f4").tobytes())
    tell(0.05, "holding samples out")
    held = held_out(table["series"].to_numpy(object))
    measure = NoveltyMeasure.of(vectors, lengths, ~held)
    rows = np.flatnonzero(held)[: 2 * HELD_OUT]
    scores, near = _scored(vectors, lengths, held, rows, measure, lambda share: tell(0.05 + 0.35 * share, "held-out samples"))
    labels = table["tissue"].to_numpy(object)
    votes = [labels_by_vote(labels[near.rows[i]], near.cosines[i]) for i in range(len(rows))]
    right = [(share, label == labels[row]) for (label, share), row in zip(votes, rows, strict=True) if labels[row]]
    with atomic_write(folder / MEASURE) as working, working.open("wb") as stream:
        stream.write(measure.to_bytes())
    fitted = {
        "held_out": len(rows),
        "by_series": bool(len(set(table["series"]) - {""}) >= 5),
        "scores": [round(float(score), 9) for score in np.sort(scores)],
        "votes": [[round(float(share), 6), bool(hit)] for share, hit in sorted(right)],
    }
    tell(0.4, "the plane of the reference")
    places, words, kept = _plane(
        vectors, lengths, state.made.plane, lambda share: tell(0.4 + 0.6 * share, "the plane of the reference")
    )
    _write(folder / PLANE, places.astype("<f4").tobytes())
    _write(folder / FITTED, (json.dumps(fitted | {"plane": words, "plane_kept": kept}, indent=1) + "\n").encode())


def held_out(series: NDArray[np.object_], seed: int = settings.SEED) -> NDArray[np.bool_]:
    """Return which samples are held out: about a fifth, at most `HELD_OUT`, whole series where these are known.

    Samples of one series are made alike; a new sample has no brothers among the reference, so held-out ones may not either.
    """
    rng = np.random.default_rng(seed)
    wanted = min(HELD_OUT, max(1, int(SHARE * len(series))))
    alone = np.array([f"\n{i}" if not name else str(name) for i, name in enumerate(series)], dtype=object)
    codes, names = pd.factorize(alone)
    if len(names) < 5:
        mask = np.zeros(len(series), dtype=bool)
        mask[rng.permutation(len(series))[:wanted]] = True
        return mask
    sizes = np.bincount(codes, minlength=len(names))
    order = rng.permutation(len(names))
    chosen, room = list[int](), wanted
    for each in order:  # a series too large for the room that is left stays in the reference
        if sizes[each] <= room:
            chosen.append(int(each))
            room -= int(sizes[each])
    return np.isin(codes, chosen or [int(np.argmin(sizes))])


def _scored(
    vectors: NDArray[np.float32],
    lengths: NDArray[np.float32],
    held: NDArray[np.bool_],
    rows: NDArray[np.intp],
    measure: NoveltyMeasure,
    tell: Callable[[float], None],
) -> tuple[NDArray[np.float64], Nearest]:
    scores, nearest_of_blocks = list[NDArray[np.float64]](), list[Nearest]()
    for start in range(0, len(rows), _BLOCK):
        tell(start / len(rows))
        block = np.asarray(vectors[rows[start : start + _BLOCK]])
        nearest_of_blocks.append(nearest_rows(vectors, lengths, block, NEAR, without=held))
        scores.append(measure.scores(block, vectors, nearest_of_blocks[-1]))
    near = Nearest(
        np.concatenate([each.rows for each in nearest_of_blocks]), np.concatenate([each.cosines for each in nearest_of_blocks])
    )
    return np.concatenate(scores), near


def _plane(
    vectors: NDArray[np.float32], lengths: NDArray[np.float32], method: str, tell: Callable[[float], None]
) -> tuple[NDArray[np.float32], str, float]:
    """Return the places of all samples, how they were made, and the share of neighbors kept.

    Of more than `ON_PLANE` samples so many evenly spaced ones are arranged; the others are put among these.
    """
    if len(vectors) < 3:
        return np.zeros((len(vectors), 2), np.float32), "fewer than 3 samples have no plane", 1.0
    rows = np.unique(np.linspace(0, len(vectors) - 1, min(ON_PLANE, len(vectors))).astype(int))
    some = np.asarray(vectors[rows])
    method = "pca" if proposed(len(rows))[0] == "pca" else method
    arranged = map_samples(some, method, "cosine", progress=lambda share, words: tell(0.7 * share))
    places = np.empty((len(vectors), 2), np.float32)
    places[rows] = arranged.places
    others = np.setdiff1d(np.arange(len(vectors)), rows)
    for start in range(0, len(others), _BLOCK):
        tell(0.7 + 0.3 * start / len(others))
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
