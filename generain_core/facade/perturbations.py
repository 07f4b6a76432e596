"""What can be asked of a perturbation experiment: perturb, and the tables behind its result."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

from generain_core.errors import GeneRAINError
from generain_core.facade.opened import Opened
from generain_core.facade.results.perturbation_result import PerturbationResult
from generain_core.facade.tables import choice, columns_of, expression_of, naming_arguments
from generain_core.progress import Progress

if TYPE_CHECKING:
    from generain_core.facade.tables import Table, TableOptions
    from generain_core.perturbations.choices import Cells, Choices
    from generain_core.perturbations.genes.gene_values import Measure
    from generain_core.perturbations.screens.choose import Test
    from generain_core.samples.interpret.expression import Expression


class PerturbationMethods(Opened):
    """Methods about perturbation experiments."""

    def perturb(
        self,
        path: Table,
        by: str = "",
        control: str = "",
        *,
        read_labels: str | None = None,
        output: str | os.PathLike[str] | None = None,
        strata: str | Sequence[str] = (),
        pair: str = "",
        donor: str | None = None,
        contrast: tuple[str, str] | None = None,
        only: Sequence[str] = (),
        covariates: str | Sequence[str] = (),
        against: Literal["control", "others"] = "control",
        keep_guides: bool = False,
        test: Test = "auto",
        as_written: Sequence[str] = (),
        cells: Cells = "auto",
        depth: int | None = None,
        model: str | None = None,
        even_if_thin: bool = False,
        device: str = "auto",
        permutations: int = 9999,
        bootstrap: int = 500,
        seed: int = 0,
        of: Sequence[str] = (),
        measure: Measure | None = None,
        progress: Progress | None = None,
        **options: Unpack[TableOptions],
    ) -> PerturbationResult:
        """Measure how far each perturbation moves samples from control, with permutation tests.

        Args:
            path: a file, a folder, files of one sample each, or an AnnData, which stays as it is.
            by: the sample column that names the perturbation; not with `read_labels`.
            control: its value for controls; with `read_labels` the word for controls, if it is not a usual one.
            read_labels: read perturbation, target, dose and time from this column, or with '' from the samples' names.
            output: a CSV file to write the ranked table to as well.
            strata: columns within whose values samples are compared (batch, cell line).
            pair: the column of the donor or pair that samples belong to.
            donor: the column of donors, whose samples of one group are made one value; ``names``: the samples' names tell;
                ``none``: samples stand for themselves; by default as recognized.
            contrast: two groups, the second in place of the control: ``("drug", "vehicle")``; others take no part.
            only: groups that are compared with the control alone; others take no part; all by default.
            covariates: columns that are taken into account (age, sex, batch); ``"run:kinds"`` and ``"dose:number"`` say as what.
            against: ``control``, or all ``others``.
            keep_guides: whether guides of one gene stay perturbations of their own.
            test: ``exchange`` labels, rank by the ``controls``' own distances, or ``auto``: the latter without replicates.
            as_written: labels that are left as they are, whatever they look like.
            cells: ``sum`` rows as single cells, ``keep`` them as samples, or ``auto``: as they look.
            depth: counts that deeper samples are thinned to; 0: not at all; by default to a common depth, where depths differ.
            model: its name, ``none`` for expression only; by default the first that is there.
            even_if_thin: embed although few genes of the model were measured.
            device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
            permutations: 99 to 1,000,000.
            bootstrap: draws, at most 100,000.
            seed: of permutations and draws.
            of: perturbations whose genes and attributes the result tells; by default those found, at most 50.
            measure: genes in ``log2`` depth (default), or ``bins`` where embedded.
            progress: called with the share done and words.
            options: what is said of the table; see `TableOptions`. Without `sum_by`, rows that look like cells are summed.

        Returns:
            A result with ``table`` (one row a perturbation), ``genes``, ``attributes``, ``targets``, ``alike``, ``labels`` and
            ``methods``.

        Raises:
            GeneRAINError: a column or the control is missing, nothing can be compared, or the table can't be used.

        Examples:
            >>> import generain_core as gr
            >>> examples = "assets/demo/data/examples/demo_perturbation"
            >>> result = gr.open("assets/demo").perturb(
            ...     f"{examples}_counts.csv.gz", by="perturbation", control="non-targeting", model="none",
            ...     samples=f"{examples}s.csv", permutations=99, bootstrap=0,
            ... )
            >>> list(result.table.columns[:3])
            ['perturbation', 'target', 'space']
        """
        from generain_core.perturbations.choices import CELLS, Choices, contrast_of
        from generain_core.perturbations.effects.effect import Settings
        from generain_core.perturbations.run import run
        from generain_core.perturbations.screens.choose import TESTS
        from generain_core.release.model_descriptions import MODEL_NAMES
        from generain_core.samples.binning.acceptance import MIN_GENES
        from generain_core.storage.atomic import check_target

        if output is not None:
            check_target(Path(output))
        choice("way to compare", against, ("control", "others"))
        choice("test", test, TESTS)
        choice("way to take rows", cells, CELLS)
        if model is not None:
            choice("model", model, (*MODEL_NAMES, "none"))
        if not 99 <= permutations <= 1_000_000 or not 0 <= bootstrap <= 100_000:
            raise GeneRAINError("Give 99 to 1,000,000 permutations and at most 100,000 bootstrap draws.")
        only = tuple(only)
        if contrast is not None:
            groups, control = contrast_of(contrast, control)
            only = (*groups, *only)
        columns = options.pop("sum_by", None)
        choices = Choices(
            column=by,
            control=control,
            strata=tuple(columns_of(strata)) if strata else (),
            pair=pair,
            donor=donor,
            only=tuple(only),
            covariates=tuple(columns_of(covariates)) if covariates else (),
            merge_guides=not keep_guides,
            reference=against,
            sum_by=tuple(columns_of(columns)) if columns else None,
            model="" if model == "none" else model,
            min_genes=options.get("min_genes", MIN_GENES),
            thin=even_if_thin,
            device=device,
            settings=Settings(permutations, bootstrap, seed),
            as_written=tuple(as_written),
            depth=depth,
            test=test,
            cells=cells,
        )
        if read_labels is None and not (by and control):
            raise GeneRAINError("Say which column names the perturbation and which value is control, or read labels.")
        with naming_arguments():
            expression = expression_of(path, self.resolver, options)
        if read_labels is not None:
            choices = self._read_choices(expression, choices, read_labels)
        perturbed = run(expression, choices, self.release, self.resolver, progress=progress)
        result = PerturbationResult(self, perturbed, of, measure)
        self._write_csv(result.table, output)
        return result

    def example(
        self,
        output: str | os.PathLike[str] | None = None,
        *,
        keep_guides: bool = False,
        model: str | None = None,
        device: str = "auto",
        seed: int = 0,
        of: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> PerturbationResult:
        """Take the published example, a screen without replicates, from its pickle to ranked perturbations.

        Args:
            output: a CSV file to write the ranked table to as well.
            keep_guides: whether guides of one gene stay perturbations of their own.
            model: its name, ``none`` for expression only; by default the first that is there.
            device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
            seed: of all that is drawn.
            of: perturbations whose genes and attributes the result tells; by default those found, at most 50.
            progress: called with the share done and words.

        Returns:
            As `perturb`.

        Raises:
            GeneRAINError: the release has no example, or nothing can be compared in it.
        """
        return self.perturb(
            self.release.path("example"),
            read_labels="",
            even_if_thin=True,
            output=output,
            keep_guides=keep_guides,
            model=model,
            device=device,
            seed=seed,
            of=of,
            progress=progress,
        )

    def _read_choices(self, expression: Expression, choices: Choices, source: str) -> Choices:
        from generain_core.perturbations.design.label_preview import recognized
        from generain_core.perturbations.published_example import read_choices

        reading = recognized(expression, self.resolver, source=source, merge_guides=choices.merge_guides)
        read = read_choices(choices, reading)
        if not choices.control or read.labels is None:
            return read
        return replace(read, control=choices.control, labels=replace(read.labels, control=choices.control))
