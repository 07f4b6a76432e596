"""Work rests on the disk whole or not at all, for its time, for one browser with one token."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.release.files import choose
from generain_core.work import resting
from generain_core.work.resting import Resting, sweep
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


SAVES = """
import sys
from dataclasses import replace
from pathlib import Path
import numpy as np
from generain_core.release.files import choose
from generain_core.work.resting import Resting
from generain_core.work.contents import KeptResult
from tests.work.test_work_file import KINDS, work
release, place = choose(), Resting.of("token", "browser")
print("ready", flush=True)
for i in range(1, 1000):
    result = KeptResult(name="x", key=i, label="X", value=np.full(400_000, i + 0.5))
    samples = replace(work().samples, results=(result,), number=i)
    place.save(replace(work(), samples=samples, choices={"save": i}), release, KINDS)
    print(i, flush=True)
"""


def killed_while_saving(place: Resting, kills: int, seed: int = 0) -> int:
    """Kill a process that saves again and again, and check each time that what rests is whole; return the last save."""
    random, last = np.random.default_rng(seed), 0
    for _ in range(kills):
        child = subprocess.Popen([sys.executable, "-c", SAVES], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(float(random.uniform(0.0, 0.25)))
        os.kill(child.pid, signal.SIGKILL)
        said = [int(line) for line in child.communicate()[0].split()]
        again = place.open(KINDS)
        if again is None:
            assert not said
            continue
        kept, samples = again[0].choices["save"], again[0].samples
        assert samples is not None
        assert samples.number == kept == samples.results[0].key
        assert np.array_equal(samples.results[0].value, np.full(400_000, kept + 0.5))
        assert kept >= max(said, default=0)
        last = int(kept)
    return last


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_whoever_is_killed_while_saving_leaves_whole_work(place) -> None:
    killed_while_saving(place, int(os.environ.get("KILLS", "1")))
    place.save(work(), choose(), KINDS)
    assert not list(place.folder.rglob(".new-*"))
