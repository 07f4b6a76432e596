"""A command run by a process of its own, in a folder of its own."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.progress import Progress
from generain_core.release.files import Release


def run_command(line: Sequence[str], release: Release, progress: Progress) -> dict[str, Any]:
    """Return the JSON document of a command.

    Args:
        line: the command and its arguments.
        release: that it is asked of.
        progress: told what the command reports; when it raises, the command is ended.

    Raises:
        GeneRAINError: the input is at fault, or the command ended without an answer.
    """
    whole = [sys.executable, "-m", "generain_core", "--release", str(release.root), *line, "--json"]
    paths = [str(settings.PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    with tempfile.TemporaryDirectory(prefix="generain-run-") as folder, tempfile.TemporaryFile("w+") as answer:
        with subprocess.Popen(
            whole, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=answer, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                said = _followed(process, progress)
            except BaseException:
                process.kill()
                raise
        answer.seek(0)
        if process.returncode == 2:
            problem = next((line.removeprefix("error: ") for line in reversed(said) if line.startswith("error: ")), "")
            raise GeneRAINError(problem or "The command refused its input.")
        try:
            document: dict[str, Any] = json.loads(answer.read())
        except ValueError as problem:
            raise GeneRAINError(f"The command {line[0]} ended without an answer ({process.returncode}).") from problem
    return document


def _followed(process: "subprocess.Popen[str]", progress: Progress) -> list[str]:
    """Report the progress of a process until it ends, and return the other lines that it said."""
    said: list[str] = []
    latest: list[tuple[float, str]] = []

    def read(source: IO[str]) -> None:
        for line in source:
            kind, _, rest = line.rstrip("\n").partition(" ")
            share, _, words = rest.partition(" ")
            if kind == "progress" and share.replace(".", "", 1).isdigit():
                latest.append((float(share), words))
            else:
                said.append(line.rstrip("\n"))

    if process.stderr is None:
        raise ValueError("the process says nothing")
    reader = threading.Thread(target=read, args=(process.stderr,), daemon=True)
    reader.start()
    told = 0
    while reader.is_alive():
        reader.join(0.2)
        if len(latest) > told or not told:
            told = max(1, len(latest))
            progress(*(latest[-1] if latest else (0.0, "running")))
    process.wait()
    return said


def files_below(folder: Path) -> dict[str, Path]:
    """Return all files of a folder, by their names within it."""
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
