"""Files made by hand to harm, each for one weakness that a reader had or could have."""

import gzip
import io
import struct
import tarfile
import zipfile

import h5py
import numpy as np
import pyarrow as pa
from pyarrow import parquet as pq

from tests.hostile.files import GENES, Good

_DEEP = b"\x85" * 300_000


def made_files() -> list[Good]:
    """Return them; the name says what each does."""
    out: list[Good] = [("table", f"pickle-{i}.pickle", raw) for i, raw in enumerate(_pickles())]
    out += [
        ("table", "dictionary.parquet", _parquet(pa.table({"gene": ["G" * 20_000] * 100_000, "s": [1] * 100_000}))),
    ]
    out += [
        ("table", "nested.parquet", _parquet(pa.table({"gene": ["TP53"], "s": [1], "n": [[["x" * 99] * 99_999]]}))),
    ]
    odd = pa.table({"gene": ["TP53", "MYC"], "s": [1, 2], "t": pa.array([2**31 - 1] * 2, pa.date32())})
    out += [
        ("table", "odd.parquet", _parquet(odd.replace_schema_metadata({b"pandas": b'{"index_columns":5}'}))),
    ]
    out += [("table", "wide.parquet", _parquet(pa.table({"gene": ["TP53"], **{f"s{i}": [1] for i in range(20_000)}})))]
    out += [
        ("table", "field.csv", b"gene,a,b\nTP53," + b"1" * 200_000 + b",2\nMYC,3,4\n"),
    ]
    out += [
        ("table", "columns.csv", b"gene" + b",s" * 3_000_000 + b"\nTP53" + b",1" * 3_000_000 + b"\n"),
    ]
    texts = b"," + b",".join([b"abc"] * 30_000)
    out += [("table", "texts.csv", b"gene" + texts + b"\n" + b"\n".join(g.encode() + texts for g in GENES[:3]))]
    out += [
        ("table", "commas.csv", b"," * 5_000_000),
        ("table", "quotes.csv", b'"' * 1_000_000),
        ("table", "lines.csv", b"\n" * 9_000_000),
    ]
    out += [
        ("table", "bomb.csv.gz", gzip.compress(b"0" * (300 << 20), 9)),
        ("table", "groups.h5ad", _groups(0, 25_000)),
    ]
    out += [
        ("table", "deep.h5ad", _groups(2000, 0)),
        ("table", "shape.h5ad", _shape([np.inf, 3.0])),
        ("table", "negative.h5ad", _shape([-2.0, 3.0])),
    ]
    out += [
        ("table", "digits.zip", _ten_x("9" * 10_000 + " 3 1")),
        ("table", "many.zip", _ten_x("3 3 99999999999")),
    ]
    out += [
        ("table", "outside.zip", _zip({"../../evil.csv": b"gene,s\nTP53,1\n"})),
        ("table", "outside.tar", _tar("../../evil.csv")),
    ]
    out += [
        ("install", "outside.tar", _tar("../../evil.csv")),
        ("install", "link.tar", _tar("data/x", link="/etc/passwd")),
    ]
    out += [
        ("index", "huge.json", b'{"TP53": 0, "MYC": 2147483648}'),
        ("index", "deep.json", b"[" * 1_000_000),
        ("index", "digits.json", b'{"A": ' + b"9" * 9999 + b"}"),
    ]
    out += [
        ("npy", f"shape-{i}.npy", _npy(shape))
        for i, shape in enumerate(("(-2, 3)", "(-2, -3)", f"({2**70}, 2)", "(40,)", "(" * 900, "(0, 0)"))
    ]
    out += [
        ("checkpoint", "deep.pth", _described(b"\x80\x02}N" + _DEEP + b"Ns.")),
        ("checkpoint", "code.pth", _described(b"cos\nsystem\n(S'true'\ntR.")),
    ]
    out += [
        ("list", "field.gmt", b"set\tabout\t" + b"A" * 3_000_000),
        ("list", "field.csv", b'gene,"' + b"1" * 300_000),
        ("word2vec", "huge.txt", b"99999999999 99999999999\nTP53 1\n"),
    ]
    out += [
        ("record", "record.json", raw) for raw in (b"[]", b"{}", b"[" * 200_000, b'{"files": [{"key": "../x"}]}', b'{"files": 3}')
    ]
    return out


def _pickles() -> list[bytes]:
    long = struct.pack("<Q", 1 << 40)
    deep = [
        b"\x80\x04}N" + _DEEP + b"Ns.",
        b"\x80\x04(N" + _DEEP + b"\x91.",
        b"\x80\x04N" + _DEEP + b".",
        b"\x80\x04" + b"]" * 300_000 + b"a" * 299_999 + b".",
    ]
    named = [
        b"cos\nsystem\n(S'true'\ntR.",
        b"\x80\x04cbuiltins\neval\n\x8c\x011\x85R.",
        b"\x80\x04\x82\x01.",
        b"\x80\x04cbuiltins\nbytearray\nJ\xff\xff\xff\x7f\x85R.",
    ]
    asked = [
        b"\x80\x04Nr\xff\xff\xff\x0f.",
        b"\x80\x04\x8e" + long + b"a.",
        b"\x80\x05\x96" + long + b"a.",
        b"\x80\x04\x95" + long,
        b"\x80\x04N" + b"2" * 8_000_000 + b".",
    ]
    return deep + named + asked


def _parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def _groups(deep: int, many: int) -> bytes:
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        group = file
        for _ in range(deep):
            group = group.create_group("g")
        for i in range(many):
            file.create_group(f"uns/{i}")
    return out.getvalue()


def _shape(shape: list[float]) -> bytes:
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        for name, count in (("obs", 2), ("var", 3)):
            group = file.create_group(name)
            group.attrs["_index"] = "_index"
            group["_index"] = np.array([b"a%d" % i for i in range(count)])
        group = file.create_group("X")
        group.attrs["encoding-type"], group.attrs["shape"] = "csr_matrix", shape
        group["data"], group["indices"], group["indptr"] = np.ones(1), np.zeros(1, int), np.array([0, 1, 1])
    return out.getvalue()


def _ten_x(sizes: str) -> bytes:
    matrix = f"%%MatrixMarket matrix coordinate integer general\n{sizes}\n1 1 1\n".encode()
    return _zip({"matrix.mtx": matrix, "features.tsv": b"TP53\n", "barcodes.tsv": b"a\n"})


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _tar(name: str, link: str = "") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        if link:
            entry.type, entry.linkname = tarfile.SYMTYPE, link
        archive.addfile(entry, io.BytesIO())
    return out.getvalue()


def _npy(shape: str) -> bytes:
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}".encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(64)


def _described(description: bytes) -> bytes:
    return _zip({"archive/data.pkl": description, "archive/version": b"3\n", "archive/byteorder": b"little"})
