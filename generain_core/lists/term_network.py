"""Terms that overlap, as a network: which of them share genes of the list, and where they are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

MOST_TERMS = 60
SHARED = 0.2
"""Terms are joined from this share of common genes (Jaccard) among those of the list that they have."""
_STEPS = 200


@dataclass(frozen=True, eq=False)
class TermNetwork:
    """Terms and what joins them.

    Attributes:
        terms: rows of an enrichment's table, with their places x and y.
        edges: one row a pair: places of both in `terms`, and the share of common genes.
    """

    terms: pd.DataFrame
    edges: pd.DataFrame


def term_network(table: pd.DataFrame, most: int = MOST_TERMS, shared: float = SHARED) -> TermNetwork:
    """Join the first terms of an enrichment's table (column ``genes``) that share genes, and lay them out.

    Args:
        table: of an `Enrichment`, the best first.
        most: how many terms to take.
        shared: Jaccard index of their overlapping genes from which two are joined.
    """
    terms = table[table["genes"].map(len) > 0].head(most).reset_index(drop=True)
    weights = _overlaps(terms["genes"].tolist())
    joined = np.triu(weights >= shared, 1)
    one, other = np.nonzero(joined)
    places = _layout(np.where(weights >= shared, weights, 0.0))
    edges = pd.DataFrame({"one": one, "other": other, "shared": weights[one, other]})
    return TermNetwork(terms.assign(x=places[:, 0], y=places[:, 1]), edges)


def _overlaps(genes: Sequence[Sequence[str]]) -> np.ndarray:
    sets = [set(each) for each in genes]
    weights = np.zeros((len(sets), len(sets)))
    for i, one in enumerate(sets):
        for j in range(i + 1, len(sets)):
            weights[i, j] = weights[j, i] = len(one & sets[j]) / len(one | sets[j])
    return weights


def _layout(weights: np.ndarray) -> np.ndarray:
    """Place nodes so that joined ones are near: Fruchterman and Reingold 1991, from a circle, the same each time.

    Lines pull by their weight over those of both ends, or many sets that all share genes would lie on one another.
    """
    count = len(weights)
    turns = 2 * np.pi * np.arange(count) / max(count, 1)
    places = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    apart = 2.0 / np.sqrt(max(count, 1))
    degrees = np.maximum(weights.sum(axis=1), 1.0)
    weights = weights / np.sqrt(degrees[:, None] * degrees[None])
    for step in range(_STEPS):
        between = places[:, None] - places[None]
        distance = np.maximum(np.linalg.norm(between, axis=2), 1e-3)
        force = apart**2 / distance - weights * distance**2 / apart
        np.fill_diagonal(force, 0.0)
        move = (between / distance[..., None] * force[..., None]).sum(axis=1) - 0.3 * places
        length = np.maximum(np.linalg.norm(move, axis=1, keepdims=True), 1e-9)
        places = places + move / length * np.minimum(length, 0.2 * (1 - step / _STEPS))
    return places
