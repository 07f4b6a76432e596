"""Embeddings of samples that were made before, each found again by what it was made of: model, device and the sample's bins."""

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from generain_core import settings
from generain_core.storage import cache

KIND = "sample-embeddings"
_DAY = 24 * 3600.0
Row = NDArray[np.float32]


class KnownEmbeddings(Protocol):
    """Where embeddings are kept from one cohort to the next."""

    def find(self, key: str) -> Mapping[str, Row]:
        """Return the embeddings that are known under the key of a model, by the digests of their samples."""

    def keep(self, key: str, rows: Mapping[str, Row]) -> None:
        """Keep embeddings of samples by their digests."""


class InMemory:
    """Embeddings that last as long as what holds this, such as a visitor's session."""

    def __init__(self) -> None:
        """Hold none."""
        self._rows: dict[str, dict[str, Row]] = {}

    def find(self, key: str) -> Mapping[str, Row]:
        """Return the embeddings under a key."""
        return self._rows.get(key, {})

    def keep(self, key: str, rows: Mapping[str, Row]) -> None:
        """Keep embeddings beside those that are there."""
        self._rows[key] = {**self._rows.get(key, {}), **rows}


class OnDisk:
    """Embeddings in the cache folder: numbers and digests of samples, no names and no counts.

    They are kept for as many days after their last use as work is (`settings.kept_work_days`); at 0 nothing is written.
    """

    def __init__(self, days: float) -> None:
        """Keep embeddings for so many days."""
        self._days = days

    def find(self, key: str) -> Mapping[str, Row]:
        """Return the embeddings under a key; what is too old is removed first."""
        self._sweep()
        rows: dict[str, Row] = {}
        for folder in sorted((settings.cache_dir() / KIND).glob(f"{key}-*")):
            entry = cache.load(KIND, folder.name)
            if entry is not None:
                with contextlib.suppress(OSError):  # another process has just removed it as too old
                    os.utime(folder)
                rows |= zip(map(str, entry.arrays["digests"]), np.asarray(entry.arrays["vectors"]), strict=True)
        return rows

    def keep(self, key: str, rows: Mapping[str, Row]) -> None:
        """Write embeddings as an entry of their own, so that nobody's is written over."""
        if self._days <= 0 or not rows:
            return
        name = f"{key}-{cache.key_of(sorted(rows))}"
        arrays = {"digests": np.array(list(rows), dtype="U32"), "vectors": np.stack(list(rows.values()))}
        cache.store(KIND, name, arrays, {})

    def _sweep(self) -> None:
        for folder in (settings.cache_dir() / KIND).glob("*-*"):
            try:
                age = time.time() - folder.stat().st_mtime
            except OSError:  # another process has just removed it
                continue
            if age > _DAY * self._days:
                shutil.rmtree(folder, ignore_errors=True)


def key_of_model(identity: str, model: str, device: str) -> str:
    """Return the key of a model's embeddings: its weights and tokens, its name, and the kind of device."""
    return cache.key_of(identity, model, device.partition(":")[0])


def digests_of(genes: Sequence[str], bins: NDArray[Any]) -> list[str]:
    """Return 32 hex digits a sample (samples × genes): of its bins, whatever the order of the genes."""
    order = np.argsort(np.array(genes, dtype=object), kind="stable")
    names = hashlib.sha256("\n".join(genes[i] for i in order).encode()).digest()
    rows = np.ascontiguousarray(np.asarray(bins, dtype=np.int16)[:, order])
    return [hashlib.blake2b(names + row.tobytes(), digest_size=16).hexdigest() for row in rows]
