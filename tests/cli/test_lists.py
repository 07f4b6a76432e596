"""Commands about lists of genes, on the demo."""

import json

import pytest

from generain_core.cli import main
from generain_core.settings import DEMO_RELEASE
from generain_core.vectors.calibration import mutual_rank

SETS = DEMO_RELEASE / "data" / "examples" / "demo_gene_sets.gmt"
RIBOSOME = "RPL3,RPL4,RPL5,RPS6,no-such-gene"


def asked(capsys, *line: str) -> dict:
    assert main(["--release", str(DEMO_RELEASE), *line, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_coherence(capsys) -> None:
    answer = asked(capsys, "coherence", RIBOSOME)
    assert answer["genes"] == ["RPL3", "RPL4", "RPL5", "RPS6"]
    assert [each["input"] for each in answer["missing"]] == ["no-such-gene"]
    assert answer["p_value"] <= 0.01
    assert answer["mean_cosine"] > answer["null_mean"] + 2 * answer["null_sd"]
    assert answer["matched_on"] == ["biotype", "mean expression"]


def test_a_list_by_similarity_gets_no_p_and_is_told_why(capsys) -> None:
    answer = asked(capsys, "coherence", RIBOSOME, "--origin", "neighbors")
    assert answer["p_value"] is None
    assert "alike by construction" in answer["why"]
    assert answer["mean_cosine"] == asked(capsys, "coherence", RIBOSOME)["mean_cosine"]


def test_expand(capsys, tmp_path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(RIBOSOME.replace(",", "\n"))
    answer = asked(capsys, "expand", str(path), "-k", "7")
    assert [each["rank"] for each in answer["genes"]] == [1, 2, 3, 4, 5, 6, 7]
    assert not {each["gene"] for each in answer["genes"]} & {"RPL3", "RPL4", "RPL5", "RPS6"}
    assert 0 <= answer["recovery"] <= 1


def test_enrich(capsys) -> None:
    answer = asked(capsys, "enrich", RIBOSOME, "--sets", str(SETS))
    assert len(answer["sets"]) == len(SETS.read_text().splitlines())
    best = answer["sets"][0]
    assert best["overlap"] == 4
    assert best["genes"] == ["RPL3", "RPL4", "RPL5", "RPS6"]
    assert best["library"] == "demo_gene_sets"
    assert answer["background_size"] == 3499
    assert any(each["overlap"] == 0 for each in answer["sets"])


def test_a_ranked_list_is_enriched(capsys, tmp_path) -> None:
    neighbors = asked(capsys, "neighbors", "RPL3", "-k", "3000")["neighbors"]
    path = tmp_path / "ranked.csv"
    path.write_text("gene,score\n" + "".join(f"{each['gene']},{each['cosine']}\n" for each in neighbors))
    answer = asked(capsys, "enrich", str(path), "--ranked", "--sets", str(SETS))
    assert answer["test"] == "ranks"
    assert answer["sets"][0]["p_value"] < 1e-6
    assert any(gene.startswith("RPL") for gene in answer["sets"][0]["genes"])


def test_explain(capsys) -> None:
    pair = asked(capsys, "explain", "RPL3", "RPL4")
    assert {"cosine", "mutual_rank", "p_value", "sentence", "reasons"} <= set(pair)
    assert pair["reasons"][0]["kind"] == "family"
    assert pair["sentence"].startswith("RPL3 and RPL4 have a cosine of")
    listed = asked(capsys, "explain", RIBOSOME)
    assert listed["mutual_rank"] is None
    assert listed["genes"] == ["RPL3", "RPL4", "RPL5", "RPS6"]


def test_lists_are_combined_and_written(capsys, tmp_path) -> None:
    out = tmp_path / "out.gmt"
    answer = asked(capsys, "lists", "RPL3,RPS6", "RPS6,TP53", "--op", "intersection", "-o", str(out))
    assert [each["genes"] for each in answer["lists"]] == [["RPS6"]]
    assert "SIMULATED" in out.read_text()
    again = asked(capsys, "lists", str(out))
    assert again["lists"][0]["genes"] == ["RPS6"]
    assert len(asked(capsys, "lists", str(SETS))["lists"]) == len(SETS.read_text().splitlines())


def test_a_list_by_similarity_gets_no_p_on_its_way_through_a_file(capsys, tmp_path) -> None:
    near, own, rule = (tmp_path / f"{name}.gmt" for name in ("near", "own", "rule"))
    [written] = asked(capsys, "lists", RIBOSOME, "--origin", "neighbors", "-o", str(near))["lists"]
    assert written["origin"] == "neighbors"
    [again] = asked(capsys, "lists", str(near), "RPL3,RPL4,RPL5,RPS6", "--op", "intersection", "-o", str(own))["lists"]
    assert again["origin"] == "neighbors"
    for path in (near, own):
        answer = asked(capsys, "coherence", str(path))
        assert answer["p_value"] is None
        assert "similar to a gene" in answer["why"]
        assert asked(capsys, "explain", str(path))["p_value"] is None
    assert asked(capsys, "coherence", str(near), "--origin", "user")["p_value"] is not None
    assert "what they resemble, and not more" in asked(capsys, "enrich", str(near), "--sets", str(SETS))["why"]
    assert asked(capsys, "enrich", RIBOSOME, "--sets", str(SETS))["why"] == ""
    asked(capsys, "genes", "--rule", "biotype = lncRNA", "--gmt", str(rule))
    assert asked(capsys, "lists", str(rule))["lists"][0]["origin"] == "rule"


def test_lists_of_one_name_are_both_written(capsys, tmp_path) -> None:
    for folder, gene in (("a", "RPL3"), ("b", "TP53")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.txt").write_text(gene)
    out = tmp_path / "out.gmt"
    files = (str(tmp_path / folder / "mine.txt") for folder in "ab")
    assert [each["name"] for each in asked(capsys, "lists", *files, "-o", str(out))["lists"]] == ["mine", "mine (2)"]
    assert [each["genes"] for each in asked(capsys, "lists", str(out))["lists"]] == [["RPL3"], ["TP53"]]


def test_neighbors_are_calibrated(capsys) -> None:
    plain, calibrated = (asked(capsys, "neighbors", "RPL3", "-k", "9", *more)["neighbors"] for more in ((), ("--calibrated",)))
    for one, other in zip(plain, calibrated, strict=True):
        assert other | one == other
        assert other["mutual_rank"] == pytest.approx(float(mutual_rank(one["rank"], one["reciprocal_rank"])))
        assert 0 < other["p_value"] <= other["p_adjusted"] <= 1
        assert other["hub"] in (True, False)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["coherence", "no-such-gene,neither-this"], "None of the 2 names of the list"),
        (["coherence", "nowhere.txt"], "nowhere.txt is not there"),
        (["coherence", RIBOSOME, "--origin", "heaven"], "choose user, neighbors"),
        (["expand", str(SETS)], "name the one to take"),
        (["enrich", RIBOSOME, "--ranked", "--sets", str(SETS)], "columns gene and score"),
        (["explain", "RPL3", "RPL3"], "two different"),
        (["explain", "no-such-gene,neither-this"], "None of the 2 names"),
        (["enrich", "no-such-gene,neither-this", "--sets", str(SETS)], "None of the 2 names"),
        (["enrich", RIBOSOME, "--sets", str(SETS), "--background", "no-such-gene"], "None of the 1 names"),
        (["explain", "RPL3", "no-such-gene"], "no-such-gene"),
    ],
)
def test_refusals_are_one_sentence(capsys, line, words) -> None:
    assert main(["--release", str(DEMO_RELEASE), *line]) == 2
    error = [each for each in capsys.readouterr().err.splitlines() if each.startswith("error: ")]
    assert len(error) == 1
    assert words in error[0]
