"""A command's line taken apart: inputs, outputs, and what may stand in a capsule at all."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generain_core.errors import GeneRAINError
from generain_core.text import echo, listed

COMMANDS = (
    *("resolve", "neighbors", "similarity", "analogy", "project", "attributes", "genes"),
    *("lists", "coherence", "expand", "enrich", "shared-attributes", "explain", "compare", "neighborhoods", "sum-of"),
    *("normalize", "embed", "perturb", "example", "place", "cohort"),
)
"""Commands whose results can be saved: those that compute from a release and the user's files."""
INPUT, OUTPUT = "@input/", "@output/"
_WRITES = re.compile(r"(?:-o|--output|--write-[a-z-]+)")
_UNSAFE = re.compile(r"(?:^|[=,])(?:/|~|[A-Za-z]:[\\/])|(?:^|[\\/])\.\.(?:[\\/]|$)|^-[^=]*[\\/]|[\x00\n\r]")
_NAME = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class Command:
    """A command's line with its files named by their places in the capsule.

    Attributes:
        words: the line; files that are read are `@input/NAME`, those that are written `@output/NAME`.
        inputs: the files and folders that are read, by NAME.
    """

    words: tuple[str, ...]
    inputs: dict[str, Path]

    @classmethod
    def of(cls, line: Sequence[str]) -> "Command":
        """Return a line taken apart; whatever is a file or folder here, and is not written, is an input.

        Raises:
            GeneRAINError: it is no command whose result can be saved, or names a place where nothing is.
        """
        check_name(line)
        words, inputs = [line[0]], dict[str, Path]()
        for before, word in itertools.pairwise(line):
            option, equals, value = word.partition("=")
            if _WRITES.fullmatch(before):
                words.append(f"{OUTPUT}{_named(Path(word))}")
            elif equals and _WRITES.fullmatch(option):
                words.append(f"{option}={OUTPUT}{_named(Path(value))}")
            elif _is_path(word):
                words.append(f"{INPUT}{_taken(inputs, Path(word))}")
            elif equals and _is_path(value):
                words.append(f"{option}={INPUT}{_taken(inputs, Path(value))}")
            else:
                words.append(word)
        command = cls(tuple(words), inputs)
        command.check()
        return command

    def check(self) -> None:
        """Refuse a line that reads or writes anything beside the capsule's own files.

        Raises:
            GeneRAINError: it does.
        """
        check_name(self.words)
        for word in self.words[1:]:
            plain = word.replace(INPUT, "").replace(OUTPUT, "")
            if _UNSAFE.search(plain):
                raise GeneRAINError(f"The capsule's command names a place of a disk, {echo(word)}; give files that are there.")

    def filled(self, inputs: Path, outputs: Path) -> list[str]:
        """Return the line with its files in these folders."""
        return [_in(word, inputs, outputs) for word in self.words]


def check_name(line: Sequence[str]) -> None:
    """Refuse what is no command whose result can be saved.

    Raises:
        GeneRAINError: it is none.
    """
    if not line or line[0] not in COMMANDS:
        first = echo(line[0]) if line else "nothing"
        raise GeneRAINError(
            f"A capsule holds the result of one command, not of {first}; give {listed(list(COMMANDS), 'or', 30)}."
        )


def _in(word: str, inputs: Path, outputs: Path) -> str:
    for mark, folder in ((INPUT, inputs), (OUTPUT, outputs)):
        before, there, name = word.partition(mark)
        if there and (not before or before.endswith("=")):
            return f"{before}{folder / _named(Path(name))}"
    return word


def _is_path(word: str) -> bool:
    try:
        return bool(word) and not word.startswith("-") and Path(word).expanduser().exists()
    except (OSError, ValueError, RuntimeError):
        return False


def _taken(inputs: dict[str, Path], path: Path) -> str:
    path = path.expanduser().resolve()
    for name, known in inputs.items():
        if known == path:
            return name
    name = _named(path)
    if name in inputs:
        name = f"{len(inputs)}-{name}"
    inputs[name] = path
    return name


def _named(path: Path) -> str:
    return _NAME.sub("_", path.name).lstrip(".") or "file"
