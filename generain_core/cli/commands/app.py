"""The command that starts the page: app."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from typing import TYPE_CHECKING, NoReturn

from generain_core import settings

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand


def add(add_command: AddCommand) -> None:
    """Add the command to the line."""
    app = add_command("app", _app, "start the page in the browser; further options go on to `streamlit run`")
    app.set_defaults(passes_on=True)


def _app(args: argparse.Namespace) -> NoReturn:
    line = [sys.executable, "-m", "streamlit", "run", str(settings.shipped("app.py")), *args.further]
    if args.release:
        line += ["--", "--release", args.release]
    if os.name == "posix":
        os.execv(line[0], line)
    raise SystemExit(subprocess.call(line))
