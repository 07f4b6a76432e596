"""What the user says of a perturbation experiment, and how it is to be measured."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.experiment import Reference
from generain_core.perturbations.design.label_pattern import LabelPattern
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.screens.choose import Test
from generain_core.samples.binning.acceptance import MIN_GENES

Cells = Literal["auto", "sum", "keep"]
CELLS: tuple[Cells, ...] = ("auto", "sum", "keep")


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the user says of an experiment, and how it is to be measured.

    Attributes:
        column: the sample column that names the perturbation.
        control: its value for controls.
        strata: columns within whose values samples are compared.
        pair: the column of the donor or pair, or ''.
        donor: the column of donors, whose samples of one group are made one value; ``names``: the samples' names tell; ``none``:
            samples stand for themselves; None: as recognized, or the pairs.
        merge_guides: whether guides of one gene are one perturbation.
        test: ``controls``: by the controls' own distances; ``exchange``: by exchanging labels; ``auto``: as the design asks.
        only: perturbations that are compared, the others left out; all where none is named.
        covariates: columns that are taken into account, as numbers or kinds; see `design.covariates`.
        labels: the pattern that labels are read by, where `column` is read from them; or None.
        labels_in: the column that labels are in; '' for the names of the samples.
        as_written: labels that are left as they are, whatever they look like.
        reference: what perturbed samples are compared with: ``control`` or all ``others``.
        sum_by: columns by which cells are summed; None: by perturbation, strata and pair if the rows are cells.
        cells: ``sum``: rows are cells, which are summed; ``keep``: rows are samples; ``auto``: as they look.
        model: which model embeds the samples; None: the first that is there; '': none, expression space only.
        min_genes: a sample needs more expressed genes than this to be embedded.
        thin: whether to embed although too few genes of the model were measured.
        device: where the model runs.
        settings: of the tests.
        depth: counts that deeper samples are thinned to; 0: none is thinned; None: a common depth, where depths differ.
    """

    column: str
    control: str
    strata: tuple[str, ...] = ()
    pair: str = ""
    merge_guides: bool = True
    reference: Reference = "control"
    sum_by: tuple[str, ...] | None = None
    model: str | None = None
    min_genes: int = MIN_GENES
    thin: bool = False
    device: str = "auto"
    settings: Settings = field(default_factory=Settings)
    as_written: tuple[str, ...] = ()
    test: Test = "auto"
    depth: int | None = None
    labels: LabelPattern | None = None
    labels_in: str = ""
    only: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    cells: Cells = "auto"
    donor: str | None = None


def contrast_of(groups: Sequence[str], control: str = "") -> tuple[tuple[str, ...], str]:
    """Return what `only` and `control` are where two groups are named, the second of which is in place of the control.

    Raises:
        GeneRAINError: there are not two, they are the same, or another control is named.
    """
    if len(groups) != 2 or len({" ".join(group.split()) for group in groups}) != 2:
        raise GeneRAINError("A contrast is of two different groups: the one that is looked at, then the one it is compared with.")
    if control and control != groups[1]:
        raise GeneRAINError(f"The contrast compares with {groups[1]}, so {control} can't be the control too; leave one out.")
    return (groups[0],), groups[1]
