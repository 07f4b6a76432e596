"""All designs of the book."""

from generain_core.calibration.bench import Design
from generain_core.calibration.designs.shifts import shift_designs


def all_designs() -> dict[str, Design]:
    """Return all designs by name, family by family."""
    return {design.name: design for design in shift_designs()}
