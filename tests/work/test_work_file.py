"""A work file holds what was saved, to the last bit, and nothing that a hostile one would have it hold is taken."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.lists.gene_list import GeneList, Origin
from generain_core.release.files import choose
from generain_core.samples.io.raw_table import Layer, RawTable, no_texts
from generain_core.work import archive, arrays, kinds, manifest
from generain_core.work.contents import KeptResult, KeptSamples, KeptSheet, Work
from generain_core.work.records import Reader, Unkept, Writer
from generain_core.work.work_file import open_work, save_work

KINDS = kinds.named((*kinds.OF_LISTS, *kinds.OF_SAMPLES))


def round_trip(value):
    held: dict[str, bytes] = {}
    writer = Writer(KINDS, arrays.ArrayWriter(lambda name, pieces: held.setdefault(name, b"".join(pieces)) and None).write)
    tree = json.loads(json.dumps(writer.tree(value), allow_nan=False))

    def read(at):
        return arrays.read_array(io.BytesIO(held[at["at"]]), len(held[at["at"]]), at["at"], at.get("type", ""))

    return Reader(KINDS, read).value(tree)


def same(one, other) -> bool:
    """Compare values to the last bit, their types too."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    return bool(one == other) or (one != one and other != other)


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 3, -0.0, 1e-300, 0.1 + 0.2, float("inf"), "β-actin\n", (1, (2.5, "a")), [1, [2]], {"a": 1, 2: (3,)}),
        *({1, 2}, frozenset({"x"}), np.float32(0.1), np.int64(7), Origin.MOVED),
        *(np.arange(6).reshape(2, 3), np.array(["a", None, 1.5], dtype=object), np.zeros((0, 4), np.float32), np.array(2.5)),
        *(np.random.default_rng(0).normal(size=(300, 40)), np.random.default_rng(0).poisson(9, (300, 40)).astype(np.float64)),
        *(np.full(20_000, -0.0), np.array([np.nan, 1.0] * 10_000), np.asfortranarray(np.arange(20_000.0).reshape(100, 200))),
    ],
    ids=repr,
)
def test_values_come_back_to_the_last_bit(value) -> None:
    again = round_trip(value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        assert again.tolist() == value.tolist()
    else:
        assert same(np.ascontiguousarray(value) if isinstance(value, np.ndarray) and value.ndim else value, again)


def test_not_a_number_comes_back() -> None:
    assert np.isnan(round_trip(float("nan")))


def test_tables_come_back_with_their_types() -> None:
    table = pd.DataFrame(
        {
            "text": ["a", None, "c"],
            "number": [1.5, np.nan, 3],
            "kind": pd.Categorical(["x", "y", "x"], categories=["y", "x"], ordered=True),
            "whole": pd.array([1, None, 3], dtype="Int64"),
            "words": pd.array(["p", None, "q"], dtype="string"),
            "when": pd.to_datetime(["2020-01-01", None, "2021-05-05"]),
            "yes": [True, False, True],
        },
        index=pd.Index(["r1", "r2", "r3"], name="row"),
    )
    twice = table.set_axis(["same"] * 7, axis=1)
    for each in (table, twice, table.iloc[:0], table[[]], table.reset_index(drop=True)):
        pd.testing.assert_frame_equal(round_trip(each), each)
    pd.testing.assert_series_equal(round_trip(table["kind"]), table["kind"])
    levels = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", "y"])
    pd.testing.assert_index_equal(round_trip(levels), levels)


def test_sparse_counts_come_back() -> None:
    counts = sparse.random(50, 40, 0.2, format="csr", random_state=1)
    again = round_trip(counts)
    assert (again != counts).nnz == 0
    assert again.shape == counts.shape


def test_counts_take_an_eighth_of_their_room_and_one_array_is_written_once() -> None:
    held: dict[str, bytes] = {}
    writer = arrays.ArrayWriter(lambda name, pieces: held.setdefault(name, b"".join(pieces)) and None)
    counts = np.random.default_rng(1).poisson(5, (400, 100)).astype(np.float64)
    assert writer.write(counts) == writer.write(counts.copy())
    assert len(held) == 1
    assert sum(map(len, held.values())) < counts.nbytes / 7


def test_what_is_no_known_value_is_not_written() -> None:
    with pytest.raises(Unkept):
        round_trip({"a": object()})
    with pytest.raises(Unkept):
        round_trip(np.array([object()]))


def work() -> Work:
    values = np.random.default_rng(0).poisson(3, (4, 30)).astype(np.float64)
    raw = RawTable(
        layers={"values": Layer(values, tuple(f"g{i}" for i in range(30)), no_texts(30))},
        rows=tuple("abcd"),
        row_texts=no_texts(4),
        rows_named=True,
        format="csv",
        source="mine.csv",
        sha256="0" * 64,
        notes=("one",),
    )
    genes = GeneList(name="β", genes=("TP53", "MYC"), missing={"q": "no"}, origin=Origin.MOVED, ranking={"TP53": 1.5})
    sheet = KeptSheet(table=pd.DataFrame({"sample": list("abcd"), "dose": [1, 2, 3, 4]}), number=1)
    result = KeptResult(name="x", key=("k", 1), label="X", value=np.arange(4.0))
    samples = KeptSamples(raw=raw, number=2, sheet=sheet, corrections={"genes_in": "columns"}, columns=(), results=(result,))
    return Work(lists=(genes,), libraries={"hallmark": {"A": frozenset({"TP53"})}}, samples=samples, choices={"k": 5, "l": ["a"]})


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("work") / "w.generain.zip"
    save_work(work(), path, choose(), KINDS)
    return path


def test_work_opens_as_it_was_saved(saved) -> None:
    again, described = open_work(saved, KINDS)
    before = work()
    assert again.lists == before.lists
    assert again.libraries == before.libraries
    assert again.choices == before.choices
    one, other = before.samples, again.samples
    assert one is not None
    assert other is not None
    assert np.array_equal(one.raw.layers["values"].values, other.raw.layers["values"].values)
    assert (other.raw.rows, other.raw.notes, other.number, other.columns) == (one.raw.rows, one.raw.notes, 2, ())
    assert other.corrections == one.corrections
    assert other.results[0].key == ("k", 1)
    assert described.fingerprint == choose().fingerprint
    names = zipfile.ZipFile(saved).namelist()
    assert not [name for name in names if not name.endswith((".json", ".csv", ".gmt", ".npy"))]


def rebuilt(saved: Path, path: Path, change) -> Path:
    """Write a work file anew, its members changed; the manifest is kept unless it is changed too."""
    with zipfile.ZipFile(saved) as source:
        members = {each: source.read(each) for each in source.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in change(members):
            target.writestr(name, content)
    return path


def described_anew(members: dict[str, bytes], extra: dict[str, bytes]):
    """Add members that the manifest vouches for."""
    import hashlib

    document = json.loads(members[manifest.NAME])
    for name, content in extra.items():
        document["members"][name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return {**members, **extra, manifest.NAME: json.dumps(document).encode()}.items()


HOSTILE = {
    "wrong hash": lambda m: {**m, "lists.json": m["lists.json"].replace(b"TP53", b"TP63")}.items(),
    "lacking": lambda m: {k: v for k, v in m.items() if k != "choices.json"}.items(),
    "more": lambda m: [*m.items(), ("evil.json", b"{}")],
    "twice": lambda m: [*m.items(), ("lists.json", m["lists.json"])],
    "traversal": lambda m: described_anew(m, {"../../evil.json": b"{}"}),
    "absolute": lambda m: described_anew(m, {"/tmp/evil.json": b"{}"}),
    "pickle": lambda m: described_anew(m, {"arrays/evil.pickle": b"x"}),
    "no manifest": lambda m: {k: v for k, v in m.items() if k != manifest.NAME}.items(),
    "manifest of something else": lambda m: {**m, manifest.NAME: b'{"format": "zip"}'}.items(),
    "manifest is a list": lambda m: {**m, manifest.NAME: b"[1]"}.items(),
    "deep": lambda m: described_anew(m, {"choices.json": b"[" * 100_000 + b"]" * 100_000}),
    "unknown record": lambda m: described_anew(m, {"lists.json": b'{"record": ["os.system", {"command": "x"}]}'}),
    "wrong record": lambda m: described_anew(m, {"lists.json": b'{"tuple": [{"record": ["Layer", {}]}]}'}),
    "not JSON": lambda m: described_anew(m, {"lists.json": b"\xff\xfe"}),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_and_damaged_files_are_refused_in_a_sentence(saved, tmp_path, kind) -> None:
    path = rebuilt(saved, tmp_path / "w.zip", HOSTILE[kind])
    with pytest.raises(GeneRAINError) as problem:
        open_work(path, KINDS)
    assert len(str(problem.value)) < 400
    assert "\n" not in str(problem.value)
    assert list(tmp_path.iterdir()) == [path]


def test_a_bomb_is_refused_before_it_is_unpacked(saved, tmp_path) -> None:
    name = f"arrays/{'0' * 64}.npy"
    path = rebuilt(saved, tmp_path / "w.zip", lambda m: described_anew(m, {name: bytes(200 << 20)}))
    with pytest.raises(GeneRAINError, match="unpacks to"):
        open_work(path, KINDS)


def npy(descr: str, shape: str, body: bytes = b"") -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}}}".encode()
    return b"\x93NUMPY\x02\x00" + len(header).to_bytes(4, "little") + header + body


@pytest.mark.parametrize(
    "content",
    [
        npy("'|O'", "(1,)", b"cos\nsystem\n"),
        npy("'<f8'", "(1000000000000,)", bytes(8)),
        npy("'<f8'", "(-1,)", bytes(8)),
        npy("'<f8'", "(1000000, 1000000, 1000000)", bytes(8)),
        npy("[('a', '<f8')]", "(1,)", bytes(8)),
        npy("__import__('os')", "(1,)", bytes(8)),
        npy("'<f8'", "(2,)", bytes(8)),
        b"\x93NUMPY\x02\x00\xff\xff\xff\x7f",
        b"",
    ],
)
def test_arrays_that_lie_are_refused(content) -> None:
    with pytest.raises(GeneRAINError):
        arrays.read_array(io.BytesIO(content), len(content), "a.npy")


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06", b"not a zip", bytes(1000)])
def test_what_is_no_zip_is_refused(tmp_path, content) -> None:
    path = tmp_path / "w.zip"
    path.write_bytes(content)
    with pytest.raises(GeneRAINError, match="no work file"):
        open_work(path, KINDS)


def test_every_cut_and_every_changed_byte_is_noticed(saved, tmp_path) -> None:
    whole = saved.read_bytes()
    path, random = tmp_path / "w.zip", np.random.default_rng(3)
    for place in random.integers(0, len(whole), 60):
        for content in (whole[:place], whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]):
            path.write_bytes(content)
            try:
                again, _ = open_work(path, KINDS)
            except GeneRAINError:
                continue
            assert (again.lists, again.choices) == (work().lists, work().choices), place


def test_a_later_version_is_named(saved, tmp_path) -> None:
    def later(members):
        document = json.loads(members[manifest.NAME]) | {"format_version": manifest.FORMAT_VERSION + 1, "version": "99.1"}
        return {**members, manifest.NAME: json.dumps(document).encode()}.items()

    with pytest.raises(GeneRAINError, match=r"99\.1"):
        open_work(rebuilt(saved, tmp_path / "w.zip", later), KINDS)


def test_a_full_disk_leaves_the_file_as_it_was(saved, tmp_path, monkeypatch) -> None:
    import errno

    path = tmp_path / "w.zip"
    path.write_bytes(b"before")

    def full(self, name, pieces):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(archive.ZipSink, "put", full)
    with pytest.raises(GeneRAINError, match="make room"):
        save_work(work(), path, choose(), KINDS)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
