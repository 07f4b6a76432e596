"""Mixed precision: how far it moves the samples is measured and said, and it is used only where it holds."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from generain_core.errors import GeneRAINError
from generain_core.models.pooling import embed_bins
from generain_core.models.precision import choose_precision, compare_precisions
from tests.models import golden

needs_golden = pytest.mark.skipif(not golden.HERE, reason=golden.WHY)


@needs_golden
@pytest.mark.parametrize("name", golden.FAMILIES)
def test_the_deviation_said_is_that_of_the_users_samples(name) -> None:
    network, bins = golden.network(name), golden.some_bins(8)
    exact = embed_bins(network, bins, golden.TOKENS)
    mixed = embed_bins(network, bins, golden.TOKENS, mixed=True)
    found = choose_precision(network, bins, golden.TOKENS, precision="mixed")
    moved = np.linalg.norm(mixed - exact, axis=1).max() / np.median(pdist(exact))
    assert 0 < found.max_abs == pytest.approx(np.abs(mixed - exact).max(), rel=0.05)
    assert found.relative == pytest.approx(moved, rel=0.05)
    assert found.samples == 8
    assert f"{100 * found.relative:.2f} % of the median distance between samples" in found.words
    assert found.mixed == found.words.startswith("Computed in bfloat16")


def test_what_moves_samples_too_far_or_is_not_faster_is_not_used() -> None:
    exact = np.array([[0.0, 0.0], [3.0, 4.0]], np.float32)
    near, far = exact + np.float32(0.01), exact + np.float32(1)
    assert compare_precisions(exact, near, device="cpu", faster=True).mixed
    assert not compare_precisions(exact, near, device="cpu", faster=False).mixed
    assert not compare_precisions(exact, far, device="cpu", faster=True).mixed
    assert not compare_precisions(exact, exact * np.nan, device="cpu", faster=True).mixed
    assert compare_precisions(exact, near, device="cpu", faster=True).relative == pytest.approx(0.01 * 2**0.5 / 5, rel=1e-4)


@needs_golden
def test_float32_needs_no_measuring_and_other_words_are_refused() -> None:
    network, bins = golden.network(), golden.some_bins(3)
    assert not choose_precision(network, bins, golden.TOKENS).mixed
    with pytest.raises(GeneRAINError, match="no precision 'half'"):
        choose_precision(network, bins, golden.TOKENS, precision="half")
