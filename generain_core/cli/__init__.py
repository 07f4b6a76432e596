"""The command line: ``generain [--release DIR] COMMAND … [--json]``."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import pandas as pd

from generain_core.cli import app, archs4, attributes, genes, mcp, perturb, reference, samples, train, upkeep
from generain_core.cli import release as about_release
from generain_core.cli.common import Answer
from generain_core.errors import GeneRAINError
from generain_core.models.parallel import is_first
from generain_core.version import __version__


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise GeneRAINError(f"{message} (see {self.prog} --help)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when done, 1 when `verify` found faults, 2 when the input or its use is at fault."""
    try:
        parser = _parser()
        given, forwarded = parser.parse_known_args(arguments)
        given.forwarded = forwarded
        if forwarded and not getattr(given, "forwards", False):
            parser.error(f"unrecognized arguments: {' '.join(forwarded)}")
        document, shown = given.run(given)
        if is_first():
            _write(document, shown, as_json=getattr(given, "json", False))
        sys.stdout.flush()
        status: int = getattr(given, "status", 0)
    except GeneRAINError as problem:
        sys.stderr.write(f"error: {' '.join(str(problem).split())}\n")
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    common = _Parser(add_help=False)
    common.add_argument(
        "--release", default=argparse.SUPPRESS, metavar="DIR", help="release folder ($GENERAIN_RELEASE, ./release, the demo)"
    )
    common.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON document")
    parser = _Parser(prog="generain", description="Explore the GeneRAIN release.", parents=[common])
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, run: Callable[[argparse.Namespace], Answer], words: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words, description=words, parents=[common])
        added.set_defaults(run=run)
        return added

    for group in (about_release, upkeep, genes, attributes, samples, archs4, reference, perturb, train, app, mcp):
        group.add(command)
    return parser


def _write(document: dict[str, Any], shown: pd.DataFrame | str, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(document, allow_nan=False) + "\n")
    elif isinstance(shown, str):
        sys.stdout.write(shown + "\n")
    else:
        sys.stdout.write(shown.to_string(index=False, float_format="{:.4f}".format) + "\n")
