"""h5ad files that are damaged, declare too much or point elsewhere."""

import gzip
import zlib

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest

from generain_core.samples.interpret.correction import read_expression
from tests.samples.known import SYMBOLS, Known
from tests.samples.test_bad_input import COUNTS, refusal, unread
from tests.samples.test_bad_packages import zipped


def test_h5_that_is_no_h5ad(tmp_path):
    with h5py.File(tmp_path / "a.loom", "w") as file:
        file["matrix"], file["row_attrs/Gene"] = np.zeros((2, 2)), np.array([b"TP53", b"MYC"])
    assert "holds nothing but zeros" in refusal(tmp_path / "a.loom")
    with h5py.File(tmp_path / "a.h5ad", "w") as file:
        file["images"] = np.zeros(3)
    assert "neither an h5ad" in refusal(tmp_path / "a.h5ad")
    with h5py.File(tmp_path / "b.h5ad", "w") as file:
        file["obs"], file["var"], file["X"] = 1, 2, 3
    refusal(tmp_path / "b.h5ad")


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_truncated_h5ad(tmp_path, share):
    path = tmp_path / "a.h5ad"
    anndata.AnnData(COUNTS.T, obs=pd.DataFrame(index=list("abcd")), var=pd.DataFrame(index=SYMBOLS)).write_h5ad(path)
    raw = path.read_bytes()
    assert "cut off" in refusal(path, raw[: int(share * len(raw))])


def _h5ad(path, write_x):
    with h5py.File(path, "w") as file:
        for name, labels in (("obs", ["a", "b"]), ("var", SYMBOLS)):
            group = file.create_group(name)
            group.attrs["_index"] = "_index"
            group["_index"] = [s.encode() for s in labels]
        write_x(file)
    return path


def test_h5ad_that_declares_gigabytes(tmp_path):
    def huge(file):
        file.create_dataset("X", shape=(500_000, 60_000), dtype="f4", chunks=(1000, 1000))

    assert "declares 111.8 GB but stores nothing" in refusal(_h5ad(tmp_path / "a.h5ad", huge))

    def sparse(file):
        group = file.create_group("X")
        group.attrs["encoding-type"], group.attrs["shape"] = "csr_matrix", (2, 30)
        for part in ("data", "indices", "indptr"):
            group.create_dataset(part, shape=(900_000_000,), dtype="f4" if part == "data" else "i8", chunks=(1000,))

    assert "declares 3.4 GB but stores nothing" in refusal(_h5ad(tmp_path / "b.h5ad", sparse))


@pytest.mark.parametrize(
    ("indices", "indptr"),
    [([0, 99], [0, 1, 2]), ([0, -5], [0, 1, 2]), ([0, 1], [0, 9, 2]), ([0, 1], [0, 1]), ([0, 1], [1, 1, 2])],
)
def test_h5ad_whose_indices_point_outside(tmp_path, indices, indptr):
    def lying(file):
        group = file.create_group("X")
        group.attrs["encoding-type"], group.attrs["shape"] = "csr_matrix", (2, 30)
        group["data"], group["indices"], group["indptr"] = [1.0, 2.0], indices, indptr

    assert "indices point outside" in refusal(_h5ad(tmp_path / "a.h5ad", lying))


def test_h5ad_that_points_to_other_files(tmp_path):
    secret = tmp_path / "secret.bin"
    secret.write_bytes(np.arange(60, dtype="f8").tobytes())

    def external(file):
        file.create_dataset("X", shape=(2, 30), dtype="f8", external=[(str(secret), 0, 480)])

    assert "in another file" in refusal(_h5ad(tmp_path / "a.h5ad", external))

    def link(file):
        file["X"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "X")

    assert "in another file" in refusal(_h5ad(tmp_path / "b.h5ad", link))

    def virtual(file):
        layout = h5py.VirtualLayout(shape=(2, 30), dtype="f8")
        layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "X", shape=(2, 30))
        file.create_virtual_dataset("X", layout)

    assert "in another file" in refusal(_h5ad(tmp_path / "c.h5ad", virtual))


@pytest.mark.parametrize("packing", [None, "gzip", "lzf", "shuffle"])
def test_h5ad_whose_strings_declare_gigabytes(tmp_path, packing):
    path = tmp_path / "a.h5ad"
    options = {"shuffle": True, "compression": "gzip"} if packing == "shuffle" else {"compression": packing}
    _h5ad(path, lambda file: file.create_dataset("X", data=COUNTS.T[:2]))
    with h5py.File(path, "a") as file:
        del file["var/_index"]
        file["var"].create_dataset("_index", data=SYMBOLS, dtype=h5py.string_dtype(), chunks=(7,) if packing else None, **options)
    assert read_expression(path, Known()).identifiers == tuple(SYMBOLS)
    with h5py.File(path, "a") as file:
        stored = file["var/_index"].id
        if packing == "lzf":
            return
        if packing:
            _, raw = stored.read_direct_chunk((0,))
            entries = bytearray(zlib.decompress(raw))
            entries[7 * 3 if packing == "shuffle" else 3] = 0xF0
            stored.write_direct_chunk((0,), zlib.compress(bytes(entries)))
        offset = stored.get_offset()
    if not packing:
        raw = bytearray(path.read_bytes())
        raw[offset + 3] = 0xF0
        path.write_bytes(raw)
    assert "strings of unlikely length" in refusal(path)


def _zeros_h5ad(path, layers, stored: bool):
    def write(file):
        for layer in layers:
            file.create_dataset(
                layer, shape=(2, 10_000_000 if stored else 90_000_000), dtype="f8", chunks=(1, 1_000_000), compression=9
            )
            if stored:
                file[layer][:] = 1.0

    return _h5ad(path, write)


@pytest.mark.parametrize("stored", [True, False])
def test_h5ad_that_unpacks_to_gigabytes(tmp_path, stored):
    path = _zeros_h5ad(tmp_path / "a.h5ad", ["X"], stored)
    assert path.stat().st_size < 2 << 20
    assert unread(path)
    inside = zipped(tmp_path / "b.zip", {"b.h5ad": path.read_bytes()})
    assert unread(inside)
    gz = tmp_path / "c.h5ad.gz"
    gz.write_bytes(gzip.compress(path.read_bytes()))
    assert unread(gz)


def test_h5ad_whose_layers_are_too_much_together(tmp_path):
    def write(file):
        file.create_group("layers")
        for i in range(30):
            file.create_dataset(f"layers/l{i}", shape=(2, 6_000_000), dtype="u1", chunks=(1, 1_000_000), compression=1)

    assert "all layers together, holds 2.7 GB" in refusal(_h5ad(tmp_path / "a.h5ad", write))


def test_sparse_h5ad_whose_parts_differ_is_refused_before_it_is_read(tmp_path):
    def write(file):
        group = file.create_group("X")
        group.attrs["encoding-type"], group.attrs["shape"] = "csr_matrix", (2, 30)
        group["data"], group["indptr"] = [1.0, 2.0], [0, 1, 2]
        group.create_dataset("indices", shape=(200_000_000,), dtype="i4", chunks=(1_000_000,), compression=9)

    assert unread(_h5ad(tmp_path / "a.h5ad", write), "indices point outside")
