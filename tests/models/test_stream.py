"""Samples stream through: 100,000 need no more memory than 1,000."""

import tracemalloc

import numpy as np
import pytest

from generain_core.models import batches
from generain_core.models.pooling import embed_bins
from tests.models import golden


class Endless:
    """Bins that are made as they are asked for, and let go of."""

    def __init__(self, samples: int) -> None:
        self.shape = (samples, 4)
        self.most = 0

    def __getitem__(self, rows: slice) -> np.ndarray:
        self.most = max(self.most, rows.stop - rows.start)
        return np.random.default_rng(rows.start).integers(2, 2001, (rows.stop - rows.start, 4), np.int16)


class Sink:
    """Takes results and keeps what a test needs of them."""

    def __init__(self) -> None:
        self.rows = 0
        self.first: np.ndarray | None = None

    def __setitem__(self, rows: slice, made: np.ndarray) -> None:
        assert rows.start == self.rows
        self.rows += len(made)
        self.first = made.copy() if self.first is None else self.first


def _peak(samples: int, monkeypatch) -> tuple[int, int, Sink]:
    real, largest, sink, bins = batches.model_input, [0], Sink(), Endless(samples)

    def watched(tensor, *rest):
        largest[0] = max(largest[0], tensor.numel())
        return real(tensor, *rest)

    monkeypatch.setattr(batches, "model_input", watched)
    tracemalloc.start()
    try:
        embed_bins(golden.network(), bins, golden.TOKENS[:4], out=sink)
        return tracemalloc.get_traced_memory()[1], largest[0], sink
    finally:
        tracemalloc.stop()
        monkeypatch.setattr(batches, "model_input", real)


@pytest.mark.skipif(not golden.HERE, reason=golden.WHY)
def test_a_hundred_thousand_samples_need_no_more_memory_than_a_thousand(monkeypatch, one_thread) -> None:
    _peak(1000, monkeypatch)  # what is made once
    few, few_at_once, some = _peak(1000, monkeypatch)
    many, many_at_once, all_of_them = _peak(100_000, monkeypatch)
    assert (some.rows, all_of_them.rows) == (1000, 100_000)
    assert many_at_once == few_at_once <= batches.BLOCK * 4
    assert many < few + 200_000  # the bins alone would take 800,000 bytes more, the embeddings 16 million
    np.testing.assert_allclose(some.first, all_of_them.first, atol=1e-6)
