"""A map that a process of its own makes is the same, says what is wrong, and ends when it is cancelled."""

import subprocess
import time

import numpy as np
import pytest

from generain_core.errors import Cancelled, GeneRAINError
from generain_core.geometry.projection import map_samples
from generain_core.geometry.projection_apart import map_apart
from generain_core.workers import pool
from tests.geometry.test_projection import vectors


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_a_map_made_apart_is_the_same(method) -> None:
    given = vectors(40)
    here, apart = map_samples(given, method, "Euclid", 3), map_apart(given, method, "Euclid", 3)
    np.testing.assert_allclose(apart.places, here.places, atol=1e-4 * np.abs(here.places).max())
    for name in ("method", "metric", "parameters", "neighbors", "explained"):
        assert getattr(apart, name) == getattr(here, name)
    assert apart.kept == pytest.approx(here.kept)


def test_a_map_made_apart_ends_when_it_is_cancelled(monkeypatch) -> None:
    children: list[subprocess.Popen] = []
    start = pool._start

    def noted(preload):
        child = start(preload)
        children.append(child.process)
        return child

    def stop(share: float, words: str) -> None:
        raise Cancelled("Cancelled.")

    pool._POOL.close()
    monkeypatch.setattr(pool, "_start", noted)
    started = time.monotonic()
    with pytest.raises(Cancelled):
        map_apart(vectors(3000), "tsne", progress=stop)
    assert time.monotonic() - started < 5
    assert children[0].returncode is not None
    assert children[0].returncode < 0  # it was ended, it has not finished


def test_what_is_wrong_apart_is_said_as_here() -> None:
    with pytest.raises(GeneRAINError, match="needs at least 8 samples"):
        map_apart(vectors(5), "tsne")


def test_a_process_that_the_system_ends_is_said(monkeypatch) -> None:
    pool._POOL.close()
    monkeypatch.setattr(pool.sys, "executable", "/bin/false")
    monkeypatch.setattr(pool._POOL, "_preload", "")
    with pytest.raises(GeneRAINError, match=r"ended by the system .*or take PCA\.$"):
        map_apart(vectors(20), "pca")
