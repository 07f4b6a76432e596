"""The command that opens the door for agents: mcp."""

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from generain_core.cli.common import Command
from generain_core.errors import GeneRAINError

EXTRA = "mcp"


def add(command: Command) -> None:
    """Add the command to the line."""
    parser = command("mcp", _mcp, "answer agents over the Model Context Protocol, on standard input and output")
    parser.add_argument("--http", type=int, metavar="PORT", help="over HTTP on this computer alone instead")
    parser.add_argument(
        "--folder",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        metavar="DIR",
        help="folders that agents may read files from and write files to (none)",
    )


def _mcp(args: argparse.Namespace) -> NoReturn:
    if find_spec(EXTRA) is None:
        raise GeneRAINError("`generain mcp` needs the package mcp; install it with `pip install 'generain-explorer[mcp]'`.")
    from generain_core.generain import open
    from generain_core.mcp.folders import Folders
    from generain_core.mcp.serve import serve_http, serve_stdio
    from generain_core.mcp.server import build_server

    server = build_server(open(getattr(args, "release", None)), Folders(args.folder))
    if args.http is None:
        serve_stdio(server)
    else:
        serve_http(server, args.http)
    raise SystemExit(0)
