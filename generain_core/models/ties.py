"""Equal bins: their order is ours, and moves embeddings. The mean over several seeded orders depends less on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.models.batches import BinRows, Rows
from generain_core.models.network import Network
from generain_core.models.pooling import embed_bins
from generain_core.progress import Progress, silent

MOST_ORDERS = 100


@dataclass(frozen=True, eq=False)
class OrderMean:
    """Embeddings over several orders of equal bins.

    Attributes:
        embedding: their mean (samples × width, float32).
        spread: of each sample, the root mean square distance of one order from the mean.
    """

    embedding: NDArray[np.float32]
    spread: NDArray[np.float64]


def embed_orders(
    network: Network,
    bins: BinRows,
    gene_tokens: NDArray[np.int64],
    orders: int,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    **options: Any,
) -> Iterator[NDArray[np.float32]]:
    """Yield the embedding of all samples (samples × width) for each of so many random orders of the genes.

    Genes of different bins stay where they are; equal ones stand in the order that the seed draws, the same in every sample.

    Args:
        network: an opened network.
        bins: samples × genes, as for `embed_bins`.
        gene_tokens: token index of each gene.
        orders: how many.
        seed: of the orders.
        progress: told the share done and words.
        options: further ones of `embed_bins`.

    Raises:
        GeneRAINError: fewer than 1 order or more than 100; as `embed_bins`.
    """
    if not 1 <= orders <= MOST_ORDERS:
        raise GeneRAINError(f"{orders} orders of equal bins can't be; give 1 to {MOST_ORDERS}.")
    report: Progress = progress or silent
    for number in range(orders):

        def told(share: float, words: str, before: int = number) -> None:
            report((before + share) / orders, f"order {before + 1} of {orders} of equal bins: {words}")

        order = np.random.default_rng((seed, number)).permutation(len(gene_tokens))
        yield embed_bins(network, Rows(bins, order), gene_tokens[order], progress=told, **options)


def mean_over_orders(network: Network, bins: BinRows, gene_tokens: NDArray[np.int64], orders: int, **options: Any) -> OrderMean:
    """Return the mean embedding over so many random orders of equal bins, and how far one order lies from it.

    Raises:
        GeneRAINError: as `embed_orders`.
    """
    each = np.stack(list(embed_orders(network, bins, gene_tokens, orders, **options)))
    mean = each.mean(0, dtype=np.float64)
    spread = np.sqrt(((each - mean) ** 2).sum(2).mean(0))
    return OrderMean(mean.astype(np.float32), spread)
