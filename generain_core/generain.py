"""What a notebook opens: a release with its genes, vectors, predictions and models, each opened when first asked for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Unpack

from generain_core.facade.attributes import AttributeMethods
from generain_core.facade.capsule import CapsuleMethods
from generain_core.facade.cohort import CohortMethods
from generain_core.facade.genes import GeneMethods
from generain_core.facade.list_comparison import ComparisonMethods
from generain_core.facade.perturbations import PerturbationMethods
from generain_core.facade.release import ReleaseMethods
from generain_core.facade.samples import SampleMethods
from generain_core.release.files import choose

if TYPE_CHECKING:
    import anndata

    from generain_core.facade.tables import ReadOptions


class GeneRAIN(
    CohortMethods,
    GeneMethods,
    ComparisonMethods,
    AttributeMethods,
    SampleMethods,
    PerturbationMethods,
    CapsuleMethods,
    ReleaseMethods,
):
    """A release with everything that can be asked of it. Open it with `generain_core.open`.

    Tables are `pandas.DataFrame` with their provenance in ``.attrs``; samples are `anndata.AnnData`.

    Attributes:
        release: the release's folder and files.
    """

    def __repr__(self) -> str:
        return f"GeneRAIN({self.release.label})"


def open(release: str | os.PathLike[str] | None = None) -> GeneRAIN:
    """Open a release folder: the one named, ``$GENERAIN_RELEASE``, ``./release``, or the demo that comes with the package.

    Raises:
        ReleaseError: the folder is missing or holds no file of a release.

    Examples:
        >>> import generain_core as gr
        >>> gr.open("assets/demo").release.simulated
        True
    """
    return GeneRAIN(choose(release))


def read(path: str | os.PathLike[str], **options: Unpack[ReadOptions]) -> anndata.AnnData:
    """Read an expression table as it is understood, with the genes of the release that `open` takes. See `GeneRAIN.read`.

    Examples:
        >>> import generain_core as gr
        >>> gr.read("assets/demo/data/examples/demo_counts.csv.gz").uns["generain"]["value_kind"]
        'counts'
    """
    return open().read(path, **options)
