"""An experiment on the command line: tables, labels, methods, and what is refused."""

import json

import anndata
import pandas as pd
import pytest

from generain_core.cli import main
from tests.perturbations.test_run import csv


def test_the_command_writes_the_table_labels_methods_and_shifts(screen, tmp_path, capsys) -> None:
    counts, sheet = csv(screen, tmp_path)
    out = {name: tmp_path / name for name in ("out.csv", "labels.csv", "methods.txt", "shifts.h5ad")}
    line = ["perturb", str(counts), "--samples", str(sheet), "--by", "what", "--control", "CTRL", "-o", str(out["out.csv"])]
    line += ["--labels", str(out["labels.csv"]), "--methods", str(out["methods.txt"]), "--shifts", str(out["shifts.h5ad"])]
    assert main([*line, "--permutations", "199", "--bootstrap", "20", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    written = pd.read_csv(out["out.csv"])
    assert written.columns[:1].tolist() == ["perturbation"]
    assert {"perturbation", "n_samples", "effect", "p_value", "fdr", "provenance"} <= set(written.columns)
    assert written["perturbation"].tolist() == ["CD3E", "RPL3"]
    assert written["provenance"].str.contains("SIMULATED").all()
    assert [row["perturbation"] for row in document["perturbations"]] == ["CD3E", "RPL3"]
    assert document["simulated"]
    assert pd.read_csv(out["labels.csv"])["label"].isin(["CTRL", "CD3E", "RPL3"]).all()
    assert "Benjamini" in out["methods.txt"].read_text()
    assert anndata.read_h5ad(out["shifts.h5ad"]).obs_names.tolist() == ["CD3E", "RPL3"]
    assert main([*line, "--permutations", "199", "--bootstrap", "20", "--pair", "block"]) == 0
    assert "moderated" in capsys.readouterr().out  # four pairs


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (["--control", "nobody"], "has no value 'nobody'"),
        (["--by", "nothing"], "no sample column 'nothing'"),
        (["--permutations", "5"], "99 to 1,000,000"),
        (["--strata", "what"], "No value of what has both"),
        (["-o", "counts.csv"], "names of their own"),
    ],
)
def test_bad_input_is_one_line_and_status_2(screen, tmp_path, capsys, monkeypatch, extra, said) -> None:
    csv(screen, tmp_path)
    monkeypatch.chdir(tmp_path)
    line = ["perturb", "counts.csv", "--samples", "sheet.csv", "--by", "what", "--control", "ctrl", "-o", "out.csv"]
    assert main([*line, *extra]) == 2
    shown = capsys.readouterr().err.splitlines()
    assert shown[-1].startswith("error: ")
    assert said in shown[-1]


def test_the_command_writes_what_acts_alike_moved_genes_targets_and_methods(screen, tmp_path, capsys) -> None:
    counts, sheet = csv(screen, tmp_path)
    out = {name: tmp_path / f"{name}.csv" for name in ("out", "cosines", "genes", "targets")}
    line = ["perturb", str(counts), "--samples", str(sheet), "--by", "what", "--control", "ctrl", "-o", str(out["out"]), "--json"]
    line += [word for name in ("cosines", "genes", "targets") for word in (f"--{name}", str(out[name]))]
    line += ["--model", "none", "--permutations", "199", "--bootstrap", "0"]
    assert main([*line, "--methods", str(tmp_path / "methods.txt")]) == 0
    document = json.loads(capsys.readouterr().out)
    genes = pd.read_csv(out["genes"])
    assert set(genes["perturbation"]) == {"CD3E"}
    found = genes[genes["fdr"] <= 0.05]
    assert found["gene"].head(150).isin(set(screen.identifiers[:200])).all()
    assert found["change"].head(150).gt(1).all()
    assert any("of all tested genes were found" in note for note in document["genes"][0]["notes"])
    assert document["genes"][0]["found"] == len(found)
    assert document["genes"][0]["near_target"]["target"] == "CD3E"
    cosines = pd.read_csv(out["cosines"])
    assert cosines["perturbation"].tolist() == ["CD3E", "RPL3"]
    assert cosines["CD3E"][0] == pytest.approx(1)
    assert pd.read_csv(out["targets"])["perturbation"].tolist() == [row["perturbation"] for row in document["targets"]]
    text = (tmp_path / "methods.txt").read_text()
    assert "moderated t-test [" in text
    assert "in-silico" not in text.lower()
    numbers = [line.split("]")[0] for line in text.splitlines() if line.startswith("[")]
    assert numbers == [f"[{i}" for i in range(1, len(numbers) + 1)]
    assert "{" not in text


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (["--foreseen", "pairs.csv"], "at least 4 are needed"),
        (["--genes", "genes.csv", "--of", "nobody"], "no perturbation 'nobody'"),
        (["--in-silico", "silico.csv"], "not embedded with a model"),
        (["--targets", "out.csv"], "names of their own"),
        (["--genes", "genes.csv", "--measure", "bins"], "no bins"),
    ],
)
def test_further_questions_that_cannot_be_answered_are_refused(screen, tmp_path, capsys, monkeypatch, extra, said) -> None:
    csv(screen, tmp_path)
    monkeypatch.chdir(tmp_path)
    line = ["perturb", "counts.csv", "--samples", "sheet.csv", "--by", "what", "--control", "ctrl", "-o", "out.csv"]
    line += ["--model", "none", "--permutations", "199", "--bootstrap", "0"]
    assert main([*line, *extra]) == 2
    assert said in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "out.csv").exists()
