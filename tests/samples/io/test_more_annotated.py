"""AnnData as other writers leave it: without X, with a raw of nothing, as MuData, loom or Zarr."""

import json
import shutil
import zipfile
from pathlib import Path

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.io.read import read
from tests.samples.known import SYMBOLS, Known, counts

COUNTS = counts()
SAMPLES = ["s1", "s2", "s3", "s4"]
TEXT = h5py.string_dtype()


def assert_same(found):
    assert found.samples == tuple(SAMPLES)
    assert found.identifiers == tuple(SYMBOLS)
    values = found.values.toarray() if sparse.issparse(found.values) else found.values
    np.testing.assert_array_equal(values, COUNTS.T)


def adata(kind=np.asarray) -> anndata.AnnData:
    obs = pd.DataFrame({"group": pd.Categorical(["a", "a", "b", "b"]), "age": [50.0, 61, np.nan, 38]}, index=SAMPLES)
    return anndata.AnnData(kind(COUNTS.T), obs=obs, var=pd.DataFrame(index=SYMBOLS))


def frame(parent: h5py.Group, path: str, index: list[str], order: np.ndarray) -> None:
    group = parent.create_group(path)
    group.attrs["_index"], group.attrs["column-order"], group.attrs["encoding-type"] = "_index", order, "dataframe"
    group["_index"] = np.array(index, dtype=TEXT)


def bare(file: h5py.Group, order: np.ndarray | None = None) -> None:
    order = np.array([], "f8") if order is None else order
    frame(file, "obs", SAMPLES, order)
    frame(file, "var", SYMBOLS, order)


def test_x_that_is_null(tmp_path):
    held = adata()
    held.layers["counts"] = held.X.copy()
    held.X = None
    held.write_h5ad(tmp_path / "a.h5ad")
    assert_same(read_expression(tmp_path / "a.h5ad", Known()))
    with h5py.File(tmp_path / "b.h5ad", "w") as file:
        bare(file)
        file["X"] = h5py.Empty("f4")
        file["X"].attrs["encoding-type"] = "null"
        file["layers/counts"] = COUNTS.T
    assert_same(read_expression(tmp_path / "b.h5ad", Known()))
    assert any("left out: X" in note for note in read(tmp_path / "b.h5ad").notes)


def test_nothing_but_null_is_refused(tmp_path):
    held = adata()
    held.X = None
    held.write_h5ad(tmp_path / "a.h5ad")
    with pytest.raises(GeneRAINError, match="without X, raw and layers"):
        read(tmp_path / "a.h5ad")


def test_an_attribute_that_is_an_empty_list_of_texts(tmp_path):
    with h5py.File(tmp_path / "a.h5ad", "w") as file:
        bare(file, np.array([], dtype=TEXT))
        file["X"] = COUNTS.T
    assert_same(read_expression(tmp_path / "a.h5ad", Known()))


@pytest.mark.parametrize("sparse_raw", [False, True])
def test_a_raw_without_genes(tmp_path, sparse_raw):
    with h5py.File(tmp_path / "a.h5ad", "w") as file:
        bare(file)
        file["X"] = COUNTS.T
        frame(file, "raw/var", [], np.array([], "f8"))
        if sparse_raw:
            group = file.create_group("raw/X")
            group.attrs["encoding-type"], group.attrs["shape"] = "csr_matrix", [4, 0]
            group["data"], group["indices"], group["indptr"] = np.zeros(0), np.zeros(0, int), np.zeros(5, int)
        else:
            file["raw/X"] = np.zeros((4, 0))
    assert_same(read_expression(tmp_path / "a.h5ad", Known()))


@pytest.mark.parametrize("modalities", [["rna", "prot"], ["RNA", "atac"], ["cells"]])
def test_mudata(tmp_path, modalities):
    with h5py.File(tmp_path / "a.h5mu", "w") as file:
        file.attrs["encoding-type"] = "MuData"
        bare(file)
        for name in modalities:
            anndata.io.write_elem(file.require_group("mod"), name, adata(sparse.csr_matrix))
    found = read_expression(tmp_path / "a.h5mu", Known())
    assert_same(found)
    assert found.obs["group"].tolist() == ["a", "a", "b", "b"]


def test_mudata_without_gene_expression(tmp_path):
    with h5py.File(tmp_path / "a.h5mu", "w") as file:
        for name in ("prot", "atac"):
            bare(file.create_group(f"mod/{name}"))
    with pytest.raises(GeneRAINError, match=r"modalities are atac and prot; save the one"):
        read(tmp_path / "a.h5mu")


def loom(path: Path, genes: str = "Gene") -> Path:
    with h5py.File(path, "w") as file:
        file["matrix"] = COUNTS
        file[f"row_attrs/{genes}"] = np.array(SYMBOLS, dtype=TEXT)
        file["row_attrs/Length"] = np.arange(len(SYMBOLS))
        file["col_attrs/CellID"] = np.array(SAMPLES, dtype=TEXT)
        file["col_attrs/group"] = np.array([b"a", b"a", b"b", b"b"])
        file["layers/spliced"] = COUNTS / 2
    return path


def test_loom(tmp_path):
    found = read_expression(loom(tmp_path / "a.loom"), Known())
    assert_same(found)
    assert found.obs["group"].tolist() == ["a", "a", "b", "b"]
    with pytest.raises(GeneRAINError, match="without the row attribute Gene"):
        read(loom(tmp_path / "b.loom", genes="x"))


def zipped(folder: Path, inside: str = "") -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for each in sorted(folder.rglob("*")):
            if each.is_file():
                archive.write(each, f"{inside}{each.relative_to(folder).as_posix()}")
    return path


@pytest.fixture(params=[2, 3])
def store(tmp_path, request) -> Path:
    with anndata.settings.override(zarr_write_format=request.param):
        adata(sparse.csr_matrix).write_zarr(tmp_path / "a.zarr")
    return tmp_path / "a.zarr"


@pytest.mark.filterwarnings("default")
def test_zarr_as_zip_and_folder(store):
    for path in (store, zipped(store), zipped(store, "deeper/a.zarr/")):
        found = read_expression(path, Known())
        assert_same(found)
        assert found.obs["group"].tolist() == ["a", "a", "b", "b"]
        assert found.obs["age"].isna().tolist() == [False, False, True, False]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("codec", ["pickle", "msgpack2", "json2"])
def test_zarr_that_would_run_what_it_unpacks_is_refused(store, codec):
    places = [each for each in store.rglob("*") if each.name in (".zarray", "zarr.json") and "X" in each.parts]
    for place in places:
        told = json.loads(place.read_text())
        if "shape" in told:
            if place.name == ".zarray":
                told["filters"] = [{"id": codec}]
            else:
                told["codecs"] = [{"name": f"numcodecs.{codec}"}]
            place.write_text(json.dumps(told))
    with pytest.raises(GeneRAINError, match="packs .* which isn't read"):
        read(zipped(store))


@pytest.mark.filterwarnings("default")
def test_zarr_that_declares_too_much_or_is_cut_off(store):
    place = next(each for each in store.rglob("*") if each.name in (".zarray", "zarr.json") and each.parent.name == "data")
    told = json.loads(place.read_text())
    place.write_text(json.dumps(told | {"shape": [1 << 40]}))
    with pytest.raises(GeneRAINError, match="of data; up to"):
        read(zipped(store))
    place.write_text("{")
    with pytest.raises(GeneRAINError, match="can't be read"):
        read(zipped(store))
    shutil.rmtree(store / "var")
    place.unlink()
    with pytest.raises(GeneRAINError, match="without obs and var|cut off"):
        read(zipped(store))
