"""All designs of the book."""

from collections.abc import Callable

from generain_core.calibration.bench import Design
from generain_core.calibration.designs.cohorts import cohort_designs
from generain_core.calibration.designs.counts import count_designs
from generain_core.calibration.designs.covariates import covariate_designs
from generain_core.calibration.designs.donors import donor_designs
from generain_core.calibration.designs.embedded import embedded_designs
from generain_core.calibration.designs.likeness import likeness_designs
from generain_core.calibration.designs.lists import list_designs
from generain_core.calibration.designs.many import many_designs
from generain_core.calibration.designs.real import real_designs
from generain_core.calibration.designs.references import reference_designs
from generain_core.calibration.designs.shifts import shift_designs

FAMILIES: tuple[Callable[[], list[Design]], ...] = (
    shift_designs,
    count_designs,
    covariate_designs,
    donor_designs,
    many_designs,
    embedded_designs,
    cohort_designs,
    list_designs,
    likeness_designs,
    reference_designs,
    real_designs,
)


def all_designs() -> dict[str, Design]:
    """Return all designs by name, family by family."""
    return {design.name: design for family in FAMILIES for design in family()}
