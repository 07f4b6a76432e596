"""Tools about results that can be run again: save_capsule, verify_capsule."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from pydantic import Field

from generain_core.errors import GeneRAINError
from generain_core.mcp.answers import Answer, Row
from generain_core.mcp.door import Door
from generain_core.work.capsule.command import INPUT, OUTPUT, check_name


class Capsule(Answer):
    """A result that was saved with all that it stands on."""

    output: str
    command: list[str] = Field(description="the command that gives the result again, its files by their place in the capsule")
    files: list[str] = Field(description="what the capsule holds")


class CapsuleDifference(Row):
    """Something that did not come about again."""

    where: str
    saved: Any
    now: Any


class CapsuleVerdict(Answer):
    """Whether a saved result came about again."""

    same: bool
    differences: list[CapsuleDifference]
    notes: list[str] = Field(description="versions that are others here, without being a difference")


class CapsuleTools(Door):
    """Tools about capsules."""

    async def save_capsule(
        self,
        context: Context[Any, Any],
        command: Annotated[
            list[str], Field(description='a command of `generain` word by word, such as ["neighbors", "GAS5", "-k", "10"]')
        ],
        output: Annotated[str, Field(description="zip to write")],
    ) -> Capsule:
        """Run a command and save its result with inputs, decisions on names, versions and a figure, for others to check."""
        line, target = self._below_folders(command), self.folders.output(output)
        about = await self.work.run(context, lambda progress: self.with_genes().save_capsule(line, target, progress=progress))
        return Capsule(**self.about, output=str(target), command=about["command"], files=sorted(about["members"]))

    async def verify_capsule(
        self, context: Context[Any, Any], path: Annotated[str, Field(description="a zip that save_capsule wrote")]
    ) -> CapsuleVerdict:
        """Run a capsule's command again and compare its result with the saved one, number by number."""
        source = self.folders.input(path)
        verdict = await self.work.run(context, lambda progress: self.with_genes().verify_capsule(source, progress=progress))
        rows = [CapsuleDifference(where=each.where, saved=each.saved, now=each.now) for each in verdict.differences]
        return CapsuleVerdict(**self.about, same=verdict.same, differences=rows, notes=list(verdict.notes))

    def _below_folders(self, command: Sequence[str]) -> list[str]:
        """Return a line whose files are named by their whole paths, all of them below the folders.

        Raises:
            GeneRAINError: it is no command whose result can be saved, or names a file elsewhere, or another release.
        """
        check_name(command)
        return [command[0], *(self._word(word) for word in command[1:])]

    def _word(self, word: str) -> str:
        option, equals, value = word.partition("=") if word.startswith("-") else ("", "", word)
        if option == "--release" or word == "--release":
            raise GeneRAINError("A capsule is of the release that is open; leave out --release.")
        if INPUT in word or OUTPUT in word:
            raise GeneRAINError(f"“{word[:60]}” is a place within a capsule; name a file below the folders that `status` lists.")
        if not value:
            return word
        if self._names_a_file(value):
            return f"{option}{equals}{self.folders.input(value)}"
        return word

    def _names_a_file(self, word: str) -> bool:
        """Say whether a word is a path: a whole one, one that leads upwards, or one at which there is something."""
        if word[0] in "/\\~" or Path(word).is_absolute() or ".." in Path(word).parts:
            return True
        try:
            return any((root / word).exists() for root in (*self.folders.roots, Path()))
        except (OSError, ValueError):
            return False
