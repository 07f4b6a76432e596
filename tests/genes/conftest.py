import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from generain_core.release.files import FILES, Release

Row = Sequence[object]
HGNC_COLUMNS = (
    "hgnc_id",
    "symbol",
    "name",
    "locus_type",
    "status",
    "alias_symbol",
    "prev_symbol",
    "entrez_id",
    "ensembl_gene_id",
)
ENSEMBL_COLUMNS = ("ensgene", "symbol", "entrez", "biotype", "chr", "start", "end", "strand", "description")
STATISTICS_COLUMNS = ("gene_symbol", "gene_mean", "gene_std", "max_mean_nondup")


def ensg(number: int) -> str:
    return f"ENSG{number:011d}"


def tsv(header: Row, rows: Sequence[Row]) -> str:
    return "".join("\t".join(map(str, row)) + "\n" for row in (header, *rows))


def hgnc_row(
    number: int,
    symbol: str,
    *,
    ensembl: str = "",
    previous: str = "",
    alias: str = "",
    locus: str = "gene with protein product",
    status: str = "Approved",
) -> Row:
    return (f"HGNC:{number}", symbol, f"{symbol} in words", locus, status, alias, previous, 1000 + number, ensembl)


def ensembl_row(ensembl: str, symbol: str, *, biotype: str = "protein_coding", chromosome: str = "1", start: int = 1) -> Row:
    return (
        ensembl,
        symbol,
        "",
        biotype,
        chromosome,
        start,
        start + 9,
        -1,
        f"{symbol} by Ensembl [Source:HGNC Symbol;Acc:HGNC:1]",
    )


@pytest.fixture
def write_release(tmp_path: Path) -> Callable[..., Release]:
    def write(
        *,
        tokens: Sequence[str] | None = ("A",),
        meta: Sequence[Row] | None = None,
        statistics: Sequence[Row] | None = None,
        hgnc: Sequence[Row] | None = None,
        ensembl: Sequence[Row] | None = None,
        boundaries: Mapping[str, Sequence[float]] | None = None,
        gene_set: str = "coding_lncrna",
    ) -> Release:
        def put(key: str, content: str | bytes) -> None:
            path = tmp_path / FILES[key][0]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

        if tokens is not None:
            put(
                f"index/{gene_set}",
                json.dumps({g: i for i, g in enumerate(("SPECIAL_EMB1", "SPECIAL_EMB2", "SPECIAL_EMB3", *tokens))}),
            )
        if meta is not None:
            put("genes_meta", tsv(("biotype", "ensembl_gene", "symbol"), meta))
        if statistics is not None:
            put("gene_statistics", tsv(STATISTICS_COLUMNS, statistics))
        if hgnc is not None:
            put("annotation/hgnc", tsv(HGNC_COLUMNS, hgnc))
        if ensembl is not None:
            put("annotation/ensembl", gzip.compress(tsv(ENSEMBL_COLUMNS, ensembl).encode()))
        if boundaries is not None:
            array = tmp_path / FILES[f"boundaries/{gene_set}"][0]
            put(f"boundaries/{gene_set}/genes", "\n".join(boundaries) + "\n")
            np.save(array, np.array(list(boundaries.values()), dtype=np.float32).T)
        return Release.open(tmp_path)

    return write
