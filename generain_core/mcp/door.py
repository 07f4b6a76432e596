"""What all tools share: a release, the folders of files, and the thread that opens parts of it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from generain_core.generain import GeneRAIN
from generain_core.mcp.answers import about
from generain_core.mcp.folders import Folders
from generain_core.mcp.work import Work

if TYPE_CHECKING:
    from pathlib import Path


class Door:
    """A release as tools reach it.

    Attributes:
        folders: where files may lie.
        work: runs what takes long.
        opening: held while a part of the release is opened.
    """

    def __init__(self, generain: GeneRAIN, folders: Folders) -> None:
        self.folders, self.work = folders, Work()
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
        """Return the release with its genes opened, and what networks are made of imported: two at once can't import that."""
        with self.opening:
            from transformers import BertConfig, BertForMaskedLM, BertModel, GPT2Config, GPT2Model  # noqa: F401
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

    def output(self, path: str | None) -> Path | None:
        """Return the file that a client names for a result, if it names one."""
        return None if path is None else self.folders.output(path)
