"""Files that this program wrote come back as they were: the same bins, embedding, sheet and report, bit for bit."""

import json
import shutil

import anndata
import numpy as np
import pandas as pd
import pytest

import generain_core
from generain_core.cli import main
from generain_core.errors import NeedsConsent
from generain_core.samples.binning.binned_files import write_h5ad
from tests.conftest import PROJECT

DEMO = PROJECT / "assets/demo"
COUNTS, SHEET = DEMO / "data/examples/demo_counts.csv.gz", DEMO / "data/examples/demo_samples.csv"
MODEL = "GPT_protein_coding_lncRNAs"


@pytest.fixture(scope="module")
def generain():
    return generain_core.open(DEMO)


@pytest.fixture(scope="module")
def written(generain, tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "embedded.h5ad"
    generain.embed(COUNTS, MODEL, path, sheet=SHEET, loss=True, genes="MYC", device="cpu")
    return path


@pytest.fixture
def nothing_computed(monkeypatch):
    """Let binning and networks fail, so that what comes out was in the file."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr("generain_core.samples.binning.normalize.bin_samples", never)
    monkeypatch.setattr("generain_core.samples.own_files.verification.bin_samples", never)
    monkeypatch.setattr("generain_core.models.embedding.open_model", never)


def dense(values) -> np.ndarray:
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values)


def plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return np.asarray(value).tolist()


def same(one, other) -> None:
    """Hold two annotated matrices against each other, all that is in them."""
    assert list(one.obs_names) == list(other.obs_names)
    assert list(one.var_names) == list(other.var_names)
    np.testing.assert_array_equal(dense(one.X), dense(other.X))
    assert one.X.dtype == other.X.dtype
    np.testing.assert_array_equal(one.layers["bins"], other.layers["bins"])
    pd.testing.assert_frame_equal(one.obs.astype(object), other.obs.astype(object))
    pd.testing.assert_frame_equal(one.var.astype(object), other.var.astype(object))
    assert set(one.obsm) == set(other.obsm)
    for name in one.obsm:
        np.testing.assert_array_equal(one.obsm[name], other.obsm[name])
    left, right = (dict(each.uns["generain"]) for each in (one, other))
    for about in (left, right):
        about["notes"] = [text for text in about["notes"] if "binned before" not in text]
    assert set(left) == set(right)
    for name in left:
        assert plain(left[name]) == plain(right[name]), name


def test_samples_written_and_read_are_the_same_and_nothing_is_computed(generain, written, nothing_computed, tmp_path) -> None:
    before = anndata.read_h5ad(written)
    again = generain.normalize(written, output=tmp_path / "again.h5ad")
    same(before, again)
    same(before, anndata.read_h5ad(tmp_path / "again.h5ad"))
    same(before, generain.embed(written, MODEL, loss=True, genes=["MYC"]))
    same(before, generain.read(written))
    same(before, generain.normalize(generain.read(written)))
    same(before, generain.normalize(before))
    assert "binned before" in again.uns["generain"]["notes"][-1]


def test_the_line_reads_what_it_wrote(written, nothing_computed, tmp_path, capsys) -> None:
    out = tmp_path / "line.h5ad"
    assert main(["--release", str(DEMO), "embed", str(written), "--model", MODEL, "--loss", "-o", str(out), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["restored"] is True
    assert answer["genes_in_input"] > answer["genes_matched"]
    same(anndata.read_h5ad(written), anndata.read_h5ad(out))


def test_the_report_is_that_of_the_table_it_was_made_of(generain, tmp_path) -> None:
    counts = pd.read_csv(COUNTS, index_col=0)
    counts.iloc[400:, 1] = 0
    counts.loc["ERCC-00002"] = 7
    counts.to_csv(tmp_path / "counts.csv")
    first = generain.bin_table(tmp_path / "counts.csv", output=tmp_path / "own.h5ad", min_genes=1500).report
    second = generain.bin_table(tmp_path / "own.h5ad", min_genes=1500).report
    changing = {"notes", "samples", "genes_summed", "decision", "decisions"}
    assert {k: v for k, v in first.items() if k not in changing} == {k: v for k, v in second.items() if k not in changing}
    assert len(first["samples_dropped"]) == 1
    by_name = [{row["sample"]: row for row in report["samples"]} for report in (first, second)]
    assert by_name[0] == by_name[1]


def test_some_of_the_samples_in_another_order_are_taken_as_they_are(generain, written, nothing_computed) -> None:
    whole = anndata.read_h5ad(written)
    some = whole[[9, 3, 4]].copy()
    again = generain.embed(some, MODEL, loss=True)
    np.testing.assert_array_equal(again.layers["bins"], whole.layers["bins"][[9, 3, 4]])
    np.testing.assert_array_equal(again.obsm["X_generain"], whole.obsm["X_generain"][[9, 3, 4]])
    np.testing.assert_array_equal(again.obs["total_counts"], whole.obs["total_counts"].iloc[[9, 3, 4]])


def test_some_of_the_genes_keep_bins_and_totals_and_are_embedded_anew(generain, written) -> None:
    whole = anndata.read_h5ad(written)
    again = generain.normalize(whole[:, whole.var_names[::2]].copy())
    np.testing.assert_array_equal(again.layers["bins"], whole.layers["bins"][:, ::2])
    np.testing.assert_array_equal(again.obs["total_counts"], whole.obs["total_counts"])
    assert "X_generain" not in again.obsm
    assert "model" not in again.uns["generain"]
    assert "as binning them again shows" in again.uns["generain"]["notes"][-1]


def _logged(adata) -> None:
    adata.X = np.log1p(dense(adata.X) / dense(adata.X).sum(1, keepdims=True) * 1e4)


def _one_count(adata) -> None:
    adata.X = dense(adata.X).copy()
    adata.X[3, 100] += 1000


def _totals(adata) -> None:
    adata.obs["total_counts"] = dense(adata.X).sum(1)


def _bins(adata) -> None:
    adata.layers["bins"] = adata.layers["bins"].copy()
    adata.layers["bins"][0, 0] = 2000 - adata.layers["bins"][0, 0]


def _names(adata) -> None:
    adata.var_names = adata.var_names[::-1]


@pytest.mark.parametrize("change", [_logged, _one_count, _totals, _bins, _names])
@pytest.mark.parametrize("seals", [True, False], ids=["sealed", "of an old version"])
def test_what_was_changed_outside_is_noticed(generain, written, tmp_path, change, seals) -> None:
    adata = anndata.read_h5ad(written)
    if not seals:
        _without_seals(adata)
    change(adata)
    write_h5ad(adata, tmp_path / "changed.h5ad")
    for given in (adata, tmp_path / "changed.h5ad"):
        with pytest.raises(NeedsConsent, match=r"changed since.*as_new_table=True"):
            generain.normalize(given)
    with pytest.raises(NeedsConsent, match="changed since"):
        generain.read(adata)


def test_the_line_names_the_option(written, tmp_path, capsys) -> None:
    adata = anndata.read_h5ad(written)
    _one_count(adata)
    adata.write_h5ad(tmp_path / "changed.h5ad")
    line = ["--release", str(DEMO), "normalize", str(tmp_path / "changed.h5ad"), "-o", str(tmp_path / "out.h5ad")]
    assert main(line) == 2
    assert "add --as-new-table to go on with it so" in capsys.readouterr().err
    assert main([*line, "--as-new-table", "--min-genes", "100"]) == 0
    taken = anndata.read_h5ad(tmp_path / "out.h5ad")
    np.testing.assert_allclose(taken.obs["total_counts"], dense(taken.X).sum(1))
    assert any("new table" in text for text in taken.uns["generain"]["notes"])


def _without_seals(adata) -> None:
    """Leave what versions before seals wrote."""
    for name in ("seals", "boundaries", "totals", "embedding"):
        adata.uns["generain"].pop(name, None)


def test_files_of_old_versions_are_held_against_bins_made_again(generain, written, tmp_path) -> None:
    adata = anndata.read_h5ad(written)
    _without_seals(adata)
    again = generain.normalize(adata)
    np.testing.assert_array_equal(again.layers["bins"], adata.layers["bins"])
    np.testing.assert_array_equal(again.obs["total_counts"], adata.obs["total_counts"])
    assert "X_generain" not in again.obsm


def test_samples_that_lost_their_provenance_are_recognized_by_their_bins(generain, written) -> None:
    whole = anndata.read_h5ad(written)
    joined = anndata.concat([whole[:10], whole[10:]])
    assert "generain" not in joined.uns
    again = generain.normalize(joined)
    np.testing.assert_array_equal(again.layers["bins"], whole.layers["bins"])
    np.testing.assert_array_equal(again.obs["total_counts"], whole.obs["total_counts"])


@pytest.fixture(scope="module")
def another(tmp_path_factory):
    """Return a release with other boundaries."""
    root = tmp_path_factory.mktemp("release") / "other"
    shutil.copytree(DEMO, root)
    for path in root.rglob("*coding_lncrna_0.005_subsampled.npy"):
        values = np.load(path)
        np.save(path, np.asfortranarray(np.sort(values * np.float32(0.97), axis=0)))
    return generain_core.open(root)


@pytest.mark.parametrize("seals", [True, False], ids=["sealed", "of an old version"])
def test_with_another_release_bins_are_made_anew_by_the_stored_totals(generain, another, written, seals) -> None:
    adata = anndata.read_h5ad(written)
    if not seals:
        _without_seals(adata)
    again, direct = another.normalize(adata), another.normalize(COUNTS)
    np.testing.assert_array_equal(again.layers["bins"], direct.layers["bins"])
    assert (again.layers["bins"] != adata.layers["bins"]).any()
    np.testing.assert_array_equal(again.obs["total_counts"], direct.obs["total_counts"])
    np.testing.assert_array_equal(again.obs["n_genes_by_counts"], direct.obs["n_genes_by_counts"])
    assert "X_generain" not in again.obsm
    assert "binned anew" in again.uns["generain"]["notes"][-1]
    assert another.release.label in again.uns["generain"]["provenance"]


@pytest.mark.parametrize("change", [_logged, _one_count, _totals, _bins, _names])
def test_with_another_release_changes_are_noticed_too(another, written, change) -> None:
    adata = anndata.read_h5ad(written)
    change(adata)
    with pytest.raises(NeedsConsent, match="changed since"):
        another.normalize(adata)


@pytest.mark.parametrize("change", [_logged, _totals, _bins])
def test_without_seals_and_release_what_does_not_look_like_counts_is_noticed(another, written, change) -> None:
    adata = anndata.read_h5ad(written)
    _without_seals(adata)
    change(adata)
    with pytest.raises(NeedsConsent, match="changed since"):
        another.normalize(adata)


def test_for_another_gene_set_the_stored_totals_are_the_depth(generain, written) -> None:
    again, direct = generain.normalize(written, gene_set="gene2vec"), generain.normalize(COUNTS, gene_set="gene2vec")
    common = [name for name in again.var_names if name in set(direct.var_names)]
    np.testing.assert_array_equal(again[:, common].layers["bins"], direct[:, common].layers["bins"])
    assert "binned anew" in again.uns["generain"]["notes"][-1]


def test_sums_of_own_samples_have_the_sums_of_their_totals(generain, written) -> None:
    again = generain.normalize(written, sum_by="tissue")
    direct = generain.normalize(COUNTS, sheet=SHEET, sum_by="tissue")
    np.testing.assert_array_equal(again.layers["bins"], direct.layers["bins"])
    np.testing.assert_array_equal(again.obs["total_counts"], direct.obs["total_counts"])


def test_a_sheet_joined_later_changes_no_bin(generain, written, nothing_computed, tmp_path) -> None:
    sheet = pd.read_csv(SHEET).assign(batch="b1")
    again = generain.normalize(written, sheet=sheet)
    assert set(again.obs["batch"]) == {"b1"}
    np.testing.assert_array_equal(again.layers["bins"], anndata.read_h5ad(written).layers["bins"])


def test_changed_bins_are_embedded_again(generain, tmp_path) -> None:
    """An embedding beside bins that were changed since is not taken for theirs."""
    from generain_core.models.embedding import embed_samples

    embedded = generain.embed(COUNTS, model=MODEL, output=tmp_path / "embedded.h5ad")
    adata = anndata.read_h5ad(tmp_path / "embedded.h5ad")
    assert embed_samples(adata.copy(), generain.release, MODEL)["seconds"] == 0
    adata.layers["bins"] = adata.layers["bins"][:, ::-1].copy()
    facts = embed_samples(adata, generain.release, MODEL)
    assert "restored" not in facts
    assert not np.allclose(adata.obsm["X_generain"], embedded.obsm["X_generain"])
