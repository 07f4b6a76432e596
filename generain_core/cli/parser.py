"""The line: options that all commands share, and the commands, listed in groups in the help."""

import argparse
from collections.abc import Callable, Sequence
from typing import NoReturn, Protocol

from generain_core.cli.commands import (
    app,
    archs4,
    attributes,
    calibrate,
    capsule,
    cohort,
    demo,
    genes,
    install,
    mcp,
    reference,
    release,
    samples,
    train,
    verify,
)
from generain_core.cli.commands.gene_lists import compare, lists
from generain_core.cli.commands.perturbations import example, perturb
from generain_core.cli.output import Output
from generain_core.errors import GeneRAINError
from generain_core.version import __version__

Run = Callable[[argparse.Namespace], Output]


class AddCommand(Protocol):
    """Adds a command to the line and returns its parser."""

    def __call__(self, name: str, run: Run, words: str) -> argparse.ArgumentParser:
        """Add the command `name`, run by `run`, described by `words`."""
        ...


class Group(Protocol):
    """A module of commands."""

    def add(self, add_command: AddCommand) -> None:
        """Add the commands to the line."""
        ...


GROUPS: tuple[tuple[str, tuple[Group, ...]], ...] = (
    ("the release", (release, install, verify)),
    ("genes", (genes,)),
    ("lists of genes", (lists, compare)),
    ("attributes", (attributes,)),
    ("samples", (samples,)),
    ("perturbations", (perturb, example)),
    ("cohorts", (cohort,)),
    ("results to keep", (capsule,)),
    ("references", (reference,)),
    ("ARCHS4", (archs4,)),
    ("calibration", (calibrate,)),
    ("training", (train, demo)),
    ("doors", (app, mcp)),
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise GeneRAINError(f"{message} (see {self.prog} --help)")


def build_parser() -> argparse.ArgumentParser:
    """Build the line with all commands."""
    shared = _Parser(add_help=False)
    shared.add_argument(
        "--release", default=argparse.SUPPRESS, metavar="DIR", help="release folder ($GENERAIN_RELEASE, ./release, the demo)"
    )
    shared.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON document")
    parser = _Parser(
        prog="generain",
        description="Explore the GeneRAIN release. `generain COMMAND --help` has a command's options.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[shared],
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    listing: list[str] = []

    def add_command(name: str, run: Run, words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, description=words[:1].upper() + words[1:] + ".", parents=[shared])
        command.set_defaults(run=run)
        listing.append(f"  {name:15} {words}")
        return command

    for title, modules in GROUPS:
        listing.append(f"\n{title}:")
        for module in modules:
            module.add(add_command)
    parser.epilog = "\n".join(listing).lstrip("\n")
    return parser


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the line: `run`, `release`, `json`, the command's options, and in `further` what it passes on.

    Raises:
        GeneRAINError: a command or option that there is not, or a value that can't be.
    """
    parser = build_parser()
    args, further = parser.parse_known_args(arguments, argparse.Namespace(passes_on=False))
    if further and not args.passes_on:
        parser.error(f"unrecognized arguments: {' '.join(further)}")
    args.further = further
    args.release = getattr(args, "release", None)
    args.json = getattr(args, "json", False)
    return args
