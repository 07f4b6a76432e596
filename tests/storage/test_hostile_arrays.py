"""Arrays and checkpoints that say of themselves what can't be."""

import io
import json
import zipfile

import numpy as np
import pytest
import torch

from generain_core.errors import ReleaseError
from generain_core.release.readers.checkpoint import read_gene_embedding
from generain_core.release.readers.token_index import read_token_index
from generain_core.release.readers.weights import load_weights
from generain_core.storage.mapped_array import map_array


def npy(shape: str, kind: str = "'<f4'", *, content: bytes = b"\0" * 64) -> bytes:
    header = f"{{'descr': {kind}, 'fortran_order': False, 'shape': {shape}}}".encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + content


@pytest.mark.parametrize("shape", ["(-2, 3)", "(-2, -3)", f"({2**70}, 2)", "(2,", "('a',)", "(" * 900, "(3, 99999)"])
def test_shapes_that_no_array_has(tmp_path, shape):
    (tmp_path / "a.npy").write_bytes(npy(shape))
    with pytest.raises((ValueError, OSError)):
        map_array(tmp_path / "a.npy")


@pytest.mark.parametrize("kind", ["'O'", "[('a', 'O')]", "'<f4', 'x': 1", "'<f9'", "3"])
def test_types_that_are_not_mapped(tmp_path, kind):
    (tmp_path / "a.npy").write_bytes(npy("(2, 2)", kind))
    with pytest.raises((ValueError, OSError)):
        map_array(tmp_path / "a.npy")


def test_a_zip_of_arrays_is_no_array(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.ones(3))
    with pytest.raises(ValueError, match="zip"):
        map_array(tmp_path / "a.npz")


def test_an_array_is_mapped(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal(map_array(tmp_path / "a.npy"), [[0, 1, 2], [3, 4, 5]])


def with_description(path, description: bytes) -> None:
    saved = io.BytesIO()
    torch.save({"model_state_dict": {}}, saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(path, "w") as target:
        for member in source.namelist():
            target.writestr(member, description if member.endswith("data.pkl") else source.read(member))


def test_a_checkpoint_cannot_overflow_its_reader(tmp_path):
    with_description(tmp_path / "a.pth", b"\x80\x02}N" + b"\x85" * 20_000 + b"Ns.")
    with pytest.raises(ReleaseError, match="not a readable checkpoint"):
        load_weights(tmp_path / "a.pth", mapped=True)


@pytest.mark.parametrize("table", [torch.eye(5).to_sparse(), torch.eye(5, dtype=torch.int64), torch.ones(5), "a text"])
def test_a_table_of_genes_that_is_none(tmp_path, table):
    torch.save({"model_state_dict": {"gpt.transformer.wte.weight": table}}, tmp_path / "a.pth")
    (tmp_path / "a.json").write_text(json.dumps({"TP53": 0}))
    with pytest.raises(ReleaseError, match="no table of numbers"):
        read_gene_embedding(tmp_path / "a.pth", tmp_path / "a.json")


def test_weights_are_read_as_they_were_saved(tmp_path):
    table = torch.nn.Parameter(torch.arange(6.0).reshape(3, 2))
    torch.save(
        {"model_state_dict": {"gpt.transformer.wte.weight": table}, "optimizer": {"state": {0: {"step": 3}}}}, tmp_path / "a.pth"
    )
    (tmp_path / "a.json").write_text(json.dumps({"TP53": 2, "MYC": 0}))
    genes, vectors = read_gene_embedding(tmp_path / "a.pth", tmp_path / "a.json")
    assert genes == ["MYC", "TP53"]
    np.testing.assert_array_equal(vectors, [[0, 1], [4, 5]])


@pytest.mark.parametrize("most", [2**31, 10**30])
def test_an_index_that_counts_beyond_any_table(tmp_path, most):
    (tmp_path / "a.json").write_text(json.dumps({"TP53": 0, "MYC": most}))
    with pytest.raises(ReleaseError, match="more than any table of genes"):
        read_token_index(tmp_path / "a.json")
