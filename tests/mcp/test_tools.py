"""Each tool answers as the command line does, over a real connection."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from mcp import Client

from generain_core.cli import main
from tests.mcp.conftest import COUNTS, DEMO, EXAMPLES, Reply, Session, ask

KEPT = {"release", "simulated", "label"}
TOOLS = {"resolve", "neighbors", "similarity", "analogy", "project", "attributes", "genes", "normalize", "embed", "perturb"}
TOOLS |= {
    "example",
    "place",
    "archs4",
    "status",
    "verify",
    "lists",
    "coherence",
    "expand",
    "enrich",
    "explain",
    "shared_attributes",
    "cohort",
    "apply_cohort",
    "compare",
    "neighborhoods",
    "sum_of",
    "save_capsule",
    "verify_capsule",
}
RULE = "biotype = lncRNA"
PERTURBED = {
    "path": "demo_perturbation_counts.csv.gz",
    "by": "perturbation",
    "control": "non-targeting",
    "model": "none",
    "sheet": "demo_perturbations.csv",
    "permutations": 99,
    "bootstrap": 0,
}

COHORT = {
    "path": "demo_counts.csv.gz",
    "sheet": "demo_samples.csv",
    "predict": "sex",
    "models": ["GPT_Binning_By_Gene"],
    "repeats": 1,
    "folds": 3,
    "permutations": 0,
    "device": "cpu",
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
            "lists": {"lists": ["RPL3,RPS6,nobody", "RPS6,GAS5"], "op": "union"},
            "coherence": {"genes": "RPL3,RPL4,RPL5,RPS6"},
            "expand": {"genes": "RPL3,RPL4,RPL5,RPS6", "k": 7, "limit": 3},
            "enrich": {"genes": "RPL3,RPL4,RPL5,RPS6", "sets": ["demo_gene_sets.gmt"], "limit": 5},
            "explain": {"genes": "RPL3,RPS6"},
            "shared_attributes": {"genes": "RPL3,RPL4,RPL5,RPS6", "limit": 5},
            "compare": {"genes": "RPL3,RPL4,RPS6", "other": "RPS6,TP53", "limit": 3},
            "neighborhoods": {"genes": "RPL3,RPS6", "with_vectors": "GPT_Binning_By_Gene", "k": 20},
            "sum_of": {"plus": ["RPL3", "RPS6"], "minus": ["TP53"], "k": 4},
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
            "cohort": COHORT | {"output": str(folder / "cohort"), "save": str(folder / "probe.zip")},
            "apply_cohort": {"path": COHORT["path"], "probe": str(folder / "probe.zip"), "output": str(folder / "used.csv")},
            "archs4": {"words": "liver"},
            "status": {},
            "verify": {},
            "save_capsule": {"command": ["similarity", "GAS5", "GPI"], "output": str(folder / "pair.capsule.zip")},
            "verify_capsule": {"path": "pair.capsule.zip"},
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


def test_files_are_those_of_the_command_line(
    replies: dict[str, Reply], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    import anndata
    import numpy as np

    for name, options in (("normalize", ["--gene-set", "gene2vec"]), ("embed", ["--model", "GPT_Binning_By_Gene"])):
        document = line(capsys, name, COUNTS, "-o", tmp_path / name, *options)
        answer = replies[name].answer
        for key in ("samples_kept", "samples_dropped", "genes_in_input", "genes_matched", "genes_missing", "coverage", "notes"):
            assert answer[key] == document[key], key
        ours, theirs = anndata.read_h5ad(answer["output"]), anndata.read_h5ad(tmp_path / name)
        assert (ours.layers["bins"] != theirs.layers["bins"]).sum() == 0
        assert set(ours.obsm) == set(theirs.obsm)
        assert all(np.array_equal(ours.obsm[key], theirs.obsm[key]) for key in ours.obsm)


def test_perturb_answers_as_the_command_does(
    replies: dict[str, Reply], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ["perturb", EXAMPLES / PERTURBED["path"], "--samples", EXAMPLES / PERTURBED["sheet"], "--by", "perturbation"]
    words += ["--control", "non-targeting", "--model", "none", "--permutations", 99, "--bootstrap", 0]
    document = line(capsys, *words, "-o", tmp_path / "ranked.csv")
    answer = replies["perturb"].answer
    for key in ("perturbations", "model", "samples", "controls", "notes"):
        assert _contains(answer[key], document[key]), key
    assert Path(answer["output"]).read_bytes() == (tmp_path / "ranked.csv").read_bytes()


def test_a_cohort_is_judged_its_probe_kept_and_used(
    replies: dict[str, Reply], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    answer, used = replies["cohort"].answer, replies["apply_cohort"].answer
    assert answer["verdict"] in ("no_better", "worse")
    assert (answer["outcome"]["classes"], answer["outcome"]["n"]) == (["female", "male"], 32)
    assert Path(answer["saved"]).is_file()
    words = ["cohort", COUNTS, "--apply", answer["saved"], "-o", tmp_path / "used", "--device", "cpu"]
    document = line(capsys, *words)
    assert (used["outcome"], used["held_out_score"], used["far"]) == ("sex", document["held_out_score"], document["far"])
    for ours, theirs in zip(used["predictions"], document["predictions"], strict=True):
        assert (ours["sample"], ours["far"]) == (theirs["sample"], theirs["far"])
        assert (ours["predicted"] or "") == theirs["predicted"]
        assert ours["probabilities"].get("male") == (None if ours["far"] else pytest.approx(theirs["probability_male"]))
    assert len(pd.read_csv(used["output"])) == 32


def test_the_map_is_that_of_the_command(replies: dict[str, Reply], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    document = line(capsys, "project", "--method", "pca", "-o", tmp_path / "map.csv")
    answer = replies["project"].answer
    assert (answer["genes"], answer["neighbors_kept"]) == (document["genes"], document["neighbors_kept"])
    assert Path(answer["output"]).read_bytes() == (tmp_path / "map.csv").read_bytes()


def test_the_release_is_checked(replies: dict[str, Reply]) -> None:
    answer = replies["verify"].answer
    assert answer["ok"] is True
    assert len(answer["checks"]) > 10


def test_a_capsule_holds_the_result_and_gives_it_again(replies: dict[str, Reply], capsys: pytest.CaptureFixture[str]) -> None:
    saved, verdict = replies["save_capsule"].answer, replies["verify_capsule"].answer
    assert (verdict["same"], verdict["differences"]) == (True, [])
    assert {"results/result.json", "decisions.csv"} <= set(saved["files"])
    assert line(capsys, "verify-capsule", saved["output"])["same"] is True


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["enrich", "TP53", "--sets", "/etc/passwd"], "There is no file"),
        (["enrich", "TP53", "--sets=../../nothing.gmt"], "There is no file"),
        (["enrich", "TP53", "--sets", "~/nothing.gmt"], "There is no file"),
        (["neighbors", "TP53", "--release", "elsewhere"], "leave out --release"),
        (["lists", "@input/a.txt", "-o", "x.gmt"], "a place within a capsule"),
        (["serve"], "A capsule holds the result of one command"),
    ],
)
def test_a_capsules_command_stays_below_the_folders(session: Session, tmp_path: Path, command: list[str], words: str) -> None:
    reply = session.ask("save_capsule", command=command, output=str(tmp_path / "c.zip"))
    assert words in reply.refusal
    assert not list(tmp_path.iterdir())


def test_long_work_tells_its_progress(replies: dict[str, Reply]) -> None:
    progress = replies["embed"].progress
    assert progress
    assert [share for share, _, _ in progress] == sorted(share for share, _, _ in progress)
    assert all(total == 1 and words for _, total, words in progress)


def test_samples_are_placed_in_a_reference(session: Session, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    store = tmp_path / "store"
    line(capsys, "reference", store, "--model", "GPT_Binning_By_Gene", "--input", COUNTS, "--device", "cpu", "--plane", "pca")
    document = line(capsys, "place", COUNTS, "--reference", store, "-o", tmp_path / "placed.csv", "--device", "cpu")
    output = tmp_path / "agents.csv"
    reply = session.ask("place", path=str(COUNTS), reference=str(store), output=str(output), device="cpu", limit=10, offset=30)
    assert _contains(reply.answer["samples"], document["samples"][30:])
    assert (reply.answer["total"], reply.answer["next_offset"]) == (32, None)
    assert (reply.answer["note"], reply.answer["model"]) == (document["note"], document["model"])
    assert output.read_bytes() == (tmp_path / "placed.csv").read_bytes()


def test_pages_together_are_the_whole(session: Session) -> None:
    async def talk(client: Client) -> tuple[list[Any], list[Any]]:
        whole = (await ask(client, "neighbors", gene="GAS5", k=25)).answer["neighbors"]
        rows: list[Any] = []
        offset: int | None = 0
        while offset is not None:
            answer = (await ask(client, "neighbors", gene="GAS5", k=25, offset=offset, limit=10)).answer
            assert answer["total"] == 25
            rows += answer["neighbors"]
            offset = answer["next_offset"]
        return whole, rows

    whole, rows = session(talk)
    assert rows == whole
    assert [row["rank"] for row in rows] == list(range(1, 26))


def test_resources_say_what_was_asked_and_what_numbers_mean(session: Session) -> None:
    async def talk(client: Client) -> list[str]:
        uris = [resource.uri for resource in (await client.list_resources()).resources]
        assert sorted(map(str, uris)) == ["generain://glossary", "generain://methods", "generain://release"]
        return [(await client.read_resource(str(uri))).contents[0].text for uri in sorted(uris)]

    glossary, methods, card = session(talk)
    assert "Benjamini" in methods
    assert "CC BY-NC 4.0" in card
    assert "SIMULATED" in card
    assert all(f"**{word}**" in glossary for word in ("cosine", "percentile", "grade", "p_value"))


def test_a_further_page_is_of_the_same_result(tmp_path: Path) -> None:
    """The second page comes from the result that was kept, until the table changes."""
    table = tmp_path / "counts.csv.gz"
    table.write_bytes((EXAMPLES / PERTURBED["path"]).read_bytes())
    (tmp_path / "sheet.csv").write_bytes((EXAMPLES / PERTURBED["sheet"]).read_bytes())
    call = PERTURBED | {"path": "counts.csv.gz", "sheet": "sheet.csv", "output": "ranked.csv", "limit": 3}

    async def talk(client: Client) -> list[Reply]:
        replies = [await ask(client, "perturb", **call), await ask(client, "perturb", **call, offset=3)]
        (tmp_path / "sheet.csv").write_bytes((EXAMPLES / PERTURBED["sheet"]).read_bytes() + b"\n")
        return [*replies, await ask(client, "perturb", **call, offset=6)]

    first, second, changed = Session((tmp_path,))(talk)
    assert first.progress
    assert not second.progress
    names = [row["perturbation"] for reply in (first, second) for row in reply.answer["perturbations"]]
    written = pd.read_csv(tmp_path / "ranked.csv", comment="#")
    assert names == written["perturbation"].tolist()[:6]
    assert "no file is replaced" in changed.refusal
