"""Locks on files and folders, and what is left of work that was killed."""

import fcntl
import os
from pathlib import Path

import pytest

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.storage import cache
from generain_core.storage.exclusive_folder import NAME, exclusive_folder
from generain_core.storage.locks import Held, hold


def test_a_lock_is_held_once(tmp_path: Path) -> None:
    with hold(tmp_path / "a"), pytest.raises(Held), hold(tmp_path / "a"):
        pass
    with hold(tmp_path / "a"):
        pass


def test_earlier_versions_and_this_one_keep_out_of_each_others_way(tmp_path: Path) -> None:
    with (tmp_path / NAME).open("a+b") as file:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        with pytest.raises(GeneRAINError, match="Another download"), exclusive_folder(tmp_path):
            pass
    with exclusive_folder(tmp_path), (tmp_path / NAME).open("a+b") as file, pytest.raises(OSError, match="unavailable"):
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(GeneRAINError, match="name a folder that you may write to"), exclusive_folder(tmp_path / "file" / "x"):
        pass


def test_work_that_goes_on_is_not_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENERAIN_CACHE", str(tmp_path))
    (tmp_path / "kind").mkdir()
    (tmp_path / "kind" / ".new-left").mkdir()
    with cache.building("kind", "key") as working:
        cache.sweep()
        assert working.is_dir()
        assert not (tmp_path / "kind" / ".new-left").exists()
        (working / "x").write_text("x")
    assert sorted(path.name for path in (tmp_path / "kind").iterdir()) == ["key"]


def test_the_cache_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENERAIN_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert settings.cache_dir() == tmp_path.resolve() / "generain-explorer"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert settings.cache_dir() == tmp_path.resolve() / ".cache" / "generain-explorer"
    monkeypatch.setenv("GENERAIN_CACHE", str(tmp_path / "mine"))
    assert settings.cache_dir() == tmp_path.resolve() / "mine"
    assert os.access(tmp_path / "mine", os.W_OK)
