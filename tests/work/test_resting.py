"""Work rests on the disk whole or not at all, for its time, for one browser with one token."""

import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.release.files import choose
from generain_core.work import resting
from generain_core.work.resting import Resting, sweep
from generain_core.work.work_file import save_work
from tests.conftest import PROJECT
from tests.work.test_work_file import KINDS, work


@pytest.fixture
def place(tmp_path, monkeypatch) -> Resting:
    monkeypatch.setenv("GENERAIN_CACHE", str(tmp_path))
    return Resting.of("token", "browser")


def test_what_rests_comes_back_and_only_to_this_token_and_browser(place) -> None:
    place.save(work(), choose(), KINDS)
    again = place.open(KINDS)
    assert again is not None
    assert again[0].lists == work().lists
    for token, browser in (("token", "other"), ("other", "browser"), ("tok", "enbrowser"), ("token", ""), ("", "browser")):
        assert Resting.of(token, browser).open(KINDS) is None
    assert not [path for path in place.folder.parent.rglob("*") if "token" in str(path) or "browser" in path.name]


def test_nobody_else_on_the_computer_may_read_it(place) -> None:
    place.save(work(), choose(), KINDS)
    files = [path for path in place.folder.rglob("*") if path.is_file() and path.name not in (".lock", "seen")]
    assert files
    assert {path.stat().st_mode & 0o077 for path in files} == {0}


def test_a_save_writes_arrays_once_and_leaves_nothing_behind(place) -> None:
    place.save(work(), choose(), KINDS)
    arrays = {path: path.stat().st_mtime_ns for path in place.folder.glob("arrays/*")}
    place.save(replace(work(), choices={"k": 6}), choose(), KINDS)
    assert {path: path.stat().st_mtime_ns for path in place.folder.glob("arrays/*")} == arrays
    assert len(list(place.folder.glob("choices-*.json"))) == 1
    place.save(replace(work(), samples=None), choose(), KINDS)
    assert not list(place.folder.glob("arrays/*"))


def test_what_has_gone_says_why(place, monkeypatch) -> None:
    assert place.gone() is None
    place.save(work(), choose(), KINDS)
    place.delete()
    assert place.open(KINDS) is None
    gone = place.gone()
    assert gone is not None
    assert gone.why == "deleted"
    assert not [path for path in place.folder.rglob("*") if path.is_file() and path.name not in ("gone.json", ".lock")]
    place.save(work(), choose(), KINDS)
    assert place.gone() is None
    now = time.time()
    monkeypatch.setattr(resting.time, "time", lambda: now + 6.9 * 86_400)
    assert sweep(7) == 0
    monkeypatch.setattr(resting.time, "time", lambda: now + 7.1 * 86_400)
    assert sweep(7) == 1
    gone = place.gone()
    assert gone is not None
    assert gone.why == "expired"
    monkeypatch.setattr(resting.time, "time", lambda: now + 200 * 86_400)
    sweep(7)
    assert not place.folder.exists()


@pytest.mark.parametrize("harm", ["cut", "lost", "other"])
def test_damaged_work_is_refused(place, harm) -> None:
    place.save(work(), choose(), KINDS)
    path = max(place.folder.glob("arrays/*"), key=lambda path: path.stat().st_size)
    if harm == "lost":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] if harm == "cut" else path.read_bytes()[:-1] + b"\xff")
    with pytest.raises(GeneRAINError, match="The work on the server"):
        place.open(KINDS)


@pytest.mark.parametrize(
    ("said", "local", "days"), [("", True, 7), ("", False, 0), ("3.5", False, 3.5), ("0", True, 0), ("x", True, 0)]
)
def test_the_operator_says_for_how_long(monkeypatch, said, local, days) -> None:
    monkeypatch.setenv(settings.KEEP_WORK, said)
    assert settings.kept_work_days(is_local=local) == days


KILLS = """
import os, random, signal, sys, time
from dataclasses import replace
from pathlib import Path
import numpy as np
from generain_core.release.files import choose
from generain_core.work.resting import Resting
from generain_core.work.contents import KeptResult
from generain_core.work.work_file import open_work, save_work
from tests.work.test_work_file import KINDS, work

release, place, draw = choose(), Resting.of("token", "browser"), random.Random(0)
whole, file = work(), Path(sys.argv[2]) if sys.argv[2:] else None


def save(work):
    if file is None:
        place.save(work, release, KINDS)
    else:
        save_work(work, file, release, KINDS)


def saves(said):
    for i in range(1, 1000):
        result = KeptResult(name="x", key=i, label="X", value=np.full(200_000, i + 0.5))
        samples = replace(whole.samples, results=(result,), number=i)
        save(replace(whole, samples=samples, choices={"save": i}))
        os.write(said, b"%d\\n" % i)


save(replace(whole, samples=None, choices={"save": 0}))
kept_before = []
for _ in range(int(sys.argv[1])):
    read, said = os.pipe()
    child = os.fork()
    if not child:
        saves(said)
    os.close(said)
    time.sleep(draw.uniform(0.0, 0.6))
    os.kill(child, signal.SIGKILL)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    numbers = [int(line) for line in os.fdopen(read).read().split()]
    again = place.open(KINDS) if file is None else open_work(file, KINDS)
    kept, samples = again[0].choices["save"], again[0].samples
    kept_before.append(kept)
    if not kept:
        assert samples is None and not numbers
        continue
    assert samples.number == kept == samples.results[0].key
    assert np.array_equal(samples.results[0].value, np.full(200_000, kept + 0.5))
    assert not numbers or kept in (numbers[-1], numbers[-1] + 1)
print(len(kept_before), len(set(kept_before)), "kept")
"""
"""Forks a process that saves again and again (to a zip, if one is named), kills it at any moment, and checks that what is there
is whole and the last save."""


def killed(*named: str) -> None:
    """Kill a process that saves, 4 times or as often as KILLS says."""
    kills = os.environ.get("KILLS", "4")
    done = subprocess.run([sys.executable, "-c", KILLS, kills, *named], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) == int(kills)
    sys.stdout.write(done.stdout)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_whoever_is_killed_while_saving_a_file_leaves_it_whole(place, tmp_path) -> None:
    file = tmp_path / "mine" / "work.generain.zip"
    file.parent.mkdir()
    killed(str(file))
    save_work(work(), file, choose(), KINDS)
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_whoever_is_killed_while_saving_leaves_whole_work(place) -> None:
    killed()
    place.save(work(), choose(), KINDS)
    assert not list(place.folder.rglob(".new-*"))
