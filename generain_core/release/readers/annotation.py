"""Readers of the files that say which genes there are and what they are called."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from generain_core.errors import ReleaseError
from generain_core.release.readers.locus_types import from_locus_type
from generain_core.release.readers.tab_separated import read_columns

_META = {
    "biotype": ("biotype", "gene_biotype"),
    "ensembl_gene": ("ensembl_gene", "ensembl_gene_id"),
    "symbol": ("symbol", "gene_symbol"),
}
_STATISTICS = {c: (c,) for c in ("gene_symbol", "gene_mean", "gene_std", "max_mean_nondup")}
_HGNC = {
    "hgnc_id": ("hgnc_id",),
    "symbol": ("symbol",),
    "description": ("name",),
    "biotype": ("locus_type",),
    "status": ("status",),
    "alias_symbol": ("alias_symbol",),
    "prev_symbol": ("prev_symbol",),
    "entrez": ("entrez_id",),
    "ensembl_gene": ("ensembl_gene_id",),
}
_ACCESSIONS = {
    "symbol": ("symbol",),
    "status": ("status",),
    "uniprot": ("uniprot_ids",),
    "refseq": ("refseq_accession",),
}
_ENSEMBL = {
    "ensembl_gene": ("ensgene", "ensembl_gene", "ensembl_gene_id", "gene_id"),
    "symbol": ("symbol", "gene_name"),
    "entrez": ("entrez", "entrez_id"),
    "biotype": ("biotype", "gene_biotype"),
    "chromosome": ("chr", "chromosome", "seqnames"),
    "start": ("start",),
    "end": ("end",),
    "strand": ("strand",),
    "description": ("description",),
}
_STRANDS = {"1": "+", "+1": "+", "+": "+", "-1": "-", "-": "-"}
_CHROMOSOMES = frozenset([*map(str, range(1, 23)), "X", "Y", "M", "MT"])
_ENSEMBL_ID = re.compile(r"ENSG\d{11}")


def is_ensembl_id(name: str) -> bool:
    """Say whether a name is a human Ensembl gene ID without version."""
    return _ENSEMBL_ID.fullmatch(name) is not None


def read_genes_meta(path: Path) -> pd.DataFrame:
    """Read the ARCHS4 gene rows: columns biotype, ensembl_gene (no version), symbol; '' where unknown.

    Raises:
        ReleaseError: fewer than three columns, or the file is unreadable.
    """
    frame = read_columns(path, _META, by_position=True)
    frame = pd.DataFrame({column: _plain_names(frame[column]) for column in frame})
    frame["ensembl_gene"] = _unversioned(frame["ensembl_gene"])
    return frame


def read_gene_statistics(path: Path) -> pd.DataFrame:
    """Read the gene statistics: symbol, mean and sd (of log10 depth-scaled counts), kept (max_mean_nondup).

    Raises:
        ReleaseError: a column is missing, a mean is not a number, or the file is unreadable.
    """
    raw = read_columns(path, _STATISTICS)
    return pd.DataFrame(
        {
            "symbol": _plain_names(raw["gene_symbol"]),
            "mean": _numbers(path, raw["gene_mean"]),
            "sd": _numbers(path, raw["gene_std"]),
            "kept": raw["max_mean_nondup"].str.lower().isin(["true", "1", "1.0", "t", "yes"]),
        }
    )


def read_hgnc(path: Path) -> pd.DataFrame:
    """Read the HGNC complete set without withdrawn entries.

    Columns: hgnc_id, symbol, description, biotype, alias_symbol and prev_symbol ('|' separated), entrez, ensembl_gene.

    Raises:
        ReleaseError: a column is missing, or the file is unreadable.
    """
    raw = read_columns(path, _HGNC, optional=("description", "biotype", "status", "entrez"))
    frame = raw[(raw["symbol"] != "") & ~raw["status"].str.contains("withdrawn", case=False)].reset_index(drop=True)
    frame["biotype"] = frame["biotype"].map(from_locus_type)
    frame["ensembl_gene"] = _unversioned(frame["ensembl_gene"])
    return frame.drop(columns="status")


def read_accessions(path: Path) -> dict[str, str]:
    """Return UniProt and RefSeq accession (without version, in capitals) → symbol, of the HGNC complete set.

    Raises:
        ReleaseError: the file is unreadable.
    """
    raw = read_columns(path, _ACCESSIONS, optional=("status", "uniprot", "refseq"))
    raw = raw[(raw["symbol"] != "") & ~raw["status"].str.contains("withdrawn", case=False)]
    found: dict[str, str] = {}
    for column in ("uniprot", "refseq"):
        for symbol, accessions in zip(raw["symbol"], raw[column], strict=True):
            for accession in accessions.strip('"').split("|") if accessions else ():
                found.setdefault(accession.strip().split(".")[0].upper(), symbol)
    return found


def read_ensembl(path: Path) -> pd.DataFrame:
    """Read a table of Ensembl genes; chromosome positions are text, strand is + or -.

    Columns: ensembl_gene, symbol, entrez, biotype, chromosome, start, end, strand, description, primary (bool: on a
    chromosome of the primary assembly).

    Raises:
        ReleaseError: a column is missing, or the file is unreadable.
    """
    frame = read_columns(path, _ENSEMBL, optional=tuple(_ENSEMBL)[2:])
    frame["ensembl_gene"] = _unversioned(frame["ensembl_gene"])
    frame["chromosome"] = [chromosome.removeprefix("chr") for chromosome in frame["chromosome"]]
    frame["strand"] = [_STRANDS.get(strand, "") for strand in frame["strand"]]
    frame["description"] = [text.split(" [Source:", 1)[0] for text in frame["description"]]
    frame["primary"] = frame["chromosome"].isin(_CHROMOSOMES)
    identified = frame["ensembl_gene"] != ""
    return frame if identified.all() else frame[identified].reset_index(drop=True)


def plain_name(text: str) -> str:
    """Undo Python's way of writing byte strings: ``b'TP53'`` is TP53."""
    return text[2:-1] if text[:2] in ("b'", 'b"') and text[-1:] == text[1] else text


def _plain_names(column: pd.Series) -> list[str]:
    return [plain_name(name) for name in column]


def _unversioned(column: pd.Series) -> list[str]:
    return [ensembl.split(".", 1)[0].upper() for ensembl in column]


def _numbers(path: Path, column: pd.Series) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    values = pd.to_numeric(column.where(column != "", "nan"), errors="coerce").to_numpy(np.float64)
    wrong = np.flatnonzero(np.isnan(values) & ~column.str.lower().isin(["", "nan", "na"]).to_numpy())
    if wrong.size:
        raise ReleaseError(
            f"{path.name} should have numbers in {column.name}, but line {wrong[0] + 2} has {column.iloc[wrong[0]][:40]!r}."
        )
    return values
