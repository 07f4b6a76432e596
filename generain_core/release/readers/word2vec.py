"""Read vectors in word2vec's text format: a first line ``N D``, then ``gene v1 … vD`` a line."""

import gzip
import io
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from generain_core.errors import ReleaseError


def read_text(path: Path) -> tuple[list[str], np.ndarray]:
    """Return gene names and their vectors (genes × dimensions, float32).

    The file is parsed at once; only when that fails is it read again line by line, to name the line at fault.

    Raises:
        ReleaseError: truncated gzip, a short or long row, no number where one belongs, or not the header's number of genes.
    """
    content = _content(path)
    end = content.find(b"\n")
    n_genes, dim = _header(path, content[: end if end >= 0 else None])
    body = content[end + 1 :] if end >= 0 else b""
    first = body[: body.find(b"\n") if b"\n" in body else None].split()
    if body.strip() and len(first) != dim + 1:
        raise ReleaseError(
            f"{path.name} announces {dim:,} dimensions in its first line, but {len(first) - 1:,} numbers where {dim:,} belong "
            "follow on line 2; the file is damaged or edited: download it again."
        )
    if b" \n" in body or b"\r" in body:
        body = b"\n".join(line.rstrip() for line in body.splitlines()) + b"\n"
    try:
        table = _parse(body, dim)
    except pa.ArrowInvalid as problem:
        raise ReleaseError(_diagnosis(path, body, dim)) from problem
    if len(table) != n_genes:
        raise ReleaseError(
            f"{path.name} announces {n_genes:,} genes in its first line but holds {len(table):,}; "
            "the file is incomplete or edited: download it again."
        )
    vectors = np.empty((n_genes, dim), np.float32)
    for i in range(dim):
        vectors[:, i] = table.column(i + 1).to_numpy()
    return table.column(0).to_pylist(), vectors


def _content(path: Path) -> bytes:
    raw = path.read_bytes()
    if raw[:2] != b"\x1f\x8b":
        return raw
    try:
        return gzip.decompress(raw)
    except (EOFError, OSError, zlib.error) as problem:
        raise ReleaseError(f"{path.name} is a gzip file that breaks off or is damaged; download it again.") from problem


def _header(path: Path, line: bytes) -> tuple[int, int]:
    fields = line.split()
    if len(fields) != 2 or not all(f.isdigit() for f in fields) or int(fields[0]) < 1 or int(fields[1]) < 1:
        shown = line[:40].decode("utf-8", "replace")
        raise ReleaseError(f"{path.name} starts with “{shown}”; word2vec text starts with two numbers, genes and dimensions.")
    return int(fields[0]), int(fields[1])


def _parse(body: bytes, dim: int) -> pa.Table:
    names = ["gene", *(f"v{i}" for i in range(dim))]
    if not body.strip():
        return pa.table({name: [] for name in names})
    types = {"gene": pa.string()} | {name: pa.float32() for name in names[1:]}
    return pacsv.read_csv(
        io.BytesIO(body),
        read_options=pacsv.ReadOptions(column_names=names, block_size=8 << 20),
        parse_options=pacsv.ParseOptions(delimiter=" ", quote_char=False),
        convert_options=pacsv.ConvertOptions(column_types=types, null_values=[], strings_can_be_null=False),
    )


def _diagnosis(path: Path, body: bytes, dim: int) -> str:
    for number, line in enumerate(body.decode("utf-8", "replace").splitlines(), start=2):
        name, *values = line.split(" ")
        if len(values) != dim:
            return (
                f"{path.name}, line {number} (“{name[:40]}”): {len(values)} numbers where {dim} belong; "
                "the file is incomplete or edited: download it again."
            )
        for value in values:
            try:
                float(value)
            except ValueError:
                return f"{path.name}, line {number} (“{name[:40]}”): “{value[:40]}” is not a number; download the file again."
    return (
        f"{path.name} can't be read as word2vec text (gene, then {dim} numbers, separated by single spaces); download it again."
    )
