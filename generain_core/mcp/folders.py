"""Which files a client may name: those below folders that were named at the start, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from generain_core.errors import GeneRAINError

MOST_ENTRIES = 10_000
"""Files that a folder which is read may hold."""
_LONGEST = 4096


class Folders:
    """The folders that files may be read from and written to.

    A path is checked before it is used; who can change links in these folders meanwhile can do without this door.
    """

    def __init__(self, folders: Sequence[str | os.PathLike[str]]) -> None:
        """Open the folders.

        Raises:
            GeneRAINError: one is no folder.
        """
        for folder in folders:
            if not Path(folder).is_dir():
                raise GeneRAINError(f"{folder} is not a folder; name one that is there.")
        self.roots = tuple(Path(folder).resolve() for folder in folders)

    def input(self, path: str) -> Path:
        """Return a file or folder to read, links followed.

        Raises:
            GeneRAINError: it lies outside, is not there, or is neither a file nor a folder.
        """
        for candidate in self._candidates(path):
            if self._holds(candidate) and os.path.exists(candidate):
                if os.path.isdir(candidate):
                    self._check_entries(candidate, path)
                elif not os.path.isfile(candidate):
                    raise GeneRAINError(f"{_echo(path)} is neither a file nor a folder; name one that is.")
                return candidate
        raise GeneRAINError(f"There is no file {_echo(path)} below {self._named()}; name one that is there.")

    def inputs(self, path: str | Sequence[str]) -> Path | list[Path]:
        """Return a file or folder to read, or several that are read together.

        Raises:
            GeneRAINError: as `input`, of any of them.
        """
        return self.input(path) if isinstance(path, str) else [self.input(each) for each in path]

    def output(self, path: str) -> Path:
        """Return a file to write that is not there yet.

        Raises:
            GeneRAINError: it lies outside, its folder is missing, or something of its name is there.
        """
        candidate = self._candidates(path)[0]
        if not self._holds(candidate):
            raise GeneRAINError(f"{_echo(path)} is not below {self._named()}; name a file there for the result.")
        if os.path.lexists(candidate):
            raise GeneRAINError(f"{_echo(path)} is there already, and no file is replaced; name another for the result.")
        if not os.path.isdir(candidate.parent):
            raise GeneRAINError(f"The folder of {_echo(path)} is missing; name a file in a folder that is there.")
        return candidate

    def written(self, path: str) -> Path:
        """Return the file that `output` would name, whether or not it is there."""
        return self._candidates(path)[0]

    def _candidates(self, path: str) -> list[Path]:
        if not self.roots:
            raise GeneRAINError("No folder was named for files; start the server as `generain mcp --folder DIR`.")
        if not path or len(path) > _LONGEST or "\0" in path:
            raise GeneRAINError(f"{_echo(path)} can't be the path of a file; name one below {self._named()}.")
        try:
            return [(root / path).resolve() for root in self.roots]
        except (OSError, RuntimeError, ValueError) as problem:
            raise GeneRAINError(f"{_echo(path)} can't be the path of a file; name one below {self._named()}.") from problem

    def _holds(self, path: Path) -> bool:
        return any(path.is_relative_to(root) for root in self.roots)

    def _check_entries(self, folder: Path, path: str) -> None:
        """Refuse a folder that holds very many files, links that lead outside, or what is no file."""
        count = 0
        for parent, folders, files in os.walk(folder):
            count += len(folders) + len(files)
            if count > MOST_ENTRIES:
                raise GeneRAINError(f"{_echo(path)} holds more than {MOST_ENTRIES:,} files; name a folder with fewer, or a file.")
            for name in (*folders, *files):
                entry = Path(parent, name)
                if not self._holds(entry.resolve()) or not (entry.is_dir() or entry.is_file()):
                    raise GeneRAINError(f"{_echo(path)} holds {_echo(name)}, which is outside or no file; take it out first.")

    def _named(self) -> str:
        return " or ".join(str(root) for root in self.roots)


def _echo(text: str) -> str:
    """Return text of a client's as one short printable line in quotes."""
    shown = "".join(character if character.isprintable() else " " for character in text[:121])
    return f"'{shown if len(shown) <= 120 else shown[:119] + '…'}'"
