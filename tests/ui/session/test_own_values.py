"""What is computed from the user's own counts alone is not marked as simulated; what rests on the release is."""

from types import SimpleNamespace

import pytest

from generain_core.release.files import choose
from generain_core.release.provenance import provenance
from generain_core.ui.session.own_values import rests_on_simulated


@pytest.mark.parametrize(
    ("source", "own", "simulated"),
    [
        ("mine.csv", True, False),
        ("mine.csv", False, True),
        ("demo_counts.csv.gz", True, True),
        ("demo_perturbation_counts.csv.gz", True, True),
    ],
)
def test_what_is_marked(source: str, own: bool, simulated: bool) -> None:
    assert rests_on_simulated(SimpleNamespace(source=source), choose(), own=own) is simulated


def test_nothing_of_a_published_release_is_marked() -> None:
    published = SimpleNamespace(simulated=False, has=lambda key: False)
    assert not rests_on_simulated(SimpleNamespace(source="mine.csv"), published, own=False)


def test_a_file_of_own_values_is_not_marked_either() -> None:
    assert "SIMULATED" not in provenance(choose(), "moved genes", own=True)
    assert provenance(choose(), "moved genes").startswith("SIMULATED")
