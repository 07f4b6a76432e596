"""Commands that hold lists and vector sets against each other, on the demo."""

import json

import pytest

from generain_core.cli import main
from generain_core.settings import DEMO_RELEASE


def asked(capsys, *line: str) -> dict:
    assert main(["--release", str(DEMO_RELEASE), *line, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_each_answers(capsys) -> None:
    answer = asked(capsys, "compare", "RPL3,RPL4,RPS6", "RPS6,TP53")
    assert answer["shared"] == ["RPS6"]
    assert {each["of"] for each in answer["nearest"]} == {"list 1", "list 2"}
    answer = asked(capsys, "neighborhoods", "RPL3,RPS6", "--with-vectors", "GPT_Binning_By_Gene", "-k", "20")
    assert [each["gene"] for each in answer["neighborhoods"]] == ["RPL3", "RPS6"]
    assert answer["vectors"][1] == "GPT_Binning_By_Gene"
    answer = asked(capsys, "sum-of", "RPL3,RPS6", "TP53", "--minus", "XIST", "-k", "3")
    assert [each["rank"] for each in answer["results"]] == [1, 2, 3]
    assert 0 < answer["p_value"] <= 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["compare", "nobody", "RPL3"], "no gene with a vector"),
        (["sum-of", "RPL3", "--minus", "RPL3"], "cancel"),
        (["sum-of", "nobody"], "nobody"),
        (["neighborhoods", "RPL3", "--with-vectors", "none"], "none"),
    ],
)
def test_what_is_at_fault_is_one_line(capsys, line, words) -> None:
    assert main(["--release", str(DEMO_RELEASE), *line]) == 2
    problem = capsys.readouterr().err.strip().splitlines()[-1]
    assert problem.startswith("error: ")
    assert words in problem
