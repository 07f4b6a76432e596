"""R's files, as R itself wrote them (`make_files.R`), give the matrix that was put into them; nothing in them is run."""

import bz2
import gzip
import io
import lzma
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.io import sniff
from generain_core.samples.io.isolated import read_isolated
from generain_core.samples.io.read import read
from tests.samples.known import SYMBOLS, Known

FILES = Path(__file__).parent / "files"
GENES = ["ACTB", "GAPDH", "TP53", "MYC", "EGFR", "VIM", "CD44", "FN1", "KRAS", "BRAF"]
SAMPLES = ("s1", "s2", "s3", "s4")
FRAMES = ["matrix.rds", "double_plain.rds", "ascii.rds", "frame_xz.rds", "frame_with_texts_bzip2.rds", "counts_and_tpm.RData"]
SPARSE = ["sparse_by_column.rds", "sparse_by_row.rds", "sparse_triplets.rds", "seurat.rds"]
OTHERS = ["list.rds", "matrix_and_samples.RData", "summarized.rds", "ranged.rds", "deseq.rds", "expression_set.rds"]
COUNTS = np.array([[(7 * i + 11 * j) % 40 if i != 3 else 0 for j in range(1, 5)] for i in range(1, 11)], float)


def dense(values):
    return values.toarray() if sparse.issparse(values) else np.asarray(values)


@pytest.mark.parametrize(
    "file",
    [*FRAMES, *SPARSE, *OTHERS],
)
def test_the_matrix_is_the_one_that_r_wrote(file):
    found = read_expression(FILES / file, Known(), keep_sums=True)
    assert found.samples == SAMPLES
    assert found.identifiers == tuple(GENES)
    np.testing.assert_array_equal(dense(found.values), COUNTS.T * (1.5 if file == "double_plain.rds" else 1))


@pytest.mark.parametrize("file", OTHERS)
def test_what_is_known_of_samples_comes_along(file):
    found = read_expression(FILES / file, Known(), keep_sums=True)
    assert found.obs["group"].tolist() == ["a", "a", "b", "b"]
    assert found.obs["age"].isna().tolist() == [False, False, True, False]


def test_assays_are_layers():
    table = read(FILES / "summarized.rds")
    assert list(table.layers) == ["counts", "logs"]
    np.testing.assert_allclose(table.layers["logs"].values, np.log2(COUNTS.T + 1))
    assert table.layers["counts"].column_texts["symbol"].tolist() == GENES


def test_missing_values_and_names():
    values = read(FILES / "missing.rds").layers["values"].values
    assert np.argwhere(np.isnan(values)).tolist() == [[1, 1]]
    table = read(FILES / "without_names.rds")
    assert (table.rows[:2], table.rows_named, table.layers["values"].columns) == (("1", "2"), False, ("V1", "V2", "V3", "V4"))


def test_what_is_no_table_gets_the_line_that_exports_one():
    with pytest.raises(GeneRAINError, match=r"an object of class function.* export it in R with write.csv\(as.matrix\(x\)"):
        read(FILES / "function.rds")
    with pytest.raises(GeneRAINError, match=r'holds 2 tables \(first and other\).*saveRDS\(first, "counts.rds"\)'):
        read(FILES / "two_tables.RData")


def test_the_same_in_a_child_process():
    assert read_isolated(FILES / "deseq.rds").rows == SAMPLES


@pytest.mark.parametrize("file", sorted(path.name for path in FILES.iterdir()))
def test_a_file_that_is_cut_off_or_damaged_anywhere_is_no_crash(tmp_path, file):
    raw = (FILES / file).read_bytes()
    kind = sniff.kind_of_file(raw[:4096], file)
    raw = sniff.unpacked(io.BytesIO(raw), kind, file) if kind != "R" else raw
    rng, outcomes = np.random.default_rng(5), set()
    for i in range(40):
        changed = bytearray(raw[: rng.integers(5, len(raw))] if i % 2 else raw)
        for place in rng.integers(14, len(changed), 0 if i % 2 else 3) if len(changed) > 14 else ():
            changed[place] = rng.integers(256)
        (tmp_path / "a.rds").write_bytes(bytes(changed))
        try:
            read(tmp_path / "a.rds")
        except GeneRAINError as problem:
            outcomes.add(str(problem)[:30])
    assert outcomes


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress, gzip.compress])
def test_packed_text_and_bombs(tmp_path, pack):
    path = tmp_path / "counts.csv"
    path.write_bytes(pack(("gene,s1,s2\n" + "".join(f"{name},{i},2\n" for i, name in enumerate(SYMBOLS))).encode()))
    assert read(path).rows == tuple(SYMBOLS)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(GeneRAINError, match="cut off or damaged"):
        read(path)
    path.write_bytes(pack(b"0" * (80 << 20)))
    with pytest.raises(GeneRAINError, match="times its size"):
        read(path)
