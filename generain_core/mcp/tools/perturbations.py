"""The tool about perturbation experiments: perturb."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Unpack

from mcp.server.mcpserver import Context
from pydantic import Field

from generain_core.errors import GeneRAINError
from generain_core.facade.results.perturbation_result import PerturbationResult
from generain_core.mcp.answers import Page, Row, page, records
from generain_core.mcp.arguments import TableArguments, each, sheet_of, table_options, with_table_arguments
from generain_core.mcp.door import Door
from generain_core.mcp.limits import Limit, Offset
from generain_core.mcp.tools.samples import Device, Model, Table
from generain_core.progress import Progress

if TYPE_CHECKING:
    import pandas as pd


class Perturbation(Row):
    """A perturbation, or one space of it."""

    perturbation: str
    space: str = Field(description="the model's space, or plain expression")
    n_samples: int
    effect: float | None = Field(
        description="shift over the spread of controls, less what noise adds; above 0 by chance in half of cases"
    )
    p_value: float | None = Field(description="of the shift; null where none can be given, see why")
    fdr: float | None
    test: str = Field(description="what the p-value is of: exchange, moderated or controls; '' without one")
    assumes: str = Field(description="what the test takes for granted")
    why: str = Field(description="why there is no p-value")
    depth_ratio: float | None = Field(description="depth of the perturbed samples over that of the reference")
    note: str
    found_in: str


class MovedSet(Row):
    """A gene set among the genes that a perturbation moves."""

    perturbation: str
    set: str
    library: str
    size: int
    ratio: float = Field(description="mean z-score of its genes less that of all others")
    correlation: float | None = Field(description="of its genes in what the test leaves unexplained; it widens the null")
    p_value: float = Field(description="of camera, two-sided")
    fdr: float
    genes: str


class Perturbations(Page):
    """The perturbations of an experiment, the surest first."""

    model: str = Field(description="'' for expression only")
    samples: int
    controls: int
    spaces: list[str]
    notes: list[str]
    output: str | None
    perturbations: list[Perturbation]
    gene_sets: list[MovedSet] = Field(default=[], description="where sets are given: the smallest p-values first, limit of them")
    gene_sets_why: str = Field(default="", description="why there are none")


class PerturbationTools(Door):
    """Tools about perturbations."""

    @with_table_arguments
    async def perturb(
        self,
        context: Context[Any, Any],
        path: Table,
        by: Annotated[str, Field(description="the sample column that names the perturbation; not with read_labels")] = "",
        control: Annotated[str, Field(description="its value for controls")] = "",
        read_labels: Annotated[
            str | None, Field(description="read perturbation, dose, time from this column; '': from the samples' names")
        ] = None,
        output: Annotated[str | None, Field(description="CSV file to write the ranked table to")] = None,
        strata: Annotated[list[str], Field(description="columns within whose values samples are compared")] = [],  # noqa: B006
        pair: Annotated[str, Field(description="the column of the donor or pair that samples belong to")] = "",
        donor: Annotated[
            str | None,
            Field(description="column of donors, each made one value in a group; names: of samples; none; null: as recognized"),
        ] = None,
        contrast: Annotated[
            tuple[str, str] | None, Field(description="two groups, the second in place of the control; others take no part")
        ] = None,
        only: Annotated[
            list[str], Field(description="groups that are compared with the control alone; all where none is named")
        ] = [],  # noqa: B006
        covariates: Annotated[
            list[str], Field(description="columns taken into account (age, sex, batch); NAME:kinds or NAME:number says as what")
        ] = [],  # noqa: B006
        against: Literal["control", "others"] = "control",
        keep_guides: Annotated[bool, Field(description="whether guides of one gene stay apart")] = False,
        test: Annotated[
            Literal["auto", "exchange", "controls"], Field(description="controls: ranked among the controls' own distances")
        ] = "auto",
        as_written: Annotated[list[str], Field(description="labels that are left as they are")] = [],  # noqa: B006
        cells: Annotated[
            Literal["auto", "sum", "keep"],
            Field(description="rows are single cells, to be summed, or samples; auto: as they look"),
        ] = "auto",
        depth: Annotated[
            int | None, Field(ge=0, description="counts that deeper samples are thinned to; 0: not at all; null: as depths ask")
        ] = None,
        model: Annotated[Model | Literal["none"] | None, Field(description="none: expression only")] = None,
        even_if_thin: Annotated[bool, Field(description="embed although few genes of the model were measured")] = False,
        device: Device = "auto",
        permutations: Annotated[int, Field(ge=99, le=1_000_000)] = 9999,
        bootstrap: Annotated[int, Field(ge=0, le=100_000)] = 500,
        seed: Annotated[int, Field(ge=0, lt=2**32)] = 0,
        sets: Annotated[
            list[str],
            Field(description="paths of GMT files: gene sets to look for among moved genes (camera)"),
        ] = [],  # noqa: B006
        of: Annotated[list[str], Field(description="whose genes these are; else of the perturbations found, at most 50")] = [],  # noqa: B006
        offset: Offset = 0,
        limit: Limit = 50,
        **options: Unpack[TableArguments],
    ) -> Perturbations:
        """Measure how far each perturbation moves samples from control, with permutation tests, in the model's space and without.

        The next page of the same call is not computed anew.
        """
        source, table = self.folders.inputs(path), table_options(options, self.folders)
        arguments: dict[str, Any] = {
            "by": by,
            "control": control,
            "read_labels": read_labels,
            "strata": strata,
            "pair": pair,
            "donor": donor,
            "contrast": contrast,
            "only": only,
            "covariates": covariates,
            "depth": depth,
            "cells": cells,
            "against": against,
            "keep_guides": keep_guides,
            "test": test,
            "as_written": as_written,
            "model": model,
            "even_if_thin": even_if_thin,
            "device": device,
            "permutations": permutations,
            "bootstrap": bootstrap,
            "seed": seed,
            "of": of,
        }
        files = [self.folders.input(each) for each in sets]

        def measure(progress: Progress, outputs: tuple[Path | None, ...]) -> tuple[PerturbationResult, pd.DataFrame | str]:
            generain = self.with_genes() if model == "none" else self.with_models()
            result = generain.perturb(source, output=outputs[0], progress=progress, **arguments, **table)
            return result, _gene_sets(result, files)

        call = ("perturb", str(source), repr(arguments), repr(table), repr(files))
        sources = [*each(source), sheet_of(table), *files]
        result, gene_sets = await self.result(context, call, sources, [output], measure)
        answer = self._answer(result, offset, limit, output)
        if isinstance(gene_sets, str):
            return answer.model_copy(update={"gene_sets_why": gene_sets})
        rows = records(gene_sets.sort_values("p_value", kind="stable").head(limit))
        return answer.model_copy(update={"gene_sets": [MovedSet(**row) for row in rows]})

    async def example(
        self,
        context: Context[Any, Any],
        output: Annotated[str | None, Field(description="CSV file to write the ranked table to")] = None,
        model: Annotated[Model | Literal["none"] | None, Field(description="none: expression only")] = None,
        device: Device = "auto",
        seed: Annotated[int, Field(ge=0, lt=2**32)] = 0,
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> Perturbations:
        """Take the published example, a screen without replicates, from its pickle to ranked perturbations; it takes long.

        The next page of the same call is not computed anew.
        """
        arguments: dict[str, Any] = {"model": model, "device": device, "seed": seed}

        def measure(progress: Progress, outputs: tuple[Path | None, ...]) -> PerturbationResult:
            generain = self.with_genes() if model == "none" else self.with_models()
            return generain.example(outputs[0], progress=progress, **arguments)

        result = await self.result(context, ("example", repr(arguments)), [], [output], measure)
        return self._answer(result, offset, limit, output)

    def _answer(self, result: PerturbationResult, offset: int, limit: int, output: str | None) -> Perturbations:
        rows, pages = page(result.table, offset, limit)
        facts = _facts(result) | {"output": None if output is None else str(self.folders.written(output))}
        return Perturbations(**self.about, **pages, **facts, perturbations=rows)


def _gene_sets(result: PerturbationResult, files: list[Path]) -> pd.DataFrame | str:
    """Return the gene sets among moved genes, or why there are none; '' where none were asked for."""
    if not files:
        return ""
    try:
        return result.gene_sets(files)
    except GeneRAINError as problem:
        return str(problem)


def _facts(result: PerturbationResult) -> dict[str, Any]:
    perturbed = result.perturbed
    return {
        "model": perturbed.model,
        "samples": len(perturbed.design.samples),
        "controls": int(perturbed.design.is_control.sum()),
        "spaces": [ranking.space.words for ranking in perturbed.rankings],
        "notes": result.table.attrs["notes"],
    }
