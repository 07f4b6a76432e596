import numpy as np
import pytest

from generain_core.errors import ReleaseError
from generain_core.genes import expression_distribution


def test_distribution_of_one_gene(write_release):
    release = write_release(boundaries={"A": [0, 0, 1, 2], "B": [1, 2, 3, 4]})
    found = expression_distribution(release, "A")
    assert found is not None
    assert found.values.tolist() == [0, 0, 1, 2]
    assert found.values.dtype == np.float32
    assert not found.values.flags.writeable
    assert found.share_zero == 0.5
    assert found.quantiles[0.5] == 0.5
    assert found.source.endswith("coding_lncrna_0.005_subsampled.npy")
    assert expression_distribution(release, "C") is None


def test_gene2vec_stands_in(write_release):
    found = expression_distribution(write_release(boundaries={"A": [0, 1]}, gene_set="gene2vec"), "A")
    assert found is not None
    assert "gene2vec" in found.source


def test_absent(write_release):
    assert expression_distribution(write_release(), "A") is None


def test_array_and_names_disagree(write_release):
    release = write_release(boundaries={"A": [0, 1], "B": [0, 1]})
    names = release.path("boundaries/coding_lncrna/genes")
    names.write_text("A\nB\nC\n")
    with pytest.raises(ReleaseError, match="should have 3 columns"):
        expression_distribution(release, "A")
    names.write_text("A\nA\n")
    with pytest.raises(ReleaseError, match="name each gene once"):
        expression_distribution(release, "A")


def test_not_ascending(write_release):
    with pytest.raises(ReleaseError, match="ascending"):
        expression_distribution(write_release(boundaries={"A": [1, 0]}), "A")


@pytest.mark.parametrize(
    "content", [b"", b"not an array", b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (9, 1), }\n"]
)
def test_damaged_array(write_release, content):
    release = write_release(boundaries={"A": [0, 1]})
    release.path("boundaries/coding_lncrna").write_bytes(content)
    with pytest.raises(ReleaseError, match="can't be read"):
        expression_distribution(release, "A")
