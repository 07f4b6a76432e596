"""Samples through a network: in blocks off the disk, in batches that fit the device, none touching another."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.models.devices import free_bytes
from generain_core.models.network import Network
from generain_core.models.tokens import model_input
from generain_core.models.types import ModelInput
from generain_core.progress import Progress, silent
from generain_core.text import with_noun

Work = Callable[[Network, ModelInput], torch.Tensor]
"""What is made of one batch: the first axis of its result is the samples."""
BLOCK = 256
"""Samples whose bins are in memory at once."""
_ALIVE = 24
"""Widths of float32 alive for each place in a layer: its input, queries, keys, values, feed-forward and their sums."""
_PLACES = {"cpu": 4096, "cuda": 1 << 18, "mps": 1 << 16}
"""Places of a batch at most: more gains nothing. On a CPU few places stay in the caches."""
_SHARE = 0.5
"""Share of the free memory that a batch may take at first."""


class Block(NamedTuple):
    """Results of samples `start` to `stop`."""

    start: int
    stop: int
    made: NDArray[np.float32]


class BinRows(Protocol):
    """Bins as samples × genes: an array, a memory map, a dataset of an h5 file, or `Rows`."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Return how many samples and genes."""

    def __getitem__(self, rows: Any, /) -> Any:
        """Return some samples."""


def in_blocks(
    network: Network,
    bins: BinRows,
    gene_tokens: NDArray[np.int64],
    work: Work,
    *,
    device: str = "cpu",
    batch_size: int | None = None,
    progress: Progress | None = None,
    doing: str = "embedded",
) -> Iterator[Block]:
    """Yield what `work` makes of all samples, block after block, so that memory doesn't grow with their number.

    Args:
        network: an opened network; it is copied to the device.
        bins: samples × genes, bins 1 to 2,000: an array, or anything that has a shape and gives rows, such as a memory map,
            a dataset of an h5 file, or `Rows`.
        gene_tokens: token index of each gene, as long as the bins are wide.
        work: makes one row a sample of the model input, in float32.
        device: a name that torch knows: ``cpu``, ``cuda``, ``cuda:1``, ``mps``.
        batch_size: samples a batch; by default as many as the free memory allows. Halved when the device runs out of memory.
        progress: told the share done and words; what it raises stops the work.
        doing: the word for samples that are done.

    Raises:
        GeneRAINError: bins are no bins, a sample has no expressed gene, an index is none of the network's, the device is not
            there, is too small for one sample, or was lost on the way.
    """
    tokens = _checked(network, gene_tokens)
    report: Progress = progress or silent
    here = _on(network, device)
    tokens = tokens.to(device)
    at_once = fitting(network, len(gene_tokens), device) if batch_size is None else batch_size
    if at_once < 1:
        raise GeneRAINError(f"A batch of {at_once} samples is too small; give 1 or more.")
    total, samples_done = int(bins.shape[0]), 0
    report(0.0, f"0 of {with_noun(total, 'sample')} {doing}")
    for start in range(0, total, BLOCK):
        block = np.ascontiguousarray(bins[start : min(start + BLOCK, total)])
        order = np.argsort(-(block > 1).sum(1), kind="stable")
        parts: list[NDArray[np.float32]] = []
        first = 0
        while first < len(block):
            rows = block[order[first : first + at_once]]
            results = _batch(here, rows, tokens, work, device)
            if results is None:
                if at_once == 1:
                    raise GeneRAINError(f"{device} has too little memory for one sample; close other programs or choose cpu.")
                at_once = max(1, min(at_once, len(rows)) // 2)
                continue
            parts.append(results)
            first, samples_done = first + len(rows), samples_done + len(rows)
            report(samples_done / total, f"{samples_done:,} of {with_noun(total, 'sample')} {doing}")
        together = np.concatenate(parts)
        back = np.empty_like(together)
        back[order] = together
        yield Block(start, start + len(block), back)


class Rows:
    """Some columns of bins, taken as rows are asked for: nothing is copied before.

    Bins may be dense, sparse (what is not stored is bin 1), a memory map or a dataset of an h5 file.
    """

    def __init__(self, bins: BinRows, columns: NDArray[np.int64]) -> None:
        self._bins, self._columns = bins, columns
        self.shape = (int(bins.shape[0]), len(columns))

    def __getitem__(self, rows: Any) -> NDArray[Any]:
        part = self._bins[rows]
        if hasattr(part, "toarray"):
            part = part.toarray().clip(min=1)
        columns: NDArray[Any] = np.asarray(part)[:, self._columns]
        return columns


def fitting(network: Network, genes: int, device: str) -> int:
    """Return how many samples make a batch: as many as the device's free memory allows and its speed gains from."""
    places = max(1, min(genes, network.most_genes))
    bytes_of_one = 4 * _ALIVE * network.width * places
    gains = _PLACES.get(device.split(":")[0], _PLACES["cpu"]) // places
    return max(1, min(gains, int(_SHARE * free_bytes(device)) // bytes_of_one))


@torch.inference_mode()
def _batch(network: Network, rows: NDArray[Any], tokens: torch.Tensor, work: Work, device: str) -> NDArray[np.float32] | None:
    """Return what is made of a batch; None if the device ran out of memory."""
    try:
        inputs = model_input(torch.from_numpy(rows).to(device), tokens, network.family, network.most_genes)
        if not bool((inputs.mask.sum(1) > 0).all()):
            raise GeneRAINError("A sample has no expressed gene of the model; leave it out.")
        results: NDArray[np.float32] = work(network, inputs).float().cpu().numpy()
        return results
    except (MemoryError, RuntimeError) as problem:
        if not ran_out(problem):
            if isinstance(problem, torch.AcceleratorError) or device != "cpu":
                reason = (str(problem).strip() or type(problem).__name__).splitlines()[0][:120]
                raise GeneRAINError(
                    f"{device} failed on the way ({reason}); choose cpu, or start the app again and try once more."
                ) from problem
            raise
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
    return None


def ran_out(problem: BaseException) -> bool:
    """Say whether a device or the computer ran out of memory."""
    words = str(problem).lower()
    known = isinstance(problem, MemoryError | torch.OutOfMemoryError)
    return known or "out of memory" in words or "can't allocate memory" in words or "not enough memory" in words


def _on(network: Network, device: str) -> Network:
    try:
        return network.on(device)
    except (RuntimeError, AssertionError, NotImplementedError) as problem:
        if ran_out(problem):
            raise GeneRAINError(f"{device} has too little memory for the network; choose cpu.") from problem
        raise GeneRAINError(f"There is no device {device!r} here; choose cpu.") from problem


def _checked(network: Network, gene_tokens: NDArray[np.int64]) -> torch.Tensor:
    if len(gene_tokens) and (gene_tokens.min() < 0 or gene_tokens.max() >= network.genes):
        raise GeneRAINError(
            f"{network.source} has {with_noun(network.genes, 'gene')}, but the token indices run from {gene_tokens.min():,} to "
            f"{gene_tokens.max():,}; take the index and the checkpoint from the same download."
        )
    return torch.from_numpy(np.asarray(gene_tokens, dtype=np.int64))
