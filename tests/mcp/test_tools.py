"""Each tool answers as the command line does, over a real connection."""

import json
from typing import Any

import pytest
from mcp import Client

from generain_core.cli import main
from tests.mcp.conftest import DEMO, EXAMPLES, Reply, Session, ask

KEPT = {"release", "simulated", "label"}
TOOLS = {"resolve", "neighbors", "similarity", "analogy", "project", "attributes", "genes", "normalize", "embed", "perturb"}
TOOLS |= {"place", "archs4", "status", "verify"}
RULE = "biotype = lncRNA"
PERTURBED = {
    "path": "demo_perturbation_counts.csv.gz",
    "by": "perturbation",
    "control": "non-targeting",
    "model": "none",
    "samples": "demo_perturbations.csv",
    "permutations": 99,
    "bootstrap": 0,
}


def line(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    assert main(["--json", "--release", str(DEMO), *map(str, words)]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


@pytest.fixture(scope="module")
def replies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reply]:
    """Return what each tool answers, all asked of one server."""
    folder = tmp_path_factory.mktemp("agents")

    async def talk(client: Client) -> dict[str, Reply]:
        calls: dict[str, dict[str, Any]] = {
            "resolve": {"names": ["p53", "7-Sep", "GAS5", "nobody"]},
            "neighbors": {"gene": "GAS5", "k": 5, "biotype": "lncRNA"},
            "similarity": {"a": "GAS5", "b": "GPI"},
            "analogy": {"a": "GAS5", "b": "GPI", "c": "TP53", "k": 4},
            "project": {"output": str(folder / "map.csv"), "method": "pca"},
            "attributes": {"gene": "GAS5", "k": 5, "by": "percentile"},
            "genes": {"rule": RULE, "k": 7},
            "normalize": {"path": "demo_counts.csv.gz", "output": str(folder / "bins.h5ad"), "gene_set": "gene2vec"},
            "embed": {
                "path": "demo_counts.csv.gz",
                "output": str(folder / "embedded.h5ad"),
                "model": "GPT_Binning_By_Gene",
                "device": "cpu",
            },
            "perturb": PERTURBED | {"output": str(folder / "ranked.csv")},
            "archs4": {"words": "liver"},
            "status": {},
            "verify": {},
        }
        return {name: await ask(client, name, **arguments) for name, arguments in calls.items()}

    answers: dict[str, Reply] = Session((EXAMPLES, folder))(talk)
    return answers


def test_all_tools_have_typed_input_and_output(session: Session) -> None:
    async def talk(client: Client) -> Any:
        return (await client.list_tools()).tools

    tools = session(talk)
    assert {tool.name for tool in tools} == TOOLS
    for tool in tools:
        assert tool.output_schema is not None
        assert {"release", "label", "licence", "simulated"} <= set(tool.output_schema["required"])
        assert tool.description
        assert all("type" in given or "anyOf" in given for given in tool.input_schema["properties"].values())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("resolve", ["resolve", "p53", "7-Sep", "GAS5", "nobody"]),
        ("neighbors", ["neighbors", "GAS5", "-k", 5, "--biotype", "lncRNA"]),
        ("similarity", ["similarity", "GAS5", "GPI"]),
        ("analogy", ["analogy", "GAS5", "GPI", "TP53", "-k", 4]),
        ("attributes", ["attributes", "GAS5", "-k", 5, "--by", "percentile"]),
        ("genes", ["genes", "--rule", RULE, "-k", 7]),
        ("archs4", ["archs4", "liver"]),
        ("status", ["status"]),
    ],
)
def test_a_tool_answers_as_the_command_does(
    replies: dict[str, Reply], capsys: pytest.CaptureFixture[str], name: str, words: list[object]
) -> None:
    answer = replies[name].answer
    for key, value in line(capsys, *words).items():
        assert _contains(answer[key], value), key
    assert answer["licence"] == "CC BY-NC 4.0"
    assert answer["simulated"] is True


def _contains(answer: Any, value: Any) -> bool:
    """Say whether an answer has all that a document has; rows of an answer may have more columns, without a value."""
    if isinstance(value, list):
        return len(answer) == len(value) and all(map(_contains, answer, value))
    if isinstance(value, dict):
        return all(_contains(answer[key], each) for key, each in value.items())
    return bool(answer == value)
