"""The command embed, from a table of counts to an h5ad: promised keys, shapes, and equal to the functions."""

import json

import anndata
import numpy as np
import pandas as pd
import pytest

from generain_core.cli import main
from generain_core.models.loss import sample_losses
from generain_core.models.model import open_model
from generain_core.models.pooling import embed_bins
from generain_core.release.files import Release


def test_a_table_is_embedded(standin, tmp_path, capsys) -> None:
    release = Release.open(standin)
    genes = release.path("boundaries/gene2vec/genes").read_text().split()
    counts = np.random.default_rng(0).poisson(30, (len(genes), 4)) + np.arange(4)
    pd.DataFrame(counts, index=genes, columns=["a", "b", "c", "d"]).to_csv(tmp_path / "in.csv")
    line = ["--release", str(standin), "embed", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.h5ad"), "--min-genes", "100"]
    line += ["--model", "GPT_Binning_By_Gene", "--device", "cpu", "--loss", "--genes", f"{genes[0]},{genes[1]}", "--stability"]
    assert main([*line, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    promised = {"samples_kept", "samples_dropped", "genes_in_input", "genes_matched", "genes_missing", "device", "seconds"}
    assert promised <= set(answer)
    assert (answer["device"], answer["samples_kept"]) == ("cpu", 4)
    made = anndata.read_h5ad(tmp_path / "out.h5ad")
    model = open_model(release, "GPT_Binning_By_Gene")
    read = model.read(made)
    assert made.obsm["X_generain"].shape == (4, 40)
    assert made.obsm["X_generain"].dtype == np.float32
    assert answer["genes_modelled"] == len(read.genes)
    wanted = embed_bins(model.network, read.bins, read.tokens)
    assert np.abs(made.obsm["X_generain"] - wanted).max() < 1e-5
    losses = sample_losses(model.network, read.bins, read.tokens)
    assert np.abs(made.obs["generain_loss"].to_numpy() - losses).max() < 1e-5
    assert made.obsm[f"X_generain_gene_{genes[0]}"].shape == (4, 40)
    assert made.uns["generain"]["model"] == "GPT_Binning_By_Gene"
    assert len(made.uns["generain_stability"]["samples"]) == 12


@pytest.mark.parametrize("extra", [["--genes", "NOPE"], ["--device", "abacus"]])
def test_what_is_wrong_is_one_line(standin, tmp_path, capsys, extra) -> None:
    genes = Release.open(standin).path("boundaries/gene2vec/genes").read_text().split()
    pd.DataFrame({"a": np.arange(1, len(genes) + 1)}, index=genes).to_csv(tmp_path / "in.csv")
    line = ["--release", str(standin), "embed", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.h5ad"), "--min-genes", "100"]
    assert main([*line, "--model", "GPT_Binning_By_Gene", *extra]) == 2
    assert capsys.readouterr().err.strip().splitlines()[-1].startswith("error: ")
    assert not (tmp_path / "out.h5ad").exists()


@pytest.mark.parametrize("size", ["0", "-4", "x", "2.5"])
def test_a_batch_size_that_is_none_is_refused(capsys, size) -> None:
    assert main(["embed", "in.csv", "-o", "out.h5ad", "--model", "GPT_Binning_By_Gene", f"--batch-size={size}"]) == 2
    assert f"'{size}' is no batch size; give auto or a whole number from 1" in capsys.readouterr().err


def test_genes_that_cannot_be_had_are_refused_before_the_long_work(standin, tmp_path, capsys, monkeypatch) -> None:
    genes = Release.open(standin).path("boundaries/gene2vec/genes").read_text().split()
    counts = np.random.default_rng(0).poisson(30, len(genes)) * 7
    pd.DataFrame({"a": counts}, index=genes).to_csv(tmp_path / "in.csv")
    begun = []
    monkeypatch.setattr("generain_core.models.embedding.embed_bins", lambda *given, **options: begun.append(given))
    line = ["--release", str(standin), "embed", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.h5ad"), "--min-genes", "100"]
    assert main([*line, "--model", "GPT_Binning_By_Gene", "--genes", f"{genes[0]},NOPE"]) == 2
    assert "doesn't read 'NOPE' here: it is none of its genes" in capsys.readouterr().err
    assert not begun


def test_batch_size_and_precision_of_the_line_are_those_of_the_work(standin, tmp_path, capsys) -> None:
    release = Release.open(standin)
    genes = release.path("boundaries/gene2vec/genes").read_text().split()
    counts = np.random.default_rng(0).poisson(30, (len(genes), 5)) * np.arange(1, 6)
    data = anndata.AnnData(np.log1p(counts.T).astype(np.float32), layers={"raw counts": counts.T})
    data.var_names, data.obs_names = genes, list("abcde")
    data.write_h5ad(tmp_path / "in.h5ad")
    made, answers = {}, {}
    for name, options in {
        "plain": [],
        "twos": ["--batch-size", "2", "--layer", "raw counts"],
        "auto": ["--batch-size", "auto", "--layer", "layers/raw counts", "--precision", "float32"],
        "mixed": ["--precision", "mixed"],
    }.items():
        line = ["--release", str(standin), "embed", str(tmp_path / "in.h5ad"), "-o", str(tmp_path / f"{name}.h5ad")]
        line += ["--min-genes", "100", "--model", "GPT_Binning_By_Gene", "--device", "cpu", *options, "--json"]
        assert main(line) == 0
        answers[name] = json.loads(capsys.readouterr().out)
        made[name] = anndata.read_h5ad(tmp_path / f"{name}.h5ad")
    for name in ("twos", "auto"):
        assert np.abs(made[name].obsm["X_generain"] - made["plain"].obsm["X_generain"]).max() < 1e-5
        assert (answers[name]["precision"], answers[name]["precision_words"]) == ("float32", "Computed in float32.")
        assert "precision_samples" not in answers[name]
    mixed = answers["mixed"]
    assert mixed["precision_samples"] == 5
    assert 0 < mixed["precision_max_abs"] < 1
    assert f"the numbers of 5 samples changed by at most {mixed['precision_max_abs']:.2g}" in mixed["precision_words"]
    moved = np.abs(made["mixed"].obsm["X_generain"] - made["plain"].obsm["X_generain"]).max()
    used = mixed["precision"] == "bfloat16"
    assert moved == pytest.approx(mixed["precision_max_abs"], rel=0.2) if used else moved < 1e-5
    assert made["mixed"].uns["generain"]["precision_words"] == mixed["precision_words"]


def test_batches_are_as_large_as_the_line_says(standin, tmp_path, capsys, monkeypatch) -> None:
    from generain_core.models import batches

    genes = Release.open(standin).path("boundaries/gene2vec/genes").read_text().split()
    pd.DataFrame(np.random.default_rng(0).poisson(30, (len(genes), 5)), index=genes).to_csv(tmp_path / "in.csv")
    sizes, whole = [], batches.model_input
    monkeypatch.setattr(batches, "model_input", lambda bins, *given: sizes.append(len(bins)) or whole(bins, *given))
    line = ["--release", str(standin), "embed", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.h5ad"), "--min-genes", "100"]
    assert main([*line, "--model", "GPT_Binning_By_Gene", "--device", "cpu", "--batch-size", "2"]) == 0
    assert sizes == [2, 2, 1]


def test_a_layer_that_is_not_there_is_answered_with_those_that_are(standin, tmp_path, capsys) -> None:
    genes = Release.open(standin).path("boundaries/gene2vec/genes").read_text().split()
    counts = np.random.default_rng(0).poisson(30, (2, len(genes)))
    data = anndata.AnnData(counts.astype(np.float32), layers={"bins": np.random.default_rng(1).integers(1, 2001, counts.shape)})
    data.var_names, data.obs_names = genes, ["a", "b"]
    data.write_h5ad(tmp_path / "in.h5ad")
    line = ["--release", str(standin), "embed", str(tmp_path / "in.h5ad"), "-o", str(tmp_path / "out.h5ad"), "--min-genes", "100"]
    assert main([*line, "--model", "GPT_Binning_By_Gene", "--layer", "spliced"]) == 2
    assert "error: in.h5ad has no layer 'spliced'; choose one of: X or bins." in capsys.readouterr().err


def test_a_precision_that_is_none_is_refused(capsys) -> None:
    assert main(["embed", "in.csv", "-o", "out.h5ad", "--model", "GPT_Binning_By_Gene", "--precision", "half"]) == 2
    assert "float32" in capsys.readouterr().err
