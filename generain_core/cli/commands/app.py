"""The commands that start the page: app, and serve for others."""

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
    serve = add_command("serve", _serve, "serve the page to others: readiness, figures for monitoring, headers of safety")
    serve.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="address to listen on; 0.0.0.0 for all (127.0.0.1)")
    serve.add_argument("--port", type=int, default=8501, metavar="N", help="port to listen on (8501)")
    serve.add_argument(
        "--host-name", default="", metavar="HOST", help="name under which visitors reach the page, such as genes.example.org"
    )
    serve.add_argument("--base-path", default="", metavar="PATH", help="path that the page lies under, such as generain")


def _app(args: argparse.Namespace) -> NoReturn:
    line = [sys.executable, "-m", "streamlit", "run", str(settings.shipped("personal.py")), *args.further]
    if args.release:
        line += ["--", "--release", args.release]
    os.environ.setdefault("GENERAIN_PERSONAL", "yes")  # one person at their own computer
    if os.name == "posix":
        os.execv(line[0], line)
    raise SystemExit(subprocess.call(line))


def _serve(args: argparse.Namespace) -> NoReturn:
    from generain_core.ui.server.service import serve

    options: dict[str, str | int | bool] = {
        "server.address": args.host,
        "server.port": args.port,
        "server.headless": True,
        "server.baseUrlPath": args.base_path.strip("/"),
        "browser.serverAddress": args.host_name or args.host,
    }
    serve(args.release, options)
    raise SystemExit(0)
