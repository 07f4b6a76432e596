"""One file's bytes, by what they are, to what lies in them."""

import io
from pathlib import Path

import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress, silent
from generain_core.samples.io.files import file_bytes
from generain_core.samples.io.formats.adata_pickle import read_adata_pickle
from generain_core.samples.io.formats.gct import parse_gct
from generain_core.samples.io.formats.parquet import parse_parquet
from generain_core.samples.io.formats.series_matrix import parse_series_matrix
from generain_core.samples.io.formats.text_table import parse_text
from generain_core.samples.io.hdf5.expression_files import parse_hdf5
from generain_core.samples.io.r_data.r_file import parse_r
from generain_core.samples.io.raw_table import Layer, Parsed, no_texts
from generain_core.samples.io.single_samples.sample_names import sample_name
from generain_core.samples.io.sniff import ACCEPTED


def parse_path(path: Path, kind: str, name: str, progress: Progress = silent) -> Parsed:
    """Parse a file of a kind that holds one table, without reading it into memory first where its format allows."""
    if kind == "pickle":
        return _pickle(path, name)
    if kind in ("hdf5", "parquet"):
        with path.open("rb") as stream:
            return parse_hdf5(stream, name, progress) if kind == "hdf5" else parse_parquet(stream, name, progress)
    return parse_bytes(file_bytes(path, name), kind, name, progress)


def parse_bytes(raw: bytes, kind: str, name: str, progress: Progress = silent) -> Parsed:
    """Parse the bytes of a file that holds one table.

    Raises:
        GeneRAINError: it is a matrix without names, or its reader refuses it.
    """
    if kind == "hdf5":
        return parse_hdf5(io.BytesIO(raw), name, progress)
    if kind == "parquet":
        return parse_parquet(io.BytesIO(raw), name, progress)
    if kind == "gct":
        return parse_gct(raw, name, progress)
    if kind == "R":
        return parse_r(raw, name)
    if kind == "series matrix":
        return parse_series_matrix(raw, name)
    if kind == "mtx":
        raise GeneRAINError(f"{name} has no names; give the 10x folder or a zip with matrix.mtx, features.tsv and barcodes.tsv.")
    return parse_text(raw, name, stem_of(name), progress)


def once(kind: str, name: str) -> str:
    """Return the kind of a file inside another one, which can't be a container again.

    Raises:
        GeneRAINError: it is.
    """
    if kind in ("gzip", "bzip2", "xz", "zip", "tar", "pickle"):
        raise GeneRAINError(f"{name} holds another {kind} file inside; give that one. Accepted are {ACCEPTED}.")
    return kind


def stem_of(name: str) -> str:
    """Return what a file of one sample calls it: the file's name without its ending and what counting programs add."""
    last = name.rsplit("/", 1)[-1]
    base = last.removesuffix(".gz")
    return sample_name(last) or base.rsplit(".", 1)[0] or base


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
