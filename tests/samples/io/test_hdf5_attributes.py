"""Attributes that declare gigabytes are refused before HDF5 makes room for them."""

import resource

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.io.hdf5 import attribute_guard
from tests.samples.known import SYMBOLS, Known, counts

INDEX = "the_names_of_all_the_genes"


def written(path, *, libver: str, many: int = 0):
    with h5py.File(path, "w", libver=libver) as file:
        for name, labels in (("obs", ["a", "b"]), ("var", SYMBOLS)):
            group = file.create_group(name)
            index = INDEX if name == "var" else "_index"
            group.attrs["_index"] = index
            group.attrs["column-order"] = np.array(["one", "two"], dtype=h5py.string_dtype())
            for i in range(many):
                group.attrs[f"more_{i}"] = "x" * 40
            group[index] = [s.encode() for s in labels]
        file["X"] = counts().T[:2]
    return path


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize("libver", ["earliest", "latest"])
@pytest.mark.parametrize("many", [0, 5])
def test_a_declared_length_is_not_believed(tmp_path, libver, many):
    path = written(tmp_path / "a.h5ad", libver=libver, many=many)
    assert read_expression(path, Known()).identifiers == tuple(SYMBOLS)
    raw = path.read_bytes()
    said, before = 0, peak()
    length = len(INDEX).to_bytes(4, "little")
    for at in (i for i in range(len(raw) - 4) if raw[i : i + 4] == length):
        path.write_bytes(raw[: at + 3] + b"\xf0" + raw[at + 4 :])
        try:
            read_expression(path, Known())
        except GeneRAINError as problem:
            said += "strings of unlikely length in /var" in str(problem) or "damaged" in str(problem)
    assert said >= 1
    assert peak() - before < 500_000


@pytest.mark.parametrize("libver", ["earliest", "latest"])
@pytest.mark.parametrize(("longest", "refused"), [(len(INDEX), False), (len(INDEX) - 1, True)])
def test_lengths_are_seen_in_both_kinds_of_header(tmp_path, monkeypatch, libver, longest, refused):
    monkeypatch.setattr(attribute_guard, "LONGEST", longest)
    path = written(tmp_path / "a.h5ad", libver=libver, many=3)
    with h5py.File(path, "a") as file:
        for group in ("obs", "var"):
            for i in range(3):
                del file[group].attrs[f"more_{i}"]
    if refused:
        with pytest.raises(GeneRAINError, match="strings of unlikely length in /var"):
            read_expression(path, Known())
    else:
        assert read_expression(path, Known()).identifiers == tuple(SYMBOLS)


def test_attributes_that_lie_elsewhere_are_refused(tmp_path):
    path = written(tmp_path / "a.h5ad", libver="latest", many=20)
    with pytest.raises(GeneRAINError, match="keeps attributes of /obs in a form that isn't read"):
        read_expression(path, Known())


def test_many_attributes_of_a_usual_file_are_read(tmp_path):
    assert read_expression(written(tmp_path / "a.h5ad", libver="earliest", many=200), Known()).samples == ("a", "b")


def test_a_fill_value_of_text_is_refused(tmp_path):
    path = tmp_path / "a.h5ad"
    anndata.AnnData(counts().T, var=pd.DataFrame(index=SYMBOLS)).write_h5ad(path)
    with h5py.File(path, "a") as file:
        del file["var/_index"]
        file["var"].create_dataset("_index", (len(SYMBOLS),), h5py.string_dtype(), fillvalue=b"nothing", chunks=(5,))
    with pytest.raises(GeneRAINError, match="_index in a form that isn't read"):
        read_expression(path, Known())
