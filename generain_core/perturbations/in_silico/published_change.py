"""Read samples as the authors' in-silico change did: the same genes before and after, in a new order, all attended to."""

import numpy as np
import torch
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.models.batches import fitting, ran_out
from generain_core.models.network import Network
from generain_core.models.tokens import expression_bins


def genes_kept(bins: NDArray[np.int64], most: int) -> NDArray[np.intp]:
    """Return the columns of a sample's genes of the highest bins, ascending; of equal bins the first, as `model_input` has it."""
    return np.sort(np.argsort(-bins, kind="stable")[:most])


@torch.inference_mode()
def embed_kept(network: Network, values: NDArray[np.int64], gene_tokens: NDArray[np.int64], device: str) -> NDArray[np.float32]:
    """Return the mean of the last hidden states over all genes of each row (rows × width, float32).

    Rows are variants of one sample, of the same genes: their order is that of the values, the highest first, equal ones in
    the order of the columns. The mask is 1 everywhere, for unexpressed genes too.

    Args:
        network: on the device, or moved there.
        values: rows × kept genes: bins, or 2,001 for a gene that stands above all others.
        gene_tokens: token index of each kept gene.
        device: a name that torch knows.

    Raises:
        GeneRAINError: the device has too little memory for one row.
    """
    here, tokens = network.on(device), torch.from_numpy(gene_tokens).to(device)
    at_once, start, parts = fitting(network, len(gene_tokens), device), 0, list[NDArray[np.float32]]()
    while start < len(values):
        try:
            rows = torch.from_numpy(values[start : start + at_once]).to(device)
            ordered, columns = torch.sort(rows, dim=1, descending=True, stable=True)
            genes = tokens[columns]
            places = torch.arange(genes.shape[1], device=device).expand_as(genes)
            shown = (genes, places)
            if network.family == "bert_expression":
                shown = (expression_bins(ordered, ordered > 1), genes)
            parts.append(here.hidden(*shown, torch.ones_like(genes)).mean(1).float().cpu().numpy())
        except (MemoryError, RuntimeError) as problem:
            if not ran_out(problem):
                raise
            if at_once == 1:
                raise GeneRAINError(
                    f"{device} has too little memory for one sample; close other programs or choose cpu."
                ) from problem
            at_once //= 2
            continue
        start += len(rows)
    return np.concatenate(parts)
