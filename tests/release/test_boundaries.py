"""Boundaries that are as published, and those that are not."""

from pathlib import Path

import numpy as np
import pytest

from generain_core.errors import GeneRAINError, ReleaseError
from generain_core.release.files import FILES, Release
from generain_core.release.readers.boundaries import Boundaries

GOOD = np.array([[0, 1, 0], [1, 1, 0], [2, 3, 0]], np.float32)


def write(
    root: Path, values: np.ndarray | bytes, genes: str = "A\nb'B'\nENSG00000000003\n", gene_set: str = "gene2vec"
) -> Release:
    path, names = root / FILES[f"boundaries/{gene_set}"][0], root / FILES[f"boundaries/{gene_set}/genes"][0]
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(values, bytes):
        path.write_bytes(values)
    else:
        np.save(path, values)
    names.write_text(genes)
    return Release.open(root)


@pytest.mark.parametrize("order", ["C", "F"])
def test_blocks_are_genes_by_values(tmp_path: Path, order: str) -> None:
    boundaries = Boundaries.open(write(tmp_path, np.array(GOOD, order=order)), "gene2vec")
    assert boundaries.genes == ("A", "B", "ENSG00000000003")
    assert boundaries.columns(["B", "X", "A"]).tolist() == [1, -1, 0]
    block = boundaries.block(0, 2)
    assert block.flags.c_contiguous
    assert block.tolist() == [[0, 1, 2], [1, 1, 3]]


def test_fortran_order_is_used_in_place(tmp_path: Path) -> None:
    boundaries = Boundaries.open(write(tmp_path, np.asfortranarray(GOOD)), "gene2vec")
    assert np.shares_memory(boundaries.block(1, 3), boundaries.values)


def test_nothing_reaches_the_file(tmp_path: Path) -> None:
    release = write(tmp_path, np.asfortranarray(GOOD))
    Boundaries.open(release, "gene2vec").block(0, 3)[:] = 7
    assert Boundaries.open(release, "gene2vec").values.tolist() == GOOD.tolist()


@pytest.mark.parametrize(
    ("values", "genes", "words"),
    [
        (GOOD, "A\nB\n", "should have 2 columns"),
        (GOOD[:0], "A\nB\nC\n", "shape is"),
        (GOOD[0], "A\nB\nC\n", "shape is"),
        (GOOD.astype(np.float64), "A\nB\nC\n", "holds float64"),
        (GOOD, "A\nB\nA\n", "each gene once"),
        (b"\x93NUMPY cut", "A\nB\nC\n", "can't be read"),
        (b"", "A\nB\nC\n", "can't be read"),
    ],
)
def test_damaged_files_are_told(tmp_path: Path, values: np.ndarray | bytes, genes: str, words: str) -> None:
    release = write(tmp_path, values, genes)
    with pytest.raises(ReleaseError, match=words):
        Boundaries.open(release, "gene2vec")


@pytest.mark.parametrize("bad", [np.nan, -5.0, np.inf])
@pytest.mark.parametrize("row", [0, 1, 2])
def test_values_that_are_no_boundaries_are_told_with_the_gene(tmp_path: Path, bad: float, row: int) -> None:
    values = np.array([[0, 1, 0], [1, 1, 0], [2, 3, 0]], np.float32)
    values[row, 1] = bad
    boundaries = Boundaries.open(write(tmp_path, values), "gene2vec")
    boundaries.block(0, 1)
    if bad < 0 and row == 0:
        boundaries.block(0, 3)
        return
    with pytest.raises(ReleaseError, match="those of B are not"):
        boundaries.block(0, 3)


def test_missing_files_and_gene_sets(tmp_path: Path) -> None:
    release = write(tmp_path, GOOD)
    with pytest.raises(ReleaseError, match=r"gene_symbols\.txt is missing"):
        Boundaries.open(release, "coding_lncrna")
    with pytest.raises(GeneRAINError, match="coding_lncrna or gene2vec"):
        Boundaries.open(release, "all")
