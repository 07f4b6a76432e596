"""Progress: lines for programs with --json, a bar on a terminal, else nothing."""

import contextlib
import io
import json
import os
import subprocess
import sys

import pytest

from generain_core.cli import main, progress
from tests.conftest import PROJECT


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_programs_read_lines(capsys, fresh_cache) -> None:
    assert main(["project", "--method", "pca", "--seed", "5", "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["genes"] > 0
    shares = [float(line.split()[1]) for line in printed.err.splitlines() if line.startswith("progress ")]
    assert shares == sorted(shares)
    assert shares


def test_a_file_gets_no_progress(capsys, fresh_cache) -> None:
    assert main(["project", "--method", "pca", "--seed", "5"]) == 0
    assert all(line.startswith("note: ") for line in capsys.readouterr().err.splitlines())


def test_a_terminal_gets_a_bar_that_goes_away(monkeypatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress.report_progress(as_json=False) as report:
        report(0.0, "reading")
        report(0.5, "arranging")
        progress.note("note: a line of its own")
        report(0.1, "another piece of work")
    shown = terminal.getvalue()
    assert "progress" not in shown
    assert "arranging" in shown
    assert "note: a line of its own\n" in shown
    assert not shown.split("\r")[-1].strip()


@pytest.mark.parametrize("rank", ["0", "1"])
def test_only_the_first_of_several_processes_speaks(rank, monkeypatch, capsys) -> None:
    for name, value in {"RANK": rank, "WORLD_SIZE": "2", "LOCAL_RANK": rank}.items():
        monkeypatch.setenv(name, value)
    with progress.report_progress(as_json=True) as report:
        report(0.5, "half")
    assert capsys.readouterr().err == ("progress 0.500 half\n" if rank == "0" else "")


def read_all(terminal: int) -> str:
    parts = []
    with contextlib.suppress(OSError):  # Linux says so of a terminal whose other side is closed
        while part := os.read(terminal, 4096):
            parts.append(part)
    os.close(terminal)
    return b"".join(parts).decode()


@pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal is known on POSIX systems alone")
def test_a_person_at_a_terminal_sees_no_machine_lines(tmp_path) -> None:
    import fcntl
    import pty
    import struct
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    line = [sys.executable, "-m", "generain_core", "project", "--method", "pca", "--seed", "5"]
    environment = os.environ | {"GENERAIN_CACHE": str(tmp_path)}
    process = subprocess.run(line, cwd=PROJECT, stdout=subprocess.PIPE, stderr=follower, env=environment, check=True)
    os.close(follower)
    shown = read_all(leader)
    assert "genes placed by" in process.stdout.decode()
    assert "progress 0" not in shown
    assert " %|" in shown
