"""Options that mean one thing in every command, spelled once; former spellings go on working without standing in the help."""

import argparse
from collections.abc import Collection
from pathlib import Path
from typing import Any

from generain_core.release.model_descriptions import MODEL_NAMES, MODELS

MIN_GENES = 2000


def add_option(parser: argparse._ActionsContainer, *names: str, old: Collection[str] = (), **settings: Any) -> None:
    """Add an option, and its former spellings without a word in the help."""
    action = parser.add_argument(*names, **settings)
    if old:
        hidden = settings | {"dest": action.dest, "help": argparse.SUPPRESS, "default": argparse.SUPPRESS}
        parser.add_argument(*old, **hidden)


def add_output(parser: argparse.ArgumentParser, metavar: str, *, required: bool = True, words: str = "the result") -> None:
    """Add ``-o``: where the result is written."""
    parser.add_argument("-o", "--output", type=Path, required=required, metavar=metavar, help=words)


def add_file(parser: argparse._ActionsContainer, name: str, words: str, *, kind: str = "csv", old: Collection[str] = ()) -> None:
    """Add ``--write-NAME``: a file that is written beside the result."""
    add_option(parser, f"--write-{name}", old=old, type=Path, metavar=f"OUT.{kind}", help=words)


def add_rows(parser: argparse.ArgumentParser, default: int | None, words: str) -> None:
    """Add ``-k``: how many."""
    parser.add_argument("-k", type=int, default=default, help=f"{words} ({default})" if default else words)


def add_device(parser: argparse.ArgumentParser, words: str = "auto (default), cpu, cuda or mps") -> None:
    """Add ``--device``: where the work is done."""
    parser.add_argument("--device", default="auto", help=words)


def add_model(parser: argparse.ArgumentParser, words: str, *, required: bool = False, none: bool = False) -> None:
    """Add ``--model``: which of the released networks embeds samples."""
    choices = (*MODEL_NAMES, "none") if none else MODEL_NAMES
    parser.add_argument("--model", choices=choices, required=required, metavar="NAME", help=f"{words}. {describe_models()}")


def describe_models() -> str:
    """Return one line on each of the released networks."""
    return " ".join(f"{model.name}: {model.summary}" for model in MODELS)


def add_min_genes(parser: argparse.ArgumentParser) -> None:
    """Add ``--min-genes``: what a sample needs to be used."""
    words = f"a sample needs more expressed genes than this ({MIN_GENES})"
    parser.add_argument("--min-genes", type=int, default=MIN_GENES, metavar="N", help=words)


def add_seed(parser: argparse.ArgumentParser) -> None:
    """Add ``--seed``: the same seed gives the same numbers."""
    parser.add_argument("--seed", type=whole, default=0, metavar="N", help="0 or more (0)")


def add_max_single_cell(parser: argparse.ArgumentParser) -> None:
    """Add ``--max-single-cell``: which samples of ARCHS4 are taken for single cells."""
    words = "leave out samples that are single cells with a higher probability (0.5); 1 keeps all"
    parser.add_argument("--max-single-cell", type=float, default=0.5, metavar="P", help=words)


def whole(text: str) -> int:
    """Read a whole number from 0 to 2³² − 1 off the line."""
    number = int(text)
    if not 0 <= number < 2**32:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 4294967295")
    return number
