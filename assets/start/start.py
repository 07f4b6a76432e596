"""Make an environment for GeneRAIN Explorer if there is none yet, and start the page; run by the starters beside this file."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
REQUIREMENTS = PROJECT / "requirements.txt"


def main(arguments: list[str]) -> int:
    """Prepare and start; further arguments go on to the page (``--release DIR``). ``--prepare`` only makes the environment."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this by hand may have an older one
        return say(f"This is Python {sys.version.split()[0]}; GeneRAIN Explorer needs 3.11 or later.", 2)
    folder = environment()
    try:
        prepare(folder)
    except subprocess.CalledProcessError:
        return say("The libraries could not be installed. Is the internet reached? Start again to go on.", 1)
    except OSError as problem:
        return say(
            f"{problem.filename or folder} can't be written ({problem.strerror}). Unpack the program in your own folder.", 1
        )
    if arguments[:1] == ["--prepare"]:
        return say(f"Ready: {folder}")
    say("The page opens in your browser. Close this window to stop it.")
    line = [str(python_of(folder)), "-m", "streamlit", "run", str(PROJECT / "personal.py"), "--", *arguments]
    try:
        return subprocess.call(line, cwd=PROJECT, env={"GENERAIN_PERSONAL": "yes"} | os.environ)
    except KeyboardInterrupt:
        return 0


def environment() -> Path:
    """Return where the environment lies: beside the program, or in the user's own folder where that can't be written to."""
    if os.access(PROJECT, os.W_OK):
        return PROJECT / ".venv"
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "generain-explorer" / "venv"


def prepare(folder: Path) -> None:
    """Make the environment, unless it was made whole from the same list of libraries before."""
    mark, wanted = folder / "installed.txt", hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if python_of(folder).exists() and mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return
    say("Preparing, once: some minutes and about 2 GB …")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    subprocess.run([str(python_of(folder)), "-m", "pip", "install", "--progress-bar", "on", "-r", str(REQUIREMENTS)], check=True)
    mark.write_text(wanted, encoding="utf-8")


def python_of(folder: Path) -> Path:
    """Return the Python of an environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def say(words: str, status: int = 0) -> int:
    """Write a line for whoever watches the window."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
