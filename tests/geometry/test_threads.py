"""A map is the same whatever the number of threads, of genes and of samples, by every method."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from generain_core.geometry import projection

_WORK = """
import hashlib, sys
import numpy as np
import generain_core as gr
from generain_core.geometry.projection import map_samples
from generain_core.vectors.gene_map import project
space = gr.open(sys.argv[1]).atlas().space
rows = np.asarray(space.vectors)[:200].astype(np.float32)
for made in (project(space, "umap"), map_samples(rows, "umap"), map_samples(rows[:30], "tsne"), map_samples(rows, "pca")):
    print(made.method, hashlib.sha256(made.places.tobytes()).hexdigest(), made.kept, made.parameters)
"""


def test_maps_are_the_same_on_one_thread_and_on_two(tmp_path) -> None:
    project = Path(__file__).parents[2]
    running = []
    for count in ("1", "2"):
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), count)
        env = os.environ | threads | {"GENERAIN_CACHE": str(tmp_path / count), "PYTHONPATH": str(project)}
        command = [sys.executable, "-c", _WORK, str(project / "assets/demo")]
        running.append(subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    outputs = [process.communicate(timeout=300) for process in running]
    assert [process.returncode for process in running] == [0, 0], outputs
    one, two = (words.splitlines() for words, _ in outputs)
    assert len(one) == 4
    assert one == two
    assert "one thread" in one[0]


def _threads() -> set[int]:
    return {
        each["num_threads"] for each in threadpool_info() if each["filepath"].endswith(".so") and "torch" not in each["filepath"]
    }


@pytest.mark.parametrize("method", ["_pca", "_tsne", "_umap"])
def test_each_method_works_on_one_thread(monkeypatch, method) -> None:
    seen = list[set[int]]()

    def places(vectors: np.ndarray, *_: object) -> object:
        seen.append(_threads())
        flat = np.asarray(vectors[:, :2], np.float32)
        return (flat, (0.5, 0.5)) if method == "_pca" else flat

    monkeypatch.setattr(projection, method, places)
    monkeypatch.setattr(projection, "load_umap", lambda: None)
    with threadpool_limits(limits=2):
        projection.map_samples(np.random.default_rng(0).normal(size=(40, 5)), method[1:])
        assert 2 in _threads()
    assert seen == [{1}]
