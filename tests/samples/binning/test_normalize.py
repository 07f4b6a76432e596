"""From a table to an AnnData with bins, and what it says of itself."""

from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.release.files import FILES, Release
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.binning.binned_files import write_h5ad, write_tsv
from generain_core.samples.binning.bins import bin_samples
from generain_core.samples.binning.normalize import normalize
from generain_core.samples.interpret.expression import Expression
from generain_core.version import __version__
from tests.samples.toy import ToyResolver, table

GENES = [f"G{i}" for i in range(2500)] + ["TP53"]
ROWS = ["P53", "AMB", "ERCC-00002", *(f"G{i}" for i in range(2300, 50, -1)), "TP53", "what"]


@pytest.fixture
def release(tmp_path: Path) -> Release:
    rng = np.random.default_rng(0)
    path, names = (tmp_path / "r" / FILES[key][0] for key in ("boundaries/coding_lncrna", "boundaries/coding_lncrna/genes"))
    path.parent.mkdir(parents=True)
    np.save(path, np.asfortranarray(np.sort(rng.normal(3, 1, (40, len(GENES))).clip(0), axis=0).astype(np.float32)))
    names.write_text("\n".join(GENES))
    (tmp_path / "r" / "SIMULATED").write_text("made up")
    return Release.open(tmp_path / "r")


def upload(form=np.asarray) -> Expression:
    values = np.random.default_rng(1).poisson(20, (6, len(ROWS)))
    values[1, 100:] = 0
    obs = {
        "donor": ["a", None, "b", "b", "c", "c"],
        "age/years": [1, 2, 3, 4, 5, 6],
        "_index": ["q"] * 6,
        "total_counts": [0] * 6,
        "mixed": [1, "x", None, 2.5, True, pd.Timestamp("2020-01-01")],
    }
    return table(form(values), ROWS, ["=s0", "s1", "s2", "s3", "s4", "s5"], obs)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])
def test_samples_are_binned_for_the_genes_found(release: Release, form) -> None:
    expression = upload(form)
    result = normalize(expression, release, ToyResolver())
    adata = result.adata
    assert adata.obs_names.tolist() == ["=s0", "s2", "s3", "s4", "s5"]
    assert adata.var_names.tolist() == ["TP53", *(f"G{i}" for i in range(2300, 50, -1))]
    raw = upload().values[[0, 2, 3, 4, 5]]
    dense = adata.X.toarray() if sparse.issparse(adata.X) else adata.X
    assert dense.dtype == np.float32
    assert dense[:, 0].tolist() == (raw[:, 0] + raw[:, ROWS.index("TP53")]).tolist()
    assert dense[:, 1].tolist() == raw[:, 3].tolist()
    totals = np.delete(raw, 2, axis=1).sum(1)
    assert adata.obs["total_counts"].tolist() == totals.tolist()
    assert adata.obs["n_genes_by_counts"].tolist() == (np.delete(raw, 2, axis=1) > 0).sum(1).tolist()
    boundaries = Boundaries.open(release)
    expected = bin_samples(dense.astype(float), totals.astype(float), boundaries, boundaries.columns(tuple(adata.var_names)))
    np.testing.assert_array_equal(adata.layers["bins"], expected)
    assert adata.layers["bins"].min() >= 1
    assert adata.layers["bins"].max() <= 2000


def test_the_report_says_what_was_left_out(release: Release) -> None:
    report = normalize(upload(), release, ToyResolver(), min_genes=1500, chunk=5).report
    assert report["samples_kept"] == 5
    assert report["samples_dropped"] == [{"sample": "s1", "reason": "99 expressed genes; more than 1,500 are needed"}]
    assert report["genes_in_input"] == len(ROWS) - 1
    assert report["genes_matched"] == 2251
    assert report["genes_missing"] == 250
    assert report["verdict"] == "fine"
    assert report["genes_summed"] == {"TP53": ["P53", "TP53"]}
    assert report["set_aside"] == ["ERCC-00002"]
    assert report["ambiguous"] == ["AMB"]
    assert any("1,500" in warning for warning in report["warnings"])
    assert any("Runs of 5" in warning for warning in report["warnings"])


def test_the_file_holds_it_all(release: Release, tmp_path: Path) -> None:
    adata = normalize(upload(), release, ToyResolver(), min_genes=10).adata
    write_h5ad(adata, tmp_path / "out.h5ad")
    back = anndata.read_h5ad(tmp_path / "out.h5ad")
    np.testing.assert_array_equal(back.layers["bins"], adata.layers["bins"])
    said = back.uns["generain"]
    assert said["release"] == release.label
    assert "SIMULATED" in said["provenance"]
    assert bool(said["simulated"]) is True
    assert said["version"] == __version__
    assert dict(said["options"]) == {"gene_set": "coding_lncrna", "min_genes": 10, "samples_ranked_together": 1}
    assert said["genes_dropped"]["identifier"].tolist() == ["AMB", "ERCC-00002", "what"]
    assert said["genes_dropped"]["status"].tolist() == ["ambiguous", "set aside", "unknown"]
    assert len(said["genes_missing"]) == 250
    assert said["samples_dropped"]["sample"].tolist() == []
    assert any("more than 10 expressed" in warning for warning in said["warnings"])
    assert said["notes"].tolist() == ["Genes are in rows."]
    assert back.obs["donor"].tolist() == ["a", "", "b", "b", "c", "c"]
    assert back.obs["age_years"].tolist() == [1, 2, 3, 4, 5, 6]
    assert back.obs["total_counts_in_file"].tolist() == [0] * 6
    assert back.obs["mixed"].tolist()[:3] == ["1", "x", ""]
    assert list(tmp_path.glob(".out*")) == []


@pytest.mark.parametrize("name", ["out.tsv", "out.tsv.gz"])
def test_bins_as_a_table(release: Release, tmp_path: Path, name: str) -> None:
    adata = normalize(upload(), release, ToyResolver()).adata
    write_tsv(adata, tmp_path / name)
    back = pd.read_csv(tmp_path / name, sep="\t", index_col=0)
    assert back.index.tolist() == ["'=s0", "s2", "s3", "s4", "s5"]
    assert back.columns[-1] == "provenance"
    assert back["provenance"].str.startswith("SIMULATED").all()
    np.testing.assert_array_equal(back.iloc[:, :-1].to_numpy(), adata.layers["bins"])


def test_values_that_float32_would_change_stay_as_they_are(release: Release) -> None:
    expression = table(upload().values / 3, ROWS)
    assert normalize(expression, release, ToyResolver(), min_genes=1).adata.X.dtype == np.float64


def test_progress_goes_to_one(release: Release) -> None:
    shares: list[float] = []
    normalize(upload(), release, ToyResolver(), progress=lambda share, _: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


def test_nothing_to_bin_is_told(release: Release, tmp_path: Path) -> None:
    with pytest.raises(
        GeneRAINError, match=r"None of the 1 sample of toy.csv can be binned \(S0: 3 expressed genes.*too thin to trust"
    ):
        normalize(table(np.array([[1, 2, 3]]), ["TP53", "G1", "G2"]), release, ToyResolver())
    with pytest.raises(GeneRAINError, match="two samples called a"):
        normalize(table(np.ones((2, 1)), ["TP53"], ["a", "a"]), release, ToyResolver(), min_genes=0)
    with pytest.raises(GeneRAINError, match="no gene set"):
        normalize(upload(), release, ToyResolver(), gene_set="mouse")
    with pytest.raises(GeneRAINError, match="can't be written"):
        write_h5ad(normalize(upload(), release, ToyResolver()).adata, tmp_path / "none" / "out.h5ad")
