"""Some genes against some attributes: which attributes tell them from others, or from each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from generain_core.attributes.predictions import Predictions
from generain_core.attributes.similar import fold
from generain_core.errors import GeneRAINError
from generain_core.geometry.sample_similarity import cluster_order

MOST_GENES = 300
MOST_ATTRIBUTES = 100
WAYS = {"shared": "highest in all of them", "varied": "differing most among them"}
_CONSIDERED = 400


@dataclass(frozen=True, eq=False)
class Heatmap:
    """Percentiles of genes (rows) in attributes (columns), similar ones side by side.

    Attributes:
        percentiles, probabilities: genes × attributes (float64).
        summary: per attribute ``attribute``, ``mean`` and ``spread`` (standard deviation) of the genes' percentiles.
    """

    genes: tuple[str, ...]
    attributes: tuple[str, ...]
    percentiles: np.ndarray
    probabilities: np.ndarray
    summary: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Return one row a gene and attribute: gene, attribute, probability, percentile."""
        genes, attributes = np.repeat(self.genes, len(self.attributes)), np.tile(self.attributes, len(self.genes))
        columns = {"gene": genes, "attribute": attributes}
        return pd.DataFrame(columns | {"probability": self.probabilities.ravel(), "percentile": self.percentiles.ravel()})


def heatmap(
    predictions: Predictions, genes: Sequence[str], attributes: Sequence[str] = (), *, way: str = "shared", most: int = 30
) -> Heatmap:
    """Return genes against the attributes that were chosen, or against the most distinguishing ones.

    Args:
        predictions: where to look.
        genes: genes of the store; repeated ones count once.
        attributes: full names; without any, the most distinguishing of all are taken, of nearly the same ones the first.
        way: ``shared`` takes the highest mean percentile over the genes, ``varied`` the largest standard deviation.
        most: how many attributes to take.

    Raises:
        GeneRAINError: no genes or too many, an unknown gene, attribute or way, or no attribute that all genes have.
    """
    genes, store = list(dict.fromkeys(genes)), predictions.store
    if not 1 <= len(genes) <= MOST_GENES:
        raise GeneRAINError(f"A heatmap shows 1 to {MOST_GENES} genes, but {len(genes):,} were given; choose some of them.")
    if way not in WAYS:
        raise GeneRAINError(f"There is no way “{way[:40]}” to choose attributes; there are {' and '.join(WAYS)}.")
    shares = np.stack([store.percentiles(gene) for gene in genes])
    known = ~np.isnan(shares)
    counts = known.sum(axis=0)
    mean = np.where(known, shares, 0).sum(axis=0) / np.maximum(counts, 1)
    spread = np.sqrt(np.where(known, (shares - mean) ** 2, 0).sum(axis=0) / np.maximum(counts, 1))
    if attributes:
        places = np.array([store.place(a) for a in dict.fromkeys(attributes)][:MOST_ATTRIBUTES], np.intp)
    else:
        scores = np.where(counts == len(genes), mean if way == "shared" else spread, -1)
        order = np.argsort(-scores, kind="stable")[:_CONSIDERED]
        places = np.array(list(dict.fromkeys(fold(store, order[scores[order] >= 0]).tolist()))[:most], np.intp)
    if not len(places):
        fewest = genes[int(known.sum(axis=1).argmin())]
        raise GeneRAINError(f"No attribute has a probability for all of these genes; leave out {fewest[:40]}, which has fewest.")
    columns, rows = _ordered(shares[:, places].T), _ordered(shares[:, places])
    places = places[columns]
    probabilities = np.stack([np.asarray(store.by_gene[store.row(genes[i])])[places] for i in rows]).astype(np.float64)
    summary = pd.DataFrame({"attribute": store.attributes[places], "mean": mean[places], "spread": spread[places]})
    return Heatmap(
        tuple(genes[i] for i in rows),
        tuple(map(str, store.attributes[places])),
        shares[np.ix_(rows, places)],
        probabilities,
        summary,
    )


def _ordered(vectors: np.ndarray) -> np.ndarray:
    filled = np.nan_to_num(vectors, nan=50.0)
    return cluster_order(filled, "Euclid")[0] if len(vectors) > 2 else np.arange(len(vectors))
