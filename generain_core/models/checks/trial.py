"""How long an embedding will take: a short measured trial."""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core.models.batches import BinRows, fitting
from generain_core.models.network import Network
from generain_core.models.pooling import embed_bins

_PASSES = 3
"""Times that it is timed; the shortest counts, since the page that asked is still being drawn meanwhile."""


@dataclass(frozen=True)
class Trial:
    """What a trial measured.

    Attributes:
        device: where.
        samples: how many samples were timed, after one that was not.
        start_seconds: what the first sample took, with all that is done once.
        seconds_per_sample: of the timed ones.
    """

    device: str
    samples: int
    start_seconds: float
    seconds_per_sample: float

    def seconds(self, samples: int) -> float:
        """Return how long so many samples will take."""
        return self.start_seconds + self.seconds_per_sample * samples


def time_trial(
    network: Network, bins: BinRows, gene_tokens: NDArray[np.int64], *, device: str = "cpu", mixed: bool = False
) -> Trial:
    """Embed the first sample or two (on a GPU one batch, of up to 16) and return what that took. Arguments as `embed_bins`.

    Raises:
        GeneRAINError: as `embed_bins`.
    """
    most = 2 if device == "cpu" else min(16, fitting(network, len(gene_tokens), device))
    some = bins[: min(most, bins.shape[0])]
    started = time.perf_counter()
    embed_bins(network, some[:1], gene_tokens, device=device, mixed=mixed)
    first = time.perf_counter() - started
    passes = []
    for _ in range(_PASSES):
        started = time.perf_counter()
        embed_bins(network, some, gene_tokens, device=device, mixed=mixed)
        passes.append(time.perf_counter() - started)
    each = min(passes) / len(some)
    return Trial(device, len(some), max(0.0, first - each), each)
