"""What can be asked of a cohort: does the model predict an outcome better than expression does?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack

from generain_core.facade.opened import Opened
from generain_core.facade.tables import choice, columns_of, expression_of, naming_arguments
from generain_core.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from generain_core.cohort.run import CohortResult
    from generain_core.facade.tables import Table, TableOptions

Kind = Literal["two_classes", "classes", "number", "survival"]


class CohortAnswer:
    """What came of a cohort; further tables are made when they are first asked for.

    Attributes:
        result: outcome, donors, folds, and what each probe did.
        table: one row a representation and metric: mean and interval.
    """

    def __init__(self, opened: Opened, result: CohortResult) -> None:
        """Hold a result."""
        from generain_core.cohort.tables import scores_table

        self.result = result
        self._opened = opened
        self.table = self._of(scores_table(result), "held-out scores")

    def _of(self, table: pd.DataFrame, what: str) -> pd.DataFrame:
        choices, design = self.result.choices, self.result.design
        details = (what, f"outcome {choices.predict}", f"{choices.repeats} × {design.folds} folds, seed {choices.seed}")
        return self._opened._table(table, *details)

    @property
    def verdict(self) -> str:
        """Return ``better``, ``no_better``, ``worse`` or ``too_few``."""
        return self.result.comparison.verdict

    @property
    def sentence(self) -> str:
        """Return the verdict in a sentence."""
        from generain_core.wording.cohort import verdict_sentence

        return verdict_sentence(self.result)

    @property
    def warnings(self) -> list[str]:
        """Return what has to be known before the verdict is believed."""
        from generain_core.wording.cohort import warnings

        return warnings(self.result.notes)

    @property
    def notes(self) -> list[str]:
        """Return what was decided."""
        from generain_core.wording.cohort import decisions

        return decisions(self.result.notes)

    @cached_property
    def predictions(self) -> pd.DataFrame:
        """Return one row a sample and representation: what was predicted where the sample was held out."""
        from generain_core.cohort.tables import predictions_table

        return self._of(predictions_table(self.result), "held-out predictions")

    @cached_property
    def folds(self) -> pd.DataFrame:
        """Return one row a representation and fold: scores, and the setting that inner folds chose."""
        from generain_core.cohort.tables import folds_table

        return self._of(folds_table(self.result), "scores of folds")

    @cached_property
    def methods(self) -> str:
        """Return the methods as text, for a paper."""
        from generain_core.wording.cohort import cohort_methods

        return cohort_methods(self.result, self._opened.release)

    def document(self) -> dict[str, Any]:
        """Return the answer as plain values: outcome, scores, verdict, difference, p-value, warnings."""
        from generain_core.cohort.report import document

        return document(self.result) | {"sentence": self.sentence, "warnings": self.warnings, "notes": self.notes}

    def write(self, output: str | os.PathLike[str]) -> list[str]:
        """Write all tables and the methods into a folder, replacing what is there; return the names of the files."""
        from generain_core.cohort.report import tables
        from generain_core.storage.atomic import atomic_write

        folder = Path(output)
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, table in tables(self.result).items():
            self._opened._write_csv(self._of(table, name), folder / f"{name}.csv")
            written.append(f"{name}.csv")
        with atomic_write(folder / "methods.txt") as working:
            working.write_text(self.methods, encoding="utf-8")
        return [*written, "methods.txt"]

    def __repr__(self) -> str:
        return f"CohortAnswer({self.verdict}; {self.table.attrs['label']})"


class CohortMethods(Opened):
    """Methods about cohorts."""

    def cohort(
        self,
        path: Table,
        predict: str,
        *,
        groups: str | None = None,
        adjust: str | Sequence[str] = (),
        output: str | os.PathLike[str] | None = None,
        event: str | None = None,
        kind: Kind | None = None,
        covariates: str | Sequence[str] | None = None,
        models: str | Sequence[str] | None = None,
        repeats: int = 5,
        folds: int = 5,
        seed: int = 0,
        permutations: int = 499,
        even_if_thin: bool = False,
        device: str = "auto",
        progress: Progress | None = None,
        **options: Unpack[TableOptions],
    ) -> CohortAnswer:
        """Judge whether the model's embeddings predict an outcome of samples better than plain expression does.

        Args:
            path: a file, a folder, files of one sample each, or an AnnData, which stays as it is.
            predict: the sample column that is predicted; with an event, the time.
            groups: the column whose values are never split over folds; by default donors are recognized; ``none``: each sample.
            adjust: columns that are regressed out of all representations inside the folds.
            output: a folder to write all tables to as well; files of these names are replaced.
            event: the column that says whether the event was seen; by default recognized; '' for none.
            kind: what the outcome is, where that is recognized wrongly.
            covariates: columns to predict from as well; by default age, sex and batch, as recognized.
            models: which models embed; by default all of the release that can.
            repeats: of the cross-validation.
            folds: of each repeat.
            seed: of folds and permutations.
            permutations: of outcomes, for the null; 0 for none.
            even_if_thin: embed although few genes of the model were measured.
            device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
            progress: called with the share done and words.
            options: what is said of the table; see `TableOptions`.

        Returns:
            An answer with ``verdict``, ``table`` (scores), ``predictions``, ``folds``, ``warnings`` and ``methods``.

        Raises:
            GeneRAINError: the outcome can't be predicted (constant, too few donors, dates, free text), no model is at hand, or
                the table can't be used.

        Examples:
            >>> import generain_core as gr
            >>> examples = "assets/demo/data/examples/demo"
            >>> answer = gr.open("assets/demo").cohort(
            ...     f"{examples}_counts.csv.gz", predict="sex", sheet=f"{examples}_samples.csv",
            ...     models="GPT_Binning_By_Gene", repeats=1, folds=3, permutations=0, device="cpu",
            ... )
            >>> answer.verdict
            'worse'
        """
        from generain_core.cohort.choices import CohortChoices
        from generain_core.cohort.outcome.outcome import OutcomeKind
        from generain_core.cohort.run import run_cohort
        from generain_core.release.model_descriptions import MODEL_NAMES
        from generain_core.samples.binning.acceptance import MIN_GENES

        names = None if models is None else tuple(columns_of(models))
        for name in names or ():
            choice("model", name, MODEL_NAMES)
        if kind is not None:
            choice("kind of outcome", kind, tuple(OutcomeKind))
        choices = CohortChoices(
            predict=predict,
            event=event,
            kind=None if kind is None else OutcomeKind(kind),
            groups=groups,
            covariates=None if covariates is None else tuple(columns_of(covariates)),
            adjust=tuple(columns_of(adjust)) if adjust else (),
            models=names,
            repeats=repeats,
            folds=folds,
            seed=seed,
            permutations=permutations,
            min_genes=options.get("min_genes", MIN_GENES),
            thin=even_if_thin,
            device=device,
        )
        choices.check()
        self._check_folder(output)
        with naming_arguments():
            expression = expression_of(path, self.resolver, options)
        answer = CohortAnswer(self, run_cohort(expression, choices, self.release, self.resolver, progress=progress))
        if output is not None:
            answer.write(output)
        return answer

    def _check_folder(self, output: str | os.PathLike[str] | None) -> None:
        from generain_core.errors import GeneRAINError
        from generain_core.storage.atomic import check_target

        if output is None:
            return
        folder = Path(output)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise GeneRAINError(f"{folder} can't be a folder for the tables ({problem.strerror}); name another.") from problem
        check_target(folder / "scores.csv")
