"""Where references are kept: in the release's folder, or in the cache where that can't be written to."""

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.reference.store import State, read_state
from generain_core.release.files import Release
from generain_core.storage.checksums import sha256_of_file

FOLDER = "references"


@dataclass(frozen=True, eq=False)
class StoredReference:
    """A reference that is kept: its name, folder and state."""

    name: str
    folder: Path
    state: State

    @property
    def is_finished(self) -> bool:
        """Say whether samples can be placed in it."""
        return bool(self.state.rows) and self.state.finished == self.state.rows


def weights_of(release: Release, model: str) -> str:
    """Return what tells a model's weights from others: the first 24 digits of its checkpoint's sha256.

    Raises:
        GeneRAINError: the release lacks the checkpoint.
    """
    path = release.path(f"model/{model}")
    stat = path.stat()
    return _weights(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=16)
def _weights(path: Path, size: int, stamp: int) -> str:
    return sha256_of_file(path)[1][:24]


def reference_folders(release: Release) -> tuple[Path, ...]:
    """Return the folders in which references of a release are looked for; new ones go into the first."""
    own, cached = release.root / FOLDER, settings.cache_dir() / FOLDER
    mine = os.access(release.root, os.W_OK) and release.root != settings.DEMO_RELEASE.resolve()
    return (own, cached) if mine else (cached, own)


def list_references(release: Release, model: str) -> list[StoredReference]:
    """Return the references of this release for a model, the largest first; those of other weights or other things are not."""
    references, weights = list[StoredReference](), weights_of(release, model)
    for root in reference_folders(release):
        for folder in sorted(root.iterdir()) if root.is_dir() else ():
            try:
                state = read_state(folder) if folder.is_dir() else None
            except GeneRAINError:
                continue
            if state is not None and (state.made.model, state.made.weights) == (model, weights):
                references.append(StoredReference(folder.name, folder, state))
    return sorted(references, key=lambda each: (-each.state.rows, each.name))


def new_folder(release: Release, name: str) -> Path:
    """Return where a reference of this name belongs.

    Raises:
        GeneRAINError: it can't be the name of a folder.
    """
    if not re.fullmatch(r"\w[\w .,+-]{0,59}", name) or name != name.strip(". "):
        raise GeneRAINError(f"{name[:60]!r} can't name a reference; take up to 60 letters, digits, spaces and . , + - _.")
    return reference_folders(release)[0] / name
