"""perturb -o: one .csv is the ranked table alone, any other name a folder with all tables, of the same numbers."""

import json

import pandas as pd
import pytest

from generain_core import settings
from generain_core.cli import main

EXAMPLES = settings.DEMO_RELEASE / "data" / "examples"
LINE = ["perturb", str(EXAMPLES / "demo_perturbation_counts.csv.gz"), "--sheet", str(EXAMPLES / "demo_perturbations.csv")]
LINE += ["--by", "perturbation", "--control", "non-targeting", "--model", "none", "--permutations", "199", "--bootstrap", "0"]
ONE = [
    "--of",
    pd.read_csv(EXAMPLES / "demo_perturbations.csv")["perturbation"].loc[lambda names: names != "non-targeting"].iloc[0],
]
FILES = {"perturbations.csv", "genes.csv", "attributes.csv", "targets.csv", "alike.csv", "methods.txt"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("perturb") / "deep" / "result"
    assert main([*LINE, *ONE, "-o", str(folder), "--write-labels", str(folder.parent / "labels.csv")]) == 0
    return folder


def test_a_folder_has_all_tables_and_the_methods(folder) -> None:
    assert {path.name for path in folder.iterdir()} == FILES
    assert (folder.parent / "labels.csv").is_file()
    for name in FILES - {"methods.txt"}:
        table = pd.read_csv(folder / name)
        assert len(table), name
        assert table["provenance"].str.contains("SIMULATED").all(), name
    assert "moderated t-test" in (folder / "methods.txt").read_text(encoding="utf-8")


def test_the_numbers_are_those_of_the_former_options(folder, tmp_path) -> None:
    line = [*LINE, *ONE, "-o", str(tmp_path / "perturbations.csv"), "--methods", str(tmp_path / "methods.txt")]
    for option, name in {"cosines": "alike", "genes": "genes", "attributes": "attributes", "targets": "targets"}.items():
        line += [f"--{option}", str(tmp_path / f"{name}.csv")]
    assert main(line) == 0
    assert {path.name for path in tmp_path.iterdir()} == FILES
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_a_csv_is_the_ranked_table_alone(folder, tmp_path) -> None:
    assert main([*LINE, "-o", str(tmp_path / "ranked.CSV")]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["ranked.CSV"]
    assert (tmp_path / "ranked.CSV").read_bytes() == (folder / "perturbations.csv").read_bytes()


def test_what_cannot_be_told_leaves_an_empty_table_with_its_reason(tmp_path, capsys) -> None:
    counts, sheet = pd.read_csv(LINE[1], index_col=0), pd.read_csv(LINE[3], index_col=0)
    names = sheet["perturbation"].drop_duplicates().tolist()
    some = next(name for name in names if name != "non-targeting")
    kept = pd.concat(
        [sheet[sheet["perturbation"] == name].head(1 + (name == "non-targeting")) for name in ("non-targeting", some)]
    )
    counts[kept.index].to_csv(tmp_path / "counts.csv")
    kept.to_csv(tmp_path / "sheet.csv")
    line = [
        "perturb",
        str(tmp_path / "counts.csv"),
        "--sheet",
        str(tmp_path / "sheet.csv"),
        *LINE[4:],
        "-o",
        str(tmp_path / "out"),
    ]
    assert main([*line, "--json"]) == 0
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES
    assert "genes" not in document
    assert document["without_rows"]["genes"].startswith("No perturbation was found")
    assert "note: genes.csv has no rows: No perturbation was found" in printed.err
    table = pd.read_csv(tmp_path / "out" / "genes.csv")
    assert table.columns[:2].tolist() == ["perturbation", "gene"]
    assert table.empty
    assert main([*line, "--of", "nobody"]) == 2


@pytest.mark.parametrize(
    ("output", "words"), [("taken", "can't be made a folder"), ("counts.csv.gz/x", "can't be made a folder"), (".", "")]
)
def test_folders_that_cannot_be_are_refused_before_the_work(output, words, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("")
    (tmp_path / "counts.csv.gz").write_text("")
    line = LINE if words else [*LINE, "--permutations", "5"]
    assert main([*line, "-o", output]) == 2
    assert words in capsys.readouterr().err
