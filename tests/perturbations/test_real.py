"""Real experiments: a thin CRISPR screen, a plate of 978 genes, and dexamethasone in four donors."""

import json

import pandas as pd
import pytest
from scipy.io import mmread

from generain_core.cli import main
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.genes.moved_genes import find_moved_genes
from generain_core.perturbations.run import run
from generain_core.release.files import choose
from generain_core.vectors.atlas import open_genes
from generain_core.wording.perturbations import note_sentences
from tests.conftest import SHARED
from tests.perturbations.test_moved import AnyGene
from tests.samples.toy import table

LINE = ["--permutations", "199", "--bootstrap", "0", "--json"]


def test_a_thin_screen_is_summed_and_stays_in_expression_space(shared, standin) -> None:
    folder = shared / "data/perturbation/scPerturb_Datlinger2021_Jurkat"
    counts = mmread(folder / "matrix.mtx").T.tocsr().astype(float)
    sheet = pd.read_csv(folder / "seurat_metadata.csv", index_col=0)[["perturbation", "perturbation_2"]]
    genes = pd.read_csv(folder / "genes.csv").iloc[:, -1].astype(str).tolist()
    made = table(counts, genes, list(sheet.index), {name: sheet[name].tolist() for name in sheet})
    release = choose(standin)
    resolver = open_genes(release)
    choices = Choices(column="perturbation", control="control", strata=("perturbation_2",), settings=Settings(199, 0))
    result = run(made, choices, release, resolver)
    assert len(result.expression.samples) == 82
    assert any("Too thin for the model; expression space only" in note for note in note_sentences(result.notes))
    assert len(result.table) == 40  # this small release does not know the genes, so guides stay apart
    assert result.table["p_value"].isna().all()  # one control for each stimulation
    assert set(result.table["n_samples"]) == {2}
    others = run(made, Choices(**{**vars(choices), "reference": "others"}), release, resolver)
    told = others.table["p_value"].notna()
    assert others.table.loc[told, "p_value"].between(0, 1).all()
    assert (~told).sum() == 1  # a target with so few cells that it would thin all others
    assert "compared by itself" in others.table.loc[~told, "why"].iloc[0]
    assert set(others.table["n_reference"]) == {80}


def test_a_plate_of_landmark_genes_is_too_thin_and_its_inhibitors_stand_together(shared, standin, tmp_path, capsys) -> None:
    plate = shared / "data/perturbation/L1000_LJP005_A375_24H_test_l1000.gct"
    out, cosines = tmp_path / "out.csv", tmp_path / "cosines.csv"
    line = ["--release", str(standin), "perturb", str(plate), "--by", "pert_iname", "--control", "DMSO", "-o", str(out)]
    assert main([*line, "--back-transform", "--log-base", "2", "--cosines", str(cosines), *LINE]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["space"] == "expression"
    assert any("Too thin for the model; expression space only" in note for note in document["notes"])
    assert len(document["perturbations"]) == 59
    near = pd.read_csv(cosines, index_col="perturbation").drop(columns="provenance").loc["trametinib"].drop("trametinib")
    inhibitors = {"AZD-8330", "PD-0325901", "PD-184352", "PLX-4720", "vemurafenib"}
    assert set(near.nlargest(5).index) == inhibitors  # of MEK and BRAF, in cells of BRAF V600E


@pytest.mark.parametrize("gene", ["DUSP1", "PER1", "KLF15", "FKBP5", "TSC22D3", "CRISPLD2"])
def test_dexamethasone_raises_the_genes_it_is_known_for(airway, gene) -> None:
    row = airway.set_index("gene").loc[gene]
    assert row["change"] > 1
    assert row["fdr"] < 0.05


@pytest.fixture(scope="module")
def airway() -> pd.DataFrame:
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared with real data is not here")
    counts = pd.read_csv(SHARED / "data/bulk_ensembl/airway_rawcounts.csv", index_col=0)
    sheet = pd.read_csv(SHARED / "data/bulk_ensembl/airway_metadata.csv", index_col=0)
    names = SHARED / "data/annotation/gencode.v43.Ensembl_ID_gene_symbol_mapping.GeneRAIN.txt"
    symbol = dict(line.split("\t")[:2] for line in names.read_text().splitlines())
    genes = [symbol.get(name, name) for name in counts.index]
    obs = {name: sheet.loc[counts.columns, name].tolist() for name in ("dex", "celltype")}
    choices = Choices(column="dex", control="control", pair="celltype", model="", settings=Settings(199, 0))
    result = run(table(counts.to_numpy(float).T, genes, list(counts.columns), obs), choices, choose(), AnyGene())
    assert result.table.loc[0, "test"] == "moderated"  # four pairs can't give a p-value by exchange
    assert result.table.loc[0, "p_value"] < 0.05
    return find_moved_genes(result, "treated", "log2").table
