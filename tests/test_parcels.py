"""What goes from one process to another comes out as it was, and what a hostile one writes can be nothing but data."""

import datetime
import json
import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse

from generain_core import workers
from generain_core.errors import GeneRAINError
from generain_core.workers.parcels import pack, unpack
from tests.child_work import Hostile, Kind, Record

BERLIN = pd.to_datetime(["2020-01-01", "2021-07-01"]).tz_localize("Europe/Berlin")
PLAIN: list[Any] = [None, True, 1, 10**50, -0.0, float("inf"), "", "a\ud800", "ä\0b", b"", b"\x80\0", bytearray(b"x"), 1 + 2j]
PLAIN += [[], (), {}, [1, (2, [None, {3}])], {"a": (1,), "": {}}, {1: "a", (2, None): [b"c"]}, frozenset({"a"}), slice(1, None)]
PLAIN += [Path("a/b"), datetime.datetime(2020, 1, 1, 2, tzinfo=datetime.UTC), datetime.date(2020, 1, 1), datetime.time(3, 4)]
PLAIN += [
    datetime.timedelta(1, 2, 3),
    ["texts", 5, 6],
    [f"text {i}" for i in range(40)],
    ["a\0b"] * 40,
    ["array"],
    {"at": [0, 3]},
]
ARRAYS = [
    np.eye(3, order="F"),
    np.arange(10)[::2],
    np.array(3.5),
    np.zeros((0, 4), np.int8),
    np.array(["a", "bcd"]),
    np.array([b"a"]),
]
ARRAYS += [
    np.array(["2020"], "M8[D]"),
    np.arange(24.0).reshape(2, 3, 4)[:, ::-1],
    np.arange(5, dtype=">i2"),
    np.array([], object),
]
ARRAYS += [
    np.array([[1, "a"], [None, 0.5]], object),
    np.array(["a", "b"] * 30, object),
    np.array([[f"{i}"] for i in range(40)], object),
]
FRAMES = {
    "of all kinds": pd.DataFrame(
        {
            "text": ["a", None],
            "number": [1.5, np.nan],
            "count": [1, 2],
            "kind": pd.Categorical(["u", None], ["v", "u"], ordered=True),
            "day": pd.to_datetime(["2020-01-01", None]),
            "zone": BERLIN,
            "time": pd.to_timedelta([1, 2], unit="s"),
            "whole": pd.array([1, None], dtype="Int16"),
            "share": pd.array([0.5, None], dtype="Float32"),
            "truth": pd.array([True, None], dtype="boolean"),
            "string": pd.array(["x", None], dtype="string"),
            "arrow": pd.array(["x", None], dtype="string[pyarrow]"),
            "mixed": np.array([1, "x"], object),
            "missing": np.array([pd.NA, pd.NaT], object),
            "moments": pd.Series([pd.Timestamp("2020-01-01T00:00:00.000000001"), pd.Timestamp("2021")], dtype=object),
            "datetimes": pd.Series([datetime.datetime(2020, 1, 1), datetime.datetime(2021, 1, 1)], dtype=object),
            "spans": pd.Series([pd.Timedelta(3, "ns"), datetime.timedelta(1)], dtype=object),
        },
        index=["r", "r"],
    ),
    "of one kind": pd.DataFrame(np.eye(3, dtype=np.float32), columns=["a", "a", 3]),
    "without columns": pd.DataFrame(index=pd.RangeIndex(2, 9, 3, name="n")),
    "without rows": pd.DataFrame({"a": np.array([], object), "b": np.array([], float)}),
    "with levels": pd.DataFrame({"a": [1, 2]}, index=pd.MultiIndex.from_tuples([("x", 1), ("y", 2)], names=["l", None])),
    "with categories as names": pd.DataFrame([[1, "a"]], columns=pd.CategoricalIndex(["p", "q"], name="c")),
    "with times as names": pd.DataFrame(
        [[1, "a"]], columns=pd.DatetimeIndex(["2020", "2021"]), index=[datetime.date(2020, 1, 1)]
    ),
}
FORMS = ["csr_matrix", "csc_matrix", "csr_array", "csc_array", "coo_matrix", "coo_array"]


def sent(value: Any, folder: Path, records: tuple[type, ...] = ()) -> Any:
    pack(value, folder)
    return unpack(folder, records)


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: repr(value)[:30])
def test_plain_values(value, tmp_path) -> None:
    result = sent(value, tmp_path)
    assert result == value
    assert repr(result) == repr(value)


def test_arrays_come_with_kind_shape_and_order(tmp_path) -> None:
    for array, result in zip(ARRAYS, sent(ARRAYS, tmp_path), strict=True):
        np.testing.assert_array_equal(result, array)
        assert (type(result), result.dtype, result.shape) == (np.ndarray, array.dtype, array.shape)
        result[...] = result  # it can be written to
    fortran, one, other = sent([np.asfortranarray(np.ones((300, 300))), shared := np.arange(9), shared], tmp_path)
    assert fortran.flags.f_contiguous
    assert np.shares_memory(one, other)
    for number in (np.float32(1.25), np.int64(3), np.str_("ab"), np.bool_(True), np.datetime64("2020-01-01", "s")):
        result = sent(number, tmp_path)
        assert (result, type(result), result.dtype) == (number, type(number), number.dtype)


@pytest.mark.parametrize("name", FRAMES)
def test_tables(name, tmp_path) -> None:
    frame = FRAMES[name]
    result = sent(frame, tmp_path)
    pd.testing.assert_frame_equal(result, frame, check_freq=False, check_exact=True)
    assert [repr(each) for each in result.to_numpy(object).ravel()] == [repr(each) for each in frame.to_numpy(object).ravel()]
    for column in range(frame.shape[1]):
        pd.testing.assert_series_equal(sent(frame.iloc[:, column], tmp_path), frame.iloc[:, column])


@pytest.mark.parametrize("form", FORMS)
def test_sparse_matrices(form, tmp_path) -> None:
    matrix = getattr(scipy.sparse, form)(scipy.sparse.random(30, 20, 0.1, random_state=0))
    result = sent(matrix, tmp_path)
    assert (type(result), result.dtype) == (type(matrix), matrix.dtype)
    np.testing.assert_array_equal(result.toarray(), matrix.toarray())


def test_only_records_that_are_expected(tmp_path) -> None:
    record = Record(np.eye(2), FRAMES["of one kind"])
    result = sent({"a": record, "b": Kind.ONE}, tmp_path, (Record, Kind))
    assert result["b"] is Kind.ONE
    np.testing.assert_array_equal(result["a"].values, record.values)
    for value, name in ((record, "Record"), (Kind.ONE, "Kind")):
        with pytest.raises(GeneRAINError, match=rf"tests.child_work.{name} can't be taken over"):
            sent(value, tmp_path)


@pytest.mark.parametrize("value", [Hostile(), print, os, np.ma.masked_array([1]), np.zeros(2, "i4,f8"), object(), Record])
def test_what_is_no_data_is_not_sent(value, tmp_path) -> None:
    with pytest.raises(GeneRAINError, match="can't be taken over"):
        pack([value], tmp_path)


def test_values_within_themselves_are_refused(tmp_path) -> None:
    ring: list[Any] = []
    ring.append(ring)
    with pytest.raises(GeneRAINError, match="so many levels"):
        pack(ring, tmp_path)


NUMBERS = ["array", "<i4", [3], "C", 0]
FORGED: dict[str, Any] = {
    "a function": ["record", "os", "system", {"command": "touch taken"}],
    "a function as a member": ["member", "os", "system", "touch taken"],
    "a class that is not expected": ["record", "subprocess", "Popen", {"args": "touch taken"}],
    "a record as a member": ["member", "tests.child_work", "Record", "touch taken"],
    "a record with other fields": ["record", "tests.child_work", "Record", {"values": 1, "call": 2}],
    "an unknown kind": ["eval", "1"],
    "a kind that is none": [["list", []]],
    "an object": {"a": 1},
    "a dict of lists": ["dict", [1]],
    "keys that can't be": ["pairs", [["list", []]], [1]],
    "objects of bytes": ["array", "O", [2], "C", 0],
    "records of bytes": ["array", "i4,O", [2], "C", 0],
    "nothing of bytes": ["array", "V8", [2], "C", 0],
    "texts of no length": ["array", "U0", [1 << 60], "C", 0],
    "more than there is": ["array", "<f8", [1 << 40], "C", 0],
    "a negative length": ["array", "<f8", [-1], "C", 0],
    "a length that is none": ["array", "<f8", [True, 1.0], "C", 0],
    "a place before the file": ["array", "<i4", [1], "C", -64],
    "a place beside the grid": ["array", "<i4", [1], "C", 4],
    "a place after the file": ["array", "<i4", [1], "C", 640],
    "texts out of the file": ["list", {"at": [0, 1 << 40]}],
    "texts before the file": ["list", {"at": [-8, 4]}],
    "texts elsewhere": ["list", {"path": "/etc/passwd"}],
    "repeated texts that are none": ["repeated", [3], ["array", "<i4", [3], "C", 64], ["a"]],
    "a number of other length": ["scalar", "<f8", "00"],
    "an object as a number": ["scalar", "O", "0011223344556677"],
    "columns out of a matrix": [
        "sparse",
        "csr_matrix",
        [1, 2],
        NUMBERS,
        ["array", "<i4", [3], "C", 64],
        ["array", "<i4", [2], "C", 128],
    ],
    "a matrix of another kind": ["sparse", "dok_matrix", [1, 2], NUMBERS, NUMBERS, NUMBERS],
    "places in objects": ["coo_matrix", "sparse", [1, 2], NUMBERS, ["objects", [1], ["a"]], NUMBERS],
    "rows out of a matrix": ["sparse", "coo_matrix", [1, 2], NUMBERS, ["array", "<i4", [3], "C", 64], NUMBERS],
    "a category that is none": ["categories", ["array", "<i4", [3], "C", 64], ["index", ["objects", [1], ["a"]], None], False],
    "a level that is none": [
        "levels",
        [["index", ["objects", [1], ["a"]], None]],
        [["array", "<i4", [3], "C", 64]],
        ["list", [None]],
    ],
    "columns of other length": ["frame", False, ["range index", 0, 2, 1, None], ["range index", 0, 1, 1, None], [NUMBERS]],
    "a zone elsewhere": ["times", ["array", "<M8[s]", [1], "C", 0], "../../../etc/passwd"],
    "a path that is none": ["path", 3],
    "a time that is none": ["datetime", "yesterday"],
}


def forge(folder: Path, content: bytes) -> None:
    """Write a parcel by hand: whole numbers 1, 2, 3, then 7, 8, 9, then 0, 3."""
    parts = [np.array(each, "<i4").tobytes().ljust(64, b"\0") for each in ([1, 2, 3], [7, 8, 9], [0, 3])]
    (folder / "arrays.bin").write_bytes(b"".join(parts))
    (folder / "value.json").write_bytes(content)


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_parcel_is_refused_in_a_sentence(name, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    forge(tmp_path, json.dumps(FORGED[name]).encode())
    with pytest.raises(
        GeneRAINError, match=r"can't be taken over; |^What a child process wrote can't be read \(\w+\); try again.$"
    ):
        unpack(tmp_path, (Record, Kind))
    assert not (tmp_path / "taken").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[",
        b"\xff\xfe",
        b"[" * 200_000,
        b'["list",[' * 5_000 + b"]]" * 5_000,
        b"9" * 10_000,
        pickle.dumps([1]),
        pickle.dumps(Hostile()),
    ],
    ids=["nothing", "cut off", "no text", "deep", "deep lists", "long number", "a pickle", "a hostile pickle"],
)
def test_what_is_no_parcel(content, tmp_path, capfd) -> None:
    forge(tmp_path, content)
    with pytest.raises(GeneRAINError, match="can't be read"):
        unpack(tmp_path)
    assert "taken" not in capfd.readouterr().out


@pytest.mark.skipif(os.name != "posix", reason="links and pipes")
@pytest.mark.parametrize("name", ["value.json", "arrays.bin"])
def test_links_and_pipes_are_not_followed(name, tmp_path) -> None:
    other = tmp_path / "other"
    other.write_text("[]")
    for make in (lambda path: path.symlink_to(other), os.mkfifo, Path.mkdir, lambda path: None):
        forge(tmp_path, b"1")
        (tmp_path / name).unlink()
        make(tmp_path / name)
        with pytest.raises(GeneRAINError, match="can't be read"):
            unpack(tmp_path)
        if (tmp_path / name).is_dir():
            (tmp_path / name).rmdir()
        else:
            (tmp_path / name).unlink(missing_ok=True)


def test_nothing_between_processes_is_pickled() -> None:
    sources = Path(workers.__file__).parent.glob("*.py")
    assert not [path.name for path in sources if "pickle" in path.read_text().replace("unpickled", "")]


def test_no_room_is_said(tmp_path) -> None:
    with pytest.raises(GeneRAINError, match="No room for a result"):
        pack(1, tmp_path / "nowhere" / "at all")
