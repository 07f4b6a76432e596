"""The published loop: runs of consecutive samples ranked together with the reference. For the published example only."""

import numpy as np
import torch
from torch import Tensor


def ranks_among_neighbors(values: Tensor, reference: Tensor, rank: Tensor, top: Tensor, run: int) -> tuple[Tensor, Tensor]:
    """Add to ranks in the reference what the samples of the same run add, as a double argsort of all of them would.

    Where no two positive values are equal the rank is counted: reference values and samples of the run that are below.
    The authors' sort is not stable, so genes with ties are sorted as they did, by numpy's default argsort; only these
    (a few in ten thousand) depend on numpy's version and the processor.

    Args:
        values: genes × samples, log values.
        reference: genes × reference values, ascending.
        rank: genes × samples, how many positive reference values are below.
        top: genes × 1, how many reference values are positive.
        run: how many consecutive samples are ranked together.

    Returns:
        Ranks and the largest rank of the gene in the run, both genes × samples.
    """
    rank, top = rank.clone(), top.expand_as(rank).clone()
    for first in range(0, values.shape[1], run):
        part = slice(first, first + run)
        x = values[:, part]
        positive = x > 0
        equal = torch.zeros_like(x, dtype=torch.int32)
        for j in range(x.shape[1]):
            rank[:, part] += (x[:, j : j + 1] < x) & positive[:, j : j + 1]
            equal += x[:, j : j + 1] == x
        next_value = torch.searchsorted(reference, x.contiguous()).clamp_(max=reference.shape[1] - 1)
        tied = (positive & ((equal > 1) | (reference.gather(1, next_value) == x))).any(1)
        top[:, part] += positive.sum(1, keepdim=True, dtype=torch.int32) - 1
        if tied.any():
            rank[tied, part] = _sorted_ranks(x[tied], reference[tied])
    return rank, top


def _sorted_ranks(x: Tensor, reference: Tensor) -> Tensor:
    stacked = torch.cat([x, reference], dim=1).double().cpu().numpy()
    ranks = np.argsort(np.argsort(stacked, axis=1), axis=1) - (stacked <= 0).sum(1, keepdims=True)
    return torch.from_numpy(ranks[:, : x.shape[1]].astype(np.int32)).to(x.device)
