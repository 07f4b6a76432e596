"""Columns that are the means of others are found among many, and many columns don't hold up the reading."""

import numpy as np
import pytest

from generain_core.samples.interpret.roles.group_means import means_among_counts


@pytest.mark.parametrize(("samples", "members"), [(6, (0, 2, 5)), (12, (3, 4, 5)), (200, (3, 4, 5, 6, 7, 8)), (480, (100, 101))])
def test_means_of_groups_are_found(samples, members) -> None:
    counts = np.random.default_rng(0).poisson(50, (samples, 300)).astype(float)
    mean = np.round(counts[list(members)].mean(axis=0), 2)
    assert means_among_counts(np.vstack([counts, mean])) == {samples: members}


def test_fractions_among_very_many_samples_come_to_an_end() -> None:
    """When every size and choice was averaged, they did not."""
    rng = np.random.default_rng(0)
    counts = rng.poisson(50, (300, 2000)).astype(float)
    fractions = np.round(np.vstack([counts[:5] * 1.37 + 0.11, rng.poisson(50, (20, 2000)) / 2]), 2)
    assert means_among_counts(np.vstack([counts, fractions])) == {}
