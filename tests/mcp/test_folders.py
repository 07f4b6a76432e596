"""Files are those below the named folders, and nothing else."""

import os
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from generain_core.errors import GeneRAINError
from generain_core.mcp.folders import Folders
from tests.mcp.conftest import COUNTS, EXAMPLES, Session, ask


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    (tmp_path / "inside").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "inside/table.csv").write_text("a\n")
    (tmp_path / "outside.csv").write_text("secret\n")
    (tmp_path / "inside-too").mkdir()
    (tmp_path / "inside-too/table.csv").write_text("secret\n")
    return Folders([tmp_path / "inside", tmp_path / "other"])


def test_a_file_inside_is_found_by_any_spelling(folders: Folders, tmp_path: Path) -> None:
    table = tmp_path / "inside/table.csv"
    for path in ("table.csv", "./table.csv", str(table), "../inside/table.csv", "../other/../inside/table.csv"):
        assert folders.input(path) == table
    assert folders.input(str(tmp_path / "inside")) == tmp_path / "inside"


@pytest.mark.parametrize(
    "path",
    [
        "../outside.csv",
        "/etc/passwd",
        "../inside-too/table.csv",
        "~/x",
        "",
        "\0",
        "a\0b",
        "no.csv",
        "x" * 5000,
        "x/" * 2000,
        "//",
    ],
)
def test_what_is_outside_is_refused(folders: Folders, path: str) -> None:
    with pytest.raises(GeneRAINError) as problem:
        folders.input(path)
    assert "secret" not in str(problem.value)
    assert len(str(problem.value)) < 500
    if path not in ("no.csv", "~/x"):
        with pytest.raises(GeneRAINError):
            folders.output(path)


def test_a_file_outside_looks_like_one_that_is_not_there(folders: Folders, tmp_path: Path) -> None:
    words = []
    for name in ("outside.csv", "nothing.csv"):
        with pytest.raises(GeneRAINError) as problem:
            folders.input(str(tmp_path / name))
        words.append(str(problem.value).replace(name, ""))
    assert words[0] == words[1]


@pytest.mark.skipif(os.name != "posix", reason="links and devices are made as on POSIX systems")
def test_links_devices_and_pipes_are_refused(folders: Folders, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    (inside / "link.csv").symlink_to(tmp_path / "outside.csv")
    (inside / "loop").symlink_to(inside / "loop")
    (inside / "device").symlink_to("/dev/zero")
    os.mkfifo(inside / "pipe")
    for name in ("link.csv", "loop", "device", "pipe"):
        with pytest.raises(GeneRAINError):
            folders.input(name)
        with pytest.raises(GeneRAINError):
            folders.output(name)
    (inside / "new.csv").symlink_to(tmp_path / "made.csv")
    with pytest.raises(GeneRAINError):
        folders.output("new.csv")


@pytest.mark.skipif(os.name != "posix", reason="links are made as on POSIX systems")
def test_a_folder_with_links_to_outside_is_refused(folders: Folders, tmp_path: Path) -> None:
    matrix = tmp_path / "inside/10x"
    matrix.mkdir()
    (matrix / "matrix.mtx").symlink_to(tmp_path / "outside.csv")
    with pytest.raises(GeneRAINError, match=r"matrix\.mtx"):
        folders.input("10x")
    (matrix / "matrix.mtx").unlink()
    (matrix / "matrix.mtx").symlink_to(tmp_path / "inside/table.csv")
    assert folders.input("10x") == matrix


def test_nothing_is_replaced(folders: Folders, tmp_path: Path) -> None:
    assert folders.output("new.csv") == tmp_path / "inside/new.csv"
    with pytest.raises(GeneRAINError, match="is there already"):
        folders.output("table.csv")


def test_a_folder_that_is_not_there_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(GeneRAINError, match="is not a folder"):
        Folders([tmp_path / "nowhere"])


def test_tools_refuse_files_outside(session: Session, tmp_path: Path) -> None:
    (tmp_path / "kept.csv").write_text("kept")
    inside = {"path": "demo_counts.csv.gz", "output": str(tmp_path / "out.h5ad"), "gene_set": "gene2vec"}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("normalize", inside | {"path": "/etc/passwd"}),
        ("normalize", inside | {"output": "/tmp/../etc/out.h5ad"}),
        ("normalize", inside | {"output": str(tmp_path / "kept.csv")}),
        ("normalize", inside | {"output": str(COUNTS)}),
        ("normalize", inside | {"sheet": "../../../../README.md"}),
        ("embed", inside | {"path": "/dev/zero", "model": "GPT_Binning_By_Gene"}),
        ("perturb", {"path": "../../SIMULATED", "by": "a", "control": "b"}),
        ("place", {"path": str(COUNTS), "reference": "/"}),
        ("project", {"output": "/map.csv"}),
        ("genes", {"rule": "known(a)", "sets": "/etc/passwd"}),
        ("genes", {"rule": "biotype = lncRNA", "gmt": "/genes.gmt"}),
    ]

    async def talk(client: Client) -> list[str]:
        return [(await ask(client, tool, **{k: v for k, v in given.items() if _takes(tool, k)})).refusal for tool, given in calls]

    refusals = session(talk)
    assert all(refusals), refusals
    assert not any("\n" in words for words in refusals)
    assert (tmp_path / "kept.csv").read_text() == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.csv"]


def _takes(tool: str, argument: str) -> bool:
    return not (tool == "embed" and argument == "gene_set")


def test_without_folders_tools_with_files_refuse(tmp_path: Path) -> None:
    closed = Session(())
    for path in ("demo_counts.csv.gz", str(COUNTS)):
        reply = closed.ask("normalize", path=path, output=str(tmp_path / "out.h5ad"))
        assert reply.refusal == "No folder was named for files; start the server as `generain mcp --folder DIR`."


def test_genes_are_written_as_a_set(tmp_path: Path) -> None:
    reply = Session((tmp_path, EXAMPLES)).ask("genes", rule="biotype = lncRNA", k=3, gmt="three.gmt")
    assert reply.answer["output"] == str(tmp_path / "three.gmt")
    assert (tmp_path / "three.gmt").read_text().split("\t")[2:] == [
        *(row["gene"] for row in reply.answer["genes"][:2]),
        reply.answer["genes"][2]["gene"] + "\n",
    ]
