"""The folder of what is computed once stays as small as the operator wants."""

import gc
import os

import numpy as np
import pytest

from generain_core import settings
from generain_core.storage import cache, cache_room

KB = 1 << 10


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("GENERAIN_CACHE", str(tmp_path))
    return tmp_path


def put(key: str, kilobytes: int = 100, *, kind: str = "maps", at: float | None = None) -> None:
    cache.store(kind, key, {"x": np.zeros(kilobytes * KB, np.uint8)}, {})
    if at is not None:
        os.utime(settings.cache_dir() / kind / key, (at, at))


def there(folder) -> set[str]:
    return {path.parent.name for path in folder.glob("*/*/meta.json")}


def test_what_was_not_asked_for_longest_goes_first(folder, monkeypatch) -> None:
    monkeypatch.setenv(cache_room.LIMIT, str(350 / KB))
    for number, key in enumerate("abc"):
        put(key, kind=f"kind {number}", at=1000.0 + number)
    assert cache.load("kind 0", "a") is not None  # now the latest
    put("d")
    assert there(folder) == {"a", "c", "d"}
    put("e", 300)
    assert there(folder) == {"e"}


def test_the_newest_stays_though_it_alone_is_too_large(folder, monkeypatch) -> None:
    monkeypatch.setenv(cache_room.LIMIT, str(50 / KB))
    put("a")
    put("b", at=2000.0)
    assert there(folder) == {"b"}


def test_what_this_process_has_open_stays_however_long_ago_it_was_asked_for(folder, monkeypatch) -> None:
    monkeypatch.setenv(cache_room.LIMIT, str(250 / KB))
    put("a")
    view = np.asarray(cache.load("maps", "a").arrays["x"])[5:]
    assert cache.load("maps", "a") is not None  # by somebody who lets go of it at once
    os.utime(folder / "maps" / "a", (1000.0, 1000.0))
    put("b")
    put("c")
    assert there(folder) == {"a", "c"}
    assert view.sum() == 0
    del view
    gc.collect()
    put("d", at=3000.0)
    assert there(folder) == {"c", "d"}


def test_consent_and_embeddings_stay(folder, monkeypatch) -> None:
    monkeypatch.setenv(cache_room.LIMIT, str(150 / KB))
    for kind in cache_room.KEPT:
        put(kind, kind=kind, at=1000.0)
    put("a")
    put("b")
    assert there(folder) == {*cache_room.KEPT, "b"}


def test_work_at_rest_is_no_entry_and_without_a_limit_nothing_goes(folder, monkeypatch) -> None:
    (folder / "work" / "somebody").mkdir(parents=True)
    (folder / "work" / "somebody" / "work.zip").write_bytes(bytes(500 * KB))
    for key in "abcd":
        put(key)
    assert there(folder) == set("abcd")
    monkeypatch.setenv(cache_room.LIMIT, str(250 / KB))
    put("e")
    assert len(there(folder)) == 2
    assert (folder / "work" / "somebody" / "work.zip").stat().st_size == 500 * KB
