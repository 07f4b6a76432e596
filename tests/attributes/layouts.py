"""One small table of predictions in every layout that a release may have."""

import decimal
import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa

from tests.attributes.make import gene_names, metadata_of

COLUMN = "predicted_probabilities"
Maker = Callable[[np.ndarray, list[str]], dict[str, pa.Array]]


def _rows(values: np.ndarray, column: object, kind: pa.DataType | None = None, **more: object) -> dict[str, pa.Array]:
    metadata = metadata_of(len(values))
    columns = {name: pa.array(metadata[name]) for name in metadata} | {name: pa.array(each) for name, each in more.items()}
    return columns | {COLUMN: pa.array(column, kind)}


def _texts(values: np.ndarray, genes: list[str], pair: str, between: str, around: str = "{}") -> dict[str, pa.Array]:
    texts = [between.join(pair.format(g=g, p=p) for g, p in zip(genes, row, strict=True)) for row in values]
    return _rows(values, [around.replace("{}", text) for text in texts])


def _wide(values: np.ndarray, genes: list[str], kind: pa.DataType) -> dict[str, pa.Array]:
    metadata = metadata_of(len(values))
    numbers = {g: pa.array(values[:, i].astype(np.float64)).cast(kind) for i, g in enumerate(genes)}
    return {name: pa.array(metadata[name]) for name in metadata} | numbers


def _transposed(values: np.ndarray, genes: list[str], column: str) -> dict[str, pa.Array]:
    return {name: pa.array(values[i]) for i, name in enumerate(metadata_of(len(values))["attribute"])} | {column: pa.array(genes)}


def _long(values: np.ndarray, genes: list[str], order: str, column: str = "gene", **more: bool) -> dict[str, pa.Array]:
    return {name: pa.array(each) for name, each in long_frame(values, genes, order, column, **more).items()}


def long_frame(
    values: np.ndarray, genes: list[str], order: str = "attributes", column: str = "gene", of_genes: bool = False
) -> pd.DataFrame:
    """Return a row per gene and attribute, ordered by attributes, by genes, or not at all."""
    metadata = metadata_of(len(values))
    frame = metadata.loc[np.repeat(np.arange(len(values)), len(genes))].reset_index(drop=True)
    frame[column] = genes * len(values)
    frame[COLUMN] = values.ravel()
    if of_genes:
        frame["biotype"] = [["protein_coding", "lncRNA"][i % 2] for i in range(len(genes))] * len(values)
        frame["rank_within"] = np.arange(len(frame))
    if order == "genes":
        return frame.iloc[np.arange(values.size).reshape(values.shape).T.ravel()].reset_index(drop=True)
    if order == "mixed":
        rest = 1 + np.random.default_rng(0).permutation(values.size - 1)
        return frame.iloc[np.concatenate([[0], rest])].reset_index(drop=True)
    return frame


def _decimals(values: np.ndarray) -> list[list[decimal.Decimal]]:
    return [[decimal.Decimal(f"{p:.5f}") for p in row] for row in values]


_MAP, _STRUCTS = pa.map_(pa.string(), pa.float32()), pa.list_(pa.struct([("symbol", pa.string()), ("p", pa.float32())]))
NAMED: dict[str, Maker] = {
    "lists": lambda v, g: _rows(v, list(v), genes=[g] * len(v)),
    "lists as text": lambda v, g: _rows(v, [",".join(f"{p:.5f}" for p in row) for row in v], names=[",".join(g)] * len(v)),
    "lists of names as text": lambda v, g: _rows(v, list(v), names=["; ".join(g)] * len(v)),
    "lists in a struct": lambda v, g: (
        _rows(v, [7] * len(v)) | {COLUMN: pa.array([{"who": g, "what": row.tolist()} for row in v])}
    ),
    "pairs": lambda v, g: _texts(v, g, "{g}:{p:.5f}", ", "),
    "pairs in brackets": lambda v, g: _texts(v, g, "{g} ({p:.5f})", "; "),
    "pairs with an equals sign": lambda v, g: _texts(v, g, "{g}={p:.5f}", "|"),
    "pairs on lines": lambda v, g: _texts(v, g, "{g}\t{p:.5f}", "\n"),
    "pairs as JSON": lambda v, g: _rows(v, [json.dumps(dict(zip(g, [round(float(p), 5) for p in r], strict=True))) for r in v]),
    "pairs as tuples": lambda v, g: _texts(v, g, "('{g}', {p:.5f})", ", ", "[{}]"),
    "map": lambda v, g: _rows(v, [list(zip(g, row.tolist(), strict=True)) for row in v], _MAP),
    "map of float64": lambda v, g: _rows(
        v, [list(zip(g, row.tolist(), strict=True)) for row in v], pa.map_(pa.string(), pa.float64())
    ),
    "list of structs": lambda v, g: _rows(
        v, [[{"symbol": n, "p": p} for n, p in zip(g, row.tolist(), strict=True)] for row in v], _STRUCTS
    ),
    "wide": lambda v, g: _wide(v, g, pa.float32()),
    "wide, float64": lambda v, g: _wide(v, g, pa.float64()),
    "struct": lambda v, g: _rows(v, [dict(zip(g, row.tolist(), strict=True)) for row in v]),
    "transposed": lambda v, g: _transposed(v, g, "gene"),
    "transposed, a column under any name": lambda v, g: _transposed(v, g, "Unnamed: 0"),
    "long": lambda v, g: _long(v, g, "attributes"),
    "long by genes": lambda v, g: _long(v, g, "genes"),
    "long in no order": lambda v, g: _long(v, g, "mixed"),
    "long, a column under any name": lambda v, g: _long(v, g, "genes", "x"),
    "long with further columns": lambda v, g: _long(v, g, "attributes", of_genes=True),
}
"""Layouts that name the genes."""
NAMELESS: dict[str, Maker] = {
    "list": lambda v, g: _rows(v, list(v)),
    "list of float64": lambda v, g: _rows(v, list(v.astype(np.float64))),
    "list of decimals": lambda v, g: _rows(v, _decimals(v), pa.list_(pa.decimal128(7, 5))),
    "list of large lists": lambda v, g: _rows(v, list(v), pa.large_list(pa.float32())),
    "string": lambda v, g: _rows(v, [",".join(f"{p:.5f}" for p in row) for row in v]),
    "wide under numbers": lambda v, g: _wide(v, [str(i) for i in range(len(g))], pa.float32()),
    "transposed without names": lambda v, g: {k: c for k, c in _transposed(v, g, "gene").items() if k != "gene"},
}
"""Layouts that don't."""


def table_of(kind: str, values: np.ndarray, genes: list[str] | None = None) -> pa.Table:
    """Return the predictions (attributes × genes) in a layout."""
    return pa.table((NAMED | NAMELESS)[kind](values, list(genes or gene_names(values.shape[1]))))
