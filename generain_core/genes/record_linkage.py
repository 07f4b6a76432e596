"""Which row of which file is about which gene: by Ensembl ID first, then by symbol."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.genes.spelling.excel import PREVIOUS
from generain_core.release.readers.annotation import is_ensembl_id

Rows = NDArray[np.int64]


@dataclass
class Registry:
    """Genes in order of appearance: their names, and the Ensembl IDs that lead to them."""

    names: list[str] = field(default_factory=list)
    row: dict[str, int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    def add(self, name: str) -> int:
        """Return the row of a gene name, new or known."""
        row = self.row.get(name)
        if row is None:
            row = self.row[name] = len(self.names)
            self.names.append(name)
            if is_ensembl_id(name):
                self.ids.setdefault(name, row)
        return row

    def add_or_identify(self, name: str, ensembl: str) -> int:
        """Return the row of a gene that is called `name`, or by its Ensembl ID if the name is taken by another gene."""
        row = self.add(ensembl if name in self.row or not name else name)
        self.ids.setdefault(ensembl, row)
        return row


def join_meta(registry: Registry, meta: pd.DataFrame) -> Rows:
    """Return the gene row of each ARCHS4 gene row; rows of one symbol are one gene."""
    rows = []
    for symbol, ensembl in zip(meta["symbol"], meta["ensembl_gene"], strict=True):
        row = registry.add(symbol or ensembl) if symbol or ensembl else -1
        if ensembl:
            registry.ids.setdefault(ensembl, row)
        rows.append(row)
    return np.array(rows, dtype=np.int64)


def join_statistics(
    registry: Registry, statistics: pd.DataFrame, meta: pd.DataFrame | None, meta_rows: Rows
) -> tuple[Rows, bool]:
    """Return the gene row of each statistics row, and whether these are the rows of `meta` in the same order."""
    if meta is not None and len(meta) == len(statistics):
        symbols = statistics["symbol"].to_numpy()
        if bool(np.all((symbols == meta["symbol"].to_numpy()) | (symbols == meta["ensembl_gene"].to_numpy()))):
            return meta_rows, True
    ids = registry.ids
    rows = [ids[s] if s in ids else registry.add(s) if s else -1 for s in statistics["symbol"]]
    return np.array(rows, dtype=np.int64), False


def join_ensembl(registry: Registry, ensembl: pd.DataFrame) -> Rows:
    """Return the gene row of each Ensembl row.

    A second ID under a known symbol is the same gene, unless that gene's own ID has another symbol in this table.
    """
    ids, symbols = ensembl["ensembl_gene"].tolist(), ensembl["symbol"].tolist()
    claimed = {registry.ids[i]: s for i, s in zip(ids, symbols, strict=True) if i in registry.ids}
    rows = np.full(len(ids), -1, dtype=np.int64)
    order = np.argsort(~ensembl["primary"].to_numpy(bool), kind="stable")
    for i in order.tolist():
        row = registry.ids.get(ids[i])
        if row is None:
            row = registry.row.get(symbols[i]) if symbols[i] else None
            if row is None or claimed.get(row, symbols[i]) not in ("", symbols[i]):
                row = registry.add_or_identify(symbols[i], ids[i])
            else:
                registry.ids[ids[i]] = row
        rows[i] = row
    return rows


def join_hgnc(registry: Registry, hgnc: pd.DataFrame) -> Rows:
    """Return the gene row of each HGNC row: by Ensembl ID, symbol, built-in rename or previous symbol, in this order.

    A gene that one row has claimed by its ID is not claimed by the symbol of another; -1 is a row that is left over.
    """
    ids, symbols, previous = (hgnc[c].tolist() for c in ("ensembl_gene", "symbol", "prev_symbol"))
    rows = np.array([registry.ids.get(i, -1) for i in ids], dtype=np.int64)
    claimed = set(rows.tolist())
    for find in (lambda i: [symbols[i]], lambda i: [PREVIOUS.get(symbols[i], "")], lambda i: split(previous[i])):
        for i in np.flatnonzero(rows < 0).tolist():
            free = {r for name in find(i) if (r := registry.row.get(name, -1)) >= 0 and r not in claimed}
            if len(free) == 1:
                rows[i] = free.pop()
        claimed |= set(rows.tolist())
    for i in np.flatnonzero(rows < 0).tolist():
        if symbols[i] not in registry.row:
            rows[i] = registry.add(symbols[i])
        elif ids[i]:
            rows[i] = registry.add(ids[i])
    for i, row in zip(ids, rows.tolist(), strict=True):
        if i and row >= 0:
            registry.ids.setdefault(i, row)
    return rows


def split(names: str) -> list[str]:
    """Return the names of a '|' separated list, without quotes and blanks."""
    if not names:
        return []
    return [n for part in names.split("|") if (n := part.strip(' "'))] if "|" in names else [names.strip(' "')]


def best_rows(genes: int, rows: Rows, *worse: Sequence[bool] | NDArray[np.bool_]) -> Rows:
    """Return for each gene the one row that speaks for it, -1 without: the first, after sorting by `worse` in turn."""
    keys = [np.arange(len(rows)), *(np.asarray(w, dtype=bool) for w in reversed(worse))]
    order = np.lexsort(keys)[::-1]
    order = order[rows[order] >= 0]
    best = np.full(genes, -1, dtype=np.int64)
    best[rows[order]] = order
    return best


def take(best: Rows, values: pd.Series, missing: Any = "") -> NDArray[Any]:
    """Return a column of a file in gene order, with `missing` for genes without a row."""
    found = values.to_numpy()
    out = np.full(len(best), missing, dtype=object if missing == "" else found.dtype)
    out[best >= 0] = found[best[best >= 0]]
    return out


def first_known(*columns: NDArray[Any]) -> NDArray[Any]:
    """Return for each gene the first text that is not empty."""
    out = columns[0].copy()
    for column in columns[1:]:
        out = np.where(out == "", column, out)
    return out
