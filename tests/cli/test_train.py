"""The command train: the released chunks, chunks of one's own, and what is wrong in one line."""

import json
from dataclasses import fields

import anndata
import numpy as np
import pandas as pd
import pytest
import torch

from generain_core.cli import main
from generain_core.cli.commands.train import SETTINGS, SWITCHES
from generain_core.models.network import open_network
from generain_core.release.files import Release
from generain_core.release.readers.token_index import read_token_index
from generain_core.training.train import Options
from generain_core.vectors.atlas import open_genes
from tests.conftest import PROJECT
from tests.training.toy import GENES, some_bins

pytestmark = pytest.mark.usefixtures("one_thread")

SIZES = ["--width", "16", "--layers", "1", "--positions", "32", "--epochs", "1", "--batch", "50", "--device", "cpu"]


def test_every_setting_is_on_the_line() -> None:
    names = {name for name, *_ in (*SETTINGS, *SWITCHES)} | {"schedule", "precision"}
    assert names == {field.name for field in fields(Options)}
    for name, kind, words in SETTINGS:
        said, usual = words.rpartition("(")[2].rstrip(")"), getattr(Options(), name)
        if usual is not None:
            assert kind(said) == usual, name
    for family in ("bert_genes", "bert_expression"):
        kinds = {"bert_genes": "BERT_Pred_Genes", "bert_expression": "BERT_Pred_Expr"}
        for share, name in zip(Options().replacements(family), ("mask_share", "random_share"), strict=True):
            (words,) = [words for each, _, words in SETTINGS if each == name]
            assert f"{share:g} in {kinds[family]}" in words


def test_the_readme_says_how_the_authors_trained_and_what_is_offered_instead() -> None:
    """Every setting that differs stands in the table with an option that the line has, and the default that it has."""
    lines = (PROJECT / "README.md").read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("| as the authors trained"))
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[start + 2 :]]
    rows = rows[: next((i for i, row in enumerate(rows) if len(row) < 2), len(rows))]
    options = " ".join(row[1] for row in rows)
    for name in ("schedule", "no-predict-unexpressed", "mask-share", "no-padding", "embedding-dropout", "accumulate", "shown"):
        assert f"--{name}" in options, name
    assert all(len(row) == 3 and all(row) for row in rows)


def test_the_released_chunks_are_trained_on(standin, tmp_path, capsys) -> None:
    release, out = Release.open(standin), tmp_path / "new.pth"
    line = ["--release", str(standin), "train", "--kind", "BERT_Pred_Genes_Binning_By_Gene", "-o", str(out), *SIZES, "--json"]
    assert main(line) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["samples"], answer["held_out"], answer["steps"]) == (450, 50, 3)
    assert answer["simulated"]
    assert 0 < answer["validation_loss"] < 20
    index = read_token_index(release.path("index/gene2vec"))
    assert read_token_index(tmp_path / "new.pth.gene_to_idx.json") == index
    assert open_network(out, "bert_genes").genes == 1 + max(index.values())
    origin = torch.load(out, weights_only=True)["training"]["origin"]
    assert "SIMULATED" in origin
    assert "chunk_0.npy" in origin
    assert main(line) == 2
    assert "is there already" in capsys.readouterr().err
    assert main([*line, "--resume"]) == 0


def test_only_genes_of_the_model_are_read(standin, tmp_path) -> None:
    """Rows of genes that no sample has stay as they were drawn at first: too little expressed, or known by a newer name."""
    release, out = Release.open(standin), tmp_path / "new.pth"
    line = ["--release", str(standin), "train", "--kind", "BERT_Pred_Expr_Binning_By_Gene", "-o", str(out), *SIZES]
    assert main([*line, "--weight-decay", "0", "--learning-rate", "0.01"]) == 0
    index = read_token_index(release.path("index/gene2vec"))
    modelled = set(open_genes(release).table.model.index)
    state = torch.load(out, weights_only=True)["optimizer_state_dict"]["state"]
    rows = len(index)
    (moved,) = [each["exp_avg_sq"] for each in state.values() if each["exp_avg_sq"].shape[0] == rows]
    still = (moved.abs().sum(1) == 0).nonzero().flatten().tolist()
    assert {index[gene] for gene in index if gene not in modelled} <= set(still)
    columns = set(release.path("boundaries/gene2vec/genes").read_text().split())
    trained = {index[gene] for gene in index if gene in modelled & columns}
    assert len(trained - set(still)) > 0.9 * len(trained)


def test_own_samples_bring_their_genes(tmp_path, capsys) -> None:
    uns = {"generain": {"gene_set": "coding_lncrna", "provenance": "SIMULATED, release demo"}}
    adata = anndata.AnnData(np.ones((50, 60), np.float32), layers={"bins": some_bins()}, uns=uns)
    adata.var_names = GENES
    adata.write_h5ad(tmp_path / "in.h5ad")
    line = ["train", str(tmp_path / "in.h5ad"), "--own-genes", "--kind", "GPT_protein_coding_lncRNAs", *SIZES]
    assert main([*line, "-o", str(tmp_path / "a.pth")]) == 0
    assert "trained in 1 steps on 45 samples: loss " in capsys.readouterr().out
    assert open_network(tmp_path / "a.pth", "gpt").genes == 63
    assert "SIMULATED" in torch.load(tmp_path / "a.pth", weights_only=True)["training"]["origin"]


def test_what_normalize_has_binned_is_trained_on(standin, tmp_path, capsys) -> None:
    release = Release.open(standin)
    genes = release.path("boundaries/gene2vec/genes").read_text().split()
    counts = np.random.default_rng(0).poisson(30, (len(genes), 8)) + np.arange(8)
    pd.DataFrame(counts, index=genes, columns=list("abcdefgh")).to_csv(tmp_path / "in.csv")
    start, binned = ["--release", str(standin)], str(tmp_path / "in.h5ad")
    assert (
        main([*start, "normalize", str(tmp_path / "in.csv"), "-o", binned, "--min-genes", "100", "--gene-set", "gene2vec"]) == 0
    )
    line = [*start, "train", binned, "--kind", "GPT_Binning_By_Gene", *SIZES, "-o"]
    assert main([*line, str(tmp_path / "a.pth")]) == 0
    assert "on 7 samples" in capsys.readouterr().out
    assert "Binning-By-Gene" in torch.load(tmp_path / "a.pth", weights_only=True)["training"]["origin"]
    line[line.index("GPT_Binning_By_Gene")] = "GPT_protein_coding_lncRNAs"
    assert main([*line, str(tmp_path / "b.pth")]) == 2
    assert "bins are of the gene set gene2vec" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (["--kind", "GPT_protein_coding_lncRNAs"], "released chunks are of the gene set gene2vec, not of coding_lncrna"),
        (["--kind", "GPT_Binning_By_Gene", "--own-genes"], "name chunks"),
        (["--kind", "GPT_Binning_By_Gene", "wide.npy"], "wide.npy has 7 columns, but the gene list has"),
        (["--kind", "GPT_Binning_By_Gene", "--width", "17"], "multiple of 4"),
        (["--kind", "GPT_Binning_By_Gene", "--device", "abacus"], "no device 'abacus'"),
        (["--kind", "GPT_9"], "invalid choice"),
    ],
)
def test_what_is_wrong_is_one_line(line, message, standin, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("wide.npy", np.ones((3, 7)))
    assert main(["--release", str(standin), "train", "-o", "out.pth", *line]) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("error: ")
    assert message in error
    assert not (tmp_path / "out.pth").exists()
