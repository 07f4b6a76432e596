"""From bins to what a network reads: tokens, positions and mask."""

import torch

from generain_core.errors import GeneRAINError
from generain_core.models.types import MAX_GENES, ModelInput
from generain_core.release.model_descriptions import Family

_QUANTILES = 101
_MOST = 2000


def model_input(bins: torch.Tensor, gene_tokens: torch.Tensor, family: Family, max_genes: int = MAX_GENES) -> ModelInput:
    """Keep each sample's genes of the highest bins, in descending order; equal bins stay in the order of the genes.

    Args:
        bins: samples × genes, Binning-By-Gene bins 1 to 2,000.
        gene_tokens: token index of each gene, as long as the bins are wide.
        family: the network's family.
        max_genes: genes to keep; fewer if there are fewer.

    Raises:
        GeneRAINError: sizes disagree, no gene, or bins that are no whole numbers from 1 to 2,000.
    """
    if bins.ndim != 2 or gene_tokens.shape != (bins.shape[1],) or not bins.shape[1] or max_genes < 1:
        raise GeneRAINError(
            f"Bins of shape {tuple(bins.shape)} and {len(gene_tokens):,} token indices don't fit; "
            "give samples × genes and one index for each gene."
        )
    _check_bins(bins)
    ordered, columns = torch.sort(bins, dim=1, descending=True, stable=True)
    ordered, columns = ordered[:, :max_genes], columns[:, :max_genes]
    expressed = ordered > 1
    genes = gene_tokens[columns]
    if family == "bert_expression":
        return ModelInput(expression_bins(ordered, expressed), genes, expressed.long(), columns)
    places = torch.arange(genes.shape[1], device=genes.device).expand_as(genes)
    return ModelInput(genes, places, expressed.long(), columns)


def _check_bins(bins: torch.Tensor) -> None:
    fine = (bins >= 1) & (bins <= _MOST)
    if bins.is_floating_point():
        fine &= bins == bins.floor()
    if not bool(fine.all()):
        raise GeneRAINError(
            f"Bins must be whole numbers from 1 to {_MOST:,}, but one is {bins[~fine][0].item():g}; "
            "bin the samples before they are embedded."
        )


def expression_bins(bins: torch.Tensor, expressed: torch.Tensor) -> torch.Tensor:
    """Return each gene's place among the expressed genes of its sample: 1 to 100, and 1 for the unexpressed.

    The edges are 101 quantiles of the expressed genes' bins (linear between order statistics, as numpy has it); a value
    belongs to the bin whose upper edge it does not exceed. Both arguments are samples × genes.
    """
    n = expressed.sum(1, keepdim=True)
    values = torch.where(expressed, bins.double(), torch.inf).sort(1).values
    steps = torch.arange(_QUANTILES, dtype=torch.float64, device=bins.device) / (_QUANTILES - 1)
    where = steps * (n - 1).clamp(min=0)
    low = where.floor()
    high = torch.minimum(low + 1, (n - 1).clamp(min=0).double())
    below, above = values.gather(1, low.long()), values.gather(1, high.long())
    share = where - low
    gap = above - below
    edges = torch.where(share >= 0.5, above - gap * (1 - share), below + gap * share)
    edges = torch.where(n > 0, edges, torch.zeros_like(edges))
    place = torch.searchsorted(edges.contiguous(), bins.double().contiguous(), right=False)
    return torch.where(expressed, place.clamp(min=1), torch.ones_like(place))
