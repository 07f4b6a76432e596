"""The command that opens the door for agents: mcp."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from generain_core.errors import GeneRAINError

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand

EXTRA = "mcp"


def add(add_command: AddCommand) -> None:
    """Add the command to the line."""
    parser = add_command("mcp", _mcp, "answer agents over the Model Context Protocol, on standard input and output")
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

    server = build_server(open(args.release), Folders(args.folder))
    if args.http is None:
        serve_stdio(server)
    else:
        serve_http(server, args.http)
    raise SystemExit(0)
