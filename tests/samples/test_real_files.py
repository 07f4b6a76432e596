"""Files that others wrote, each read as its authors meant it."""

import json

import anndata
import numpy as np
import pandas as pd
import pytest
import scipy.io
from scipy import sparse

from generain_core.cli import main
from generain_core.errors import GeneRAINError
from generain_core.samples.binning.acceptance import accept
from generain_core.samples.binning.gene_matching import match_genes
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.interpret.diagnosis import diagnose
from generain_core.samples.io.read import read
from generain_core.samples.io.sample_sheet import join_samples, read_sample_sheet
from tests.samples.interpret.test_both_orientations import Exact
from tests.samples.known import Known, known_vocabulary


@pytest.fixture
def data(shared):
    return shared / "data"


@pytest.fixture(scope="module")
def vocabulary():
    from tests.conftest import SHARED

    if not SHARED.is_dir():
        pytest.skip("the folder ../shared with real data and golden outputs is not here")
    return known_vocabulary(SHARED)


def test_airway(data, vocabulary: Known):
    found = read_expression(data / "bulk_ensembl/airway_rawcounts.csv", vocabulary)
    assert found.values.shape == (8, 64102)
    assert found.identifiers[0] == "ENSG00000000003"
    assert found.values[:, 0].tolist() == [679, 448, 873, 408, 1138, 1047, 770, 572]
    assert found.value_kind == "counts"
    assert 14e6 < found.values.sum(axis=1).min() < found.values.sum(axis=1).max() < 32e6
    joined = join_samples(found, read_sample_sheet(data / "bulk_ensembl/airway_metadata.csv"))
    assert joined.obs["dex"].tolist() == ["control", "treated"] * 4
    assert joined.obs.loc["SRR1039512", "celltype"] == "N052611"


def test_airway_findings(data, vocabulary: Known):
    findings = diagnose(read(data / "bulk_ensembl/airway_rawcounts.csv"), vocabulary)
    assert findings.identifier_kinds == {"Ensembl gene": 63677, "LRG": 425}
    assert (findings.organism, findings.gene_column, findings.recognized) == ("human", "ensgene", 27404)


def test_airway_acceptance_equals_a_count_by_hand(data, vocabulary: Known):
    found = read_expression(data / "bulk_ensembl/airway_rawcounts.csv", vocabulary)
    match = match_genes(found.identifiers, Exact(vocabulary.names), sorted(vocabulary.names))
    table = pd.read_csv(data / "bulk_ensembl/airway_rawcounts.csv", index_col=0)
    genes = table[~table.index.str.startswith("LRG_")]
    assert len(table) - len(genes) == len(match.identifiers("set aside")) == 425
    accepted = accept(found, match)
    assert accepted["total_counts"].tolist() == genes.sum().tolist()
    assert accepted["n_genes_by_counts"].tolist() == (genes > 0).sum().tolist()
    assert accepted["n_genes_matched"].tolist() == (genes[genes.index.isin(vocabulary.names)] > 0).sum().tolist()
    assert accepted["kept"].all()


def test_both_orientations_agree(data, vocabulary: Known):
    rows = read_expression(data / "bulk_ensembl/tb_suscept_counts.txt", vocabulary)
    columns = read_expression(data / "bulk_ensembl/tb_suscept_subread_counts_samples_x_genes.txt", vocabulary)
    assert rows.values.shape == (50, 11336)
    assert columns.values.shape == (50, 19797)
    assert columns.obs.columns.tolist() == ["individual", "status", "treatment"]
    assert len(set(columns.samples)) == 50
    place = {gene: i for i, gene in enumerate(columns.identifiers)}
    shared_genes = [gene for gene in rows.identifiers if gene in place]
    assert len(shared_genes) > 11000
    mine = rows.values[:, [i for i, gene in enumerate(rows.identifiers) if gene in place]]
    theirs = columns.values[:, [place[gene] for gene in shared_genes]]
    unmatched = {tuple(row) for row in mine} ^ {tuple(row) for row in theirs}
    assert not unmatched
    joined = join_samples(rows, read_sample_sheet(data / "bulk_ensembl/tb_suscept_experiment_info.txt"))
    assert not joined.obs["rin"].isna().any()
    order = {tuple(row): i for i, row in enumerate(theirs)}
    status = {"suscep": "contact", "resist": "tb"}
    pairs = {(joined.obs["status"].iloc[i], columns.obs["status"].iloc[order[tuple(row)]]) for i, row in enumerate(mine)}
    assert len(pairs) == len(status)


def test_l1000(data, vocabulary: Known):
    path = data / "perturbation/L1000_LJP005_A375_24H_test_l1000.gct"
    raw = read(path)
    findings = diagnose(raw, vocabulary)
    assert (findings.gene_column, findings.genes_in, findings.recognized) == ("pr_gene_symbol", "rows", 931)
    assert findings.values.kind == "log"
    assert findings.values.log is not None
    assert findings.values.log.base == 2
    with pytest.raises(GeneRAINError, match=r"logs, it seems log2\(x\).* has only 978 genes \(931 known\), too thin to trust"):
        read_expression(path, vocabulary)
    with pytest.raises(GeneRAINError, match="say which was taken: 2, e or 10"):
        read_expression(path, vocabulary, back_transform=True)
    found = read_expression(path, vocabulary, back_transform=True, base=2.0)
    assert found.values.shape == (377, 978)
    assert len(found.obs.columns) == 35
    np.testing.assert_allclose(found.values[0, 0], 2**11.3819)


def test_leukemia_is_refused_for_negative_values(data, vocabulary: Known):
    with pytest.raises(GeneRAINError, match="holds negative values, the first -126.6 in sample 'ALL_1', 'CXCR5'"):
        read_expression(data / "bulk_symbol/Leukemia_hgu95av2.trim.txt", vocabulary)


def test_foxa2_says_both(data, vocabulary: Known):
    path = data / "perturbation/PANC1_FOXA2KO_count_df_vsn.csv"
    with pytest.raises(GeneRAINError, match=r"no value in 585 cells, the first in sample .* and holds logs, it seems log2\(x\)"):
        read_expression(path, vocabulary)
    found = read_expression(path, vocabulary, back_transform=True, base=2.0, missing_as_zero=True)
    assert int((found.values == 0).sum()) == 585
    assert found.values.max() < 2**18.6


def test_datlinger_folder(data, vocabulary: Known):
    found = read_expression(data / "perturbation/scPerturb_Datlinger2021_Jurkat", vocabulary)
    assert sparse.issparse(found.values)
    assert found.values.shape == (7500, 2000)
    assert found.values.nnz == 135077
    assert found.value_kind == "counts"
    assert found.obs["perturbation_2"].value_counts().to_dict() == {"stimulated": 3859, "unstimulated": 3641}
    assert found.identifiers[:2] == ("LINC02812", "NKX3-1")
    assert found.values[0, 66] == 10


def test_datlinger_cells_are_summed_on_the_line(data, tmp_path, capsys):
    folder, out = data / "perturbation/scPerturb_Datlinger2021_Jurkat", tmp_path / "o.h5ad"
    line = ["normalize", str(folder), "-o", str(out), "--json", "--min-genes", "400"]
    assert main(line) == 2
    assert "None of the 7,500 samples" in (said := capsys.readouterr().err)
    assert "sum cells to samples" in said
    assert main([*line, "--sum-by", "perturbation,perturbation_2"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["samples_kept"] + len(report["samples_dropped"]) == 82
    assert "7,500 rows were summed to 82 by perturbation and perturbation_2." in report["notes"]
    cells = pd.read_csv(folder / "seurat_metadata.csv", index_col=0)
    made = anndata.read_h5ad(out)
    mine = (cells["perturbation"] == "control") & (cells["perturbation_2"] == "stimulated")
    genes = pd.read_csv(folder / "genes.csv").iloc[:, -1].astype(str).tolist()
    matrix = scipy.io.mmread(folder / "matrix.mtx").tocsr()
    at = genes.index(gene := next(g for g in made.var_names if g in genes))
    expected = int(matrix[at].toarray().ravel()[mine.to_numpy()].sum())
    row = made.obs.index[(made.obs["perturbation"] == "control") & (made.obs["perturbation_2"] == "stimulated")]
    assert int(np.asarray(made[row, gene].X.sum())) == expected


def test_pbmc68k_has_counts_nowhere(data, vocabulary: Known):
    path = data / "singlecell/10x_pbmc68k_reduced.h5ad"
    findings = diagnose(read(path), vocabulary)
    assert {name: v.kind for name, v in findings.layers.items()} == {"raw": "log", "X": "z-scores"}
    assert "None of the layers holds counts." in findings.evidence
    with pytest.raises(GeneRAINError, match="holds logs.* doesn't tell the base of its logs"):
        read_expression(path, vocabulary)
    with pytest.raises(GeneRAINError, match="z-scores"):
        read_expression(path, vocabulary, layer="X")
    found = read_expression(path, vocabulary, back_transform=True, base=float(np.e))
    assert found.obs["bulk_labels"].nunique() == 10


def test_pbmc_10k(data, vocabulary: Known):
    found = read_expression(data / "singlecell/pbmc_10k_protein_v3_200cells.h5ad", vocabulary)
    assert found.values.shape == (200, 16727)
    assert found.value_kind == "counts"
    assert np.asarray(found.values.sum(axis=1)).ravel()[0] > 0


def test_10x_h5(data, vocabulary: Known):
    found = read_expression(data / "singlecell/10x_v3_filtered_feature_bc_matrix.h5", vocabulary)
    assert found.values.shape == (1107, 507)
    assert found.value_kind == "counts"
    assert found.values.sum() > 0


def test_cellxgene_nan_is_refused(data, vocabulary: Known):
    path = data / "singlecell/cellxgene_nan.h5ad"
    findings = diagnose(read(path), vocabulary)
    assert findings.values.missing == 2556
    with pytest.raises(GeneRAINError, match="negative values"):
        read_expression(path, vocabulary)


def test_released_example(standin, vocabulary: Known):
    path = standin / "data/examples/ReplogleWeissman2022_K562_essential.h5ad.mean_agg.pickle"
    found = read_expression(path, vocabulary)
    truth = pd.read_csv(standin / "TRUTH.example.tsv", sep="\t", keep_default_na=False)
    assert list(found.samples) == truth["sample"].tolist()
    assert sum(name.endswith("_non-targeting_non-targeting_non-targeting") for name in found.samples) == 30
    assert found.value_kind == "estimated counts"
    assert read(path).format == "pickled Adata"
