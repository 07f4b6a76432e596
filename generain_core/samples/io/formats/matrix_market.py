"""10x folders and zips: a matrix in Matrix Market form, the names of its genes and of its barcodes, perhaps a table of cells."""

import io
import re
from functools import partial
from typing import IO, Any

import numpy as np
import pandas as pd
from scipy import io as scipy_io
from scipy import sparse

from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.progress import Progress, part, silent
from generain_core.samples.io.formats.small_tables import sheet_of_bytes
from generain_core.samples.io.limits import check_cells, check_stored
from generain_core.samples.io.members import Members
from generain_core.samples.io.raw_table import Layer, Parsed, no_texts
from generain_core.samples.io.sheets.beside_samples import beside_samples
from generain_core.text import echo, listed

_HEAD = 1 << 16
_ROLES = {
    "matrix": r"(.*[._-])?(matrix|counts|dge)\.mtx(\.gz)?|.*\.mtx(\.gz)?",
    "genes": r"(.*[._-])?(features|genes|gene_names|var)\.(tsv|csv|txt)(\.gz)?",
    "barcodes": r"(.*[._-])?(barcodes|cells|cell_names)\.(tsv|csv|txt)(\.gz)?",
    "metadata": r"(.*[._-])?(metadata|meta|obs)\.(tsv|csv|txt)(\.gz)?",
}


def roles_of(members: Members) -> dict[str, str]:
    """Return which member is the matrix, the genes, the barcodes and the metadata, as far as they are there.

    Raises:
        NeedsConsent: there are several matrices.
    """
    found = dict[str, str]()
    for role in _ROLES:
        hits = _with_role(members, role)
        if role == "matrix" and len(hits) > 1:
            names = list(matrices_of(members))
            raise NeedsConsent(
                f"{members.name} holds {len(hits)} matrices ({listed(names, most=8)}); say which of them to read.",
                ("part",),
                tuple(names),
            )
        if hits:
            found[role] = hits[0]
    return found


def matrices_of(members: Members) -> dict[str, str]:
    """Return the matrices under the names of their parts: the folder where each lies alone, else what its name begins with."""
    paths = _with_role(members, "matrix")
    folders = [path.rpartition("/")[0] for path in paths]
    if len(set(folders)) == len(paths) and all(folders):
        return dict(zip(folders, paths, strict=True))
    stems = [re.sub(r"[._-]*(matrix)?\.mtx(\.gz)?$", "", path, flags=re.IGNORECASE) for path in paths]
    return dict(zip(stems if len(set(stems)) == len(stems) and all(stems) else paths, paths, strict=True))


def part_of(members: Members, part: str) -> Members:
    """Return the files of a part: a file, a folder, or those whose names begin so; with the lists of names that go with a matrix.

    Raises:
        GeneRAINError: there is no such part.
    """
    matrices = matrices_of(members)
    folder = part.rstrip("/")
    chosen = [path for path in members.files if path == part or path.startswith(f"{folder}/")]
    chosen = chosen or [path for path in members.files if re.match(rf"{re.escape(part)}[._-]", path)]
    if not chosen:
        there = list(matrices) or list(members.files)
        raise GeneRAINError(f"{members.name} has no part {echo(part)}; choose one of: {listed(there, 'or', 8)}.")
    matrix = matrices.get(part) or next((path for path in chosen if path in matrices.values()), "")
    if matrix:
        chosen = [path for path in chosen if path == matrix or path not in matrices.values()]
        for role in ("genes", "barcodes"):
            some = Members({path: members.files[path] for path in chosen}, members.name)
            others = _with_role(members, role)
            if not _with_role(some, role) and others:
                chosen.append(max(others, key=partial(_alike, matrix)))
    return Members({path: members.files[path] for path in chosen}, members.name, members.places)


def _alike(first: str, second: str) -> int:
    """Return how many characters two paths begin with in common."""
    return next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))


def _with_role(members: Members, role: str) -> list[str]:
    return [p for p in sorted(members.files) if re.fullmatch(_ROLES[role], p.rsplit("/", 1)[-1], re.IGNORECASE)]


def parse_10x(members: Members, progress: Progress = silent) -> Parsed:
    """Parse a 10x folder or zip; a table of metadata beside it describes the samples.

    Raises:
        GeneRAINError: a part is missing or damaged, or the parts don't agree.
    """
    roles, name = roles_of(members), members.name
    for role, like in (("matrix", "matrix.mtx"), ("genes", "features.tsv or genes.tsv"), ("barcodes", "barcodes.tsv")):
        if role not in roles:
            raise GeneRAINError(f"{name} lacks {like}; a 10x folder holds matrix.mtx, features.tsv and barcodes.tsv.")
    with members.stream(roles["matrix"], part(progress, 0.0, 0.9)) as stream:
        matrix = matrix_of(stream, roles["matrix"])
    progress(0.9, "reading names")
    genes, barcodes = _names(members, roles["genes"], matrix.shape), _names(members, roles["barcodes"], matrix.shape)
    if (len(genes), len(barcodes)) == matrix.shape:
        matrix = matrix.T
    elif (len(barcodes), len(genes)) != matrix.shape:
        raise GeneRAINError(
            f"{name} has a matrix of {matrix.shape[0]} × {matrix.shape[1]} but {len(genes)} genes and {len(barcodes)} barcodes; "
            "give files that belong together."
        )
    progress(0.93, "sorting by samples")
    values = sparse.csr_matrix(matrix)
    del matrix
    progress(0.98, "sorting by samples")
    columns, texts, notes = _features(genes)
    if "feature_type" in texts and 0 < (expressed := (texts["feature_type"] == "Gene Expression").to_numpy()).sum() < len(texts):
        notes.append(f"{int((~expressed).sum())} features that are no gene expression were left out.")
        keep = np.flatnonzero(expressed)
        values, columns, texts = values[:, keep], tuple(columns[i] for i in keep), texts.iloc[keep].reset_index(drop=True)
    samples = tuple(barcodes.iloc[:, 0])
    obs, not_read = no_texts(len(samples)), tuple[str, ...]()
    if "metadata" in roles:
        described, said = beside_samples(members.read(roles["metadata"]), roles["metadata"], samples, "barcodes")
        obs = obs if described is None else described
        notes.append(said)
        not_read = () if described is not None else (said,)
    return Parsed(
        layers={"matrix": Layer(values, columns, texts)},
        rows=samples,
        row_texts=obs,
        rows_named=True,
        format="10x matrix",
        notes=tuple(notes),
        not_read=not_read,
    )


def matrix_of(source: IO[bytes], name: str) -> Any:
    """Return a matrix written in Matrix Market form, float64, COO or dense, after its declared size was checked.

    Raises:
        GeneRAINError: it is too large, damaged or cut off.
    """
    start = source.read(_HEAD)
    head = start.split(b"\n")
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
        whole: Any = _Again(start, source)
        table: Any = scipy_io.mmread(whole)
        if isinstance(table, np.ndarray):
            return table.astype(np.float64, copy=False)
        table.data = table.data.astype(np.float64, copy=False)
        return table
    except (ValueError, OverflowError, IndexError, EOFError) as error:
        raise GeneRAINError(f"{name} is damaged or cut off ({str(error)[:80]}); write it again.") from error


class _Again(io.RawIOBase):
    """A stream of which the beginning was read."""

    def __init__(self, start: bytes, rest: IO[bytes]) -> None:
        super().__init__()
        self._start, self._rest = start, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        block = self._start[: len(view)] or self._rest.read(len(view))
        self._start = self._start[len(view) :]
        view[: len(block)] = block
        return len(block)


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
