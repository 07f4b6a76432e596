"""What came of a cohort: the verdict, its tables, the genes that carry it, and the probe to keep."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generain_core.facade.opened import Opened
from generain_core.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from generain_core.cohort.run import CohortResult


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
        self._left_out: pd.DataFrame | None = None
        self.table = self._of(scores_table(result), "held-out scores")

    def _of(self, table: pd.DataFrame, what: str) -> pd.DataFrame:
        choices, design = self.result.choices, self.result.design
        details = (
            *self.result.marks,
            what,
            f"outcome {choices.predict}",
            f"{choices.repeats} × {design.folds} folds, seed {choices.seed}",
        )
        return self._opened._table(table, *details)

    @property
    def verdict(self) -> str:
        """Return ``better``, ``no_better``, ``worse`` or ``too_few``."""
        return self.result.comparison.verdict

    @property
    def sentence(self) -> str:
        """Return the verdict in a sentence."""
        from generain_core.wording.verdicts import verdict_sentence

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
    def lasso(self) -> pd.DataFrame:
        """Return the genes that LASSO took up, with the share of folds."""
        from generain_core.cohort.genes.selection import lasso_genes

        return self._of(lasso_genes(self.result), "LASSO over folds")

    @cached_property
    def methods(self) -> str:
        """Return the methods as text, for a paper."""
        from generain_core.wording.verdicts import cohort_methods

        return cohort_methods(self.result, self._opened.release)

    def leave_out(
        self,
        sets: Mapping[str, Sequence[str]],
        model: str = "",
        *,
        placebos: int = 19,
        device: str = "auto",
        progress: Progress | None = None,
    ) -> pd.DataFrame:
        """Return how the held-out score changes where genes are left out of the model's input, beside placebos of like rank.

        Args:
            sets: genes by name of the set; a gene alone is a set of one.
            model: whose embedding; by default the one that inner folds chose most often.
            placebos: random sets of the same ranks in the samples, 19 or more.
            device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
            progress: called with the share done and words.

        Raises:
            GeneRAINError: the cohort was not judged with the model, or it reads none of the genes.
        """
        from generain_core.cohort.genes.leave_out import leave_out

        release, seed = self._opened.release, self.result.choices.seed
        model = model or self.result.comparison.favorite
        table = leave_out(self.result, release, model, sets, placebos=placebos, seed=seed, device=device, progress=progress)
        self._left_out = self._of(table, f"genes left out of {model}, {placebos} placebos")
        return self._left_out

    def save(self, path: str | os.PathLike[str], model: str = "") -> None:
        """Save the probe on a model's embedding, fitted to all samples, for further samples of the same release.

        The file holds arrays and words, the embeddings of the samples among them.

        Args:
            path: a file to write.
            model: whose embedding; by default the one that inner folds chose most often.

        Raises:
            GeneRAINError: the cohort was not judged with the model, or covariates were regressed out.
        """
        from generain_core.cohort.saved.fit import fit_probe
        from generain_core.cohort.saved.probe_file import write_probe

        write_probe(fit_probe(self.result, self._opened.release, model), Path(path))

    def document(self) -> dict[str, Any]:
        """Return the answer as plain values: outcome, scores, verdict, difference, p-value, warnings."""
        from generain_core.cohort.report import document, rows_of

        left_out = {} if self._left_out is None else {"left_out": rows_of(self._left_out)}
        words = {"sentence": self.sentence, "warnings": self.warnings, "notes": self.notes}
        return document(self.result) | words | {"lasso": rows_of(self.lasso.head(50))} | left_out

    def write(self, output: str | os.PathLike[str]) -> list[str]:
        """Write all tables and the methods into a folder, in place of an earlier cohort's; return the names of the files."""
        from generain_core.cohort.report import FILES, tables
        from generain_core.storage.atomic import atomic_write

        folder = Path(output)
        folder.mkdir(parents=True, exist_ok=True)
        found = tables(self.result) | {"lasso": self.lasso}
        if self._left_out is not None:
            found["left_out"] = self._left_out
        for name in {*FILES, "lasso", "left_out"}.difference(found):
            (folder / f"{name}.csv").unlink(missing_ok=True)
        for name, table in found.items():
            self._opened._write_csv(self._of(table, name), folder / f"{name}.csv")
        with atomic_write(folder / "methods.txt") as working:
            working.write_text(self.methods, encoding="utf-8")
        return [*(f"{name}.csv" for name in found), "methods.txt"]

    def __repr__(self) -> str:
        return f"CohortAnswer({self.verdict}; {self.table.attrs['label']})"
