from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from generain_core.attributes import AttributeStore, open_store
from tests.attributes.make import probabilities, put


@pytest.fixture
def values() -> np.ndarray:
    return probabilities()


@pytest.fixture
def store(tmp_path: Path, fresh_cache: Path, values: np.ndarray) -> AttributeStore:
    return open_store(put(tmp_path / "release", values))


@pytest.fixture
def made(tmp_path: Path, fresh_cache: Path) -> Callable[..., AttributeStore]:
    """Return a maker of stores."""
    return lambda values, layout="list", **options: open_store(put(tmp_path / "release", values, layout, **options))
