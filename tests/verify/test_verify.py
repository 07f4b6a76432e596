"""Each kind of damage is found by `verify`, and named."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from generain_core.cli import main
from generain_core.install.install import install
from generain_core.release.files import Release
from generain_core.verify.verify import Check, verify
from tests.verify.changes import archs4, array, at, cut, set_value
from tests.verify.damage import DAMAGE


@pytest.fixture(scope="module")
def whole(standin: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the small stand-in. Its example has too few genes to be binned; that check runs at full scale."""
    root = tmp_path_factory.mktemp("whole") / "release"
    shutil.copytree(standin, root)
    return root


@pytest.fixture
def damaged(whole: Path, tmp_path: Path) -> Path:
    """Return a copy whose files are links to the originals until they are replaced."""
    shutil.copytree(whole, tmp_path / "release", copy_function=lambda a, b: Path(b).hardlink_to(a))
    return tmp_path / "release"


def faults(checks: list[Check]) -> dict[str, str]:
    return {check.name: check.detail for check in checks if check.ok is False}


def test_an_undamaged_release_passes(whole: Path) -> None:
    checks = verify(Release.open(whole))
    assert faults(checks) == {}
    assert {"predictions", "ARCHS4", "training chunk 4", "both boundaries"} <= {check.name for check in checks}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_found_and_named(damaged: Path, kind: str) -> None:
    make, name, said = DAMAGE[kind]
    make(damaged)
    found = faults(verify(Release.open(damaged)))
    assert name in found, found
    assert re.search(said, found[name]), found[name]


def test_a_sample_without_counts_is_told_and_no_damage(damaged: Path) -> None:
    archs4(lambda f: f["data/expression"].__setitem__((slice(None), 0), 0))(damaged)
    said = {check.name: check for check in verify(Release.open(damaged))}["ARCHS4"]
    assert said.ok
    assert "; 1 of 50 that were looked at have no count" in said.detail


def test_chunks_are_silent_where_the_boundaries_are(damaged: Path) -> None:
    zero = (np.load(at(damaged, "boundaries/gene2vec")) == 0).mean(axis=0)
    rng = np.random.default_rng(0)
    bins = np.where(rng.random((300, len(zero))) < zero, 1, rng.integers(2, 2001, (300, len(zero)))).astype(np.float32)
    np.save(at(damaged, "chunk/2").with_suffix(".new.npy"), bins)
    at(damaged, "chunk/2").with_suffix(".new.npy").replace(at(damaged, "chunk/2"))
    said = {check.name: check for check in verify(Release.open(damaged))}["training chunk 2"]
    assert said.ok
    assert "silent as often as in the boundaries (correlation 0.9" in said.detail or "(correlation 1.0" in said.detail
    array("chunk/2", lambda a: np.roll(a, 3, axis=1))(damaged)
    said = {check.name: check for check in verify(Release.open(damaged))}["training chunk 2"]
    assert not said.ok
    assert "columns are in another order" in said.detail


def test_a_change_that_no_rule_forbids_is_found_by_its_hash(whole: Path, tmp_path: Path) -> None:
    install([whole], tmp_path / "r")
    assert faults(verify(Release.open(tmp_path / "r"))) == {}
    array("chunk/4", lambda a: set_value(a, (51, 6), 1000))(tmp_path / "r")
    at(tmp_path / "r", "example").unlink()
    found = faults(verify(Release.open(tmp_path / "r")))
    assert set(found) == {f"unchanged: {at(tmp_path, 'chunk/4').name}", f"unchanged: {at(tmp_path, 'example').name}"}


def test_the_command_says_it_in_words_and_json(damaged: Path, capsys, tmp_path: Path) -> None:
    cut("chunk/2")(damaged)
    line = ["--release", str(damaged), "verify", "-o", str(tmp_path / "out.json")]
    assert main([*line, "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert [c["name"] for c in answer["checks"] if c["ok"] is False] == ["training chunk 2"]
    assert json.loads((tmp_path / "out.json").read_text()) == answer
    assert main(line) == 1
    words = capsys.readouterr().out
    assert "FAULT training chunk 2" in words
    assert words.endswith("\n1 fault.\n")


def test_without_faults_the_command_ends_well(whole: Path, capsys) -> None:
    assert main(["--release", str(whole), "verify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
