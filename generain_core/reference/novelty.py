"""How strange a sample is to a reference, and how sure its nearest samples make of its kind."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core.reference.held_out import LEAST
from generain_core.reference.search import Nearest, nearest_rows

NEAR = 30
"""Nearest samples that a score looks at."""
CLOSEST = 5
_SAMPLED = 4000
_FLOOR = 1e-4
"""Directions with less than this share of the largest variance count as having that."""


@dataclass(frozen=True, eq=False)
class NoveltyMeasure:
    """Two distances of a sample from the reference, made comparable.

    One is the mean Euclidean distance of the directions (of length 1) of the closest reference samples (Sun et al. 2022,
    doi 10.48550/arXiv.2204.06507), the other the same after the reference's variance was made equal in all directions
    (Mahalanobis; Lee et al. 2018, doi 10.48550/arXiv.1807.03888), which sees what is unusual where the reference hardly varies.
    Each is divided by its 95th percentile among reference samples; the larger counts.

    Attributes:
        whiten: width × width, makes variances equal.
        scales: the 95th percentiles.
        away: rows of the reference that samples are not compared with: held-out ones were not either.
    """

    whiten: NDArray[np.float64]
    scales: NDArray[np.float64]
    away: NDArray[np.bool_]

    @classmethod
    def of(cls, vectors: NDArray[np.float32], lengths: NDArray[np.float32], members: NDArray[np.bool_]) -> "NoveltyMeasure":
        """Fit the measure to reference samples; of more than 4,000 members so many evenly spaced ones are asked."""
        rows = np.flatnonzero(members) if members.any() else np.arange(len(vectors))
        some = rows[np.unique(np.linspace(0, len(rows) - 1, min(_SAMPLED, len(rows))).astype(int))]
        block = np.asarray(vectors[some], np.float64)
        others = members.copy() if members.any() else np.ones(len(vectors), dtype=bool)
        values, axes = np.linalg.eigh(np.cov(block.T) if len(block) > 1 else np.eye(block.shape[1]))
        values = np.maximum(values, max(float(values[-1]) * _FLOOR, 1e-30))
        bare = cls(axes / np.sqrt(values), np.ones(2), ~others)
        probes = some[:: max(1, len(some) // 500)]
        near = nearest_rows(vectors, lengths, np.asarray(vectors[probes]), NEAR + 1, without=~others)
        mine = near.rows == probes[:, None]
        keep = np.argsort(mine, axis=1, kind="stable")[:, : max(1, near.rows.shape[1] - 1)]
        apart = Nearest(np.take_along_axis(near.rows, keep, 1), np.take_along_axis(near.cosines, keep, 1))
        both = bare.distances(np.asarray(vectors[probes]), vectors, apart)
        return cls(bare.whiten, np.maximum(np.quantile(both, 0.95, axis=0), 1e-12), bare.away)

    def distances(self, samples: NDArray[np.floating], vectors: NDArray[np.float32], near: Nearest) -> NDArray[np.float64]:
        """Return both distances (samples × 2) from the closest of the nearest reference samples."""
        plain = np.sqrt(np.maximum(2 - 2 * near.cosines, 0))[:, :CLOSEST].mean(1)
        own = np.asarray(samples, np.float64) @ self.whiten
        white = np.empty(len(own))
        for i, rows in enumerate(near.rows):
            far = np.linalg.norm(np.asarray(vectors[rows], np.float64) @ self.whiten - own[i], axis=1)
            white[i] = np.sort(far)[:CLOSEST].mean()
        return np.stack([plain, white], axis=1)

    def scores(self, samples: NDArray[np.floating], vectors: NDArray[np.float32], near: Nearest) -> NDArray[np.float64]:
        """Return how strange samples are: 1 is as far as 95 % of the reference samples at most."""
        return np.asarray((self.distances(samples, vectors, near) / self.scales).max(axis=1))

    def to_bytes(self) -> bytes:
        """Return the measure as an .npz file."""
        buffer = io.BytesIO()
        np.savez(buffer, whiten=self.whiten, scales=self.scales, away=np.flatnonzero(self.away))
        return buffer.getvalue()


def p_values(
    scores: NDArray[np.float64], held_out: NDArray[np.float64], series: NDArray[np.intp] | None = None
) -> NDArray[np.float64]:
    """Return the conformal p-value of scores: the share of held-out series that are as strange, the sample itself counted.

    Each series counts as one, with the share of its samples that are as strange (Dunn, Wasserman & Ramdas 2022,
    doi 10.1080/01621459.2022.2060112), and all together as so many samples as would be independent (`independent_number`):
    where samples of a series are as strange as each other, as many as series. A sample like the reference has a p-value of at
    most p with probability about p (Vovk et al. 2005; Bates et al. 2023, doi 10.1214/22-AOS2244). NaN where nothing was held
    out.

    Args:
        scores: of new samples.
        held_out: scores of held-out samples.
        series: of each of these, counted from 0; by default each is one.
    """
    if not len(held_out):
        return np.full(len(scores), np.nan)
    which = np.arange(len(held_out)) if series is None else series
    sizes = np.bincount(which)
    order = np.argsort(held_out, kind="stable")
    above = np.concatenate([np.cumsum((1 / sizes[which[order]])[::-1])[::-1], [0.0]]) / len(sizes)
    share = above[np.searchsorted(held_out[order], scores, side="left")]
    number = independent_number(held_out, which)
    return np.asarray((1 + number * share) / (1 + number))


def independent_number(scores: NDArray[np.float64], series: NDArray[np.intp]) -> float:
    """Return how many independent samples say as much as these of some series: no fewer than series, no more than samples.

    The samples are divided by the design effect 1 + (m - 1) ρ, with m samples in a series and ρ their intraclass correlation
    (Kish 1965; one-way analysis of variance). ρ is that of the ranks of the scores or of being among the upper tenth, whichever
    is larger, and a standard error more.
    """
    sizes = np.bincount(series)
    if sizes.max() == 1 or len(sizes) < 2:
        return float(len(sizes))
    typical = float((sizes**2).sum() / sizes.sum())
    ranks = np.argsort(np.argsort(scores, kind="stable"), kind="stable").astype(np.float64)
    rho = max(_intraclass(ranks, series, sizes), _intraclass((ranks >= 0.9 * len(ranks)).astype(float), series, sizes))
    spread = (1 - rho) * (1 + (typical - 1) * rho) * np.sqrt(2 / (typical * (typical - 1) * (len(sizes) - 1)))
    rho = float(np.clip(rho + spread, 0.0, 1.0))
    return float(np.clip(len(scores) / (1 + (typical - 1) * rho), len(sizes), len(scores)))


def _intraclass(values: NDArray[np.float64], series: NDArray[np.intp], sizes: NDArray[np.intp]) -> float:
    means = np.bincount(series, values) / sizes
    between = float((sizes * (means - values.mean()) ** 2).sum() / (len(sizes) - 1))
    within = float(((values - means[series]) ** 2).sum() / max(len(values) - len(sizes), 1))
    size = (len(values) - (sizes**2).sum() / len(values)) / (len(sizes) - 1)
    total = between + (size - 1) * within
    return max(0.0, (between - within) / total) if total > 0 else 1.0


def labels_by_vote(labels: NDArray[np.object_], cosines: NDArray[np.float64]) -> tuple[str, float]:
    """Return the label that most of the nearest 15 have, and its share of the votes; ties go to the nearest's. "" is no vote."""
    votes = dict[str, int]()
    for label in labels[:15]:
        if label:
            votes[str(label)] = votes.get(str(label), 0) + 1
    if not votes:
        return "", 0.0
    best = max(votes, key=lambda label: votes[label])
    return best, votes[best] / sum(votes.values())


@dataclass(frozen=True)
class Vote:
    """What the nearest samples of a held-out one said of it: share of the votes, whether right, and its series."""

    share: float
    right: bool
    series: int


def label_confidence(shares: NDArray[np.float64], held_out_votes: Sequence[Vote]) -> NDArray[np.float64]:
    """Return how often a label with such a share of the votes is right in a new series; NaN with fewer than 19 held-out series.

    Each series counts as one. The frequencies are made to rise with the share (isotonic regression), and each is drawn
    towards a half as if two more series had been seen, one right and one wrong (Laplace's rule of succession): where all of
    19 were right, .95 is said, not 1.
    """
    series = np.array([vote.series for vote in held_out_votes], dtype=np.intp)
    if len(set(series.tolist())) < LEAST:
        return np.full(len(shares), np.nan)
    from sklearn.isotonic import IsotonicRegression

    voted = np.array([vote.share for vote in held_out_votes])
    right = np.array([float(vote.right) for vote in held_out_votes])
    weight = 1 / np.bincount(series)[series]
    levels = IsotonicRegression(y_min=0, y_max=1).fit_transform(voted, right, sample_weight=weight)
    shrunk, seen = np.empty(len(levels)), np.empty(len(levels))
    for level in np.unique(levels):
        here = levels == level
        number = float(weight[here].sum())
        shrunk[here], seen[here] = (number * level + 1) / (number + 2), number / here.sum()
    model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(voted, shrunk, sample_weight=seen)
    return np.asarray(model.predict(shares), np.float64)
