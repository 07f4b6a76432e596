"""Files made to harm whoever reads them: each is refused in one sentence, before it takes memory or time."""

import io
import pickle
import resource
import struct
import zipfile

import h5py
import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from generain_core.errors import GeneRAINError
from generain_core.samples.io import limits
from generain_core.samples.io.formats.adata_pickle import load_inert
from generain_core.samples.io.formats.parquet import parse_parquet
from generain_core.samples.io.hdf5 import expression_files
from generain_core.samples.io.read import read
from generain_core.samples.io.sample_sheet import read_sample_sheet
from generain_core.storage import plain_unpickler


def refused(path) -> str:
    with pytest.raises(GeneRAINError) as problem:
        read(path)
    assert "\n" not in str(problem.value)
    return str(problem.value)


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


@pytest.mark.parametrize(
    "raw",
    [
        b"\x80\x04}N" + b"\x85" * 20_000 + b"Ns.",
        b"\x80\x04}(N" + b"\x85" * 20_000 + b"Nu.",
        b"\x80\x04(N" + b"\x85" * 20_000 + b"Nd.",
        b"\x80\x04\x8f(N" + b"\x85" * 200_000 + b"\x90.",
        b"\x80\x04(N" + b"\x85" * 200_000 + b"\x91.",
        b"\x80\x04N" + b"\x86q\0h\0" * 60 + b"}h\0Ns.",
        b"\x80\x04\x8d" + struct.pack("<Q", 1 << 40) + b"a.",
        b"\x80\x04\x96" + struct.pack("<Q", 1 << 40) + b"a.",
        b"\x80\x04\x95" + struct.pack("<Q", 1 << 40) + b"a.",
        b"\x80\x04N" + b"2" * 20_000 + b".",
    ],
)
def test_a_pickle_cannot_overflow_the_reader_or_ask_for_more_than_it_has(raw, monkeypatch):
    monkeypatch.setattr(plain_unpickler, "MOST_STEPS", 19_999)
    with pytest.raises(GeneRAINError, match="no pickle of an Adata"):
        load_inert(io.BytesIO(raw), "a.pickle")


def test_a_place_far_off_in_a_pickle_takes_no_memory():
    before = peak()
    assert load_inert(io.BytesIO(b"\x80\x04Nr\xff\xff\xff\x0f."), "a.pickle") is None
    assert peak() - before < 64 << 20


def test_a_pickle_cannot_change_what_its_names_stand_for():
    raw = b"\x80\x04cnumpy\nndarray\nN}\x8c\x05_nameNs\x86b."
    with pytest.raises(GeneRAINError, match="no pickle of an Adata"):
        load_inert(io.BytesIO(raw), "a.pickle")


@pytest.mark.parametrize("protocol", range(2, 6))
def test_what_pickle_itself_writes_is_read_the_same(protocol):
    value = {"a": [1, 2.5, None, True, "x", (1, (2, (3,)))], 7: {"b": 1}, "long": 1 << 200}
    value |= {"bytes": b"y" * 99, "set": {1, 2}} if protocol > 3 else {}
    value |= {"array": bytearray(b"z" * 99)} if protocol == 5 else {}
    assert load_inert(io.BytesIO(pickle.dumps(value, protocol)), "a.pickle") == value


def test_one_long_text_for_many_rows_takes_its_room_once(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"gene": ["G" * 20_000] * 5_000, "s": [1] * 5_000}), path)
    before = peak()
    assert "a name of 20,000 letters" in refused(path)
    assert peak() - before < 50 << 20


def test_texts_of_a_parquet_file_are_what_they_were(tmp_path):
    table = pa.table(
        {
            "gene": ["TP53", "MYC", None, "TP53"],
            "group": pa.array(["a", None, "b", "a"]).dictionary_encode(),
            "level": pa.array([3, None, 4, 3]).dictionary_encode(),
            "raw": pa.array([b"x", b"y", None, b"x"]),
            "s": [1, 2, 3, 4],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=3)
    with (tmp_path / "a.parquet").open("rb") as source:
        parsed = parse_parquet(source, "a.parquet")
    assert list(parsed.row_texts["gene"]) == ["TP53", "MYC", None, "TP53"]
    assert list(parsed.row_texts["group"]) == ["a", None, "b", "a"]
    np.testing.assert_array_equal(parsed.layers["values"].values, [[3, 1], [np.nan, 2], [4, 3], [3, 4]])


def test_columns_of_a_parquet_file_are_told_apart_by_their_places(tmp_path):
    columns = [
        pa.array(["TP53", "MYC"]),
        pa.array([[1], None]),
        pa.array([1, 2]),
        pa.array([{"x": 1, "y": 2}, None]),
        pa.array([3, 4]),
    ]
    pq.write_table(pa.table(columns, names=["gene", "s", "s", "s.t", "s"]), tmp_path / "a.parquet")
    with (tmp_path / "a.parquet").open("rb") as source:
        parsed = parse_parquet(source, "a.parquet")
    np.testing.assert_array_equal(parsed.layers["values"].values, [[1, 3], [2, 4]])
    assert "2 columns that hold lists were left out." in parsed.notes


def test_odd_metadata_and_far_dates_of_a_parquet_file(tmp_path):
    table = pa.table({"gene": ["TP53", "MYC"], "s": [1, 2], "t": pa.array([2**31 - 1] * 2, pa.date32())})
    for odd in (b'{"index_columns":5}', b"[]", b"[" * 100_000, b"nothing"):
        pq.write_table(table.replace_schema_metadata({b"pandas": odd}), tmp_path / "a.parquet")
        assert len(read(tmp_path / "a.parquet").row_texts["t"]) == 2


def test_very_wide_tables_are_refused_by_their_header(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "COLUMNS", 1000)
    (tmp_path / "a.csv").write_bytes(b"gene" + b",s" * 2000 + b"\nTP53" + b",1" * 2000 + b"\n")
    assert "has 2,001 columns" in refused(tmp_path / "a.csv")
    pq.write_table(pa.table({"gene": ["TP53"], **{f"s{i}": [1] for i in range(1000)}}), tmp_path / "a.parquet")
    assert "has 1,001 columns" in refused(tmp_path / "a.parquet")


def test_a_cell_without_end(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"gene,a,b\nTP53," + b"1" * 200_000 + b",2\nMYC,3,4\n")
    assert "131,072" in refused(tmp_path / "a.csv")


def test_groups_in_groups_and_very_many_groups(tmp_path, monkeypatch):
    with h5py.File(tmp_path / "deep.h5ad", "w") as file:
        group = file
        for _ in range(100):
            group = group.create_group("g")
    assert "groups more than 30 deep" in refused(tmp_path / "deep.h5ad")
    monkeypatch.setattr(expression_files, "MOST_OBJECTS", 50)
    with h5py.File(tmp_path / "many.h5ad", "w") as file:
        for i in range(60):
            file.create_group(f"uns/{i}")
    assert "more than 50 groups" in refused(tmp_path / "many.h5ad")


def test_sizes_that_no_number_holds(tmp_path):
    with h5py.File(tmp_path / "a.h5ad", "w") as file:
        for name in ("obs", "var"):
            file.create_dataset(f"{name}/_index", data=np.array([b"a", b"b"]))
            file[name].attrs["_index"] = "_index"
        table = file.create_group("X")
        table.attrs["encoding-type"], table.attrs["shape"] = "csr_matrix", [np.inf, 3.0]
        table["data"], table["indices"], table["indptr"] = np.ones(1), np.zeros(1, int), np.array([0, 1, 1])
    assert "cut off, damaged" in refused(tmp_path / "a.h5ad")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        size = "9" * 10_000
        archive.writestr("matrix.mtx", f"%%MatrixMarket matrix coordinate integer general\n{size} 3 1\n1 1 1\n")
        archive.writestr("features.tsv", "TP53\n")
        archive.writestr("barcodes.tsv", "a\n")
    assert "doesn't begin as a Matrix Market" in refused(tmp_path / "a.zip")


def test_paths_that_lead_nowhere(tmp_path):
    (tmp_path / "a.csv").symlink_to(tmp_path / "a.csv")
    assert "is not there" in refused(tmp_path / "a.csv")
    assert "is not there" in refused(tmp_path / ("a" * 5000))
    assert "is not there" in refused(tmp_path / "a\0b.csv")


@pytest.mark.parametrize("cell", ["0x1A20", "0X1a20", "-0x10", '"0x1A20"'])
def test_a_hexadecimal_number_is_no_count(tmp_path, cell):
    (tmp_path / "a.csv").write_text(f"gene,a,b\nTP53,{cell},2\nMYC,3,4\nVIM,5,6\n")
    assert "among numbers" in refused(tmp_path / "a.csv")


def test_a_name_that_looks_hexadecimal_is_a_name(tmp_path):
    (tmp_path / "a.csv").write_text("gene,a,b\n0x1A20,1,2\nMYC,3,4\n")
    assert read(tmp_path / "a.csv").rows == ("0x1A20", "MYC")


def test_figures_that_no_number_holds_stay_texts_in_a_sheet(tmp_path):
    (tmp_path / "s.csv").write_text("sample,dose\ns1,1\ns2," + "9" * 400 + "\n")
    assert list(read_sample_sheet(tmp_path / "s.csv")["dose"]) == ["1", "9" * 400]


def test_a_zip_whose_members_lie_before_its_beginning(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("s1.csv", "gene,a\nTP53,1\nMYC,2\n")
    raw = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(raw[:30] + raw[38:])
    assert "damaged" in refused(tmp_path / "a.zip")
