"""Read a model's gene embedding from its checkpoint, weights alone."""

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np

from generain_core.errors import ReleaseError

_POSITIONS = "bert_for_masked_lm_model.bert.embeddings.position_embeddings.weight"
_WORDS = "bert_for_masked_lm_model.bert.embeddings.word_embeddings.weight"
_GPT = "gpt.transformer.wte.weight"
_SPECIAL = 3
_EXPRESSION_BINS = 101
"""Rows of the word table of BERT_Pred_Expr, whose words are expression bins and whose positions are genes."""


def read_gene_embedding(path: Path, index_path: Path) -> tuple[list[str], np.ndarray]:
    """Return the genes of a token index and their rows of the gene embedding (genes × width, float32).

    The embedding is the token table of GPT and BERT_Pred_Genes, and the position table of BERT_Pred_Expr.

    Raises:
        ReleaseError: not a checkpoint, no gene embedding in it, or an index that does not fit it.
    """
    weights = _gene_rows(path, read_state(path))
    index = read_index(index_path)
    if max(index.values()) >= len(weights):
        raise ReleaseError(
            f"{index_path.name} counts to {max(index.values()):,} but the gene embedding of {path.name} "
            f"has {len(weights):,} rows; take both files from the same download."
        )
    genes = sorted((g for g, i in index.items() if i >= _SPECIAL), key=index.__getitem__)
    return genes, np.ascontiguousarray(weights[[index[g] for g in genes]], dtype=np.float32)


def read_index(path: Path) -> dict[str, int]:
    """Return gene → token index of a published index file.

    Raises:
        ReleaseError: not a JSON object of whole numbers, empty, a gene twice, or two genes at one index.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            twice = next(name for i, (name, _) in enumerate(pairs) if name in dict(pairs[:i]))
            raise ReleaseError(f"{path.name} names {str(twice)[:40]!r} twice; download it again.")
        return made

    try:
        index = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError) as problem:
        raise ReleaseError(f"{path.name} is not readable JSON; download it again.") from problem
    if not isinstance(index, dict) or not index or not all(type(i) is int and i >= 0 for i in index.values()):
        raise ReleaseError(f"{path.name} must map each gene name to a whole number; download it again.")
    if len(set(index.values())) < len(index):
        raise ReleaseError(f"{path.name} gives the same index to several genes; download it again.")
    return index


def read_state(path: Path) -> dict[str, Any]:
    """Return the tensors of a released checkpoint by name, mapped from disk; optimizer state is never read into memory.

    Raises:
        ReleaseError: cut short, damaged, not a checkpoint of weights alone, or without ``model_state_dict``.
    """
    import torch

    try:
        checkpoint = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except (RuntimeError, pickle.UnpicklingError, OSError, ValueError, EOFError, KeyError) as problem:
        raise ReleaseError(
            f"{path.name} is not a readable checkpoint of weights: it is cut short, damaged or another kind of file."
        ) from problem
    state = checkpoint.get("model_state_dict") if isinstance(checkpoint, dict) else None
    if not isinstance(state, dict):
        raise ReleaseError(f"{path.name} has no “model_state_dict”; a published GeneRAIN checkpoint is expected.")
    return state


def _gene_rows(path: Path, state: dict[str, Any]) -> np.ndarray:
    found: dict[str, Any] = {
        end: tensor for end in (_GPT, _WORDS, _POSITIONS) for key, tensor in state.items() if key.endswith(end)
    }
    if _GPT in found:
        tensor = found[_GPT]
    elif _WORDS in found and _POSITIONS in found:
        tensor = found[_POSITIONS] if getattr(found[_WORDS], "shape", (0,))[0] == _EXPRESSION_BINS else found[_WORDS]
    else:
        raise ReleaseError(f"{path.name} holds no gene embedding (such as …{_GPT}); a published GeneRAIN checkpoint is expected.")
    import torch

    if not isinstance(tensor, torch.Tensor) or tensor.ndim != 2 or not tensor.is_floating_point():
        raise ReleaseError(f"The gene embedding of {path.name} is no table of numbers (genes × width); download the file again.")
    rows: np.ndarray = tensor.float().numpy()
    return rows
