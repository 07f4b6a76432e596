"""The test of moved genes with labels exchanged: what it finds by chance, and a p-value from the exchanges of all genes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.effects.adjusted.linear_model import LinearModel
from generain_core.perturbations.effects.exchange import exchanges

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Exchanges:
    """Ways to exchange samples within strata or pairs.

    Attributes:
        labels: exchanges × samples, the perturbed ones' share in the contrast; the labels as they are first. Of a model without
            covariates.
        orders: exchanges × samples, of a model with covariates: which sample's residual each gets; the first is as they are.
    """

    labels: Values
    orders: NDArray[np.int64] | None

    def __len__(self) -> int:
        """Return how many there are, beside the labels as they are."""
        return len(self.labels if self.orders is None else self.orders) - 1

    def first(self, most: int) -> "Exchanges":
        """Return the labels as they are and the first exchanges, at most so many."""
        return Exchanges(self.labels[: most + 1], None if self.orders is None else self.orders[: most + 1])


def exchanges_of(model: LinearModel, perturbed: NDArray[np.bool_], most: int, seed: int) -> Exchanges:
    """Return exchanges of labels, or, with covariates, of what these leave of the samples (Freedman & Lane 1983).

    Args:
        model: of the genes.
        perturbed: which samples are perturbed.
        most: exchanges.
        seed: of the draw.
    """
    labels = exchanges(perturbed, list(model.within), most, seed)
    if not model.adjusted:
        centered = np.stack([model.rest(row) for row in labels])
        return Exchanges(centered, None)
    if len(labels) == 1:
        return Exchanges(labels, np.arange(len(perturbed))[None, :])
    generator = np.random.default_rng(seed)
    orders = np.tile(np.arange(len(perturbed)), (len(labels), 1))
    for row in orders[1:]:
        for members in model.within:
            row[members] = generator.permutation(members)
    return Exchanges(labels, orders)


def changes_of(model: LinearModel, draws: Exchanges, rest: Values) -> tuple[Values, Values]:
    """Return changes and sums of squares for each exchange, exchanges × genes, of what the nuisance leaves of the values."""
    if draws.orders is None:
        return draws.labels @ rest / model.weight, np.broadcast_to((rest**2).sum(0), (len(draws.labels), rest.shape[1]))
    changes, squares = np.empty((len(draws.orders), rest.shape[1])), np.empty((len(draws.orders), rest.shape[1]))
    for i, order in enumerate(draws.orders):
        mixed = model.rest(rest[order])
        changes[i], squares[i] = model.label @ mixed / model.weight, (mixed**2).sum(0)
    return changes, squares


def pooled_p(strengths: Values, exchanged: NDArray[np.float32]) -> Values:
    """Return the share of all genes' exchanges that are as strong as each gene: (b + 1) / (m + 1), m of all genes together.

    Where a perturbation does nothing, the labels as they are are one exchange like the others, so on average over genes it holds
    its level however genes are distributed; genes that are moved make it larger. Source: Tusher, Tibshirani & Chu 2001,
    doi 10.1073/pnas.091062498; Phipson & Smyth 2010, doi 10.2202/1544-6115.1585.
    """
    every = np.sort(exchanged, axis=None)
    above = len(every) - np.searchsorted(every, strengths.astype(np.float32) * np.float32(1 - 1e-6), side="left")
    return np.asarray((above + 1) / (len(every) + 1))
