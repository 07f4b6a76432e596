"""Binning-By-Gene: each count becomes its place, 1 to 2,000, among the reference values of its gene.

Source: Su et al. 2024, doi 10.1101/2024.03.07.583777, and the authors' released code, whose numbers are met to the last bit.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.binning.acceptance import LARGEST_TOTAL
from generain_core.samples.binning.authors_ranking import ranks_among_neighbors
from generain_core.samples.binning.threads import workers
from generain_core.samples.interpret.expression import Matrix

BINS = 2000
DEPTH = 1e7
SAMPLES_AT_ONCE = 500


def bin_samples(
    counts: Matrix,
    totals: NDArray[np.float64],
    boundaries: Boundaries,
    columns: NDArray[np.int64],
    *,
    device: str = "cpu",
    chunk: int | None = None,
    progress: Progress | None = None,
) -> NDArray[np.int16]:
    """Return the bins (samples × genes, int16, 1 to 2,000) of counts (samples × genes, dense or CSR).

    For a value x of a gene with n reference values above zero, m of them strictly below x::

        x   = float32(log10(count * (1e7 / total) + 1))     the authors' order; in float64, by numpy on every device
        bin = 1 if x == 0, else min(2000, floor(m / (n / 1999)) + 2); the width n / 1999 is 1 where n is 0

    Memory is bounded by blocks of genes and of samples. A sample's bins don't depend on the other samples or on the order
    of anything, unless `chunk` is given.

    Args:
        counts: not negative; zeros of a CSR matrix cost nothing until a block is made dense.
        totals: per sample, of all its gene rows, above zero.
        boundaries: of the gene set.
        columns: the boundaries' column of each gene.
        device: ``cpu`` or a CUDA device.
        chunk: rank runs of this many consecutive samples together, as the published example was made.
        progress: called with a share from 0 to 1 and a few words; it may raise to cancel.

    Raises:
        GeneRAINError: a total is zero or too large, the device can't be had, or `chunk` is below 1.
        ReleaseError: the boundaries are damaged, or were changed meanwhile.
    """
    where = torch_device(device)
    run = 1 if chunk is None else chunk
    _check(totals, boundaries, columns, run)
    bins = np.empty((len(totals), len(columns)), np.int16)
    order = np.argsort(columns, kind="stable")
    starts = range(0, len(boundaries.genes), boundaries.block_genes)
    edges = np.searchsorted(columns[order], [*starts, len(boundaries.genes)])
    step = max(1, SAMPLES_AT_ONCE // run) * run
    with workers(1 if where.type == "cuda" else torch.get_num_threads()) as pool:
        for first in range(0, len(totals), step):
            rows = slice(first, first + step)
            part = sparse.csc_matrix(counts[rows]) if sparse.issparse(counts) else counts[rows]
            scale = DEPTH / totals[rows, None]

            def one(i: int, rows: slice = rows, part: Any = part, scale: NDArray[np.float64] = scale) -> None:
                genes = order[edges[i] : edges[i + 1]]
                if len(genes):
                    stop = min(starts[i] + boundaries.block_genes, len(boundaries.genes))
                    reference = _matching(boundaries.block(starts[i], stop), columns[genes] - starts[i])
                    bins[rows, genes] = _bin_block(log_values(part, genes, scale), reference, where, run).T

            for done, _ in enumerate(pool.map(one, range(len(starts))), start=1):
                if progress:
                    progress((first + len(scale) * done / len(starts)) / len(totals), "binning")
    boundaries.check_unchanged()
    return bins


def log_values(counts: Matrix | sparse.csc_matrix, genes: NDArray[np.int64], scale: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return log10(count * scale + 1) of some genes: genes × samples, contiguous float32, computed in float64."""
    some = counts[:, genes]
    values = (some.toarray() if sparse.issparse(some) else some) * scale
    values += 1
    return np.ascontiguousarray(np.log10(values, out=values).T, dtype=np.float32)


def torch_device(name: str) -> torch.device:
    """Return a device to bin on.

    Raises:
        GeneRAINError: it is neither the CPU nor a CUDA device that is there.
    """
    known = name == "cpu" or (name.partition(":")[0] == "cuda" and torch.cuda.is_available())
    if not known:
        raise GeneRAINError(f"Can't bin on {name!r} here; choose cpu{' or cuda' if torch.cuda.is_available() else ''}.")
    return torch.device(name)


def _check(totals: NDArray[np.float64], boundaries: Boundaries, columns: NDArray[np.int64], run: int) -> None:
    if run < 1:
        raise GeneRAINError(f"{run} samples can't be ranked together; give 5 for the published example, or nothing.")
    if not np.all((totals > 0) & (totals < LARGEST_TOTAL)):
        raise GeneRAINError(f"Each sample needs a total above 0 and below {LARGEST_TOTAL:.0e}; leave the others out.")
    if len(columns) and (columns.min() < 0 or columns.max() >= len(boundaries.genes)):
        raise GeneRAINError("Some genes have no boundaries; leave them out before binning.")


def _matching(block: NDArray[np.float32], columns: NDArray[np.int64]) -> NDArray[np.float32]:
    same = len(columns) == len(block) and np.array_equal(columns, np.arange(len(block)))
    return block if same else block[columns]


@torch.inference_mode()
def _bin_block(x: NDArray[np.float32], reference: NDArray[np.float32], device: torch.device, run: int) -> NDArray[np.int16]:
    """Return bins (genes × samples) of log values, with the reference values (genes × values) of the same genes."""
    values, sorted_reference = torch.from_numpy(x).to(device), torch.from_numpy(reference).to(device)
    below = torch.searchsorted(sorted_reference, values, out_int32=True)
    zeros = torch.searchsorted(sorted_reference, values.new_zeros(len(values), 1), right=True, out_int32=True)
    rank, top = below - zeros, reference.shape[1] - zeros
    if run > 1:
        rank, top = ranks_among_neighbors(values, sorted_reference, rank, top, run)
    width = torch.where(top > 0, top.double() / (BINS - 1), 1.0)
    bins = rank.double().div_(width).floor_().add_(2).clamp_(max=BINS)
    return bins.masked_fill_(values == 0, 1).to(torch.int16).cpu().numpy()
