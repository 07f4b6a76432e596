"""A file that is read in a child process gives the same table, and costs at most that process."""

import gzip
import lzma
import re
import struct
import zipfile
from pathlib import Path

import anndata
import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy import sparse

import generain_core
from generain_core.cli import main
from generain_core.errors import Cancelled, GeneRAINError
from generain_core.samples.io import isolated
from generain_core.samples.io.isolated import read_isolated, read_sheet_isolated
from generain_core.samples.io.plain_texts import PLAIN_BYTES, is_plain
from generain_core.samples.io.read import read
from generain_core.samples.io.sample_sheet import read_sample_sheet
from generain_core.workers import Limits
from tests.conftest import PROJECT
from tests.samples.known import SYMBOLS, counts

DEMO = PROJECT / "assets/demo"


def table(path: Path) -> Path:
    pd.DataFrame(counts(), SYMBOLS, list("abcd")).rename_axis("gene").to_csv(path)
    return path


def h5ad(path: Path) -> Path:
    obs = pd.DataFrame({"batch": pd.Categorical(list("xyxy")), "age": [1.5, np.nan, 3, 4]}, index=list("abcd"))
    adata = anndata.AnnData(counts().T.astype(np.float32), obs=obs, var=pd.DataFrame(index=SYMBOLS))
    adata.layers["counts"] = sparse.csr_matrix(counts().T)
    adata.write_h5ad(path)
    return path


@pytest.mark.parametrize("write", [table, h5ad])
def test_the_table_is_the_same(tmp_path, write) -> None:
    path = write(tmp_path / f"a.{write.__name__.replace('table', 'csv')}")
    here, apart = read(path), read_isolated(path)
    for name in ("rows", "rows_named", "format", "source", "sha256", "notes"):
        assert getattr(apart, name) == getattr(here, name)
    pd.testing.assert_frame_equal(apart.row_texts, here.row_texts)
    assert list(apart.layers) == list(here.layers)
    for name, layer in here.layers.items():
        other = apart.layers[name]
        assert (type(other.values), other.values.dtype, other.columns) == (type(layer.values), layer.values.dtype, layer.columns)
        assert (other.values != layer.values).sum() == 0
        pd.testing.assert_frame_equal(other.column_texts, layer.column_texts)


def test_a_sample_sheet_is_the_same(tmp_path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("sample,group,age\na,x,1\nb,,2.5\n")
    pd.testing.assert_frame_equal(read_sheet_isolated(path), read_sample_sheet(path))


def long_field(path: Path) -> None:
    path.write_bytes(b"gene,a,b\nTP53," + b"1" * 200_000 + b",2\nMYC,3,4\n")


def odd_metadata(path: Path) -> None:
    plain = pa.table({"gene": ["TP53", "MYC"], "s": [1, 2]})
    pq.write_table(plain.replace_schema_metadata({b"pandas": b'{"index_columns":5}'}), path)


def infinite_shape(path: Path) -> None:
    with h5py.File(path, "w") as file:
        for name, count in (("obs", 2), ("var", 3)):
            group = file.create_group(name)
            group.attrs["_index"] = "_index"
            group["_index"] = np.array([b"a%d" % i for i in range(count)])
        group = file.create_group("X")
        group.attrs["encoding-type"], group.attrs["shape"] = "csr_matrix", [np.inf, 3.0]
        group["data"], group["indices"], group["indptr"] = np.ones(1), np.zeros(1, int), np.array([0, 1, 1])


def many_digits(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        head = "%%MatrixMarket matrix coordinate integer general\n"
        archive.writestr("matrix.mtx", head + "9" * 10_000 + " 3 1\n1 1 1\n")
        archive.writestr("features.tsv", "TP53\n")
        archive.writestr("barcodes.tsv", "a\n")


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (long_field, "a cell of more than 131,072 letters"),
        (infinite_shape, "damaged"),
        (many_digits, "doesn't begin"),
    ],
)
def test_hostile_files_are_refused_in_both_places(tmp_path, write, words) -> None:
    path = tmp_path / "hostile.csv"
    write(path)
    for reader in (read, read_isolated):
        with pytest.raises(GeneRAINError, match=words):
            reader(path)


def test_metadata_of_another_form_is_passed_over(tmp_path) -> None:
    odd_metadata(tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet").layers["values"].columns == ("s",)


def test_a_file_that_crashes_its_parser_is_refused_and_the_next_is_read(tmp_path) -> None:
    path = tmp_path / "a.pickle"
    path.write_bytes(b"\x80\x04}N" + b"\x85" * 2_000_000 + b"Ns.")
    with pytest.raises(GeneRAINError, match=r"^Reading mine.pickle was ended by the system|^mine.pickle "):
        read_isolated(path, name="mine.pickle")
    assert read_isolated(table(tmp_path / "a.csv")).rows == tuple(SYMBOLS)


def test_a_file_that_takes_too_much_memory_is_refused(tmp_path, monkeypatch) -> None:
    path = tmp_path / "a.pickle"
    path.write_bytes(b"\x80\x04Nr" + struct.pack("<I", 0x0FFFFFFF) + b".")
    with monkeypatch.context() as patched:
        patched.setattr(isolated, "limits", lambda: Limits(memory=1 << 30, advice="split it by samples"))
        with pytest.raises(GeneRAINError, match="a.pickle "):
            read_isolated(path)
    assert read_isolated(table(tmp_path / "b.csv")).rows == tuple(SYMBOLS)


def test_a_reading_that_is_cancelled_ends(tmp_path) -> None:
    def stop(share: float, words: str) -> None:
        assert words == "reading"
        raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        read_isolated(table(tmp_path / "a.csv"), progress=stop)


def crashing(path: Path) -> Path:
    """Write a pickle that ends the process that reads it."""
    path.write_bytes(b"\x80\x04}N" + b"\x85" * 2_000_000 + b"Ns.")
    return path


def test_the_library_and_the_line_outlive_a_file_that_crashes_its_parser(tmp_path, capsys) -> None:
    path = crashing(tmp_path / "mine.pickle")
    words = r"Reading mine.pickle was ended by the system|mine.pickle "
    with pytest.raises(GeneRAINError, match=f"^({words})"):
        generain_core.open(DEMO).read(path)
    assert main(["--release", str(DEMO), "normalize", str(path), "-o", str(tmp_path / "o.h5ad")]) == 2
    *_, last = capsys.readouterr().err.strip().splitlines()
    assert re.match(f"error: ({words})", last)


def test_small_texts_alone_are_read_where_they_are_asked_for(tmp_path) -> None:
    text = table(tmp_path / "a.csv").read_bytes()
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text))
    (tmp_path / "a.xz").write_bytes(lzma.compress(text))
    (tmp_path / "long.csv").write_bytes(text + b"\n" * (PLAIN_BYTES + 1))
    (tmp_path / "long.csv.gz").write_bytes(gzip.compress(text + b"\n" * (PLAIN_BYTES + 1)))
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(text)[:-9])
    plain = {name for name in ("a.csv", "a.csv.gz", "a.xz", "long.csv", "long.csv.gz", "cut.csv.gz") if is_plain(tmp_path / name)}
    assert plain == {"a.csv", "a.csv.gz"}
    assert is_plain(tmp_path / "nothing.csv")
    assert not is_plain(h5ad(tmp_path / "a.h5ad"))
    assert not is_plain(tmp_path)
    assert not is_plain([tmp_path / "a.csv", tmp_path / "a.csv.gz"])


def test_limits_follow_the_memory_there_is(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(isolated, "_GROUP", tmp_path / "none")
    assert 2 << 30 <= (isolated.limits().memory or 0) <= 16 << 30
    (tmp_path / "group").write_text("1000000\n")
    monkeypatch.setattr(isolated, "_GROUP", tmp_path / "group")
    assert isolated.limits().memory == 2 << 30
