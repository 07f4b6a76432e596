"""What all tools share: a release, the folders of files, and the thread that opens parts of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

# Folders that gather their modules are imported before any thread asks: threads that import one by two ways wait for each other.
import generain_core.attributes
import generain_core.genes
import generain_core.vectors  # noqa: F401
from generain_core.generain import GeneRAIN
from generain_core.mcp.answers import about
from generain_core.mcp.folders import Folders
from generain_core.mcp.latest import LatestResults, state_of
from generain_core.mcp.work import Work

if TYPE_CHECKING:
    from pathlib import Path

    from mcp.server.mcpserver import Context

    from generain_core.progress import Progress

T = TypeVar("T")


class Door:
    """A release as tools reach it.

    Attributes:
        folders: where files may lie.
        work: runs what takes long.
        latest: results of it, for their further pages.
        opening: held while a part of the release is opened.
    """

    def __init__(self, generain: GeneRAIN, folders: Folders) -> None:
        self.folders, self.work, self.latest = folders, Work(), LatestResults()
        self._generain = generain
        self.opening = threading.RLock()

    @property
    def about(self) -> dict[str, Any]:
        """Return what every answer begins with."""
        return about(self._generain.release)

    def release(self) -> GeneRAIN:
        """Return the release, nothing of it opened."""
        return self._generain

    def with_genes(self) -> GeneRAIN:
        """Return the release with its genes opened: by one thread, however many ask."""
        with self.opening:
            _ = self._generain.resolver
        return self._generain

    def with_models(self) -> GeneRAIN:
        """Return the release with its genes opened, and what networks are made of imported."""
        from generain_core.models.transformer_classes import bert_classes, gpt_classes

        gpt_classes()
        bert_classes()
        return self.with_genes()

    def with_vectors(self, vectors: str | None = None) -> GeneRAIN:
        """Return the release with a vector set opened."""
        with self.opening:
            self._generain.atlas(vectors)
        return self._generain

    def with_predictions(self) -> GeneRAIN:
        """Return the release with its predictions opened."""
        with self.opening:
            _ = self.with_genes().predictions
        return self._generain

    async def result(
        self,
        context: Context[Any, Any],
        call: tuple[object, ...],
        sources: Sequence[Path | None],
        outputs: Sequence[str | None],
        compute: Callable[[Progress, tuple[Path | None, ...]], T],
    ) -> T:
        """Return the result of a call: that of the same call before, as long as its files are as they were, else computed.

        Args:
            context: of the request.
            call: what tells calls apart, but for their files.
            sources: files and folders that are read.
            outputs: files to write, as the client names them; each must be new where the result is computed.
            compute: makes the result, with its progress and the files to write.
        """
        key = (*call, *outputs, state_of(sources))
        written = [self.folders.written(output) for output in outputs if output is not None]
        if not self.latest.holds(key, written):
            targets = tuple(self.output(output) for output in outputs)
            self.latest.keep(key, await self.work.run(context, lambda progress: compute(progress, targets)))
        result: T = self.latest.take(key)
        return result

    def output(self, path: str | None) -> Path | None:
        """Return the file that a client names for a result, if it names one."""
        return None if path is None else self.folders.output(path)
