"""The other names of genes: what each file calls them, as one table."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd

from generain_core.genes.record_linkage import Registry, Rows, split
from generain_core.genes.spelling.excel import PREVIOUS
from generain_core.release.readers.annotation import is_ensembl_id

NameKind = Literal["hgnc_symbol", "ensembl_symbol", "previous", "alias", "hgnc_id", "entrez"]
"""Why a name leads to a gene. The first two: the symbol that file has today for a gene the release calls otherwise."""

ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "OCT1": ("POU2F1", "SLC22A1"),
        "OCT2": ("POU2F2", "SLC22A2"),
        "OCT3": ("POU5F1", "SLC22A3"),
        "OCT4": ("POU5F1",),
        "OCT6": ("POU3F1", "SLC22A16"),
    }
)
"""Names in wide use that were never symbols → the genes they mean."""
_Name = tuple[str, int, str]


def collect_names(registry: Registry, hgnc: pd.DataFrame, hgnc_rows: Rows, ensembl: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    """Return all other names of the genes: columns name, gene (name in the table) and kind (`NameKind`), each once."""
    found = dict.fromkeys(_of_hgnc(registry.names, hgnc, hgnc_rows))
    of_ensembl = list(_of_ensembl(registry.names, ensembl, rows))
    shared = {name for name, _, _ in of_ensembl}
    known = {(name, row) for name, row, _ in found if name in shared}
    found |= dict.fromkeys(name for name in of_ensembl if name[:2] not in known)
    found |= dict.fromkeys(_built_in(registry))
    words = _table(registry.names, *(zip(*found, strict=True) if found else ((), (), ())))
    from_hgnc = [
        _ids(registry.names, "hgnc_id", hgnc["hgnc_id"], hgnc_rows),
        _ids(registry.names, "entrez", hgnc["entrez"], hgnc_rows),
    ]
    from_ensembl = _ids(registry.names, "entrez", ensembl["entrez"], rows)
    news = from_ensembl[~from_ensembl["name"].isin(from_hgnc[1]["name"])].drop_duplicates()
    return pd.concat([words, *from_hgnc, news], ignore_index=True)


def _ids(genes: list[str], kind: NameKind, ids: pd.Series, rows: Rows) -> pd.DataFrame:
    has_both = (ids != "").to_numpy() & (rows >= 0)
    return _table(genes, ids[has_both].tolist(), rows[has_both], [kind] * int(has_both.sum()))


def _table(genes: list[str], names: Sequence[str], rows: Sequence[int] | Rows, kinds: Sequence[str]) -> pd.DataFrame:
    of_rows = np.array(genes, dtype=object)[np.asarray(rows, dtype=np.int64)]
    return pd.DataFrame(
        {"name": np.array(names, dtype=object), "gene": of_rows, "kind": np.array(kinds, dtype=object)}, copy=False
    )


def _of_hgnc(names: list[str], hgnc: pd.DataFrame, rows: Rows) -> Iterator[_Name]:
    columns = (hgnc[c].tolist() for c in ("symbol", "prev_symbol", "alias_symbol"))
    for row, symbol, previous, aliases in zip(rows.tolist(), *columns, strict=True):
        if row < 0:
            continue
        gene = names[row]
        earlier = split(previous) if previous else []
        if symbol != gene:
            yield symbol, row, "hgnc_symbol" if gene in earlier or is_ensembl_id(gene) else "previous"
        for name in earlier:
            if name != gene:
                yield name, row, "previous"
        for name in split(aliases) if aliases else ():
            if name != gene:
                yield name, row, "alias"


def _of_ensembl(names: list[str], ensembl: pd.DataFrame, rows: Rows) -> Iterator[_Name]:
    for row, symbol in zip(rows.tolist(), ensembl["symbol"].tolist(), strict=True):
        if symbol and symbol != names[row]:
            yield symbol, row, "ensembl_symbol" if is_ensembl_id(names[row]) else "previous"


def _built_in(registry: Registry) -> Iterator[_Name]:
    for old, new in PREVIOUS.items():
        if new in registry.row:
            yield old, registry.row[new], "previous"
    for alias, genes in ALIASES.items():
        for gene in genes:
            if gene in registry.row:
                yield alias, registry.row[gene], "alias"
