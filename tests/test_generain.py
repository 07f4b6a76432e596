"""The door for notebooks: every method answers as the command line does, and costs nothing that is not used."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import generain_core as gr
from generain_core.cli import main
from generain_core.storage.json_rows import records
from tests.conftest import PROJECT

EXAMPLES = PROJECT / "assets/demo/data/examples"
COUNTS = EXAMPLES / "demo_counts.csv.gz"


@pytest.fixture(scope="module")
def generain() -> gr.GeneRAIN:
    return gr.open(PROJECT / "assets/demo")


def line(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, object]:
    """Return the JSON that the command line prints."""
    assert main(["--json", "--release", str(PROJECT / "assets/demo"), *map(str, words)]) in (0, 1)
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


def test_five_names_are_the_whole_library() -> None:
    assert gr.__all__ == ["GeneRAIN", "GeneRAINError", "__version__", "open", "read"]


def test_importing_is_light_and_opening_reads_nothing() -> None:
    code = "import sys, generain_core as gr; gr.open('assets/demo'); "
    code += "sys.exit(' '.join({'torch', 'anndata', 'pandas', 'numpy', 'scipy', 'sklearn'} & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_release_that_is_not_there_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(gr.GeneRAINError, match="is not a folder"):
        gr.open(tmp_path / "nowhere")


def test_the_release_of_the_environment_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENERAIN_RELEASE", str(PROJECT / "assets/demo"))
    assert gr.open().release.root == PROJECT / "assets/demo"


def test_resolve_takes_several_names_as_one_list(generain: gr.GeneRAIN, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["p53", "7-Sep", "GAS5", "nobody"]
    assert records(generain.resolve(names)) == line(capsys, "resolve", *names)["names"]
    assert generain.resolve("GAS5")["gene"].tolist() == ["GAS5"]


def test_neighbors(generain: gr.GeneRAIN, capsys: pytest.CaptureFixture[str]) -> None:
    table = generain.neighbors("GAS5", k=7, biotype="lncRNA")
    document = line(capsys, "neighbors", "GAS5", "-k", 7, "--biotype", "lncRNA")
    assert records(table) == document["neighbors"]
    assert {name: table.attrs[name] for name in ("release", "simulated", "label", "gene", "vectors", "genes")} == {
        name: document[name] for name in ("release", "simulated", "label", "gene", "vectors", "genes")
    }
    assert "SIMULATED" in table.attrs["provenance"]


def test_neighbors_in_another_set_of_vectors(generain: gr.GeneRAIN, capsys: pytest.CaptureFixture[str]) -> None:
    table = generain.neighbors("GPI", k=3, vectors="GPT_Binning_By_Gene")
    assert records(table) == line(capsys, "neighbors", "GPI", "-k", 3, "--vectors", "GPT_Binning_By_Gene")["neighbors"]


def test_similarity(generain: gr.GeneRAIN, capsys: pytest.CaptureFixture[str]) -> None:
    table = generain.similarity("GAS5", "SNHG1")
    document = line(capsys, "similarity", "GAS5", "SNHG1")
    assert table.to_dict("records") == [{name: document[name] for name in table.columns}]


def test_analogy(generain: gr.GeneRAIN, capsys: pytest.CaptureFixture[str]) -> None:
    a, b, c = generain.neighbors("GAS5", k=3)["gene"]
    assert records(generain.analogy(a, b, c, k=4)) == line(capsys, "analogy", a, b, c, "-k", 4)["results"]


def test_project_writes_what_the_line_writes(generain: gr.GeneRAIN, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    table = generain.project("pca", tmp_path / "notebook.csv")
    line(capsys, "project", "--method", "pca", "-o", tmp_path / "line.csv")
    assert (tmp_path / "notebook.csv").read_bytes() == (tmp_path / "line.csv").read_bytes()
    assert list(table) == ["gene", "x", "y"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, ()),
        ({"k": 5, "by": "percentile"}, ("-k", 5, "--by", "percentile")),
        ({"k": 5, "search": "cell", "fold": True}, ("-k", 5, "--search", "cell", "--fold")),
    ],
)
def test_attributes(
    generain: gr.GeneRAIN, capsys: pytest.CaptureFixture[str], arguments: dict[str, object], words: tuple[object, ...]
) -> None:
    table = generain.attributes("GAS5", **arguments)  # type: ignore[arg-type]
    assert records(table) == line(capsys, "attributes", "GAS5", *words)["attributes"]


def test_genes_of_an_attribute(generain: gr.GeneRAIN, capsys: pytest.CaptureFixture[str]) -> None:
    name = str(generain.attributes("GAS5", k=1)["attribute"][0])
    table = generain.genes(name, biotype="lncRNA", k=6)
    assert records(table) == line(capsys, "genes", name, "--biotype", "lncRNA", "-k", 6)["genes"]


def test_genes_of_a_rule(generain: gr.GeneRAIN, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    name = str(generain.attributes("GAS5", k=1)["attribute"][0])
    rule, sets = f'P("{name}") > 0.1 and not known("{name}")', EXAMPLES / "demo_gene_sets.gmt"
    table = generain.genes(rule=rule, sets=sets, gmt=tmp_path / "notebook.gmt")
    document = line(capsys, "genes", "--rule", rule, "--sets", sets, "--gmt", tmp_path / "line.gmt")
    assert records(table) == document["genes"]
    assert table.attrs["chosen"] == document["chosen"]
    assert (tmp_path / "notebook.gmt").read_bytes() == (tmp_path / "line.gmt").read_bytes()


def test_genes_of_neither_or_both_are_refused(generain: gr.GeneRAIN) -> None:
    for arguments in ({}, {"attribute": "a", "rule": "P(a) > 0.5"}):
        with pytest.raises(gr.GeneRAINError, match="and not both"):
            generain.genes(**arguments)


def test_status(generain: gr.GeneRAIN, capsys: pytest.CaptureFixture[str]) -> None:
    table, document = generain.status(), line(capsys, "status")
    assert records(table) == document["files"]
    for name in ("version", "missing", "vectors", "warnings", "label"):
        assert table.attrs[name] == document[name]
