"""Embeddings of samples in series, and what a reference of them says of ordinary samples of new series."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from generain_core.reference.calibration import _scored
from generain_core.reference.held_out import Basis, hold_out
from generain_core.reference.novelty import NEAR, NoveltyMeasure, Vote, label_confidence, labels_by_vote, p_values
from generain_core.reference.search import lengths_of, nearest_rows

TISSUES, WIDTH, LARGEST = 12, 24, 200


@dataclass(frozen=True, kw_only=True)
class World:
    """How samples vary.

    Attributes:
        samples: of the reference.
        known: whether their series are known.
        between: standard deviation between series of a tissue.
        within: between samples of a series.
        mixed: share of the samples of a series that are of any tissue.
        moved: share of the rows that stand anywhere.
    """

    samples: int
    known: bool = False
    between: float = 0.5
    within: float = 0.4
    mixed: float = 0.0
    moved: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was said of ordinary samples, one of each new series, and of some that left the usual directions."""

    basis: Basis
    flagged: float
    strange: float
    stated: float
    right: float


def outcome(world: World, seed: int, new: int = 300) -> Outcome:
    """Return what a simulated reference says."""
    rng = np.random.default_rng(seed)
    centers = 10 * np.eye(WIDTH)[0] + rng.normal(0, 1, (TISSUES, WIDTH))
    vectors, series, tissue = _draw(rng, world, world.samples, centers)
    order, moved = np.arange(world.samples), rng.random(world.samples) < world.moved
    order[moved] = rng.permutation(order[moved])
    vectors, series, tissue = vectors[order], series[order], tissue[order]
    names = [f"S{each}" if world.known else "" for each in series]
    lengths = lengths_of(vectors)
    held = hold_out(pd.DataFrame({"series": names, "source": "chunk"}), vectors, lengths, seed)
    if not held.basis:
        return Outcome(basis="", flagged=np.nan, strange=np.nan, stated=np.nan, right=np.nan)
    measure = NoveltyMeasure.of(vectors, lengths, ~held.away)
    scores, near = _scored(vectors, lengths, held, measure, lambda share: None)
    labels = np.array([f"tissue {each}" for each in tissue], dtype=object)
    said = [labels_by_vote(labels[each.rows], each.cosines) for each in near]
    votes = [
        Vote(share, label == labels[row], int(number))
        for (label, share), row, number in zip(said, held.rows, held.series, strict=True)
    ]
    others, of, kinds = _draw(rng, world, new * 14, centers)
    first = np.unique(of, return_index=True)[1][:new]
    queries, kinds = others[first], kinds[first]
    far = queries + (4 * np.hypot(world.between, world.within) * np.eye(WIDTH)[rng.integers(1, WIDTH, len(queries))]).astype("f4")
    p = {}
    for name, some in (("new", queries), ("far", far)):
        near_some = nearest_rows(vectors, lengths, some, NEAR, without=measure.away)
        p[name] = p_values(measure.scores(some, vectors, near_some), scores, held.series)
    nearest = nearest_rows(vectors, lengths, queries, NEAR)
    votes_of_new = [labels_by_vote(labels[rows], cosines) for rows, cosines in zip(nearest.rows, nearest.cosines, strict=True)]
    return Outcome(
        basis=held.basis,
        flagged=float((p["new"] <= 0.05).mean()),
        strange=float((p["far"] <= 0.05).mean()),
        stated=float(label_confidence(np.array([share for _, share in votes_of_new]), votes).mean()),
        right=float(np.mean([label == f"tissue {kind}" for (label, _), kind in zip(votes_of_new, kinds, strict=True)])),
    )


def _draw(rng: np.random.Generator, world: World, samples: int, centers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return vectors, series and tissues of samples that stand together by series, ten of a series in the middle."""
    sizes = list[int]()
    while sum(sizes) < samples:
        sizes.append(min(LARGEST, int(np.ceil(rng.lognormal(np.log(10), 0.8)))))
    series = np.repeat(np.arange(len(sizes)), sizes)[:samples]
    tissue = rng.integers(TISSUES, size=len(sizes))[series]
    tissue = np.where(rng.random(samples) < world.mixed, rng.integers(TISSUES, size=samples), tissue)
    shared = rng.normal(0, world.between, (len(sizes), WIDTH))[series]
    return (centers[tissue] + shared + rng.normal(0, world.within, (samples, WIDTH))).astype("f4"), series, tissue
