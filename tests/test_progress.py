"""Progress: parts of a whole."""

import pytest

from generain_core.progress import part, silent


def test_a_part_counts_within_the_whole() -> None:
    reports: list[tuple[float, str]] = []
    half = part(lambda share, words: reports.append((share, words)), 0.5, 0.25)
    half(0.0, "first")
    part(half, 0.5, 0.5)(1.0, "last")
    assert reports == [(0.5, "first"), (pytest.approx(0.75), "last")]
    silent(1.0, "nobody")
