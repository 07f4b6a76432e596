"""The golden checkpoints, samples to feed them, and the plain way to compute what they give."""

import numpy as np
import torch

from generain_core.models.model import Model
from generain_core.models.network import Network, open_network
from generain_core.models.tokens import model_input
from generain_core.models.types import ModelInput
from tests.conftest import PROJECT

GOLDEN = PROJECT.parent / "shared" / "golden"
HERE = (GOLDEN / "models.npz").is_file()
WHY = "no ../shared/golden beside the project"
FAMILIES = {
    "GPT_Binning_By_Gene": "gpt",
    "BERT_Pred_Genes_Binning_By_Gene": "bert_genes",
    "BERT_Pred_Expr_Binning_By_Gene": "bert_expression",
}
TOKENS = np.arange(3, 210)
GENES = [f"G{token}" for token in TOKENS]


def network(name: str = "GPT_Binning_By_Gene") -> Network:
    return open_network(GOLDEN / f"GeneRAIN.{name}.pth", FAMILIES[name])


def model(name: str = "GPT_Binning_By_Gene") -> Model:
    return Model(
        name=name,
        gene_set="gene2vec",
        network=network(name),
        index=dict(zip(GENES, TOKENS.tolist(), strict=True)),
        modelled=frozenset(GENES),
    )


def some_bins(samples: int = 11, seed: int = 0) -> np.ndarray:
    """Return samples × genes: some have less expressed genes than places, some more."""
    rng = np.random.default_rng(seed)
    low = rng.choice([-400, -60, 2], (samples, 1))
    return rng.integers(low, 120, (samples, len(TOKENS))).clip(1).astype(np.int16)


def plain(of: Network, bins: np.ndarray) -> tuple[ModelInput, torch.Tensor]:
    """Return what a network reads of samples, and all its hidden states with the mask, nothing left out."""
    given = model_input(torch.from_numpy(bins), torch.from_numpy(TOKENS), of.family, of.most_genes)
    with torch.inference_mode():
        return given, of.hidden(given.tokens, given.positions, given.mask)
