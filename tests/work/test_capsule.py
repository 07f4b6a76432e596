"""A capsule's command gives the same numbers again, whatever was changed is found, and a hostile one reads and writes nothing."""

import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from generain_core.cli import main
from generain_core.cli.parser import parse
from generain_core.errors import GeneRAINError
from generain_core.work.capsule import capsule
from generain_core.work.capsule.capsule import save_capsule, verify_capsule
from generain_core.work.capsule.command import Command
from generain_core.work.capsule.compare import differences

GENES = "CD3D,CD3E,CD3G,CD2,CD5,nothing"


def in_process(line, release, progress):
    """Run a command in this process, as the one that a capsule starts would."""
    args = parse(["--release", str(release.root), *line, "--json"])
    args.progress = progress
    return json.loads(json.dumps(args.run(args).document, allow_nan=False))


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(capsule, "run_command", in_process)


@pytest.fixture(scope="module")
def list_file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("list") / "mine.txt"
    path.write_text("CD3D\nCD3E\nCD2\nCD5\n")
    return path


def lines(release, list_file, tmp_path) -> dict[str, list[str]]:
    """Return for each page the command of its main result."""
    counts, sheet = str(release.path("demo/counts")), str(release.path("demo/sample_sheet"))
    few = tmp_path / "few.csv"
    pd.read_csv(counts, index_col=0).iloc[:, :3].to_csv(few)
    experiment = [str(release.path(f"demo/perturbation_{name}")) for name in ("counts", "sheet")]
    return {
        "Gene": ["neighbors", "CD3D", "-k", "5", "--calibrated"],
        "Map": ["project", "-o", str(tmp_path / "map.csv"), "--method", "pca"],
        "Lists": ["coherence", str(list_file)],
        "Compare": ["similarity", "CD3D", "CD3E"],
        "Analogy": ["analogy", "CD3E", "CD8A", "CD19"],
        "Attributes": ["attributes", "CD3D", "-k", "5"],
        "Samples": ["normalize", counts, "--sheet", sheet, "-o", str(tmp_path / "bins.h5ad")],
        "Embedding": ["embed", str(few), "-o", str(tmp_path / "e.h5ad"), "--model", "GPT_Binning_By_Gene", "--device", "cpu"],
        "Perturbations": [
            *("perturb", experiment[0], "--sheet", experiment[1], "--by", "perturbation", "--control", "non-targeting"),
            *("-o", str(tmp_path / "p.csv"), "--model", "none", "--permutations", "99", "--bootstrap", "0"),
        ],
    }


PAGES = ("Gene", "Map", "Lists", "Compare", "Analogy", "Attributes", "Samples", "Embedding", "Perturbations")


@pytest.mark.parametrize("page", PAGES)
def test_each_pages_main_result_comes_about_again(page, release, resolver, list_file, tmp_path, quick) -> None:
    line = lines(release, list_file, tmp_path)[page]
    path = tmp_path / "c.zip"
    about = save_capsule(line, path, release, resolver)
    with zipfile.ZipFile(path) as source:
        names = set(source.namelist())
        assert {"capsule.json", "results/result.json", "decisions.csv"} <= names
        assert ("figure.svg" in names) == (page not in ("Compare", "Samples"))
        if "figure.svg" in names:
            assert b"SIMULATED" in source.read("figure.svg")
        decided = source.read("decisions.csv").decode()
        assert page in ("Map", "Perturbations") or "CD3" in decided or "matched" in decided
    assert about["release"]["fingerprint"] == release.fingerprint
    assert about["versions"]["numpy"]
    assert str(tmp_path) not in json.dumps(about)
    verdict = verify_capsule(path, release)
    assert verdict.differences == ()
    assert verdict.same


def changed(path: Path, target: Path, member: str, change) -> Path:
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            content = source.read(name)
            out.writestr(name, change(content) if name == member else content)
    return target


def test_a_changed_number_is_found_and_named(release, resolver, tmp_path, quick) -> None:
    path = tmp_path / "c.zip"
    save_capsule(["similarity", "CD3D", "CD3E"], path, release, resolver)
    before = json.loads(zipfile.ZipFile(path).read("results/result.json"))["cosine"]

    def other(content: bytes) -> bytes:
        return content.replace(repr(before).encode(), repr(before + 0.001).encode())

    verdict = verify_capsule(changed(path, tmp_path / "d.zip", "results/result.json", other), release)
    assert not verdict.same
    found = {each.where: (each.saved, each.now) for each in verdict.differences}
    assert found["result.cosine"] == (before + 0.001, before)
    assert "results/result.json (file)" in found


def test_a_changed_cell_and_a_changed_input_are_found(release, resolver, list_file, tmp_path, quick) -> None:
    path = tmp_path / "c.zip"
    save_capsule(lines(release, list_file, tmp_path)["Map"], path, release, resolver)

    def other(content: bytes) -> bytes:
        rows = content.decode().splitlines()
        cells = rows[7].split(",")
        cells[1] = str(float(cells[1]) + 1)
        return "\n".join([*rows[:7], ",".join(cells), *rows[8:]]).encode()

    verdict = verify_capsule(changed(path, tmp_path / "d.zip", "results/map.csv", other), release)
    assert [each.where for each in verdict.differences] == ["results/map.csv (file)", "map.csv: x[6]"]
    save_capsule(lines(release, list_file, tmp_path)["Lists"], path, release, resolver)
    verdict = verify_capsule(changed(path, tmp_path / "d.zip", "inputs/mine.txt", lambda content: b"CD3D\nRPL3\n"), release)
    assert "result.mean_cosine" in {each.where for each in verdict.differences}


def test_numbers_that_differ_by_rounding_are_the_same() -> None:
    assert not list(differences({"a": [0.1 + 0.2, 1, None, "x"]}, {"a": [0.3, 1.0, None, "x"], "seconds": 3}, "r"))
    assert [each.where for each in differences({"a": [0.1, True]}, {"a": [0.10001, 1]}, "r")] == ["r.a[0]"]
    assert [each.where for each in differences({"a": 1}, {"b": 1}, "r")] == ["r.a", "r.b"]
    assert [each.where for each in differences([1, 2], [1], "r")] == ["r (rows)"]


@pytest.mark.parametrize(
    "words",
    [
        ["app"],
        ["download", "--release", "x"],
        [],
        ["project", "-o", "/tmp/evil.csv"],
        ["project", "--out=/tmp/evil.csv"],
        ["project", "-o/tmp/evil.csv"],
        ["project", "-o", "../evil.csv"],
        ["project", "-o", "~/evil.csv"],
        ["normalize", "/etc/passwd", "-o", "@output/x.h5ad"],
        ["coherence", "a/../../b"],
        ["normalize", "C:\\x", "-o", "@output/x.h5ad"],
        ["project", "-o", "@output/../../evil.csv"],
    ],
    ids=str,
)
def test_a_hostile_command_is_refused(release, resolver, tmp_path, quick, words) -> None:
    path = tmp_path / "c.zip"
    save_capsule(["similarity", "CD3D", "CD3E"], path, release, resolver)

    def other(content: bytes) -> bytes:
        return json.dumps(json.loads(content) | {"command": words}).encode()

    with pytest.raises(GeneRAINError):
        verify_capsule(changed(path, tmp_path / "d.zip", "capsule.json", other), release)


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "results/../../evil", "inputs/.hidden", "other.txt", "results/a b"])
def test_a_hostile_name_is_refused(release, tmp_path, name) -> None:
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as out:
        out.writestr("capsule.json", "{}")
        out.writestr(name, "x")
    with pytest.raises(GeneRAINError, match="no capsule has"):
        verify_capsule(tmp_path / "c.zip", release)


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06", b"not a zip"])
def test_what_is_no_capsule_is_refused(release, tmp_path, content) -> None:
    (tmp_path / "c.zip").write_bytes(content)
    with pytest.raises(GeneRAINError, match="no capsule"):
        verify_capsule(tmp_path / "c.zip", release)


def test_files_are_named_by_their_places_and_outputs_are_none_of_the_inputs(tmp_path) -> None:
    (tmp_path / "my list.txt").write_text("x")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "my list.txt").write_text("y")
    one, other = str(tmp_path / "my list.txt"), str(tmp_path / "other" / "my list.txt")
    command = Command.of(["lists", one, other, one, "--op", "union", "-o", str(tmp_path / "out.gmt")])
    assert command.words == (
        *("lists", "@input/my_list.txt", "@input/1-my_list.txt", "@input/my_list.txt", "--op", "union"),
        *("-o", "@output/out.gmt"),
    )
    filled = command.filled(Path("/i"), Path("/o"))
    assert filled[1:4] == ["/i/my_list.txt", "/i/1-my_list.txt", "/i/my_list.txt"]
    assert filled[-1] == "/o/out.gmt"


def test_the_line_saves_and_verifies_in_a_process_of_its_own(tmp_path, capsys) -> None:
    path = str(tmp_path / "c.zip")
    assert main(["save-capsule", "-o", path, "similarity", "CD3D", "CD3E", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["capsule"]["command"] == ["similarity", "CD3D", "CD3E"]
    assert main(["verify-capsule", path, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["same"] is True
    assert main(["save-capsule", "-o", path, "similarity", "CD3D", "no-such-gene"]) == 2
    assert "no-such-gene" in capsys.readouterr().err


def test_progress_is_told(release, resolver, tmp_path, quick) -> None:
    said: list[float] = []
    save_capsule(
        ["similarity", "CD3D", "CD3E"], tmp_path / "c.zip", release, resolver, progress=lambda share, words: said.append(share)
    )
    assert said[-1] == 1.0
