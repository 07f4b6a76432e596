"""The files of a record, and a server of them."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from generain_core import settings
from generain_core.release.files import FILES
from tests.install.record_server import RecordServer, serving

CHUNK = Path(FILES["chunk/0"][0]).name


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files of a record: the demo as data.tar.gz, a training chunk, a README."""
    folder = tmp_path_factory.mktemp("published")
    with tarfile.open(folder / "data.tar.gz", "w:gz", compresslevel=1) as archive:
        archive.add(settings.DEMO_RELEASE / "data", "data")
        archive.add(settings.DEMO_RELEASE / "SIMULATED", "SIMULATED")
    np.save(folder / CHUNK, np.arange(60_000, dtype=np.float32).reshape(20, 3000))
    (folder / "README.md").write_text("read me")
    return folder


@pytest.fixture
def server(published: Path) -> Iterator[RecordServer]:
    with serving(published) as running:
        yield running
