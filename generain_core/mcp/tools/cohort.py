"""Tools about cohorts: cohort, apply_cohort."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Unpack

from mcp.server.mcpserver import Context
from pydantic import Field

from generain_core.mcp.answers import Answer, Row
from generain_core.mcp.arguments import TableArguments, each, sheet_of, table_options, with_table_arguments
from generain_core.mcp.door import Door
from generain_core.mcp.tools.samples import Device, Model, Table
from generain_core.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from generain_core.facade.cohort_answer import CohortAnswer


class CohortOutcome(Row):
    """What was predicted."""

    column: str
    kind: str = Field(description="two_classes, classes, number or survival")
    classes: list[str]
    n: int = Field(description="samples")
    donors: int


class Score(Row):
    """A held-out score of a representation."""

    representation: str
    metric: str
    mean: float | None
    low: float | None = Field(description="of the 95 % interval")
    high: float | None


class Cohort(Answer):
    """Does the model predict the outcome better than expression does?"""

    verdict: Literal["better", "no_better", "worse", "too_few"]
    sentence: str
    outcome: CohortOutcome
    scores: list[Score]
    difference: float | None = Field(description="of the model's primary score and expression's, over the same folds")
    difference_low: float | None
    difference_high: float | None
    p_value: float | None = Field(description="corrected resampled t-test, two-sided")
    samples_needed: int = Field(description="samples that would show a difference of 0.05 at the variance seen; 0: not known")
    warnings: list[str] = Field(description="to be told with the verdict")
    notes: list[str]
    output: str | None
    saved: str | None = Field(default=None, description="the file of the probe, for apply_cohort")


class Predicted(Row):
    """What a saved probe says of a sample; nothing where it is far from those that the probe was fitted to."""

    sample: str
    strangeness: float | None = Field(description="1: as far as 95 % of training samples")
    far: bool
    why: str = Field(description="why nothing is predicted; empty where something is")
    predicted: str | float | None = Field(description="a class, a number or a log hazard; null where nothing is predicted")
    probabilities: dict[str, float] = Field(default={}, description="of classes; empty where far")


class AppliedCohort(Answer):
    """Further samples by a saved probe."""

    outcome: str
    kind: str
    classes: list[str]
    held_out_score: str = Field(description="of the probe, over the samples it was fitted to")
    far: int = Field(description="samples that nothing is predicted of")
    predictions: list[Predicted] = Field(description="the first 200 samples; the file has all")
    output: str | None


_MOST = 200


class CohortTools(Door):
    """Tools about cohorts."""

    @with_table_arguments
    async def cohort(
        self,
        context: Context[Any, Any],
        path: Table,
        predict: Annotated[str, Field(description="the sample column of the outcome, or of the time")],
        groups: Annotated[
            str | None,
            Field(description="the column that is never split over folds (donor); null: as recognized; none: each"),
        ] = None,
        adjust: Annotated[list[str], Field(description="columns to regress out inside the folds")] = [],  # noqa: B006
        output: Annotated[str | None, Field(description="folder for all tables; new")] = None,
        event: Annotated[str | None, Field(description="survival: the column that says whether the event was seen")] = None,
        event_value: Annotated[str | None, Field(description="what it says where it was; null: 1, yes, dead …")] = None,
        kind: Literal["two_classes", "classes", "number", "survival"] | None = None,
        covariates: Annotated[list[str] | None, Field(description="columns to predict from; null: age, sex, batch")] = None,
        models: Annotated[list[Model] | None, Field(description="which models embed; null: all that are there")] = None,
        embedded: Annotated[list[str], Field(description="h5ad files that embed wrote of these samples, to use again")] = [],  # noqa: B006
        repeats: Annotated[int, Field(ge=1, le=50)] = 5,
        folds: Annotated[int, Field(ge=2, le=20)] = 5,
        seed: Annotated[int, Field(ge=0, lt=2**32)] = 0,
        permutations: Annotated[int, Field(ge=0, le=10_000)] = 499,
        save: Annotated[str | None, Field(description="file for the probe, PROBE.zip, fitted to all samples; new")] = None,
        even_if_thin: Annotated[bool, Field(description="embed although few genes of the model were measured")] = False,
        device: Device = "auto",
        **options: Unpack[TableArguments],
    ) -> Cohort:
        """Judge whether the model's embeddings predict an outcome of samples better than plain expression does; it takes minutes.

        Nested, repeated cross-validation, donors whole; the verdict is one comparison that is fixed beforehand.
        """
        source, table = self.folders.inputs(path), table_options(options, self.folders)
        at_hand = [self.folders.input(each) for each in embedded]
        arguments: dict[str, Any] = {
            "predict": predict, "event": event, "event_value": event_value, "kind": kind, "groups": groups, "adjust": adjust,
            "covariates": covariates, "models": models, "embedded": at_hand, "repeats": repeats, "folds": folds,
            "permutations": permutations, "seed": seed, "even_if_thin": even_if_thin, "device": device,
        }  # fmt: skip

        def measure(progress: Progress, outputs: tuple[Path | None, ...]) -> CohortAnswer:
            generain = self.with_models()
            return generain.cohort(source, output=outputs[0], save=outputs[1], progress=progress, **arguments, **table)

        call = ("cohort", str(source), repr(arguments), repr(table))
        result = await self.result(context, call, [*each(source), *at_hand, sheet_of(table)], [output, save], measure)
        return Cohort(**(result.document() | self.about), output=self._written(output), saved=self._written(save))

    @with_table_arguments
    async def apply_cohort(
        self,
        context: Context[Any, Any],
        path: Table,
        probe: Annotated[str, Field(description="the file that cohort saved")],
        output: Annotated[str | None, Field(description="CSV of all samples; new")] = None,
        device: Device = "auto",
        **options: Unpack[TableArguments],
    ) -> AppliedCohort:
        """Predict further samples by a probe that cohort saved with the same release; what is far from its own gets nothing."""
        source, table, file = self.folders.inputs(path), table_options(options, self.folders), self.folders.input(probe)

        def measure(progress: Progress, outputs: tuple[Path | None, ...]) -> pd.DataFrame:
            return self.with_models().apply_cohort(source, file, outputs[0], device=device, progress=progress, **table)

        call = ("apply_cohort", str(source), str(file), device, repr(table))
        result = await self.result(context, call, [*each(source), file, sheet_of(table)], [output], measure)
        facts = {name: result.attrs[name] for name in ("outcome", "kind", "classes", "held_out_score")}
        rows = [_predicted(row) for row in result.head(_MOST).to_dict("records")]
        return AppliedCohort(**self.about, **facts, far=int(result["far"].sum()), predictions=rows, output=self._written(output))

    def _written(self, path: str | None) -> str | None:
        return None if path is None else str(self.folders.written(path))


def _predicted(row: dict[Any, Any]) -> Predicted:
    why, prefix = str(row["why"]), "probability_"
    shares = {} if why else {str(key)[len(prefix) :]: float(row[key]) for key in row if str(key).startswith(prefix)}
    own = None if why else row["predicted"]
    known = None if math.isnan(row["strangeness"]) else row["strangeness"]
    return Predicted(sample=row["sample"], strangeness=known, far=bool(row["far"]), why=why, predicted=own, probabilities=shares)
