"""The command line: one document, the promised keys, 0 or 2."""

import json
import subprocess
import sys

import pandas as pd
import pytest

from generain_core.cli import main
from tests.conftest import PROJECT


@pytest.fixture
def run(capsys):
    def call(*arguments: str, status: int = 0) -> dict:
        assert main([*arguments, "--json"]) == status
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        if status:
            assert printed.out == ""
            last = printed.err.strip().splitlines()[-1]
            assert last.startswith("error: ")
            return {"error": last}
        return json.loads(printed.out)

    return call


def test_status(run) -> None:
    answer = run("status")
    assert answer["simulated"] is True
    assert {"name", "path", "present", "bytes"} <= set(answer["files"][0])
    assert any(file["present"] and file["bytes"] > 0 for file in answer["files"])
    assert all("add data/" in sentence for sentence in answer["missing"])


def test_resolve(run) -> None:
    answer = run("resolve", "TP53", "ENSG00000141510.3", "p53", "SEPT7", "1-Mar", "NOPE")["names"]
    assert [each["status"] for each in answer] == ["symbol", "ensembl", "alias", "previous", "ambiguous", "unknown"]
    assert [each["gene"] for each in answer[:4]] == ["TP53", "TP53", "TP53", "SEPTIN7"]
    assert set(answer[4]["candidates"]) == {"MARCHF1", "MTARC1"}
    assert {"input", "status", "gene", "ensembl_gene", "candidates", "reason"} <= set(answer[0])
    assert [len(each["models"]) for each in answer] == [4, 4, 4, 4, 0, 0]


def test_resolve_says_which_models_know_a_gene_and_why_others_do_not(run, capsys) -> None:
    (answer,) = run("resolve", "GAS5")["names"]
    assert answer["models"] == ["GPT_protein_coding_lncRNAs"]
    assert set(answer["missing_from"]) == {f"{n}_Binning_By_Gene" for n in ("GPT", "BERT_Pred_Expr", "BERT_Pred_Genes")}
    assert all("vocabulary" in reason for reason in answer["missing_from"].values())
    assert main(["resolve", "GAS5", "TP53"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "known to GPT_protein_coding_lncRNAs; not to GPT_Binning_By_Gene" in first
    assert "known to all 4 models" in second


def test_neighbors_and_similarity_agree(run) -> None:
    neighbors = run("neighbors", "rpl3", "-k", "5")
    assert neighbors["gene"] == "RPL3"
    assert [each["rank"] for each in neighbors["neighbors"]] == [1, 2, 3, 4, 5]
    third = neighbors["neighbors"][2]
    assert {"gene", "ensembl_gene", "biotype", "cosine", "rank", "reciprocal_rank"} <= set(third)
    pair = run("similarity", "RPL3", third["gene"])
    assert pair["cosine"] == pytest.approx(third["cosine"], abs=1e-12)
    assert pair["rank_of_b_from_a"] == 3
    assert pair["rank_of_a_from_b"] == third["reciprocal_rank"]
    assert pair["genes"] == neighbors["genes"] - 1
    only = run("neighbors", "RPL3", "--biotype", "lncRNA", "-k", "3")["neighbors"]
    assert {each["biotype"] for each in only} == {"lncRNA"}


def test_analogy(run) -> None:
    results = run("analogy", "CD3E", "CD8A", "CD19", "-k", "4")["results"]
    assert [each["rank"] for each in results] == [1, 2, 3, 4]
    assert not {"CD3E", "CD8A", "CD19"} & {each["gene"] for each in results}


def test_project_writes_the_map(run, tmp_path) -> None:
    answer = run("project", "-o", str(tmp_path / "map.csv"), "--method", "pca")
    table = pd.read_csv(tmp_path / "map.csv")
    assert table.columns[:3].tolist() == ["gene", "x", "y"]
    assert len(table) == answer["genes"]
    assert table["provenance"].str.contains("SIMULATED").all()


@pytest.mark.slow
def test_demo_writes_a_release(run, tmp_path) -> None:
    answer = run("demo", "--small", "-o", str(tmp_path / "demo"))
    assert answer["simulated"] is True
    assert run("--release", str(tmp_path / "demo"), "neighbors", "RPL3", "-k", "1") == run(
        "neighbors", "RPL3", "-k", "1", "--release", str(tmp_path / "demo")
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("neighbors", "NOPE"),
        ("neighbors", "1-Mar"),
        ("neighbors", "TP53", "-k", "0"),
        ("neighbors", "TP53", "-k", "many"),
        ("neighbors", "TP53", "--biotype", "martian"),
        ("neighbors", "TP53", "--vectors", "martian"),
        ("neighbors",),
        ("nonsense",),
        (),
        ("similarity", "TP53"),
        ("--release", "/nonexistent", "status"),
        ("project", "--method", "mds"),
        ("project", "--seed", "-1"),
        ("demo", "-o", "/tmp/never", "--seed", "-1"),
        ("demo", "-o", "/dev/null/x"),
        ("project", "--method", "pca", "-o", "/tmp"),
        ("--release", "~nobody-here/x", "status"),
        ("normalize", "/nonexistent.csv", "-o", "/tmp/never.h5ad"),
        ("project", "--method", "pca", "-o", "/nonexistent/map.csv"),
    ],
)
def test_input_at_fault_is_one_line_and_status_2(run, arguments) -> None:
    assert len(run(*arguments, status=2)["error"]) > 20


def test_standard_output_holds_the_document_alone() -> None:
    line = [sys.executable, "-m", "generain_core", "similarity", "RPL3", "RPS6", "--json"]
    done = subprocess.run(line, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["simulated"] is True
    assert "SIMULATED" in done.stderr


def test_a_damaged_annotation_is_said_and_not_hidden(run, tmp_path, capsys) -> None:
    import shutil

    from generain_core import settings
    from generain_core.release.files import FILES

    shutil.copytree(settings.DEMO_RELEASE, tmp_path / "release")
    (tmp_path / "release" / FILES["annotation/hgnc"][0]).write_bytes(bytes(range(256)) * 12)
    assert main(["--release", str(tmp_path / "release"), "resolve", "p53"]) == 0
    assert "warning: hgnc_complete_set.txt" in capsys.readouterr().err
    assert "hgnc_complete_set.txt" in run("--release", str(tmp_path / "release"), "status")["warnings"][0]


def test_half_a_gene_table_is_said(run, tmp_path) -> None:
    import shutil

    from generain_core import settings
    from generain_core.release.files import FILES

    shutil.copytree(settings.DEMO_RELEASE, tmp_path / "release")
    path = tmp_path / "release" / FILES["genes_meta"][0]
    path.write_text("\n".join(path.read_text().splitlines()[:1500]) + "\n")
    assert "may be incomplete" in run("--release", str(tmp_path / "release"), "status")["warnings"][0]


def test_what_a_person_reads_names_the_gene_and_the_mark(capsys) -> None:
    assert main(["neighbors", "p53", "-k", "2"]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert "TP53" in first
    assert "SIMULATED" in first
