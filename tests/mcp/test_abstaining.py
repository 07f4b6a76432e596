"""What can't be told is told so: in the answer where the command line answers, as its sentence where it refuses."""

from pathlib import Path
from typing import Any

import pandas as pd
from mcp import Client

from generain_core.cli import main
from tests.mcp.conftest import COUNTS, EXAMPLES, Session, ask


def test_a_refusal_is_the_sentence_of_the_command_line(session: Session, capsys: Any) -> None:
    calls: list[tuple[list[str], str, dict[str, Any]]] = [
        (["neighbors", "nobody"], "neighbors", {"gene": "nobody"}),
        (["similarity", "GAS5", "GAS55555"], "similarity", {"a": "GAS5", "b": "GAS55555"}),
        (["neighbors", "GAS5", "--biotype", "pasta"], "neighbors", {"gene": "GAS5", "biotype": "pasta"}),
        (["attributes", ""], "attributes", {"gene": ""}),
        (["genes", "no such attribute"], "genes", {"attribute": "no such attribute"}),
        (["genes", "--rule", "P(a >"], "genes", {"rule": "P(a >"}),
    ]

    async def talk(client: Client) -> list[str]:
        return [(await ask(client, tool, **arguments)).refusal for _, tool, arguments in calls]

    for refusal, (words, _, _) in zip(session(talk), calls, strict=True):
        assert main(["--release", "assets/demo", *words]) == 2
        sentence = next(text for text in capsys.readouterr().err.splitlines() if text.startswith("error: "))
        assert refusal == sentence.removeprefix("error: ")


def test_names_are_told_apart(session: Session) -> None:
    reply = session.ask("resolve", names=["GAS5", "nobody", "", "Gapdh", "DIO"])
    status = {row["input"]: row for row in reply.answer["names"]}
    assert status["GAS5"]["gene"] == "GAS5"
    for name in ("nobody", ""):
        assert (status[name]["status"], status[name]["gene"]) == ("unknown", None)
        assert status[name]["reason"]


def test_one_name_is_a_list_of_one(session: Session) -> None:
    assert [row["gene"] for row in session.ask("resolve", names="GAS5").answer["names"]] == ["GAS5"]


def test_grades_come_with_their_reason_or_why_there_is_none(session: Session) -> None:
    answer = session.ask("attributes", gene="GAS5", k=10, evidence=True).answer
    assert {row["grade"] for row in answer["attributes"]} <= {"", "A", "B", "C", "D"}
    assert all(row["reason"] for row in answer["attributes"])


def test_too_few_samples_have_no_p(session: Session, tmp_path: Path) -> None:
    samples = pd.read_csv(EXAMPLES / "demo_perturbations.csv")
    few = pd.concat([part.head(1 + (name == "non-targeting")) for name, part in samples.groupby("perturbation")])
    few = few[few["perturbation"].isin(["non-targeting", "MCM2"])]
    counts = pd.read_csv(EXAMPLES / "demo_perturbation_counts.csv.gz", index_col=0)
    counts[[name for name in counts.columns if name in set(few.iloc[:, 0])]].to_csv(tmp_path / "few.csv")
    few.to_csv(tmp_path / "sheet.csv", index=False)
    reply = session.ask(
        "perturb", path="few.csv", sheet="sheet.csv", by="perturbation", control="non-targeting", model="none", bootstrap=0
    )
    assert not reply.refusal
    (row,) = reply.answer["perturbations"]
    assert row["p_value"] is None
    assert row["note"]


def test_arguments_that_don_t_fit_are_refused_in_a_sentence(session: Session) -> None:
    calls: list[tuple[str, dict[str, Any], str]] = [
        ("neighbors", {"gene": "GAS5", "k": 10**9}, "k: "),
        ("neighbors", {"gene": "GAS5", "k": -1}, "k: "),
        ("neighbors", {"gene": "GAS5", "limit": 10**6}, "limit: "),
        ("neighbors", {}, "gene: "),
        ("neighbors", {"gene": ["GAS5"]}, "gene: "),
        ("embed", {"path": str(COUNTS), "output": "out.h5ad", "model": "GPT-9"}, "model: "),
        ("resolve", {"names": "A" * 10_000_000}, "10,000,0"),
        ("resolve", {"names": ["GAS5"] * 2_000_000}, "characters"),
        ("neighbors", {"gene": "\0" * 900_000}, "no gene"),
    ]

    async def talk(client: Client) -> list[str]:
        return [(await ask(client, tool, **arguments)).refusal for tool, arguments, _ in calls]

    for refusal, (tool, _, words) in zip(session(talk), calls, strict=True):
        assert words in refusal, (tool, refusal[:300])
        assert "\n" not in refusal
        assert len(refusal) < 500
