"""10x folders and zips: a matrix in Matrix Market form, the names of its genes and of its barcodes, perhaps a table of cells."""

import io
import re

import numpy as np
import pandas as pd
from scipy import io as scipy_io
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.io.formats.small_tables import best_key, name_of, sheet_of_bytes, typed
from generain_core.samples.io.limits import check_cells, check_stored
from generain_core.samples.io.members import Members
from generain_core.samples.io.raw_table import Layer, Parsed, no_texts

_ROLES = {
    "matrix": r"(.*[._-])?(matrix|counts|dge)\.mtx(\.gz)?|.*\.mtx(\.gz)?",
    "genes": r"(.*[._-])?(features|genes|gene_names|var)\.(tsv|csv|txt)(\.gz)?",
    "barcodes": r"(.*[._-])?(barcodes|cells|cell_names)\.(tsv|csv|txt)(\.gz)?",
    "metadata": r"(.*[._-])?(metadata|meta|obs)\.(tsv|csv|txt)(\.gz)?",
}


def roles_of(members: Members) -> dict[str, str]:
    """Return which member is the matrix, the genes, the barcodes and the metadata, as far as they are there.

    Raises:
        GeneRAINError: there are several matrices.
    """
    found = dict[str, str]()
    for role, pattern in _ROLES.items():
        hits = [p for p in sorted(members.files) if re.fullmatch(pattern, p.rsplit("/", 1)[-1], re.IGNORECASE)]
        if role == "matrix" and len(hits) > 1:
            raise GeneRAINError(f"{members.name} holds {len(hits)} matrices ({', '.join(hits[:3])}); give one at a time.")
        if hits:
            found[role] = hits[0]
    return found


def parse_10x(members: Members) -> Parsed:
    """Parse a 10x folder or zip; a table of metadata beside it describes the samples.

    Raises:
        GeneRAINError: a part is missing or damaged, or the parts don't agree.
    """
    roles, name = roles_of(members), members.name
    for role, like in (("matrix", "matrix.mtx"), ("genes", "features.tsv or genes.tsv"), ("barcodes", "barcodes.tsv")):
        if role not in roles:
            raise GeneRAINError(f"{name} lacks {like}; a 10x folder holds matrix.mtx, features.tsv and barcodes.tsv.")
    matrix = matrix_of(members.read(roles["matrix"]), roles["matrix"])
    genes, barcodes = _names(members, roles["genes"], matrix.shape), _names(members, roles["barcodes"], matrix.shape)
    if (len(genes), len(barcodes)) == matrix.shape:
        values = sparse.csr_matrix(matrix.T)
    elif (len(barcodes), len(genes)) == matrix.shape:
        values = sparse.csr_matrix(matrix)
    else:
        raise GeneRAINError(
            f"{name} has a matrix of {matrix.shape[0]} × {matrix.shape[1]} but {len(genes)} genes and {len(barcodes)} barcodes; "
            "give files that belong together."
        )
    columns, texts, notes = _features(genes)
    if "feature_type" in texts and 0 < (expressed := (texts["feature_type"] == "Gene Expression").to_numpy()).sum() < len(texts):
        notes.append(f"{int((~expressed).sum())} features that are no gene expression were left out.")
        keep = np.flatnonzero(expressed)
        values, columns, texts = values[:, keep], tuple(columns[i] for i in keep), texts.iloc[keep].reset_index(drop=True)
    samples = tuple(barcodes.iloc[:, 0])
    obs = no_texts(len(samples))
    if "metadata" in roles:
        obs, said = _metadata(members.read(roles["metadata"]), roles["metadata"], samples)
        notes.append(said)
    return Parsed(
        layers={"matrix": Layer(values, columns, texts)},
        rows=samples,
        row_texts=obs,
        rows_named=True,
        format="10x matrix",
        notes=tuple(notes),
    )


def matrix_of(raw: bytes, name: str) -> sparse.csr_matrix:
    """Return a matrix written in Matrix Market form, after its declared size was checked.

    Raises:
        GeneRAINError: it is too large, damaged or cut off.
    """
    head = raw[: 1 << 16].split(b"\n")
    sizes = next((line.split() for line in head[1:] if line.strip() and not line.startswith(b"%")), [])
    if (
        not head[0].startswith(b"%%MatrixMarket matrix")
        or not 2 <= len(sizes) <= 3
        or not all(s.isdigit() and len(s) < 20 for s in sizes)
    ):
        raise GeneRAINError(f"{name} doesn't begin as a Matrix Market file does; give the matrix.mtx as it was written.")
    rows, columns, *stored = (int(s) for s in sizes)
    if stored:
        check_stored(name, rows, columns, stored[0])
    else:
        check_cells(name, rows, columns)
    if not set(head[0].split()[3:4]) <= {b"integer", b"real", b"pattern", b"unsigned-integer"}:
        raise GeneRAINError(f"{name} holds {head[0].decode(errors='replace')[:60]!r}; give real or integer values.")
    try:
        table = scipy_io.mmread(io.BytesIO(raw))
        if isinstance(table, sparse.coo_matrix):
            table.data = table.data.astype(np.float64)
        return sparse.csr_matrix(table, dtype=np.float64)
    except (ValueError, OverflowError, IndexError, EOFError) as error:
        raise GeneRAINError(f"{name} is damaged or cut off ({str(error)[:80]}); write it again.") from error


def _names(members: Members, path: str, shape: tuple[int, int]) -> pd.DataFrame:
    """Return a table of names without a header, whether it was written with one, as R does, or without, as 10x does."""
    table = sheet_of_bytes(members.read(path), path, header=False)
    if len(table) - 1 in shape and len(table) not in shape:
        table = table.iloc[1:].reset_index(drop=True)
    numbered = [str(i + 1) for i in range(len(table))]
    if table.shape[1] > 1 and list(table.iloc[:, 0]) in (numbered, [str(i) for i in range(len(table))]):
        table = table.iloc[:, 1:]
    return table


def _features(genes: pd.DataFrame) -> tuple[tuple[str, ...], pd.DataFrame, list[str]]:
    texts = no_texts(len(genes))
    for title, i in (("gene_name", 1), ("feature_type", 2)):
        if genes.shape[1] > i:
            texts[title] = genes.iloc[:, i].to_numpy()
    return tuple(genes.iloc[:, 0]), texts, []


def _metadata(raw: bytes, path: str, samples: tuple[str, ...]) -> tuple[pd.DataFrame, str]:
    sheet = typed(sheet_of_bytes(raw, path))
    key, hits = best_key(sheet, samples, name_of)
    if not hits:
        return no_texts(len(samples)), f"{path} was left aside: none of its columns names the barcodes."
    indexed = sheet.drop_duplicates(key).set_index(sheet[key].drop_duplicates().map(name_of))
    obs = indexed.drop(columns=key).reindex(list(samples)).reset_index(drop=True)
    return obs, f"{path} describes {hits:,} of {len(samples):,} barcodes by its column {key or '1'}."
