"""The starters for people without a terminal: they find Python, make the environment once, and say what is wrong."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from generain_core.settings import ASSETS, PROJECT

posix = pytest.mark.skipif(os.name != "posix", reason="starters of Linux and macOS are shell scripts")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return the starters beside an empty list of libraries, so that no network is needed."""
    shutil.copytree(ASSETS / "start", tmp_path / "a folder" / "assets" / "start")
    (tmp_path / "a folder" / "requirements.txt").write_text("")
    return tmp_path / "a folder"


def _start(folder: Path, path: str, name: str = "start-linux.sh") -> subprocess.CompletedProcess[str]:
    script = folder / "assets" / "start" / name
    line = ["/bin/sh", str(script), "--prepare"]
    return subprocess.run(line, env={"PATH": path, "HOME": str(folder)}, capture_output=True, text=True, stdin=subprocess.DEVNULL)


@posix
@pytest.mark.parametrize("name", ["start-linux.sh", "start-macos.command"])
def test_the_environment_is_made_once(copy: Path, name: str, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(Path(sys.executable).resolve())
    path = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    first = _start(copy, path, name)
    assert (first.returncode, first.stdout.splitlines()[0][:15]) == (0, "Preparing, once")
    again = _start(copy, path, name)
    assert again.stdout == f"Ready: {copy / '.venv'}\n"
    (copy / "requirements.txt").write_text("# another list\n")
    assert "Preparing" in _start(copy, path, name).stdout


@posix
def test_a_python_that_is_too_old_is_not_taken(copy: Path, tmp_path: Path) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        old = tmp_path / "bin" / name
        old.parent.mkdir(exist_ok=True)
        old.write_text("#!/bin/sh\nexit 1\n")
        old.chmod(0o755)
    for tool in ("dirname",):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or "")
    answer = _start(copy, str(tmp_path / "bin"))
    assert answer.returncode == 1
    assert answer.stdout.splitlines()[-1] == "It could not be installed. Install Python 3.11 or later, then start again."


def test_a_system_can_run_its_starter() -> None:
    for name in ("start-linux.sh", "start-macos.command"):
        mode = (ASSETS / "start" / name).stat().st_mode
        assert os.name != "posix" or mode & stat.S_IXUSR
        assert b"\r" not in (ASSETS / "start" / name).read_bytes()
    assert (ASSETS / "start" / "start-windows.bat").read_bytes().count(b"\r\n") > 10


def test_the_container_takes_all_that_runs() -> None:
    text = (PROJECT / "Containerfile").read_text()
    taken = {word for line in text.splitlines() if line.startswith("COPY") for word in line.split()[1:-1]}
    assert {"app.py", "pages", "assets", "generain_core", ".streamlit", "requirements.txt"} <= taken
    assert all((PROJECT / name).exists() for name in taken)
    assert "USER explorer" in text
