"""Read a model's gene embedding from its checkpoint, weights alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from generain_core.errors import ReleaseError
from generain_core.release.model_descriptions import Family
from generain_core.release.readers.token_index import indexed_genes, read_token_index
from generain_core.release.readers.weights import is_table, load_weights

_POSITIONS = "bert_for_masked_lm_model.bert.embeddings.position_embeddings.weight"
_WORDS = "bert_for_masked_lm_model.bert.embeddings.word_embeddings.weight"
_GPT = "gpt.transformer.wte.weight"
EXPRESSION_BINS = 101
"""Rows of the word table of BERT_Pred_Expr, whose words are expression bins, 0 (masked) to 100, and whose positions are genes."""
GENE_TABLES: Mapping[Family, str] = {"gpt": _GPT, "bert_genes": _WORDS, "bert_expression": _POSITIONS}
"""Family → the table whose rows are genes."""


def read_gene_embedding(path: Path, index_path: Path) -> tuple[list[str], np.ndarray]:
    """Return the genes of a token index and their rows of the gene embedding (genes × width, float32).

    The embedding is the token table of GPT and BERT_Pred_Genes, and the position table of BERT_Pred_Expr.

    Raises:
        ReleaseError: not a checkpoint, no gene embedding in it, or an index that does not fit it.
    """
    weights = _gene_rows(path, read_state(path))
    index = read_token_index(index_path)
    if max(index.values()) >= len(weights):
        raise ReleaseError(
            f"{index_path.name} counts to {max(index.values()):,} but the gene embedding of {path.name} "
            f"has {len(weights):,} rows; take both files from the same download."
        )
    genes = indexed_genes(index)
    return genes, np.ascontiguousarray(weights[[index[g] for g in genes]], dtype=np.float32)


def read_state(path: Path) -> dict[str, Any]:
    """Return the tensors of a released checkpoint by name, mapped from disk; optimizer state is never read into memory.

    Raises:
        ReleaseError: cut short, damaged, not a checkpoint of weights alone, or without ``model_state_dict``.
    """
    checkpoint = load_weights(path, mapped=True)
    state = checkpoint.get("model_state_dict") if isinstance(checkpoint, dict) else None
    if not isinstance(state, dict):
        raise ReleaseError(f"{path.name} has no “model_state_dict”; a published GeneRAIN checkpoint is expected.")
    return state


def network_family(path: Path, state: Mapping[str, Any]) -> Family:
    """Return what kind of network a checkpoint holds, by the tables that it has, whatever stands before their names.

    Raises:
        ReleaseError: it has neither the token table of GPT nor the word table of BERT.
    """
    if _table_of(state, _GPT) is not None:
        return "gpt"
    words = _table_of(state, _WORDS)
    if words is None:
        raise ReleaseError(
            f"{path.name} holds no gene embedding (neither …{_GPT} nor …{_WORDS.partition('.')[2]}); "
            "a published GeneRAIN checkpoint is expected."
        )
    return "bert_expression" if getattr(words, "shape", (0,))[0] == EXPRESSION_BINS else "bert_genes"


def _gene_rows(path: Path, state: Mapping[str, Any]) -> np.ndarray:
    name = GENE_TABLES[network_family(path, state)]
    tensor = _table_of(state, name)
    if not is_table(tensor) or tensor.ndim != 2:
        raise ReleaseError(f"The gene embedding of {path.name} is no table of numbers (genes × width); download the file again.")
    rows: np.ndarray = tensor.detach().float().numpy()
    return rows


def _table_of(state: Mapping[str, Any], name: str) -> Any:
    return next((tensor for key, tensor in reversed(list(state.items())) if key.endswith(name)), None)
