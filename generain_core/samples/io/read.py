"""Read any file with expression values into a `RawTable`."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.samples.io.files import check_file, file_bytes, sha256_of
from generain_core.samples.io.formats.adata_pickle import read_adata_pickle
from generain_core.samples.io.formats.gct import parse_gct
from generain_core.samples.io.formats.matrix_market import Members, parse_10x, roles_of
from generain_core.samples.io.formats.parquet import parse_parquet
from generain_core.samples.io.formats.spreadsheet import parse_xlsx
from generain_core.samples.io.formats.text_table import parse_text
from generain_core.samples.io.hdf5.expression_files import parse_hdf5
from generain_core.samples.io.limits import FILE_BYTES, check_bytes
from generain_core.samples.io.raw_table import Layer, Parsed, RawTable, no_texts
from generain_core.samples.io.sniff import ACCEPTED, gunzipped, kind_of_file, member_bytes, open_zip

_OFFICE = {"word/": "a Word document", "ppt/": "a PowerPoint document", "content.xml": "an OpenDocument file"}


def read(path: Path, *, name: str | None = None) -> RawTable:
    """Parse a file, or a 10x folder, by what it is rather than by its name.

    Args:
        path: the file or folder.
        name: as the user knows it, if the path is that of a temporary copy.

    Raises:
        GeneRAINError: it is none of the formats, damaged, larger than the limits, or wrong in some cell; the message says where.
    """
    shown = Path(name).name if name else path.name
    if path.is_dir():
        files = [p for p in path.iterdir() if p.is_file()]
        members = _folder(path, shown, files)
        return _identified(parse_10x(members), shown, sha256_of(path, [p for p in files if p.name in roles_of(members).values()]))
    check_file(path, shown)
    if shown.lower().removesuffix(".gz").endswith(".gmt"):
        raise GeneRAINError(f"{shown} is a file of gene sets, not a table of expression values; accepted are {ACCEPTED}.")
    with path.open("rb") as stream:
        kind = kind_of_file(stream.read(4096), shown)
    return _identified(_parse(path, kind, shown), shown, sha256_of(path, []))


def _identified(parsed: Parsed, source: str, sha256: str) -> RawTable:
    for layer in parsed.layers.values():
        if layer.values.shape[0] != len(parsed.rows) or len(parsed.row_texts) != len(parsed.rows):
            raise GeneRAINError(f"{source} has tables whose numbers of rows don't agree; save it again.")
        if not all(layer.values.shape):
            raise GeneRAINError(f"{source} has no rows or no columns; give a table with genes and samples.")
    return RawTable(
        layers=parsed.layers,
        rows=parsed.rows,
        row_texts=parsed.row_texts,
        rows_named=parsed.rows_named,
        format=parsed.format,
        source=source,
        sha256=sha256,
        notes=parsed.notes,
        not_read=parsed.not_read,
    )


def _parse(path: Path, kind: str, name: str) -> Parsed:
    if kind == "pickle":
        return _pickle(path, name)
    if kind in ("hdf5", "parquet"):
        with path.open("rb") as stream:
            return parse_hdf5(stream, name) if kind == "hdf5" else parse_parquet(stream, name)
    return _parse_bytes(file_bytes(path, name), kind, name)


def _parse_bytes(raw: bytes, kind: str, name: str) -> Parsed:
    if kind == "gzip":
        inner = gunzipped(io.BytesIO(raw), name)
        return _parse_bytes(inner, _once(kind_of_file(inner[:4096], name), name), name)
    if kind == "zip":
        return _zip(raw, name)
    if kind == "hdf5":
        return parse_hdf5(io.BytesIO(raw), name)
    if kind == "parquet":
        return parse_parquet(io.BytesIO(raw), name)
    if kind == "gct":
        return parse_gct(raw, name)
    if kind == "mtx":
        raise GeneRAINError(f"{name} has no names; give the 10x folder or a zip with matrix.mtx, features.tsv and barcodes.tsv.")
    return parse_text(raw, name, _stem(name))


def _once(kind: str, name: str) -> str:
    if kind in ("gzip", "zip", "pickle"):
        raise GeneRAINError(f"{name} holds another {kind} file inside; give that one. Accepted are {ACCEPTED}.")
    return kind


def _zip(raw: bytes, name: str) -> Parsed:
    with open_zip(io.BytesIO(raw), name) as archive:
        inside = {m.filename: _member(archive, m.filename, name) for m in archive.infolist() if _is_content(m.filename)}
        if any(p.startswith("xl/") for p in inside):
            return parse_xlsx(raw, name)
        members = Members(inside, name)
        if "matrix" in roles_of(members):
            return parse_10x(members)
        if len(inside) == 1:
            only, load = next(iter(inside.items()))
            content = load()
            check_bytes(only, len(content))
            if content.startswith(b"PK") and only.lower().endswith(".xlsx"):
                return parse_xlsx(content, only.rsplit("/", 1)[-1])
            return _parse_bytes(content, _once_zipped(kind_of_file(content[:4096], only), only), only.rsplit("/", 1)[-1])
        if office := next((words for part, words in _OFFICE.items() if any(p.startswith(part) for p in inside)), ""):
            raise GeneRAINError(f"{name} is {office}, not a table of expression values; save the table as .xlsx or .csv.")
        listed = ", ".join(list(inside)[:4]) or "nothing"
        raise GeneRAINError(
            f"{name} holds {listed}; give a zip of a 10x folder (matrix.mtx, features.tsv, barcodes.tsv) or of one table."
        )


def _once_zipped(kind: str, name: str) -> str:
    return kind if kind == "gzip" else _once(kind, name)


def _is_content(path: str) -> bool:
    last = path.rsplit("/", 1)[-1]
    return bool(last) and not last.startswith(".") and "__MACOSX" not in path


def _member(archive: zipfile.ZipFile, path: str, name: str) -> Callable[[], bytes]:
    return lambda: member_bytes(archive, path, name)


def _folder(path: Path, name: str, files: list[Path]) -> Members:
    check_bytes(name, sum(p.stat().st_size for p in files if p.name in _wanted(files)), most=FILE_BYTES)
    return Members({p.name: _file(p) for p in files}, name)


def _wanted(files: list[Path]) -> set[str]:
    return set(roles_of(Members({p.name: _file(p) for p in files}, "the folder")).values())


def _file(path: Path) -> Callable[[], bytes]:
    return lambda: file_bytes(path, path.name)


def _pickle(path: Path, name: str) -> Parsed:
    obs, var, values = read_adata_pickle(path, name=name)
    dense = np.array(values, dtype=np.float32 if values.dtype == np.float32 else np.float64)
    return Parsed(
        layers={"X": Layer(dense, var, no_texts(len(var)))},
        rows=obs,
        row_texts=no_texts(len(obs)),
        rows_named=True,
        format="pickled Adata",
        notes=(),
    )


def _stem(name: str) -> str:
    base = name.removesuffix(".gz")
    return base.rsplit(".", 1)[0] or base
