"""How strange a sample is to a reference, and how sure its nearest samples make of its kind."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    """

    whiten: NDArray[np.float64]
    scales: NDArray[np.float64]

    @classmethod
    def of(cls, vectors: NDArray[np.float32], lengths: NDArray[np.float32], members: NDArray[np.bool_]) -> "NoveltyMeasure":
        """Fit the measure to reference samples; of more than 4,000 members so many evenly spaced ones are asked."""
        rows = np.flatnonzero(members) if members.any() else np.arange(len(vectors))
        some = rows[np.unique(np.linspace(0, len(rows) - 1, min(_SAMPLED, len(rows))).astype(int))]
        block = np.asarray(vectors[some], np.float64)
        values, axes = np.linalg.eigh(np.cov(block.T) if len(block) > 1 else np.eye(block.shape[1]))
        values = np.maximum(values, max(float(values[-1]) * _FLOOR, 1e-30))
        bare = cls(axes / np.sqrt(values), np.ones(2))
        probes = some[:: max(1, len(some) // 500)]
        others = members.copy() if members.any() else np.ones(len(vectors), dtype=bool)
        near = nearest_rows(vectors, lengths, np.asarray(vectors[probes]), NEAR + 1, without=~others)
        mine = near.rows == probes[:, None]
        keep = np.argsort(mine, axis=1, kind="stable")[:, : max(1, near.rows.shape[1] - 1)]
        apart = Nearest(np.take_along_axis(near.rows, keep, 1), np.take_along_axis(near.cosines, keep, 1))
        both = bare.distances(np.asarray(vectors[probes]), vectors, apart)
        return cls(bare.whiten, np.maximum(np.quantile(both, 0.95, axis=0), 1e-12))

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
        np.savez(buffer, whiten=self.whiten, scales=self.scales)
        return buffer.getvalue()


def p_values(scores: NDArray[np.float64], held_out: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the conformal p-value of scores: the share of held-out samples that are as strange, the sample itself counted.

    A sample like the reference has a p-value of at most p with probability p at most, whatever the scores are
    (Vovk et al. 2005; Bates et al. 2023, doi 10.1214/22-AOS2244).
    """
    ordered = np.sort(held_out)
    as_strange = len(ordered) - np.searchsorted(ordered, scores, side="left")
    return np.asarray((1 + as_strange) / (1 + len(ordered)))


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


def label_confidence(shares: NDArray[np.float64], held_out_votes: list[tuple[float, bool]]) -> NDArray[np.float64]:
    """Return how often a label with such a share of the votes was right among held-out samples; NaN with fewer than 20.

    The frequencies are made to rise with the share (isotonic regression).
    """
    if len(held_out_votes) < 20:
        return np.full(len(shares), np.nan)
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
    model.fit([share for share, _ in held_out_votes], [float(hit) for _, hit in held_out_votes])
    return np.asarray(model.predict(shares), np.float64)
