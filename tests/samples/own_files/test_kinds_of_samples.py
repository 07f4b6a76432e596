"""Own files of estimated counts and logs, of perturbations and of thinned samples, and files that are others'."""

import numpy as np
import pandas as pd
import pytest

import generain_core
from tests.samples.own_files.test_round_trips import COUNTS, DEMO, MODEL


@pytest.fixture(scope="module")
def generain():
    return generain_core.open(DEMO)


def test_runs_of_five_come_back_whole_and_are_not_taken_in_part(generain, tmp_path) -> None:
    together = generain.normalize(COUNTS, chunk=5, output=tmp_path / "five.h5ad")
    again = generain.normalize(tmp_path / "five.h5ad", chunk=5)
    np.testing.assert_array_equal(again.layers["bins"], together.layers["bins"])
    alone = generain.normalize(tmp_path / "five.h5ad")
    np.testing.assert_array_equal(alone.layers["bins"], generain.normalize(COUNTS).layers["bins"])


def test_estimated_counts_and_logs_come_back(generain, tmp_path) -> None:
    counts = pd.read_csv(COUNTS, index_col=0)
    tables = {"scaled.csv": counts / counts.sum() * 1e6, "estimated.csv": counts * 0.37 + 0.013 * (counts > 0)}
    for name, table in tables.items():
        table.to_csv(tmp_path / name)
        first = generain.normalize(tmp_path / name, output=tmp_path / f"{name}.h5ad")
        again = generain.normalize(tmp_path / f"{name}.h5ad")
        np.testing.assert_array_equal(first.layers["bins"], again.layers["bins"])
        np.testing.assert_array_equal(first.obs["total_counts"], again.obs["total_counts"])
        assert first.uns["generain"]["value_kind"] == again.uns["generain"]["value_kind"]


def test_other_files_with_bins_of_their_own_are_other_tables(generain) -> None:
    adata = generain.read(COUNTS)
    adata.layers["bins"] = np.ones(adata.shape, int)
    assert "binned before" not in " ".join(generain.normalize(adata).uns["generain"]["notes"])


def test_perturbations_of_an_own_file_are_embedded_by_the_same_bins(generain, tmp_path) -> None:
    counts, sheet = (generain.release.path(f"demo/perturbation_{name}") for name in ("counts", "sheet"))
    options = {"by": "perturbation", "control": "non-targeting", "permutations": 99, "bootstrap": 0, "depth": 0}
    direct = generain.perturb(counts, sheet=sheet, model=MODEL, **options)
    generain.normalize(counts, output=tmp_path / "screen.h5ad", sheet=sheet)
    again = generain.perturb(tmp_path / "screen.h5ad", model=MODEL, **options)
    of_embedding = ["perturbation", "effect", "p_value", "fdr", "depth_ratio"]
    pd.testing.assert_frame_equal(direct.table[of_embedding], again.table[of_embedding])


def test_an_own_file_is_thinned_as_the_table_that_it_was_made_of(generain, tmp_path) -> None:
    """Reads outside the model's genes are thinned with the others: depths stay those of the whole table."""
    counts, sheet = (generain.release.path(f"demo/perturbation_{name}") for name in ("counts", "sheet"))
    options = {"by": "perturbation", "control": "non-targeting", "permutations": 99, "bootstrap": 0, "depth": 100_000}
    whole = pd.read_csv(counts, index_col=0)
    whole.loc["a transcript of no model gene"] = whole.sum() // 4
    whole.to_csv(tmp_path / "whole.csv")
    direct = generain.perturb(tmp_path / "whole.csv", sheet=sheet, model=MODEL, **options).perturbed.adata
    generain.normalize(tmp_path / "whole.csv", output=tmp_path / "screen.h5ad", sheet=sheet)
    again = generain.perturb(tmp_path / "screen.h5ad", model=MODEL, **options).perturbed.adata
    for adata in (direct, again):
        np.testing.assert_allclose(adata.obs["total_counts"], 100_000, rtol=0.02)
        share = np.asarray(adata.X.sum(axis=1)).ravel() / adata.obs["total_counts"].to_numpy()
        np.testing.assert_allclose(share, 0.8, atol=0.02)
