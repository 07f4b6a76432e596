"""When something counts as a reason: Holm's procedure, against its adjusted p-values."""

import numpy as np

from generain_core.lists.reasons import LEVEL, Reason, share, standing


def adjusted(p_values: np.ndarray) -> np.ndarray:
    """Return each p-value's largest (m − j + 1) p(j) of those up to it: Holm 1979."""
    ordered = np.sort(p_values)
    return np.array([max((len(ordered) - j) * ordered[j] for j in range(np.searchsorted(ordered, p, "right"))) for p in p_values])


def test_reasons_stand_as_holm_has_them() -> None:
    rng = np.random.default_rng(0)
    kept = 0
    for _ in range(200):
        p_values = np.round(rng.uniform(0, 0.06, rng.integers(1, 5)), 3)
        reasons = [Reason(kind="neighbors", text=str(i), p_value=float(p)) for i, p in enumerate(p_values)]
        wanted = [str(i) for i in np.flatnonzero(adjusted(p_values) <= LEVEL)]
        assert [reason.text for reason in standing(reasons, len(reasons))] == wanted
        kept += len(wanted)
    assert kept > 50


def test_tests_that_found_nothing_count_and_what_has_no_p_stands() -> None:
    place, weak = Reason(kind="position", text="place"), Reason(kind="attribute", text="weak", p_value=0.02)
    assert standing([place, None, weak], 1) == [place, weak]
    assert standing([place, None, weak], 3) == [place]


def test_the_share_counts_what_is_seen() -> None:
    assert share(2.0, np.array([1.0, 2.0, 3.0])) == 3 / 4
