"""The folder of what is computed once stays as small as the operator wants."""

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


def test_the_newest_stays_though_it_alone_is_too_large_and_what_is_open_can_be_read_on(folder, monkeypatch) -> None:
    monkeypatch.setenv(cache_room.LIMIT, str(50 / KB))
    put("a")
    opened = cache.load("maps", "a")
    put("b", at=2000.0)
    assert there(folder) == {"b"}
    assert opened.arrays["x"].sum() == 0


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
