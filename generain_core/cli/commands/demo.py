"""The command that makes the demo release: demo."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from generain_core.cli.commands.release import release_status
from generain_core.cli.options import add_output, add_seed
from generain_core.cli.output import Output

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand


def add(add_command: AddCommand) -> None:
    """Add the command to the line."""
    demo = add_command("demo", _demo, "write the demo release: simulate samples, train the networks, predict attributes")
    add_output(demo, "DIR", words="folder of the release")
    add_seed(demo)
    demo.add_argument("--small", action="store_true", help="made whole in seconds, from few samples; it learns next to nothing")


def _demo(args: argparse.Namespace) -> Output:
    from generain_core.demo.recipe import Recipe, small
    from generain_core.demo.write import write_demo

    recipe = small(args.seed) if args.small else Recipe(args.seed)
    return release_status(write_demo(args.output, recipe, args.progress))
