"""The commands attributes and genes."""

import json

import numpy as np
import pytest

from generain_core.attributes.gmt import read_gmt
from generain_core.cli import main
from tests.attributes.make import names_of, path_of


@pytest.fixture
def run(predictions, capsys):
    def go(*line: str) -> dict:
        assert main(["--release", str(predictions.release.root), *line, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return go


@pytest.fixture
def fail(predictions, capsys):
    def go(*line: str) -> str:
        assert main(["--release", str(predictions.release.root), *line]) == 2
        return capsys.readouterr().err

    return go


def test_attributes_of_a_gene(run, values) -> None:
    found = run("attributes", "g8", "-k", "3")
    best = np.argsort(-values[:, 8])[:3]
    assert found["gene"] == "G8"
    assert [row["attribute"] for row in found["attributes"]] == [names_of(12)[i] for i in best]
    assert found["attributes"][0]["probability"] == pytest.approx(float(values[best[0], 8]), abs=1e-15)
    assert {"percentile", "rank", "median", "library", "test_auroc"} <= set(found["attributes"][0])
    assert [row["attribute"] for row in run("attributes", "G8", "--search", "GO:0000007")["attributes"]] == [names_of(12)[7]]
    assert "alike" in run("attributes", "G8", "--fold", "--by", "percentile")["attributes"][0]
    assert run("attributes", "--prepare")["layout"] == "list"


def test_genes_of_an_attribute_and_a_rule(run, values, tmp_path) -> None:
    found = run("genes", "GO:0000002", "-k", "4", "--biotype", "lncRNA")
    best = 60 + np.argsort(-values[2, 60:], kind="stable")[:4]
    assert [row["gene"] for row in found["genes"]] == [run("resolve", f"ENSG{i:011d}")["names"][0]["gene"] for i in best]
    assert set(found["genes"][0]) >= {"gene", "biotype", "probability", "percentile"}
    rule = "P(process 2 (GO:0000002)) > 0.3 and biotype = coding"
    found = run("genes", "--rule", rule, "--gmt", str(tmp_path / "out.gmt"))
    assert found["chosen"] == len(found["genes"]) == int((values[2, :60] > np.float32(0.3)).sum())
    assert read_gmt((tmp_path / "out.gmt").read_bytes(), "out") == {rule: tuple(row["gene"] for row in found["genes"])}
    assert len(run("genes", "--rule", rule, "-k", "2")["genes"]) == 2
    assert run("genes", "--rule", "P(GO:0000002) > 0.3", "--biotype", "coding")["chosen"] == found["chosen"]


def test_known_members_by_a_file_or_the_release(run, predictions, tmp_path) -> None:
    sets = tmp_path / "sets.gmt"
    sets.write_text(f"{names_of(12)[2]}\t\tG1\tG2\tENSG00000000008\n")
    rule = "known(GO:0000002) and P(GO:0000002) >= 0"
    found = run("genes", "--rule", rule, "--sets", str(sets))
    assert {row["gene"] for row in found["genes"]} == {"G1", "G2", "G8"}
    released = path_of(predictions.release.root, "annotation/gene_sets")
    released.write_text(f"{names_of(12)[2]}\t\tG1\tG3\n")
    assert {row["gene"] for row in run("genes", "--rule", rule)["genes"]} == {"G1", "G3"}


def test_nothing_found_is_said(run, predictions, capsys) -> None:
    assert run("attributes", "G8", "--search", "nothing like it")["attributes"] == []
    assert run("genes", "--rule", "P(GO:0000002) > 0.99 and P(GO:0000002) < 0.1")["chosen"] == 0
    assert main(["--release", str(predictions.release.root), "attributes", "G8", "--search", "nothing like it"]) == 0
    assert capsys.readouterr().out.strip().endswith(": none")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["attributes"], "must be named"),
        (["attributes", "NOSUCH"], "no gene"),
        (["attributes", "G8", "-k", "0"], "1 or more"),
        (["attributes", "G8", "--by", "color"], "choose probability or percentile"),
        (["genes", "GO:0000002", "--biotype", "snail"], "biotype"),
        (["genes", "--rule", "P(GO:0000002) > 1.5"], "from 0 to 1"),
        (["genes", "--rule", "known(GO:0000002)"], "No gene set is called"),
        (["genes", "--rule", "known(GO:0000002)", "--sets", "/nowhere/sets.gmt"], "can't be read"),
        (["genes", "GO:0000002", "--sets", "sets.gmt"], "belongs to a --rule"),
        (["genes"], "Either an attribute or --rule"),
        (["genes", "process"], "12 attributes have"),
        (["genes", "GO:0000002", "--rule", "P(a) > 1"], "not both"),
        (["genes", "--rule", "P(a"], "closing parenthesis"),
        (["genes", "--rule", "P(a) > 0.5"], "no attribute called"),
        (["genes", "GO:0000002", "-k", "0"], "1 or more"),
        (["genes", "GO:0000002", "--gmt", "/nowhere/out.gmt"], "can't be written"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(fail, line, said) -> None:
    told = fail(*line)
    assert said in told
    assert told.count("error:") == 1


def test_a_release_without_predictions(tmp_path, predictions, capsys) -> None:
    predictions.release.path("attributes").unlink()
    assert main(["--release", str(predictions.release.root), "attributes", "G8"]) == 2
    assert "genes_clf_pred_results.parquet is missing" in capsys.readouterr().err
