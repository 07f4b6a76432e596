"""A network that learns: the published architecture with fresh weights, and its loss."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.models.network import EPSILON, HEADS, Network
from generain_core.models.transformer_classes import bert_classes, gpt_classes
from generain_core.release.model_descriptions import Family
from generain_core.release.readers.checkpoint import EXPRESSION_BINS
from generain_core.training.cross_entropy import summed_cross_entropy
from generain_core.training.masks import Task
from generain_core.training.options import Options

ROOTS: Mapping[Family, str] = {
    "gpt": "gene_expr_transformer.gpt.",
    "bert_genes": "gene_expr_transformer.bert_for_masked_lm_model.",
    "bert_expression": "gene_expr_transformer.bert_for_masked_lm_model.",
}
"""What the keys of a released checkpoint begin with."""


_SPREAD = 0.1
"""Standard deviation of a gene table that is begun with vectors; drawn weights have 0.02."""


class Learner(torch.nn.Module):
    """A network with its vocabulary head, made by `make_learner`; called with a task, it gives the summed loss.

    Attributes:
        family: the network's.
        model: the class of `transformers`, whose parameter names are those of a released checkpoint after `ROOTS`.
    """

    def __init__(self, family: Family, model: Any, genes: int, options: Options) -> None:
        super().__init__()
        self.family: Family = family
        self.model = model
        body, head = (model.transformer, model.lm_head) if family == "gpt" else (model.bert, model.cls)
        self._network = [
            Network(
                family=family,
                body=body,
                head=head,
                genes=genes,
                width=options.width,
                max_genes=options.positions,
                source="training",
            )
        ]

    def forward(self, task: Task) -> torch.Tensor:
        """Return the summed cross-entropy (nats) of the predicted places of a task."""
        hidden = self._hidden(task)
        longest = hidden.shape[1]
        predicted = task.predicted[:, :longest]
        states, targets = hidden[predicted], task.targets[:, :longest][predicted]
        if self.family == "gpt":
            return summed_cross_entropy(states, self.model.lm_head.weight, None, targets)
        head = self.model.cls.predictions
        return summed_cross_entropy(head.transform(states), head.decoder.weight, head.decoder.bias, targets)

    def _hidden(self, task: Task) -> torch.Tensor:
        """Return hidden states of as many places as something is predicted at, the unexpressed only where they are."""
        network, shown = self._network[0], task.shown
        if self.family == "gpt" and (task.predicted[:, :-1] & ~shown.mask[:, 1:].bool()).any():
            return network.hidden(shown.tokens, shown.positions, shown.mask)
        return network.expressed_hidden(shown)

    def begin_with(self, vectors: Mapping[int, NDArray[np.float32]]) -> None:
        """Give rows of the gene table vectors (token index → vector), their mean taken out, at five times the usual spread.

        Raises:
            GeneRAINError: none, or of another width.
        """
        table = self.gene_table
        if not vectors or len(next(iter(vectors.values()))) != table.shape[1]:
            width = f"in {len(next(iter(vectors.values())))} numbers" if vectors else "of none of its genes"
            raise GeneRAINError(f"A network {table.shape[1]} wide can't begin with vectors {width}; give some of that width.")
        rows = torch.from_numpy(np.stack(list(vectors.values())).astype(np.float32))
        rows = rows - rows.mean(0)
        with torch.no_grad():
            table[torch.tensor(list(vectors))] = rows / rows.std().clamp(min=1e-12) * _SPREAD

    @property
    def gene_table(self) -> torch.Tensor:
        """Return the rows of the genes: the token table, or BERT_Pred_Expr's places."""
        if self.family == "gpt":
            weight: torch.Tensor = self.model.transformer.wte.weight
            return weight
        embeddings = self.model.bert.embeddings
        table = embeddings.position_embeddings if self.family == "bert_expression" else embeddings.word_embeddings
        weight = table.weight
        return weight

    def released(self) -> dict[str, torch.Tensor]:
        """Return the weights on the CPU under the names that they have in a released checkpoint."""
        root = ROOTS[self.family]
        return {root + key: tensor.detach().cpu() for key, tensor in self.model.state_dict().items()}

    def load(self, state: Mapping[str, torch.Tensor]) -> None:
        """Take weights that `released` has given."""
        root = ROOTS[self.family]
        self.model.load_state_dict({key.removeprefix(root): tensor for key, tensor in state.items()})


def make_learner(family: Family, genes: int, options: Options) -> Learner:
    """Return a network with fresh weights: sizes by the options, the rest as in all published networks.

    Args:
        family: the network's.
        genes: rows of the gene table, special tokens included.
        options: sizes, dropout, and the seed of the first weights.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(options.seed)
        model = _gpt(genes, options) if family == "gpt" else _bert(family, genes, options)
    return Learner(family, model, genes, options)


def _gpt(genes: int, options: Options) -> Any:
    classes = gpt_classes()
    sizes: dict[str, Any] = {
        "vocab_size": genes,
        "n_positions": options.positions,
        "n_embd": options.width,
        "n_layer": options.layers,
        "n_head": HEADS,
        "n_inner": 4 * options.width,
        "activation_function": "gelu",
        "layer_norm_epsilon": EPSILON,
        "embd_pdrop": options.embedding_dropout,
        "attn_pdrop": options.dropout,
        "resid_pdrop": options.dropout,
        "use_cache": False,
        "bos_token_id": None,
        "eos_token_id": None,
        "attn_implementation": "sdpa",
    }
    return classes.whole(classes.config(**sizes))


def _bert(family: Family, genes: int, options: Options) -> Any:
    classes = bert_classes()
    by_gene = family == "bert_expression"
    sizes: dict[str, Any] = {
        "vocab_size": EXPRESSION_BINS if by_gene else genes,
        "max_position_embeddings": genes if by_gene else options.positions,
        "hidden_size": options.width,
        "num_hidden_layers": options.layers,
        "num_attention_heads": HEADS,
        "intermediate_size": 4 * options.width,
        "hidden_act": "gelu",
        "layer_norm_eps": EPSILON,
        "hidden_dropout_prob": options.dropout,
        "attention_probs_dropout_prob": options.dropout,
        "pad_token_id": 0 if options.padding else None,
        "attn_implementation": "sdpa",
    }
    return classes.whole(classes.config(**sizes))
