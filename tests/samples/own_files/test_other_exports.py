"""Lists, tables of genes and pulled samples that the program wrote are read again as what they are."""

import anndata
import numpy as np
import pandas as pd
import pytest

import generain_core
from generain_core.attributes.gmt import gmt_bytes
from generain_core.cli import main
from generain_core.errors import GeneRAINError
from generain_core.release.provenance import csv_bytes, provenance
from generain_core.samples.archs4.chosen_samples import Archs4
from generain_core.samples.binning.binned_files import write_tsv
from generain_core.samples.io.sample_sheet import read_sample_sheet


@pytest.fixture(scope="module")
def generain():
    return generain_core.open()


def test_a_table_of_genes_as_csv_is_its_list(generain, tmp_path) -> None:
    table = generain.neighbors("CD3E", k=30)
    path = tmp_path / "neighbors.csv"
    path.write_bytes(csv_bytes(table, provenance(generain.release, "neighbors")))
    [found] = generain.lists([path])
    assert found.genes == tuple(table["gene"])
    assert not found.missing


def test_lists_as_gmt_come_back(generain, tmp_path) -> None:
    first = generain.lists(["RPL3,RPS6,CD3E", "CD8A,CD19"], output=tmp_path / "lists.gmt")
    again = generain.lists([tmp_path / "lists.gmt"])
    assert [each.genes for each in again] == [each.genes for each in first]
    sets = {"A set, with a comma": ["RPL3", "RPS6"], "two": ["CD3E"]}
    (tmp_path / "sets.gmt").write_bytes(gmt_bytes(sets, provenance(generain.release, "sets")))
    assert [each.genes for each in generain.lists([tmp_path / "sets.gmt"])] == [("RPL3", "RPS6"), ("CD3E",)]


def test_a_sheet_written_as_csv_is_joined_as_it_was(generain, tmp_path) -> None:
    counts = generain.release.path("demo/counts")
    adata = generain.normalize(counts, sheet=generain.release.path("demo/sample_sheet"))
    described = adata.obs.reset_index(names="sample")
    (tmp_path / "sheet.csv").write_bytes(csv_bytes(described, provenance(generain.release, "samples")))
    again = generain.normalize(counts, sheet=tmp_path / "sheet.csv")
    for column in set(described.columns) - {"sample", "total_counts", "n_genes_by_counts", "n_genes_matched"}:
        assert again.obs[column].tolist() == adata.obs[column].tolist(), column


def test_bins_as_a_table_are_not_taken_for_counts(generain, tmp_path) -> None:
    adata = generain.normalize(generain.release.path("demo/counts"))
    write_tsv(adata, tmp_path / "bins.tsv")
    with pytest.raises(GeneRAINError, match="as bins are rather than counts|may hold logs or counts|holds whole numbers"):
        generain.normalize(tmp_path / "bins.tsv")


def test_a_perturbation_table_gives_its_targets_and_no_samples(generain, tmp_path) -> None:
    names = ["demo/perturbation_counts", "demo/perturbation_sheet"]
    counts, sheet = (str(generain.release.path(name)) for name in names)
    column = next(c for c in pd.read_csv(sheet).columns if "perturb" in c.lower() or c.lower() in ("target", "condition"))
    control = str(pd.read_csv(sheet)[column].value_counts().index[0])
    line = ["perturb", counts, "--sheet", sheet, "--by", column, "--control", control, "--model", "none", "-o"]
    assert main([*line, str(tmp_path / "p.csv"), "--permutations", "99", "--bootstrap", "0"]) == 0
    table = pd.read_csv(tmp_path / "p.csv")
    with pytest.raises(GeneRAINError):
        generain.normalize(tmp_path / "p.csv")
    targets = [name for name in table["target"].dropna() if name]
    if targets:
        pd.DataFrame({"gene": targets}).to_csv(tmp_path / "targets.csv", index=False)
        [found] = generain.lists([tmp_path / "targets.csv"])
        assert set(found.genes) == set(targets)


def test_an_h5ad_with_a_sheet_keeps_types(generain, tmp_path) -> None:
    counts = generain.release.path("demo/counts")
    adata = generain.normalize(counts)
    frame = pd.DataFrame(
        {"sample": adata.obs_names, "dose": np.arange(len(adata)) / 2, "word": ["null", "NA"] * (len(adata) // 2)}
    )
    frame.to_csv(tmp_path / "sheet.csv", index=False)
    generain.normalize(counts, sheet=tmp_path / "sheet.csv", output=tmp_path / "o.h5ad")
    again = generain.normalize(tmp_path / "o.h5ad")
    np.testing.assert_array_equal(again.obs["dose"], frame["dose"])
    assert again.obs["word"].tolist() == frame["word"].tolist()
    assert anndata.read_h5ad(tmp_path / "o.h5ad").obs["word"].tolist() == frame["word"].tolist()
    assert read_sample_sheet(tmp_path / "sheet.csv")["word"].tolist() == frame["word"].tolist()


def test_pulled_samples_come_back_as_they_were(generain, tmp_path, capsys) -> None:
    out, model = tmp_path / "pulled.h5ad", "GPT_protein_coding_lncRNAs"
    names = Archs4.open(generain.release).index["geo_accession"].to_pylist()[:9:4]
    assert main(["archs4-pull", *names, "--model", model, "--device", "cpu", "-o", str(out)]) == 0
    before, again = anndata.read_h5ad(out), generain.embed(out, model)
    assert main(["normalize", str(out), "-o", str(tmp_path / "again.h5ad"), "--json"]) == 0
    assert "binned before" in capsys.readouterr().out
    for adata in (again, anndata.read_h5ad(tmp_path / "again.h5ad")):
        assert list(adata.obs_names) == list(before.obs_names)
        np.testing.assert_array_equal(adata.layers["bins"], before.layers["bins"])
        np.testing.assert_array_equal(adata.obsm["X_generain"], before.obsm["X_generain"])
        pd.testing.assert_frame_equal(adata.obs.astype(object), before.obs.astype(object))


def test_predictions_of_a_cohort_are_a_sheet_of_its_samples(generain, tmp_path) -> None:
    """What stands beside samples in any CSV is joined to them again by their names."""
    counts = generain.release.path("demo/counts")
    adata = generain.normalize(counts)
    table = pd.DataFrame({"sample": adata.obs_names, "predicted": np.linspace(0, 1, len(adata)), "far": [True, False] * 16})
    (tmp_path / "predictions.csv").write_bytes(csv_bytes(table, provenance(generain.release, "predictions")))
    again = generain.normalize(counts, sheet=tmp_path / "predictions.csv")
    np.testing.assert_allclose(again.obs["predicted"], table["predicted"], rtol=1e-7)
    assert again.obs["far"].astype(str).tolist() == table["far"].astype(str).tolist()
