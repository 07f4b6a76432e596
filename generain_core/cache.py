"""Derived arrays on disk: written whole or not at all, memory-mapped when read, rebuilt when they can't be read."""

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from generain_core import settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """What was cached: named arrays (read-only, memory-mapped) and a JSON-able description."""

    arrays: Mapping[str, np.ndarray]
    meta: Mapping[str, Any]


def key_of(*parts: object) -> str:
    """Return 24 hex digits for the parts, the same for the same `repr`."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def key_of_file(path: Path, *parts: object) -> str:
    """Return a key that changes when the file is replaced: its place, size and time of change, and the parts."""
    stat = path.stat()
    return key_of(str(path.resolve()), stat.st_size, stat.st_mtime_ns, *parts)


def load(kind: str, key: str, *, meta: Collection[str] = ()) -> Entry | None:
    """Return a cached entry, or None if there is none. One that can't be read, or whose `meta` lacks a name, is removed."""
    folder = settings.cache_dir() / kind / key
    if not folder.is_dir():
        return None
    try:
        description = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        if not set(meta) <= set(description["meta"]):
            raise ValueError("the description is not complete")
        arrays = {name: _open(folder / f"{name}.npy", shape) for name, shape in description["shapes"].items()}
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as problem:
        log.warning("cache entry %s can't be read (%s); it is rebuilt", folder, problem)
        shutil.rmtree(folder, ignore_errors=True)
        return None
    return Entry(arrays, description["meta"])


def store(kind: str, key: str, arrays: Mapping[str, np.ndarray], meta: Mapping[str, Any]) -> Entry:
    """Write an entry under a temporary name beside its place, then rename it. A full disk costs the cache, not the result."""
    folder = settings.cache_dir() / kind / key
    try:
        _write(folder, arrays, meta)
    except OSError as problem:
        log.warning("nothing cached in %s: %s", folder, problem)
    for array in arrays.values():
        array.setflags(write=False)
    return Entry(arrays, meta)


def _open(path: Path, shape: list[int]) -> np.ndarray:
    array: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
    if list(array.shape) != shape:
        raise ValueError(f"{path.name} has shape {array.shape}, not {shape}")
    return array


def _write(folder: Path, arrays: Mapping[str, np.ndarray], meta: Mapping[str, Any]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    working = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        for name, array in arrays.items():
            np.save(working / f"{name}.npy", array, allow_pickle=False)
        description = {"meta": dict(meta), "shapes": {name: list(array.shape) for name, array in arrays.items()}}
        (working / "meta.json").write_text(json.dumps(description), encoding="utf-8")
        for path in working.iterdir():
            with path.open("rb") as written:
                os.fsync(written.fileno())
        if not folder.exists():
            os.rename(working, folder)
    finally:
        shutil.rmtree(working, ignore_errors=True)
