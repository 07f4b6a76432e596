"""From an expression table and a labeled sheet to a verdict: does the model say more than plain expression?"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.cohort.choices import CohortChoices
from generain_core.cohort.cohort_design import CohortDesign, design_cohort, restrict
from generain_core.cohort.confounding import look_at_confounding
from generain_core.cohort.design.covariates import design_matrix
from generain_core.cohort.design.twins import twins
from generain_core.cohort.known_embeddings import KnownEmbeddings
from generain_core.cohort.notes import CohortNote, CohortNoteKind
from generain_core.cohort.probes.probes import Recipe, Representation
from generain_core.cohort.samples import CohortSamples, gather, isometry
from generain_core.cohort.validation.comparison import Comparison, compare
from generain_core.cohort.validation.corrected import corrected_mean
from generain_core.cohort.validation.folds import Split, outer_splits
from generain_core.cohort.validation.nested import FoldResult, cross_validate
from generain_core.cohort.validation.null import MOVES, Null, moves, permutation_null
from generain_core.genes.resolve import Resolver
from generain_core.progress import Progress, part, silent
from generain_core.release.files import Release
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.own_files.verification import verified

if TYPE_CHECKING:
    import anndata

_BELOW = {"auroc": 0.05, "concordance": 0.05, "r2": 0.0}
"""How far below chance a score lies before that is explained."""


@dataclass(frozen=True, eq=False, kw_only=True)
class CohortResult:
    """What was predicted, how well, and what that says.

    Attributes:
        choices: what was asked for.
        design: outcome, donors, covariates.
        samples: what probes read, in the order of the design's rows.
        representations: what was judged.
        splits: the outer divisions of these samples.
        results: by representation, what its probe did in each division.
        comparison: the verdict and what it stands on.
        null: scores of exchanged outcomes.
        confounding: how well representations predict batch, sex, library size and coverage; see `confounding`.
        notes: what has to be known.
        serial: a number that no other result of this process has.
    """

    choices: CohortChoices
    design: CohortDesign
    samples: CohortSamples
    representations: tuple[Representation, ...]
    splits: tuple[Split, ...]
    results: Mapping[str, tuple[FoldResult, ...]]
    comparison: Comparison
    null: tuple[Null, ...]
    confounding: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[CohortNote, ...] = ()
    serial: int = field(default_factory=itertools.count(1).__next__)

    @property
    def marks(self) -> tuple[str, ...]:
        """Return what stands on every table that is made of it: the species, if it is another than human."""
        species = (note.facts["species"] for note in self.notes if note.kind is CohortNoteKind.FROM_SPECIES)
        return tuple(f"from {name} by orthologs" for name in species)

    @property
    def test_share(self) -> float:
        """Return held-out over training samples."""
        return 1 / (self.design.folds - 1)

    @property
    def groups(self) -> np.ndarray:
        """Return the donor of each sample."""
        return self.design.groups.codes[self.design.rows]


def run_cohort(
    expression: Expression,
    choices: CohortChoices,
    release: Release,
    resolver: Resolver,
    *,
    embedded: Sequence["anndata.AnnData"] = (),
    known: KnownEmbeddings | None = None,
    progress: Progress | None = None,
) -> CohortResult:
    """Judge whether the model's embeddings predict an outcome better than plain expression does.

    Args:
        expression: samples with the columns that describe them.
        choices: what is predicted, and how that is judged.
        release: where models and boundaries are.
        resolver: knows the genes.
        embedded: the same samples with ``obsm["X_generain"]``, by whatever models, if they have been embedded already.
        known: where embeddings are kept from one cohort to the next.
        progress: told the share done and words.

    Raises:
        GeneRAINError: the outcome can't be predicted, no model is at hand, or no sample can be used.
    """
    report: Progress = progress or silent
    report(0.0, "reading the outcome")
    expression = verified(expression, release)
    design = design_cohort(expression.obs, expression.samples, choices)
    design = replace(design, notes=(*design.notes, *_on_copies(expression)))
    samples = gather(
        expression,
        choices,
        release,
        resolver,
        rows=design.rows,
        embedded=embedded,
        known=known,
        progress=part(report, 0.0, 0.4),
    )
    if len(samples.names) < len(design.rows):
        there = set(samples.names)
        design = restrict(design, [expression.samples[i] in there for i in design.rows])
        names = {expression.samples[i] for i in design.rows}
        samples = samples.take(np.array([i for i, name in enumerate(samples.names) if name in names], dtype=np.intp))
    return judge(design, samples, choices, part(report, 0.4, 0.6))


def judge(design: CohortDesign, samples: CohortSamples, choices: CohortChoices, progress: Progress) -> CohortResult:
    """Judge all representations on the same folds, compare, and exchange outcomes. Arguments as `run_cohort`."""
    progress(0.0, "components")
    representations = represent(samples, design)
    alike = _on_twins(representations, samples, design)
    outcome, truth, groups = design.outcome, design.truth, design.groups.codes[design.rows]
    splits = outer_splits(truth, outcome.kind, groups, repeats=choices.repeats, folds=design.folds, seed=choices.seed)
    results = cross_validate(
        representations, outcome, truth, groups, splits, seed=choices.seed, progress=part(progress, 0.02, 0.68)
    )
    comparison = compare(results, outcome, truth, groups, 1 / (design.folds - 1))
    null: tuple[Null, ...] = ()
    if choices.permutations:
        null = permutation_null(
            representations,
            outcome,
            truth,
            groups,
            folds=design.folds,
            permutations=choices.permutations,
            seed=choices.seed,
            progress=part(progress, 0.7, 0.15),
        )
    confounding, marks = pd.DataFrame(), tuple[CohortNote, ...]()
    if choices.confounding:
        confounding, marks = look_at_confounding(
            design, samples, representations, comparison, seed=choices.seed, progress=part(progress, 0.85, 0.15)
        )
    if null and moves(truth, groups) < MOVES:
        marks = (*marks, CohortNote(CohortNoteKind.NULL_HARDLY_MOVES))
    notes = (*design.notes, *samples.notes, *alike, *_notes(comparison, results, design), *marks)
    progress(1.0, "done")
    return CohortResult(
        choices=choices,
        design=design,
        samples=samples,
        representations=representations,
        splits=splits,
        results=results,
        comparison=comparison,
        null=null,
        confounding=confounding,
        notes=notes,
    )


def represent(samples: CohortSamples, design: CohortDesign) -> tuple[Representation, ...]:
    """Return all that is judged side by side: embeddings, bins, expression, covariates, and embeddings with covariates."""
    found: list[tuple[str, Recipe, NDArray[Any]]]
    found = [(f"embedding:{model}", "dense", values) for model, values in samples.embeddings.items()]
    found.append(("bins", "components", isometry(samples.bins / 2000)))
    found.append(("expression_pca", "components", isometry(samples.expression)))
    found.append(("expression_lasso", "sparse", samples.expression))
    known = np.empty((len(samples.names), 0))
    if design.adjust:
        known = design_matrix(design.adjust)[design.rows]
    representations = [
        Representation(
            name=name,
            recipe=recipe,
            values=np.hstack([values, known.astype(values.dtype)]) if known.shape[1] else values,
            adjusted=known.shape[1],
        )
        for name, recipe, values in found
    ]
    if design.covariates:
        beside = design_matrix(design.covariates)[design.rows]
        representations.append(Representation(name="covariates", recipe="covariates", values=beside))
        for model, values in samples.embeddings.items():
            both = np.hstack([values.astype(np.float64), beside])
            representations.append(Representation(name=f"embedding_covariates:{model}", recipe="covariates", values=both))
    return tuple(representations)


def _on_copies(expression: Expression) -> list[CohortNote]:
    """Return a note on samples of the file that were left out as copies of others: their outcomes are not looked at."""
    copies = [each.name for each in expression.left_out if each.kind == "column" and each.reason.startswith("a copy of")]
    return [CohortNote(CohortNoteKind.COPIES_LEFT_OUT, {"samples": tuple(copies)})] if copies else []


def _on_twins(representations: Sequence[Representation], samples: CohortSamples, design: CohortDesign) -> list[CohortNote]:
    """Return a note on samples of unlike donors that are far nearer to each other than to all others."""
    (components,) = (each.values for each in representations if each.name == "expression_pca")
    whole = components[:, : components.shape[1] - sum(each.values.shape[1] for each in design.adjust)]
    pairs = twins(np.asarray(whole, dtype=np.float64), design.groups.codes[design.rows])
    if not pairs:
        return []
    names = tuple(samples.names[i] for i in pairs[0])
    count = len({i for pair in pairs for i in pair})
    return [CohortNote(CohortNoteKind.TWINS, {"example": names, "samples": count, "of": len(samples.names)})]


def _notes(comparison: Comparison, results: Mapping[str, tuple[FoldResult, ...]], design: CohortDesign) -> list[CohortNote]:
    notes = []
    if comparison.difference.p_value < 0.05 and comparison.difference.mean > 0 and not comparison.model_says:
        notes.append(CohortNote(CohortNoteKind.MODEL_BETTER_YET_CHANCE))
    elif not comparison.model_says and not comparison.expression_says:
        if comparison.difference.error == 0:
            notes.append(CohortNote(CohortNoteKind.NOTHING_COMPARED))
        notes.append(CohortNote(CohortNoteKind.NEITHER_PREDICTS, {"outcome": design.outcome.column}))
    means = {name: corrected_mean(np.array([each.primary for each in folds]), 0.0).mean for name, folds in results.items()}
    least = design.outcome.chance - _BELOW[design.outcome.primary]
    under = {name: score for name, score in means.items() if score < least}
    if under:
        notes.append(CohortNote(CohortNoteKind.BELOW_CHANCE, {"scores": under, "metric": design.outcome.primary}))
    unscored = sum(not np.isfinite(each.primary) for each in next(iter(results.values())))
    if unscored:
        notes.append(CohortNote(CohortNoteKind.CLASS_MISSING_IN_FOLD, {"folds": unscored}))
    return notes
