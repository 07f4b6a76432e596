"""Samples through the door for notebooks: as the command line does it, from a file and from memory; the input stays as it is."""

import json
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import generain_core as gr
from generain_core.cli import main
from generain_core.storage.json_rows import records
from tests.conftest import PROJECT

EXAMPLES = PROJECT / "assets/demo/data/examples"
COUNTS, SHEET = EXAMPLES / "demo_counts.csv.gz", EXAMPLES / "demo_samples.csv"
MODEL = "GPT_Binning_By_Gene"
pytestmark = pytest.mark.filterwarnings("ignore:Variable names are not unique", "ignore:Observation names are not unique")


@pytest.fixture(scope="module")
def generain() -> gr.GeneRAIN:
    return gr.open(PROJECT / "assets/demo")


@pytest.fixture(scope="module")
def adata(generain: gr.GeneRAIN) -> anndata.AnnData:
    return generain.read(COUNTS, samples=SHEET)


def line(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, object]:
    assert main(["--json", "--release", str(PROJECT / "assets/demo"), *map(str, words)]) == 0
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


def dense(values: object) -> np.ndarray:
    return values.toarray() if sparse.issparse(values) else np.asarray(values)  # type: ignore[attr-defined]


def assert_same_samples(one: anndata.AnnData, other: anndata.AnnData) -> None:
    assert list(one.obs_names) == list(other.obs_names)
    assert list(one.var_names) == list(other.var_names)
    np.testing.assert_array_equal(dense(one.X), dense(other.X))
    np.testing.assert_array_equal(one.layers["bins"], other.layers["bins"])
    for name in other.obsm:
        np.testing.assert_array_equal(one.obsm[name], other.obsm[name])


def test_a_table_is_read_with_every_row_and_names_as_written(adata: anndata.AnnData) -> None:
    table = pd.read_csv(COUNTS, index_col=0)
    genes = table.select_dtypes("number")
    assert adata.shape == genes.T.shape
    assert list(adata.var_names) == list(table.index.astype(str))
    np.testing.assert_array_equal(dense(adata.X), genes.T.to_numpy())
    assert {"tissue", "batch"} & set(adata.obs) or len(adata.obs.columns)
    assert adata.uns["generain"]["value_kind"] == "counts"


def test_what_was_read_can_be_written(adata: anndata.AnnData, tmp_path: Path) -> None:
    adata.write_h5ad(tmp_path / "read.h5ad")
    again = anndata.read_h5ad(tmp_path / "read.h5ad")
    assert again.uns["generain"]["organism"] == "human"


def test_normalize_as_the_line_does(generain: gr.GeneRAIN, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    binned = generain.normalize(COUNTS, output=tmp_path / "notebook.h5ad", samples=SHEET, min_genes=1500)
    line(capsys, "normalize", COUNTS, "-o", tmp_path / "line.h5ad", "--samples", SHEET, "--min-genes", 1500)
    theirs = anndata.read_h5ad(tmp_path / "line.h5ad")
    assert_same_samples(binned, theirs)
    assert_same_samples(anndata.read_h5ad(tmp_path / "notebook.h5ad"), theirs)
    assert binned.uns["generain"]["provenance"] == theirs.uns["generain"]["provenance"]


def test_embed_as_the_line_does(
    generain: gr.GeneRAIN, adata: anndata.AnnData, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    before = adata.copy()
    embedded = generain.embed(adata, model=MODEL, device="cpu", loss=True, genes="GPI")
    words = ("embed", COUNTS, "-o", tmp_path / "line.h5ad", "--model", MODEL, "--samples", SHEET, "--device", "cpu")
    line(capsys, *words, "--loss", "--genes", "GPI")
    theirs = anndata.read_h5ad(tmp_path / "line.h5ad")
    assert_same_samples(embedded, theirs)
    assert {"X_generain", "X_generain_gene_GPI"} <= set(embedded.obsm)
    np.testing.assert_array_equal(embedded.obs["generain_loss"], theirs.obs["generain_loss"])
    assert list(embedded.obs.columns) == list(theirs.obs.columns)
    np.testing.assert_array_equal(dense(adata.X), dense(before.X))
    pd.testing.assert_frame_equal(adata.obs, before.obs)
    pd.testing.assert_frame_equal(adata.var, before.var)
    assert not adata.obsm
    assert not adata.layers


def test_counts_are_taken_from_their_layer(generain: gr.GeneRAIN, adata: anndata.AnnData) -> None:
    logs = anndata.AnnData(X=np.log1p(dense(adata.X)), obs=adata.obs, var=adata.var, layers={"counts": adata.X})
    assert_same_samples(generain.normalize(logs), generain.normalize(adata))


def test_sparse_counts_of_whole_numbers_are_the_same(generain: gr.GeneRAIN, adata: anndata.AnnData) -> None:
    for counts in (sparse.csr_matrix(adata.X), sparse.csc_matrix(adata.X), dense(adata.X).astype(np.int32)):
        other = anndata.AnnData(X=counts, obs=adata.obs, var=adata.var)
        assert_same_samples(generain.normalize(other), generain.normalize(adata))


def test_genes_are_named_by_a_column_where_the_index_is_of_numbers(generain: gr.GeneRAIN, adata: anndata.AnnData) -> None:
    for column in ("gene_ids", "anything"):
        var = pd.DataFrame({column: list(adata.var_names)}, index=[str(i) for i in range(adata.n_vars)])
        assert_same_samples(generain.normalize(anndata.AnnData(X=adata.X, obs=adata.obs, var=var)), generain.normalize(adata))


def test_an_index_of_numbers_alone_is_refused(generain: gr.GeneRAIN, adata: anndata.AnnData) -> None:
    nameless = anndata.AnnData(X=adata.X)
    with pytest.raises(gr.GeneRAINError, match="AnnData") as refusal:
        generain.embed(nameless, model=MODEL)
    assert "\n" not in str(refusal.value)


def test_repeated_names_are_summed_as_genes_and_made_unique_as_samples(generain: gr.GeneRAIN, adata: anndata.AnnData) -> None:
    names = list(adata.var_names)
    var = pd.DataFrame(index=[*names[:-1], names[0]])
    twice = anndata.AnnData(X=adata.X, obs=pd.DataFrame(index=["one"] * adata.n_obs), var=var)
    binned = generain.normalize(twice)
    assert binned.obs_names.is_unique
    assert binned.var["n_rows"].max() == 2


def test_a_backed_file_is_read(generain: gr.GeneRAIN, adata: anndata.AnnData, tmp_path: Path) -> None:
    adata.write_h5ad(tmp_path / "samples.h5ad")
    backed = anndata.read_h5ad(tmp_path / "samples.h5ad", backed="r")
    assert_same_samples(generain.normalize(backed), generain.normalize(adata))
    assert backed.isbacked
    backed.file.close()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda counts: np.log1p(counts), "back_transform=True"),
        (lambda counts: counts - 5, "negative"),
        (lambda counts: np.zeros_like(counts), "zeros"),
        (lambda counts: np.where(counts > 100, np.nan, counts), "missing_as_zero=True"),
    ],
)
def test_values_that_are_no_counts_are_refused_as_in_a_file(
    generain: gr.GeneRAIN, adata: anndata.AnnData, tmp_path: Path, change: object, reason: str
) -> None:
    wrong = anndata.AnnData(X=change(dense(adata.X).astype(float)), obs=adata.obs, var=adata.var)  # type: ignore[operator]
    with pytest.raises(gr.GeneRAINError, match=reason) as refusal:
        generain.embed(wrong, model=MODEL)
    wrong.write_h5ad(tmp_path / "AnnData")
    with pytest.raises(gr.GeneRAINError) as of_file:
        generain.embed(tmp_path / "AnnData", model=MODEL)
    assert str(refusal.value) == str(of_file.value)
    assert "\n" not in str(refusal.value)


def test_logs_are_taken_back_if_asked(generain: gr.GeneRAIN, adata: anndata.AnnData) -> None:
    logs = anndata.AnnData(X=np.log1p(dense(adata.X).astype(float)), obs=adata.obs, var=adata.var)
    binned = generain.normalize(logs, back_transform=True, log_base="e")
    assert binned.uns["generain"]["value_kind"].startswith("log")


def test_what_is_no_table_is_refused(generain: gr.GeneRAIN) -> None:
    with pytest.raises(gr.GeneRAINError, match="give the path of a file, or an AnnData"):
        generain.normalize(42)  # type: ignore[arg-type]
    with pytest.raises(gr.GeneRAINError, match="genes"):
        generain.normalize(anndata.AnnData(obs=pd.DataFrame(index=["a"])))


def test_another_model_or_gene_set_names_those_there_are(generain: gr.GeneRAIN) -> None:
    with pytest.raises(gr.GeneRAINError, match="GPT_protein_coding_lncRNAs"):
        generain.embed(COUNTS, model="GPT4")
    with pytest.raises(gr.GeneRAINError, match="coding_lncrna, gene2vec"):
        generain.normalize(COUNTS, gene_set="all")


def test_an_argument_that_is_not_there_is_refused(generain: gr.GeneRAIN) -> None:
    with pytest.raises(TypeError, match="there is no argument 'layers'"):
        generain.normalize(COUNTS, layers="counts")  # type: ignore[call-arg]


def test_the_input_is_not_written_over(generain: gr.GeneRAIN, tmp_path: Path) -> None:
    copy = tmp_path / "counts.csv.gz"
    copy.write_bytes(COUNTS.read_bytes())
    with pytest.raises(gr.GeneRAINError, match="is the input itself"):
        generain.embed(copy, model=MODEL, output=copy)


def test_perturb_as_the_line_does(generain: gr.GeneRAIN, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    counts, sheet = EXAMPLES / "demo_perturbation_counts.csv.gz", EXAMPLES / "demo_perturbations.csv"
    options = {"strata": "batch", "permutations": 199, "bootstrap": 20, "seed": 3}
    adata = generain.read(counts, samples=sheet)
    result = generain.perturb(
        adata, by="perturbation", control="non-targeting", model=MODEL, device="cpu", output=tmp_path / "notebook.csv", **options
    )
    words = ("perturb", counts, "--samples", sheet, "--by", "perturbation", "--control", "non-targeting", "--model", MODEL)
    words = (*words, "--device", "cpu", "--strata", "batch", "--permutations", 199, "--bootstrap", 20, "--seed", 3)
    document = line(capsys, *words, "-o", tmp_path / "line.csv")
    assert (tmp_path / "notebook.csv").read_bytes() == (tmp_path / "line.csv").read_bytes()
    assert json.loads(json.dumps(records(result.table))) == document["perturbations"]
    assert json.loads(result.labels.to_json(orient="records")) == document["labels"]
    assert {"perturbation", "gene"} <= set(result.genes)
    assert {"perturbation", "attribute"} <= set(result.attributes)
    assert {"perturbation", "target"} <= set(result.targets)
    assert "non-targeting" in result.methods
    assert "SIMULATED" in result.genes.attrs["provenance"]
