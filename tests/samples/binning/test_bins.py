"""Bins against the authors' own, against a plain loop, and against themselves in any company."""

import math
import subprocess
import sys
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from generain_core.cli import main
from generain_core.errors import Cancelled, GeneRAINError
from generain_core.release.files import Release
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.binning import bins
from generain_core.samples.binning.bins import bin_samples
from generain_core.samples.io.formats.adata_pickle import read_adata_pickle

DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here"))]


def boundaries_of(reference: np.ndarray) -> Boundaries:
    return Boundaries(
        np.asfortranarray(reference, dtype=np.float32), tuple(f"G{i}" for i in range(reference.shape[1])), "test.npy"
    )


def log_value(count: float, total: float) -> np.float32:
    return np.float32(np.log10(np.float64(count) * (1e7 / np.float64(total)) + 1))


def plain_bin(x: np.float32, reference: np.ndarray) -> int:
    if x == 0:
        return 1
    n = sum(1 for value in reference if value > 0)
    m = sum(1 for value in reference if 0 < value < x)
    return min(2000, math.floor(m / (n / 1999 if n else 1)) + 2)


def published_bins(x: np.ndarray, reference: np.ndarray, run: int) -> np.ndarray:
    """Rank runs of samples (samples × genes) stacked on the reference (values × genes) by a double argsort."""
    out = np.empty(x.shape, np.int64)
    for first in range(0, len(x), run):
        stacked = np.vstack([x[first : first + run], reference]).T.astype(np.float64)
        positive = stacked > 0
        rank = (np.argsort(np.argsort(stacked, axis=1), axis=1) - (~positive).sum(1, keepdims=True)) * positive
        top = rank.max(1, keepdims=True)
        bins = np.minimum((rank / np.where(top > 0, top / 1999, 1)).astype(int) + 1 + positive, 2000)
        out[first : first + run] = bins[:, : len(x[first : first + run])].T
    return out


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw counts (with zeros and huge ones), totals and reference values: ties with the samples, columns of zeros."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    samples, genes, values = draw(st.integers(1, 7)), draw(st.integers(1, 6)), draw(st.integers(1, 40))
    whole = draw(st.booleans())
    counts = rng.choice([0, 0, 1, 2, 3, 10, 10**9], (samples, genes)).astype(float)
    counts = counts if whole else counts / 7
    totals = rng.choice([1e6, 3e6, 12345.0], samples)
    x = np.array([[log_value(c, t) for c in row] for row, t in zip(counts, totals, strict=True)])
    pool = np.concatenate([x.ravel(), rng.normal(2, 1, 20).clip(0), np.zeros(5)]).astype(np.float32)
    pool = np.minimum(pool, np.float32(draw(st.sampled_from([0.0, 2.0, 99.0]))))
    return counts, totals, np.sort(rng.choice(pool, (values, genes)), axis=0)


@given(cases())
@settings(deadline=None, max_examples=150)
def test_bins_equal_a_plain_loop(case: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    counts, totals, reference = case
    bins = bin_samples(counts, totals, boundaries_of(reference), np.arange(counts.shape[1]))
    for i, j in np.ndindex(counts.shape):
        assert bins[i, j] == plain_bin(log_value(counts[i, j], totals[i]), reference[:, j])


@given(cases(), st.integers(2, 6))
@settings(deadline=None, max_examples=150)
def test_runs_equal_the_published_double_argsort(case: tuple[np.ndarray, np.ndarray, np.ndarray], run: int) -> None:
    counts, totals, reference = case
    x = np.log10(counts * (1e7 / totals[:, None]) + 1).astype(np.float32)
    bins = bin_samples(counts, totals, boundaries_of(reference), np.arange(counts.shape[1]), chunk=run)
    np.testing.assert_array_equal(bins, published_bins(x, reference, run))


@given(cases(), st.data())
@settings(deadline=None, max_examples=80)
def test_a_sample_is_binned_the_same_in_any_company(case: tuple[np.ndarray, np.ndarray, np.ndarray], data: st.DataObject) -> None:
    counts, totals, reference = case
    boundaries, genes = boundaries_of(reference), np.arange(counts.shape[1])
    bins = bin_samples(counts, totals, boundaries, genes)
    samples = np.array(data.draw(st.permutations(range(len(counts)))))[: data.draw(st.integers(1, len(counts)))]
    some = np.array(data.draw(st.permutations(genes.tolist())))[: data.draw(st.integers(1, len(genes)))]
    part = bin_samples(counts[np.ix_(samples, some)], totals[samples], boundaries, some)
    np.testing.assert_array_equal(part, bins[np.ix_(samples, some)])
    as_sparse = bin_samples(sparse.csr_matrix(counts), totals, boundaries, genes)
    np.testing.assert_array_equal(as_sparse, bins)


@pytest.mark.parametrize("run", [None, 5])
def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch, run: int | None) -> None:
    rng = np.random.default_rng(1)
    counts = rng.poisson(3, (23, 50)).astype(float)
    reference = np.sort(rng.normal(4, 1, (30, 60)).clip(0), axis=0)
    totals, columns = counts.sum(1), rng.permutation(60)[:50]
    whole = bin_samples(counts, totals, boundaries_of(reference), columns, chunk=run)
    monkeypatch.setattr(bins, "SAMPLES_AT_ONCE", 7)
    monkeypatch.setattr("generain_core.release.readers.boundaries.BLOCK_BYTES", 4 * 30 * 8)
    np.testing.assert_array_equal(bin_samples(counts, totals, boundaries_of(reference), columns, chunk=run), whole)
    c_order = Boundaries(np.ascontiguousarray(reference, dtype=np.float32), tuple(map(str, range(60))), "c.npy")
    np.testing.assert_array_equal(bin_samples(counts, totals, c_order, columns, chunk=run), whole)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("run", "key"), [(None, "bins_per_sample"), (1, "bins_per_sample"), (5, "bins_chunks_of_five")])
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])
def test_golden_bins(shared: Path, device: str, run: int | None, key: str, form) -> None:
    golden = np.load(shared / "golden" / "binning.npz")
    known, counts = golden["genes_in_reference"], golden["counts"][golden["kept_samples"]]
    boundaries = Boundaries(np.asfortranarray(golden["reference"]), tuple(golden["reference_genes"].tolist()), "golden")
    columns = boundaries.columns(golden["genes"].tolist())
    assert ((columns >= 0) == known).all()
    totals = counts.sum(1).astype(float)
    bins = bin_samples(form(counts[:, known]), totals, boundaries, columns[known], device=device, chunk=run)
    np.testing.assert_array_equal(bins, golden[key][:, known])


def test_the_published_example_is_reproduced(shared: Path, tmp_path: Path) -> None:
    tool, out = shared / "tools" / "make_standin_release.py", tmp_path / "release"
    sizes = "--genes 3500 --attributes 3 --dim 12 --depth 1 --positions 16 --reference 150 --chunk-samples 2"
    subprocess.run([sys.executable, str(tool), str(out), *sizes.split()], check=True, capture_output=True)
    release = Release.open(out)
    _, genes, values = read_adata_pickle(release.path("example"))
    expected = pd.read_csv(release.path("example/binned.tsv"), sep="\t", index_col=0, keep_default_na=False)
    assert len(expected) > 20
    kept = (values > 0).sum(1) > 2000
    boundaries = Boundaries.open(release)
    counts = values[kept]
    bins = bin_samples(counts, counts.sum(1), boundaries, boundaries.columns(genes), chunk=5)
    np.testing.assert_array_equal(bins, expected.to_numpy())
    line = ["--release", str(out), "normalize", str(release.path("example")), "-o", str(tmp_path / "o.h5ad")]
    assert main([*line, "--chunk", "5"]) == 0
    written = anndata.read_h5ad(tmp_path / "o.h5ad")
    assert written.obs_names.tolist() == expected.index.astype(str).tolist()
    np.testing.assert_array_equal(written[:, expected.columns.tolist()].layers["bins"], expected.to_numpy())


def test_progress_ends_at_one_and_can_cancel() -> None:
    shares: list[float] = []
    bin_samples(np.ones((3, 2)), np.ones(3), boundaries_of(np.ones((4, 2))), np.arange(2), progress=lambda s, _: shares.append(s))
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)

    def stop(share: float, words: str) -> None:
        raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        bin_samples(np.ones((3, 2)), np.ones(3), boundaries_of(np.ones((4, 2))), np.arange(2), progress=stop)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"totals": np.array([0.0])}, "above 0"),
        ({"totals": np.array([np.inf])}, "below 1e\\+300"),
        ({"columns": np.array([0, -1])}, "no boundaries"),
        ({"chunk": 0}, "0 samples"),
        ({"device": "tpu"}, "choose cpu"),
    ],
)
def test_what_cannot_be_binned(change: dict[str, object], words: str) -> None:
    given_ = {
        "counts": np.ones((1, 2)),
        "totals": np.ones(1),
        "boundaries": boundaries_of(np.ones((4, 2))),
        "columns": np.arange(2),
    }
    with pytest.raises(GeneRAINError, match=words):
        bin_samples(**(given_ | change))


def test_no_samples_and_no_genes() -> None:
    boundaries = boundaries_of(np.ones((4, 2)))
    assert bin_samples(np.ones((0, 2)), np.ones(0), boundaries, np.arange(2)).shape == (0, 2)
    assert bin_samples(np.ones((2, 0)), np.ones(2), boundaries, np.arange(0)).shape == (2, 0)
