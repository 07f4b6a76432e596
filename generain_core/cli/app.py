"""The command that starts the page: app."""

import argparse
import os
import subprocess
import sys

from generain_core import settings
from generain_core.cli.common import Answer, Command


def add(command: Command) -> None:
    """Add the command to the line."""
    parser = command("app", _app, "start the page in the browser; further options go on to `streamlit run`")
    parser.set_defaults(forwards=True)


def _app(args: argparse.Namespace) -> Answer:
    line = [sys.executable, "-m", "streamlit", "run", str(settings.shipped("app.py")), *args.forwarded]
    if release := getattr(args, "release", None):
        line += ["--", "--release", release]
    if os.name == "posix":
        os.execv(line[0], line)
    raise SystemExit(subprocess.call(line))
