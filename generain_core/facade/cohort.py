"""What can be asked of a cohort: does the model predict an outcome better than expression does?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

from generain_core.facade.binned_table import species_of
from generain_core.facade.cohort_answer import CohortAnswer
from generain_core.facade.embedded_files import embedded_samples
from generain_core.facade.list_names import path_of
from generain_core.facade.lists import ListMethods
from generain_core.facade.samples import SampleMethods
from generain_core.facade.tables import choice, columns_of, expression_of, naming_arguments, start_reader
from generain_core.progress import Progress, part, silent
from generain_core.settings import kept_work_days

if TYPE_CHECKING:
    import pandas as pd

    from generain_core.facade.embedded_files import Embedded
    from generain_core.facade.list_names import Names
    from generain_core.facade.tables import Table, TableOptions

Kind = Literal["two_classes", "classes", "number", "survival"]


OF_ATTRIBUTE = 100
"""Genes of an attribute that are left out together."""


class CohortMethods(ListMethods, SampleMethods):
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
        event_value: str | None = None,
        kind: Kind | None = None,
        covariates: str | Sequence[str] | None = None,
        models: str | Sequence[str] | None = None,
        embedded: Embedded | Sequence[Embedded] = (),
        repeats: int = 5,
        folds: int = 5,
        seed: int = 0,
        permutations: int = 499,
        without_genes: Names | None = None,
        without_attributes: Sequence[str] = (),
        placebos: int = 19,
        save: str | os.PathLike[str] | None = None,
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
            event_value: what that column says where it was seen, all other values being none; by default recognized.
            kind: what the outcome is, where that is recognized wrongly.
            covariates: columns to predict from as well; by default age, sex and batch, as recognized.
            models: which models embed; by default all of the release that can.
            embedded: h5ad files that `embed` wrote of these samples, so that they need not be embedded again.
            repeats: of the cross-validation.
            folds: of each repeat.
            seed: of folds and permutations.
            permutations: of outcomes, for the null; 0 for none.
            without_genes: genes to leave out of the model's input, one after another, or a GMT file with sets of them.
            without_attributes: predicted attributes, whose 100 most probable genes are left out together.
            placebos: random sets of like rank beside each.
            save: a file for the probe, fitted to all samples, for `apply_cohort`.
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
        from generain_core.cohort.genes.leave_out import check_sets
        from generain_core.cohort.known_embeddings import OnDisk
        from generain_core.cohort.outcome.outcome import OutcomeKind
        from generain_core.cohort.run import run_cohort
        from generain_core.release.model_descriptions import MODEL_NAMES
        from generain_core.samples.binning.acceptance import MIN_GENES
        from generain_core.storage.atomic import check_target

        names = None if models is None else tuple(columns_of(models))
        for name in names or ():
            choice("model", name, MODEL_NAMES)
        if kind is not None:
            choice("kind of outcome", kind, tuple(OutcomeKind))
        choices = CohortChoices(
            predict=predict,
            event=event,
            event_value=event_value,
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
        if save is not None:
            check_target(Path(save))
        at_hand = embedded_samples(embedded, self.release)
        sets = self._sets_to_leave_out(without_genes, without_attributes)
        if sets:
            check_sets(sets, placebos)
        start_reader(path)
        with naming_arguments():
            expression = expression_of(path, self.resolver, options)
        tell = progress or silent
        first = part(tell, 0.0, 0.5) if sets else tell
        known = OnDisk(kept_work_days(is_local=True))
        result = run_cohort(expression, choices, self.release, self.resolver, embedded=at_hand, known=known, progress=first)
        answer = CohortAnswer(self, result)
        if sets:
            answer.leave_out(sets, placebos=placebos, device=device, progress=part(tell, 0.5, 0.5))
        if save is not None:
            answer.save(save)
        if output is not None:
            answer.write(output)
        return answer

    def apply_cohort(
        self,
        path: Table,
        probe: str | os.PathLike[str],
        output: str | os.PathLike[str] | None = None,
        *,
        device: str = "auto",
        progress: Progress | None = None,
        **options: Unpack[TableOptions],
    ) -> pd.DataFrame:
        """Predict further samples with a probe that `cohort` saved.

        What is far from its training samples, or has too few expressed genes, gets no prediction; ``why`` says so.

        Args:
            path: a file, a folder, files of one sample each, or an AnnData, which stays as it is.
            probe: the saved file.
            output: a CSV file to write as well.
            device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
            progress: called with the share done and words.
            options: what is said of the table; see `TableOptions`.

        Raises:
            GeneRAINError: the file is none, was changed, or is of another release; all samples are far; or the table can't be
                used.
        """
        from generain_core.cohort.saved.probe_file import read_probe
        from generain_core.cohort.saved.use import check_release, use_probe, with_those_left_out
        from generain_core.models.embedding import embed_samples
        from generain_core.storage.atomic import check_target

        if output is not None:
            check_target(Path(output))
        saved = read_probe(Path(probe))
        check_release(saved, self.release)
        with naming_arguments():
            binned = self.bin_table(path, gene_set=saved.gene_set, progress=part(progress or silent, 0.0, 0.1), **options)
        adata = binned.adata
        embed_samples(adata, self.release, saved.model, device=device, progress=part(progress or silent, 0.1, 0.9))
        table = with_those_left_out(use_probe(saved, adata, self.release), binned.expression.samples)
        facts = {"outcome": saved.column, "kind": saved.kind, "classes": list(saved.classes), "held_out_score": saved.score}
        details = (*species_of(adata), f"probe of {saved.column} on {saved.model}", f"held-out {saved.score}")
        table = self._table(table, *details, **facts)
        self._write_csv(table, output)
        return table

    def _sets_to_leave_out(self, names: Names | None, attributes: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return sets of genes by name: those of a GMT file, each gene of another list alone, and the genes of attributes."""
        from generain_core.lists.gene_list import resolve_list
        from generain_core.lists.list_files import read_lists

        sets: dict[str, tuple[str, ...]] = {}
        if names is not None:
            path = path_of(names)
            if path is not None and path.name.removesuffix(".gz").endswith(".gmt"):
                for name, members in read_lists(path, self.resolver).items():
                    sets[name] = resolve_list(members, self.resolver).genes
            else:
                sets |= {gene: (gene,) for gene in self._modeled(names, None).genes}
        for name in attributes:
            sets[f"attribute {name}"] = tuple(self.predictions.of_attribute(name, OF_ATTRIBUTE)["gene"])
        return sets

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
