"""Archives, folders and loose files into a release: nothing outside, nothing half, the same twice."""

import io
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import numpy as np
import pytest

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.install.install import install
from generain_core.release.files import FILES
from generain_core.storage.exclusive_folder import exclusive_folder
from tests.conftest import PROJECT, full_disk
from tests.install.test_download import tree

BOUNDARIES = FILES["boundaries/gene2vec"][0]
CHUNK = Path(FILES["chunk/3"][0]).name


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packed") / "data.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        archive.add(settings.DEMO_RELEASE / "data", "data")
        archive.add(settings.DEMO_RELEASE / "SIMULATED", "SIMULATED")
    return path


def test_an_archive_and_a_folder_give_the_same_release(packed: Path, tmp_path: Path) -> None:
    done = install([packed], tmp_path / "a")
    install([settings.DEMO_RELEASE], tmp_path / "b")
    own = ("ready/", "references/")  # made of the release, and not installed with it
    demo = {path: content for path, content in tree(settings.DEMO_RELEASE).items() if not str(path).startswith(own)}
    for name in ("a", "b"):
        assert {k: v for k, v in tree(tmp_path / name).items() if k != "installed.json"} == demo
    assert len(done.written) == len(demo)
    again = install([packed], tmp_path / "a")
    assert again.written == ()
    assert set(again.kept) == set(demo)


def test_loose_files_go_where_their_names_belong(tmp_path: Path) -> None:
    loose = tmp_path / "loose"
    (loose / "deep/er").mkdir(parents=True)
    np.save(loose / "deep/er" / CHUNK, np.ones((2, 2), np.float32))
    shutil.copy(settings.DEMO_RELEASE / BOUNDARIES, loose)
    (loose / "holiday.jpg").write_bytes(b"x")
    done = install([loose], tmp_path / "r")
    assert set(done.written) == {BOUNDARIES, FILES["chunk/3"][0]}
    assert done.passed_over == ("holiday.jpg",)
    done = install([loose / Path(BOUNDARIES).name], tmp_path / "s")
    assert done.release.path("boundaries/gene2vec").read_bytes() == (settings.DEMO_RELEASE / BOUNDARIES).read_bytes()


def test_chunks_stay_in_either_folder_that_the_readme_names(tmp_path: Path) -> None:
    for number, place in enumerate(FILES["chunk/3"]):
        source = tmp_path / f"source{number}"
        (source / place).parent.mkdir(parents=True)
        np.save(source / place, np.ones((2, 2), np.float32))
        assert install([source], tmp_path / f"r{number}").written == (place,)


def crafted(path: Path, *members: tuple[str, bytes, bytes]) -> Path:
    """Write an archive of members: name, type, content (or where a link leads)."""
    with tarfile.open(path, "w:gz") as archive:
        for name, kind, content in ((BOUNDARIES, tarfile.REGTYPE, b"good"), *members):
            member = tarfile.TarInfo(name)
            member.type = kind
            if kind == tarfile.REGTYPE:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
            else:
                member.linkname = content.decode()
                archive.addfile(member)
    return path


@pytest.mark.parametrize(
    ("member", "said"),
    [
        (("../evil", tarfile.REGTYPE, b"x"), "leads out"),
        (("data/../../evil", tarfile.REGTYPE, b"x"), "leads out"),
        (("/tmp/evil", tarfile.REGTYPE, b"x"), "leads out"),
        (("data\\..\\..\\evil", tarfile.REGTYPE, b"x"), "leads out"),
        (("C:/evil", tarfile.REGTYPE, b"x"), "leads out"),
        (("../evil", tarfile.DIRTYPE, b""), "leads out"),
        (("data/link", tarfile.SYMTYPE, b"/etc"), "a link"),
        (("data/link", tarfile.LNKTYPE, b"/etc/passwd"), "a link"),
        (("data/null", tarfile.CHRTYPE, b""), "a device"),
        (("data/pipe", tarfile.FIFOTYPE, b""), "a device or pipe"),
        ((BOUNDARIES, tarfile.REGTYPE, b"other"), "twice"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_hostile_archive_installs_nothing(tmp_path: Path, member, said) -> None:
    archive = crafted(tmp_path / "data.tar.gz", member)
    root = tmp_path / "inside" / "r"
    with pytest.raises(GeneRAINError, match=said):
        install([archive], root)
    assert tree(tmp_path / "inside") == {}
    assert not (tmp_path / "evil").exists()


def test_a_link_in_the_folder_itself_is_not_followed_outside(tmp_path: Path, packed: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "r" / "data").symlink_to(tmp_path / "outside")
    with pytest.raises(GeneRAINError, match="link that leads out"):
        install([packed], tmp_path / "r")
    assert not [p for p in (tmp_path / "outside").rglob("*") if p.is_file()]


@pytest.mark.parametrize("cut", [10, 5000, -100, -1])
def test_a_cut_archive_installs_nothing(tmp_path: Path, packed: Path, cut: int) -> None:
    (tmp_path / "data.tar.gz").write_bytes(packed.read_bytes()[:cut])
    with pytest.raises(GeneRAINError, match="cut off or damaged"):
        install([tmp_path / "data.tar.gz"], tmp_path / "r")
    assert tree(tmp_path / "r") == {}


def test_a_page_saved_as_an_archive_is_said_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "data.tar.gz").write_text("<html>")
    with pytest.raises(GeneRAINError, match=r"data.tar.gz is cut off or damaged \(it can't be opened as an archive\); get it"):
        install([tmp_path / "data.tar.gz"], tmp_path / "r")


def test_what_can_not_be_installed(tmp_path: Path, packed: Path, monkeypatch) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    for source, said in (("notes.txt", "not the name"), ("empty", "none of the released"), ("absent", "no file or folder")):
        with pytest.raises(GeneRAINError, match=said):
            install([tmp_path / source], tmp_path / "r")
    with pytest.raises(GeneRAINError, match="is a file"):
        install([packed], tmp_path / "notes.txt")
    with pytest.raises(GeneRAINError, match="is the demo release"):
        install([packed], settings.DEMO_RELEASE)
    with exclusive_folder(tmp_path / "r"), pytest.raises(GeneRAINError, match="Another download"):
        install([packed], tmp_path / "r")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(GeneRAINError, match="make room"):
        install([packed], tmp_path / "r")


def test_a_full_disk_is_told_and_what_was_half_written_makes_room(tmp_path: Path, packed: Path) -> None:
    with full_disk(500_000), pytest.raises(GeneRAINError, match="can't be written .*; see to the disk"):
        install([packed], tmp_path / "r")
    assert not [path for path in (tmp_path / "r" / ".installing").rglob("*") if path.is_file()]
    install([packed], tmp_path / "r")
    install([packed], tmp_path / "other")
    assert tree(tmp_path / "r") == tree(tmp_path / "other")


def test_simulated_and_real_files_are_not_mixed(tmp_path: Path, packed: Path) -> None:
    real = tmp_path / "real"
    (real / BOUNDARIES).parent.mkdir(parents=True)
    shutil.copy(settings.DEMO_RELEASE / BOUNDARIES, real / BOUNDARIES)
    install([real], tmp_path / "r")
    with pytest.raises(GeneRAINError, match="not simulated, and these files are"):
        install([packed], tmp_path / "r")
    install([packed], tmp_path / "s")
    with pytest.raises(GeneRAINError, match="holds a simulated release"):
        install([real], tmp_path / "s")


def test_what_a_kill_left_of_the_ledger_is_cleared_away(tmp_path: Path, packed: Path) -> None:
    install([packed], tmp_path / "whole")
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / ".installed.json-x7").write_text("half")
    install([packed], tmp_path / "r")
    assert tree(tmp_path / "r") == tree(tmp_path / "whole")


def test_a_kill_at_any_moment_is_made_good_by_the_next_run(tmp_path: Path, packed: Path, pytestconfig) -> None:
    install([packed], tmp_path / "whole")
    moments = random.Random(0)
    line = [sys.executable, "-m", "generain_core", "--release", str(tmp_path / "r"), "install", str(packed), "--json"]
    for _ in range(int(pytestconfig.getoption("--kills"))):
        shutil.rmtree(tmp_path / "r", ignore_errors=True)
        process = subprocess.Popen(line, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        process.stderr.readline()
        time.sleep(moments.uniform(0, 0.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stderr.close()
        install([packed], tmp_path / "r")
        assert tree(tmp_path / "r") == tree(tmp_path / "whole")
