"""Derived arrays on disk: written whole or not at all, memory-mapped when read, rebuilt when they can't be read."""

import contextlib
import hashlib
import json
import logging
import os
import secrets
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from generain_core import settings
from generain_core.storage import cache_room
from generain_core.storage.locks import Held, hold

log = logging.getLogger(__name__)
READY = "ready"
"""The folder of a demo release that holds entries made ahead, so that nothing is to be waited for at first."""
_WORKING, _GUARD = ".new-", ".lock"


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


@lru_cache
def key_of_code(package: str) -> str:
    """Return a key that changes with the code of one of our packages, for what another version of it made."""
    files = sorted((settings.PACKAGE / package).rglob("*.py"))
    return key_of(*(path.read_bytes() for path in files))


def drop(kind: str, key: str) -> None:
    """Remove an entry that turned out not to be what it should."""
    log.warning("cache entry %s/%s is not what was written; it is rebuilt", kind, key)
    shutil.rmtree(settings.cache_dir() / kind / key, ignore_errors=True)


def load(kind: str, key: str, *, meta: Collection[str] = ()) -> Entry | None:
    """Return a cached entry, or None if there is none. One that can't be read, or whose `meta` lacks a name, is removed."""
    folder = settings.cache_dir() / kind / key
    if not folder.is_dir():
        return None
    try:
        entry = _read(folder)
        if not set(meta) <= set(entry.meta):
            raise ValueError("the description is not complete")
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as problem:
        log.warning("cache entry %s can't be read (%s); it is rebuilt", folder, problem)
        shutil.rmtree(folder, ignore_errors=True)
        return None
    cache_room.used(folder, entry.arrays.values())
    return entry


def shipped(kind: str, key: str) -> Entry | None:
    """Return an entry that comes with the demo release, or None; the caller checks that it is what it should be."""
    folder = settings.DEMO_RELEASE / READY / kind / key
    return _read(folder) if folder.is_dir() else None


def ship(kind: str, key: str, root: Path, arrays: Mapping[str, np.ndarray], meta: Mapping[str, Any]) -> None:
    """Write an entry into a demo release, for `shipped`."""
    folder = root / READY / kind / key
    folder.mkdir(parents=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    describe(folder, {name: array.shape for name, array in arrays.items()}, meta)


def _read(folder: Path) -> Entry:
    description = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    arrays = {name: _open(folder / f"{name}.npy", shape) for name, shape in description["shapes"].items()}
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


@contextlib.contextmanager
def building(kind: str, key: str | Callable[[], str]) -> Iterator[Path]:
    """Give an empty working folder; what the block leaves in it, described by `describe`, becomes the entry if it ends well.

    Folders that earlier work left behind when it was killed are removed first. A key that is not known yet is asked for at
    the end.
    """
    parent = settings.cache_dir() / kind
    parent.mkdir(parents=True, exist_ok=True)
    sweep(kind)
    with _held(parent) as working:
        try:
            working.mkdir()
            yield working
            for path in working.iterdir():
                with path.open("rb") as written:
                    os.fsync(written.fileno())
            place = parent / (key if isinstance(key, str) else key())
            if not place.exists():
                os.rename(working, place)
            cache_room.make_room(place)
        finally:
            shutil.rmtree(working, ignore_errors=True)


def sweep(*kinds: str) -> None:
    """Remove what killed work left behind: working folders whose lock nobody holds. Without kinds, in the whole cache."""
    for parent in [settings.cache_dir() / kind for kind in kinds] or list(settings.cache_dir().glob("*")):
        for left in parent.glob(f"{_WORKING}*"):
            guard = left if left.suffix == _GUARD else left.with_suffix(_GUARD)
            with contextlib.suppress(OSError), hold(guard):  # whoever worked there is gone, or this fails
                shutil.rmtree(guard.with_suffix(""), ignore_errors=True)
                _remove(guard)


@contextlib.contextmanager
def _held(parent: Path) -> Iterator[Path]:
    """Give the name of a working folder, and hold the lock that stands for it until the end."""
    while True:
        working = parent / f"{_WORKING}{secrets.token_hex(8)}"
        guard = working.with_suffix(_GUARD)
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(hold(guard))
            except Held:  # being swept at this moment
                continue
            except OSError:  # a disk that knows no locks: nobody can sweep there either
                guard.touch()
            if not guard.exists():  # swept in the moment before it was locked
                continue
            try:
                yield working
            finally:
                _remove(guard)
        _remove(guard)  # where an open file can't be removed
        return


def _remove(guard: Path) -> None:
    with contextlib.suppress(OSError):
        guard.unlink()


def describe(working: Path, shapes: Mapping[str, tuple[int, ...]], meta: Mapping[str, Any]) -> None:
    """Write what an entry's arrays (``NAME.npy`` in the working folder) should look like, and its description."""
    description = {"meta": dict(meta), "shapes": {name: list(shape) for name, shape in shapes.items()}}
    (working / "meta.json").write_text(json.dumps(description), encoding="utf-8")


def _write(folder: Path, arrays: Mapping[str, np.ndarray], meta: Mapping[str, Any]) -> None:
    with building(folder.parent.name, folder.name) as working:
        for name, array in arrays.items():
            np.save(working / f"{name}.npy", array, allow_pickle=False)
        describe(working, {name: array.shape for name, array in arrays.items()}, meta)
