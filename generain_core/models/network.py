"""Open a released network from its weights alone."""

import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from generain_core.errors import ReleaseError
from generain_core.models.transformer_classes import bert_classes, gpt_classes
from generain_core.models.types import MAX_GENES, ModelInput
from generain_core.release.model_descriptions import Family
from generain_core.release.readers.checkpoint import network_family, read_state
from generain_core.release.readers.weights import is_table

HEADS = 4
"""Attention heads of all four published networks: the one size that no tensor tells."""
EPSILON = 1e-10
"""Added to the variance in layer normalization, in all four."""
_ROOTS = ("gpt.", "bert_for_masked_lm_model.")


@dataclass(frozen=True, kw_only=True)
class Network:
    """A released network in inference mode, on the CPU. Open it with `open_network`.

    Attributes:
        family: what its tokens are: genes in order of bins (``gpt``, ``bert_genes``) or expression bins whose positions are
            genes (``bert_expression``).
        body: from tokens to the last hidden states; the class of `transformers`, without the vocabulary head.
        head: from hidden states to logits, for the loss alone.
        genes: rows of the gene table: token indices run below it.
        width: length of a hidden state.
        max_genes: how many genes of a sample enter at most; 0 if the weights set no bound.
        source: the file's name.
    """

    family: Family
    body: torch.nn.Module
    head: torch.nn.Module
    genes: int
    width: int
    max_genes: int
    source: str

    def hidden(self, tokens: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the last hidden states (samples × genes × width), after the final layer normalization in GPT.

        `tokens`, `positions` and `mask` (1 expressed, 0 not) are samples × genes, whole numbers.
        """
        states: torch.Tensor = self.body(input_ids=tokens, position_ids=positions, attention_mask=mask).last_hidden_state
        return states

    def expressed_hidden(self, inputs: ModelInput) -> torch.Tensor:
        """Return the last hidden states of the expressed genes (samples × most expressed genes × width), faster than `hidden`.

        The unexpressed come last and no expressed gene reads them, so they are left out; what a row has beyond its own
        expressed genes means nothing. Without gaps no mask is needed, and attention takes its fastest path.
        """
        counts = inputs.mask.sum(1)
        longest = int(counts.max())
        tokens = inputs.tokens[:, :longest]
        if self.family == "gpt":
            states: torch.Tensor = self.body(input_ids=tokens).last_hidden_state
            return states
        mask = None if int(counts.min()) == longest else inputs.mask[:, :longest]
        states = self.body(input_ids=tokens, position_ids=inputs.positions[:, :longest], attention_mask=mask).last_hidden_state
        return states

    def logits(self, hidden: torch.Tensor) -> torch.Tensor:
        """Return the logits of hidden states (… × width): of the next or hidden gene, or of the hidden expression bin."""
        scores: torch.Tensor = self.head(hidden)
        return scores

    def on(self, device: str) -> "Network":
        """Return the network on a device: a copy, unless it is there already, so that several may be used at once."""
        if next(self.body.parameters()).device == torch.device(device):
            return self
        return replace(self, body=copy.deepcopy(self.body).to(device), head=copy.deepcopy(self.head).to(device))

    @property
    def most_genes(self) -> int:
        """Return how many genes of a sample enter at most."""
        return min(self.max_genes or MAX_GENES, MAX_GENES)


def open_network(path: Path, family: Family) -> Network:
    """Read a released checkpoint as a network of the family that its name promises.

    Raises:
        ReleaseError: not a readable checkpoint, another family's, or a tensor is missing, too many or of the wrong shape;
            the message names file and tensor.
    """
    state = _plain(path, read_state(path))
    family_found = network_family(path, state)
    if family_found != family:
        raise ReleaseError(
            f"{path.name} holds the weights of a {family_found} network, but its name promises {family}; download it again."
        )
    return _gpt(path, state) if family == "gpt" else _bert(path, state, family)


def _plain(path: Path, state: dict[str, Any]) -> dict[str, torch.Tensor]:
    """Return tensors under the names that begin with their family, whatever stands before them."""
    plain: dict[str, torch.Tensor] = {}
    for key, tensor in state.items():
        root = next((r for r in _ROOTS if f".{r}" in f".{key}"), None)
        if root is None:
            continue
        if not is_table(tensor):
            if key.endswith((".attn.bias", ".attn.masked_bias", ".position_ids")):
                continue
            raise ReleaseError(f"{key} of {path.name} is no tensor of numbers; download the file again.")
        plain[key[f".{key}".index(f".{root}") :]] = tensor
    return plain


def _gpt(path: Path, state: dict[str, torch.Tensor]) -> Network:
    classes = gpt_classes()
    genes, width = _table(path, state, "gpt.transformer.wte.weight")
    places, _ = _table(path, state, "gpt.transformer.wpe.weight")
    inner = _table(path, state, "gpt.transformer.h.0.mlp.c_fc.weight")[1]
    _check_heads(path, width)
    sizes: dict[str, Any] = {
        "vocab_size": genes,
        "n_positions": places,
        "n_embd": width,
        "n_layer": _layers(state, "gpt.transformer.h."),
        "n_head": HEADS,
        "n_inner": inner,
        "activation_function": "gelu",
        "layer_norm_epsilon": EPSILON,
        "use_cache": False,
        "bos_token_id": None,
        "eos_token_id": None,
        "attn_implementation": "sdpa",
    }
    config = classes.config(**sizes)
    with torch.device("meta"):
        body: torch.nn.Module = classes.body(config)
        head = torch.nn.Linear(width, genes, bias=False)
    _fill(path, body, state, "gpt.transformer.")
    _fill(path, head, state, "gpt.lm_head.")
    return Network(family="gpt", body=body.eval(), head=head.eval(), genes=genes, width=width, max_genes=places, source=path.name)


def _bert(path: Path, state: dict[str, torch.Tensor], family: Family) -> Network:
    classes = bert_classes()
    root = "bert_for_masked_lm_model."
    words, width = _table(path, state, f"{root}bert.embeddings.word_embeddings.weight")
    places, _ = _table(path, state, f"{root}bert.embeddings.position_embeddings.weight")
    inner = _table(path, state, f"{root}bert.encoder.layer.0.intermediate.dense.weight")[0]
    _check_heads(path, width)
    sizes: dict[str, Any] = {
        "vocab_size": words,
        "max_position_embeddings": places,
        "hidden_size": width,
        "num_hidden_layers": _layers(state, f"{root}bert.encoder.layer."),
        "num_attention_heads": HEADS,
        "intermediate_size": inner,
        "hidden_act": "gelu",
        "layer_norm_eps": EPSILON,
        "attn_implementation": "sdpa",
    }
    config = classes.config(**sizes)
    with torch.device("meta"):
        body: torch.nn.Module = classes.body(config, add_pooling_layer=False)
        head: torch.nn.Module = classes.head(config)
    _fill(path, body, state, f"{root}bert.")
    _fill(path, head, state, f"{root}cls.")
    by_gene = family == "bert_expression"
    return Network(
        family=family,
        body=body.eval(),
        head=head.eval(),
        genes=places if by_gene else words,
        width=width,
        max_genes=0 if by_gene else places,
        source=path.name,
    )


def _table(path: Path, state: dict[str, torch.Tensor], key: str) -> tuple[int, int]:
    if key not in state or state[key].ndim != 2:
        raise ReleaseError(f"{path.name} has no table {key}; a published GeneRAIN checkpoint is expected, so download it again.")
    return int(state[key].shape[0]), int(state[key].shape[1])


def _layers(state: dict[str, torch.Tensor], root: str) -> int:
    return 1 + max(int(key.removeprefix(root).split(".")[0]) for key in state if key.startswith(root))


def _check_heads(path: Path, width: int) -> None:
    if width % HEADS:
        raise ReleaseError(f"{path.name} is {width} wide, which its {HEADS} attention heads can't share; download it again.")


def _fill(path: Path, module: torch.nn.Module, state: dict[str, torch.Tensor], root: str) -> None:
    """Give a module made without memory its weights (float32), and its unsaved buffers their values."""
    wanted = module.state_dict()
    tensors: dict[str, torch.Tensor] = {}
    for key, like in wanted.items():
        tensor = state.get(root + key)
        if tensor is None:
            raise ReleaseError(f"{path.name} lacks the tensor {root}{key}; the file is not whole, so download it again.")
        if tensor.shape != like.shape:
            shapes = f"{tuple(tensor.shape)} where {tuple(like.shape)} is expected"
            raise ReleaseError(f"The tensor {root}{key} of {path.name} has the shape {shapes}; download the file again.")
        if not bool(tensor.isfinite().all()):
            raise ReleaseError(f"The tensor {root}{key} of {path.name} has weights that are no numbers; download the file again.")
        tensors[key] = tensor.float()
    module.load_state_dict(tensors, assign=True)
    for name, buffer in list(module.named_buffers()):
        if buffer.is_meta:
            owner, _, last = name.rpartition(".")
            of = module.get_submodule(owner)
            row = torch.arange(buffer.shape[-1]).expand(buffer.shape) if last == "position_ids" else torch.zeros(buffer.shape)
            of.register_buffer(last, row.to(buffer.dtype), persistent=False)
    module.requires_grad_(False)
