"""What the user says of a cohort, and how it is to be judged."""

from dataclasses import dataclass

from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.errors import GeneRAINError
from generain_core.samples.binning.acceptance import MIN_GENES

NO_GROUPS = "none"
"""Said in place of a column: each sample is a donor of its own."""


@dataclass(frozen=True, kw_only=True)
class CohortChoices:
    """What the user says of a cohort, and how it is to be judged.

    Attributes:
        predict: the sample column that is to be predicted; with `event` the time.
        event: the column that says whether the event was seen; None: recognized by its name, '': there is none.
        event_value: what the event's column says where it was seen; None: as recognized.
        kind: what kind of outcome it is; None: as recognized.
        groups: the column whose values are never split over folds; None: donors as recognized, `NO_GROUPS`: each sample.
        covariates: columns of the covariates; None: age, sex and batch as recognized.
        adjust: columns that are regressed out of all representations, inside the folds.
        models: which models embed; None: all of the release that can.
        repeats: of the cross-validation.
        folds: of each repeat.
        seed: of folds and permutations.
        permutations: of outcomes, for the null; 0 for none.
        confounding: whether batch, sex, library size and coverage are predicted too.
        min_genes: a sample needs more expressed genes than this.
        thin: whether to embed although too few genes of the model were measured.
        device: where models run.
    """

    predict: str
    event: str | None = None
    event_value: str | None = None
    kind: OutcomeKind | None = None
    groups: str | None = None
    covariates: tuple[str, ...] | None = None
    adjust: tuple[str, ...] = ()
    models: tuple[str, ...] | None = None
    repeats: int = 5
    folds: int = 5
    seed: int = 0
    permutations: int = 499
    confounding: bool = True
    min_genes: int = MIN_GENES
    thin: bool = False
    device: str = "auto"

    def check(self) -> None:
        """Refuse numbers out of range.

        Raises:
            GeneRAINError: one is.
        """
        if not 1 <= self.repeats <= 50 or not 2 <= self.folds <= 20:
            raise GeneRAINError(f"{self.repeats} repeats of {self.folds} folds can't be; give 1 to 50 repeats and 2 to 20 folds.")
        if not (self.permutations == 0 or 19 <= self.permutations <= 10_000):
            raise GeneRAINError(f"{self.permutations} permutations can't be; give 19 to 10,000, or 0 for none.")
        if not 0 <= self.seed < 2**32:
            raise GeneRAINError(f"The seed can't be {self.seed}; give a whole number from 0 to 4,294,967,295.")
