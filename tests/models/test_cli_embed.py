"""The command embed, from a table of counts to an h5ad: promised keys, shapes, and equal to the functions."""

import json

import anndata
import numpy as np
import pandas as pd
import pytest

from generain_core.atlas import open_genes
from generain_core.cli import main
from generain_core.models.embed import embed_bins
from generain_core.models.loss import sample_losses
from generain_core.models.model import open_model
from generain_core.release import Release


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
    model = open_model(release, "GPT_Binning_By_Gene", set(open_genes(release).table.model.index))
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
    pd.DataFrame({"a": np.arange(1, len(genes) + 1)}, index=genes).to_csv(tmp_path / "in.csv")
    begun = []
    monkeypatch.setattr("generain_core.models.samples.embed_bins", lambda *given, **options: begun.append(given))
    line = ["--release", str(standin), "embed", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.h5ad"), "--min-genes", "100"]
    assert main([*line, "--model", "GPT_Binning_By_Gene", "--genes", f"{genes[0]},NOPE"]) == 2
    assert "doesn't read 'NOPE' here: it is none of its genes" in capsys.readouterr().err
    assert not begun
