"""Fixtures for all tests: a cache of their own, and the places of data that may be absent."""

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generain_core.genes import Resolver
from generain_core.release.files import Release, choose
from generain_core.vectors.atlas import open_genes

pytest_plugins = ["tests.attributes.fixtures", "tests.models.fixtures", "tests.vectors.fixtures"]

PROJECT = Path(__file__).resolve().parents[1]
ALL_PAGES = "test_pages.py"
"""The longest of the tests that drive a browser; other folders have a file of this name."""
SHARED = PROJECT.parent / "shared"


def free_port() -> int:
    """Return a port of this computer that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory):
    """Keep caches of tests away from the user's, and share them among all tests of a run."""
    os.environ["GENERAIN_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    os.environ.pop("GENERAIN_RELEASE", None)
    os.environ["GENERAIN_PREPARE"] = "no"


@pytest.fixture
def fresh_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give one test a cache of its own."""
    monkeypatch.setenv("GENERAIN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@contextlib.contextmanager
def full_disk(most: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes: writing fails as it does when the disk or a quota is full."""
    resource = pytest.importorskip("resource", reason="limits on the size of files are known on POSIX systems alone")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(scope="session")
def release() -> Release:
    """Return the demo release; folders that need another define their own."""
    return choose()


@pytest.fixture(scope="session")
def resolver(release: Release) -> Resolver:
    """Return who is who in it."""
    return open_genes(release)


@pytest.fixture
def shared() -> Path:
    """Return the folder of real data and golden outputs, or skip."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared with real data and golden outputs is not here")
    return SHARED


@pytest.fixture(scope="session")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small stand-in release written by the shared tool, or skip."""
    import subprocess
    import sys

    tool = SHARED / "tools" / "make_standin_release.py"
    if not tool.is_file():
        pytest.skip("the stand-in maker ../shared/tools/make_standin_release.py is not here")
    out = tmp_path_factory.mktemp("standin") / "release"
    sizes = ["--genes", "1500", "--attributes", "60", "--dim", "40", "--depth", "2", "--positions", "256", "--reference", "300"]
    subprocess.run([sys.executable, str(tool), str(out), *sizes], check=True, capture_output=True)
    return out


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the number of moments at which work is killed in tests of that; 50 to be thorough."""
    parser.addoption("--kills", default=3, type=int, help="how often work is killed at a random moment")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With several processes, begin with tests that drive a browser; those of all pages, which take longest, come in the midst.

    So one process alone drives a browser at a time, as a rule, and none has to wait at the end.
    """
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _place(item.path))


def _place(path: Path) -> int:
    room = path.relative_to(Path(__file__).parent).parts[0]
    if room == "browser":
        return 2 if path.name == ALL_PAGES else 0
    return 3 if room in ("samples", "storage", "training", "ui", "vectors", "verify", "wording", "work") else 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With several processes, keep a file's tests in one, and those that drive a browser in few, where they share servers."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            if "/browser/" not in file:
                return file
            return "all pages" if file.endswith(ALL_PAGES) else "browser"

    return ByFile(config, log)
