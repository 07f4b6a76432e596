"""The gene frame: each fact about a gene from the file that knows it best."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.genes.names import collect_names
from generain_core.genes.record_linkage import (
    Registry,
    Rows,
    best_rows,
    first_known,
    join_ensembl,
    join_hgnc,
    join_meta,
    join_statistics,
    take,
)
from generain_core.genes.sources import Sources
from generain_core.release.readers.annotation import is_ensembl_id

_TEXTS = ("symbol", "hgnc_id", "entrez", "ensembl_gene", "biotype", "chromosome", "start", "end", "strand", "description")
_Column = NDArray[Any]


def assemble(registry: Registry, sources: Sources) -> tuple[pd.DataFrame, dict[str, str], pd.DataFrame]:
    """Return the frame of all genes, Ensembl ID → gene name, and the table of other names.

    `registry` comes with the model's genes and takes up the others. The frame has `has_row` for genes with an ARCHS4 gene row.
    """
    meta, statistics = _or_blank(sources.meta), _or_blank(sources.statistics)
    ensembl, hgnc = _or_blank(sources.ensembl), _or_blank(sources.hgnc)
    meta_rows = join_meta(registry, meta)
    statistics_rows, aligned = join_statistics(registry, statistics, sources.meta, meta_rows)
    for gene in sources.tokens or ():
        registry.add(gene)
    ensembl_rows, hgnc_rows = join_ensembl(registry, ensembl), join_hgnc(registry, hgnc)

    index = np.array(registry.names, dtype=object)
    dropped = ~statistics["kept"].to_numpy(bool)
    of_meta = best_rows(len(index), meta_rows, *([dropped] if aligned else []))
    of_statistics = best_rows(len(index), statistics_rows, dropped)
    named = np.array([g if is_ensembl_id(g) else "" for g in registry.names], dtype=object)
    own = first_known(take(of_meta, meta["ensembl_gene"]), named)
    secondary = [ensembl["ensembl_gene"].to_numpy() != own[ensembl_rows], ~ensembl["primary"].to_numpy(bool)]
    of_ensembl = best_rows(len(index), ensembl_rows, *secondary)
    of_hgnc = best_rows(len(index), hgnc_rows, hgnc["symbol"].to_numpy() != index[hgnc_rows])

    in_meta, in_ensembl, in_hgnc = _lookup(of_meta, meta), _lookup(of_ensembl, ensembl), _lookup(of_hgnc, hgnc)
    names = collect_names(registry, hgnc, hgnc_rows, ensembl, ensembl_rows)
    columns = {
        "ensembl_gene": first_known(own, in_ensembl("ensembl_gene"), in_hgnc("ensembl_gene")),
        "biotype": first_known(in_meta("biotype"), in_ensembl("biotype"), in_hgnc("biotype")),
        "mean": take(of_statistics, statistics["mean"], np.nan),
        "sd": take(of_statistics, statistics["sd"], np.nan),
        "chromosome": in_ensembl("chromosome"),
        "start": _positions(in_ensembl("start")),
        "end": _positions(in_ensembl("end")),
        "strand": in_ensembl("strand"),
        "description": first_known(in_ensembl("description"), in_hgnc("description")),
        "hgnc_id": in_hgnc("hgnc_id"),
        "entrez": first_known(in_hgnc("entrez"), in_ensembl("entrez")),
        "aliases": _aliases(registry.names, names),
        "has_row": (of_meta >= 0) | (of_statistics >= 0),
    }
    ids = {ensembl_id: registry.names[row] for ensembl_id, row in registry.ids.items()}
    return pd.DataFrame(columns, index=pd.Index(index, name="gene")), ids, names


def _lookup(best: Rows, table: pd.DataFrame) -> Callable[[str], _Column]:
    return lambda column: take(best, table[column])


def _positions(texts: _Column) -> Any:
    numbers = np.array([int(text) if text.isdecimal() else -1 for text in texts], dtype=np.int64)
    return pd.arrays.IntegerArray(numbers, numbers < 0)


def _aliases(genes: list[str], names: pd.DataFrame) -> list[str]:
    of_gene: dict[str, list[str]] = {}
    words = names[~names["kind"].isin(["entrez", "hgnc_id"])]
    for name, gene in zip(words["name"], words["gene"], strict=True):
        of_gene.setdefault(gene, []).append(name)
    return ["|".join(dict.fromkeys(of_gene[gene])) if gene in of_gene else "" for gene in genes]


def _or_blank(table: pd.DataFrame | None) -> pd.DataFrame:
    """Return the table, or one without rows that has every column a file about genes may have."""
    if table is not None:
        return table
    texts = {c: pd.Series([], dtype=object) for c in (*_TEXTS, "alias_symbol", "prev_symbol")}
    flags = {c: pd.Series([], dtype=bool) for c in ("kept", "primary")}
    return pd.DataFrame(texts | flags | {c: pd.Series([], dtype=float) for c in ("mean", "sd")})
