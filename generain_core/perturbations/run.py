"""From an expression table and a choice of columns to ranked perturbations, in the model's space and the plain one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.experiment import Design, Reference, make_design
from generain_core.perturbations.design.labels import as_text, one_spelling
from generain_core.perturbations.effects.analysis import Ranking, combined, rank
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.effects.spaces import Space, embedding_space, expression_space
from generain_core.perturbations.notes import Note, NoteKind
from generain_core.progress import Progress, silent
from generain_core.release.files import Release
from generain_core.release.model_descriptions import MODELS, describe_model
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.binning.acceptance import MIN_GENES
from generain_core.samples.binning.examination import Examined, examine
from generain_core.samples.binning.gene_matching import not_a_gene
from generain_core.samples.binning.normalize import Normalized, normalize
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.pseudobulk import sum_by
from generain_core.text import echo, listed

CELLS_A_GROUP = 10
"""Rows with few genes and at least so many alike (median) are taken for single cells."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the user says of an experiment, and how it is to be measured.

    Attributes:
        column: the sample column that names the perturbation.
        control: its value for controls.
        strata: columns within whose values samples are compared.
        pair: the column of the donor or pair, or ''.
        merge_guides: whether guides of one gene are one perturbation.
        as_written: labels that are left as they are, whatever they look like.
        reference: what perturbed samples are compared with: ``control`` or all ``others``.
        sum_by: columns by which cells are summed; None: by perturbation, strata and pair if the rows look like cells.
        model: which model embeds the samples; None: the first that is there; '': none, expression space only.
        min_genes: a sample needs more expressed genes than this to be embedded.
        thin: whether to embed although too few genes of the model were measured.
        device: where the model runs.
        settings: of the tests.
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


@dataclass(frozen=True, eq=False, kw_only=True)
class Perturbed:
    """Ranked perturbations and what they stand on.

    Attributes:
        table: one row a perturbation; see `combined`.
        rankings: the embedding's first, if there is one, then the expression space's.
        design: labels, strata, pairs.
        expression: the samples that were compared, cells summed.
        adata: the binned samples, with their embedding if there is one; or None.
        model: which model embedded them, or ''.
        choices: what was asked for.
        notes: what has to be known to read them.
        row_genes: the gene of each row of the expression table, its own name where it is none that is known, '' for no gene.
    """

    table: pd.DataFrame
    rankings: tuple[Ranking, ...]
    design: Design
    expression: Expression
    adata: Any
    model: str
    choices: Choices
    notes: tuple[Note, ...]
    row_genes: tuple[str, ...]


def models_of(release: Release) -> list[str]:
    """Return the models that can embed samples: checkpoint, index and boundaries are there."""
    return [
        model.name
        for model in MODELS
        if release.has(f"model/{model.name}", *(f"{part}/{model.gene_set}" for part in ("index", "boundaries")))
    ]


def looks_like_cells(expression: Expression, column: str, others: Sequence[str] = ()) -> bool:
    """Say whether rows are single cells: half have too few genes for the model, and many share perturbation and strata."""
    if column not in expression.obs or len(expression.samples) < 2 * CELLS_A_GROUP:
        return False
    expressed = np.asarray((expression.values > 0).sum(1)).ravel()
    groups = expression.obs.groupby([column, *others], observed=True).size()
    return bool(np.median(expressed) <= MIN_GENES and len(groups) and groups.median() >= CELLS_A_GROUP)


def pseudobulk(expression: Expression, choices: Choices) -> tuple[Expression, tuple[Note, ...]]:
    """Sum single cells by perturbation (guides apart), strata and pair; return samples as they are if they are none.

    Perturbations that differ in capitals or blanks only are summed as one: two sums of one would pass for two samples.

    Raises:
        GeneRAINError: a column to sum by is not there.
    """
    extra = [c for c in (*choices.strata, *([choices.pair] if choices.pair else [])) if c != choices.column]
    columns = list(choices.sum_by) if choices.sum_by is not None else [choices.column, *dict.fromkeys(extra)]
    if choices.sum_by is None and not looks_like_cells(expression, choices.column, extra):
        return expression, ()
    if not columns:
        return expression, ()
    missing = [c for c in (choices.column, *extra) if c not in columns]
    if missing:
        raise GeneRAINError(f"Cells summed by {' and '.join(columns)} lose the column {missing[0]}; sum by it too.")
    expression, notes = _in_one_spelling(expression, choices)
    summed = sum_by(expression, columns)
    cells = summed.obs["n_cells"]
    facts = {"cells": int(cells.sum()), "sums": len(cells), "by": " and ".join(columns)}
    facts |= {"least": int(cells.min()), "most": int(cells.max()), "median": int(cells.median())}
    return summed, (Note(NoteKind.CELLS_SUMMED, facts), *notes)


def _in_one_spelling(expression: Expression, choices: Choices) -> tuple[Expression, list[Note]]:
    texts = as_text(expression.obs[choices.column])
    spelling = one_spelling(texts, choices.as_written)
    changed = {text: common for text, common in spelling.items() if text != common}
    if not changed:
        return expression, []
    obs = expression.obs.assign(**{choices.column: [spelling.get(text, "") for text in texts]})
    return replace(expression, obs=obs), [Note(NoteKind.SPELLINGS_SUMMED, {"spelling": changed})]


def design_of(obs: pd.DataFrame, choices: Choices, resolver: Any) -> Design:
    """Return the design that the choices make of a sample table.

    Raises:
        GeneRAINError: a column or the control is missing, or nothing can be compared.
    """
    return make_design(
        obs,
        choices.column,
        choices.control,
        strata=choices.strata,
        pair=choices.pair or None,
        resolver=resolver,
        merge_guides=choices.merge_guides,
        reference=choices.reference,
        as_written=choices.as_written,
    )


def run(
    expression: Expression,
    choices: Choices,
    release: Release,
    resolver: Any,
    *,
    embedded: Any = None,
    progress: Progress | None = None,
) -> Perturbed:
    """Measure all perturbations: sum cells, clean labels, embed where that can be trusted, rank in both spaces.

    Args:
        expression: samples or cells with the columns that describe them.
        choices: what to compare, and how.
        release: where models and boundaries are.
        resolver: knows the genes.
        embedded: the same samples with ``obsm["X_generain"]``, if they have been embedded already.
        progress: told the share done and words.

    Raises:
        GeneRAINError: a column or the control is missing, nothing can be compared, or no sample can be used.
    """
    tell: Progress = progress or silent
    tell(0.0, "summing and cleaning")
    there = as_text(expression.obs[choices.column]) if choices.column in expression.obs else choices.as_written
    unknown = sorted(set(choices.as_written) - set(there))
    if unknown:
        raise GeneRAINError(
            f"The column {echo(choices.column)} has no {listed(unknown)} to leave as written; give labels as they stand there."
        )
    expression, notes = pseudobulk(expression, choices)
    design = design_of(expression.obs, choices, resolver)
    tell(0.02, "looking at genes")
    model = _model(choices, release)
    examined = _examined(expression, release, resolver, choices, model)
    genes = _row_genes(expression, examined, resolver)
    counted = np.array([bool(gene) for gene in genes])
    spaces: list[Space] = []
    adata, why = None, Note(NoteKind.NO_MODEL) if choices.model is None else None
    if model:
        why = _too_thin(examined, choices)
    if model and not why:
        adata = embedded if _same(embedded, expression, model) else None
        if adata is None:
            adata = _embedded(expression, release, resolver, choices, model, lambda s, w: tell(0.05 + 0.6 * s, w))
        spaces.append(embedding_space(adata))
    done = 0.65 if spaces else 0.05
    plain = expression_space(expression.values, counted, expression.samples, progress=_scaled(tell, done, 0.15))
    spaces.append(plain)
    done += 0.15
    tell(done, "comparing")
    rankings = []
    for i, space in enumerate(spaces):
        part = (1 - done) / len(spaces)
        start = done + i * part
        rankings.append(rank(space, design, choices.settings, _scaled(tell, start, part)))
    fewer = len(plain.samples) - len(spaces[0].samples)
    only_plain = [Note(NoteKind.EXPRESSION_ONLY, {"samples": fewer})] if fewer else []
    of_spaces = [replace(note, space=ranking.space.name) for ranking in rankings for note in ranking.notes]
    notes = (*notes, *design.notes, *([why] if why else []), *only_plain, *of_spaces)
    return Perturbed(
        table=combined(rankings),
        rankings=tuple(rankings),
        design=design,
        expression=expression,
        adata=adata,
        model="" if why else model,
        choices=choices,
        notes=notes,
        row_genes=genes,
    )


def _row_genes(expression: Expression, examined: Examined | None, resolver: Any) -> tuple[str, ...]:
    names = list(expression.identifiers)
    if examined is not None:
        found, counted = examined.match.rows["gene"].tolist(), examined.match.counted.tolist()
    elif resolver is not None:
        rows = resolver.resolve_many(names)
        found, unknown = rows["gene"].fillna("").tolist(), (rows["status"] == "unknown").tolist()
        counted = [not (nobody and not_a_gene(name)) for name, nobody in zip(names, unknown, strict=True)]
    else:
        found, counted = [""] * len(names), [not not_a_gene(name) for name in names]
    return tuple(str(gene or name) if kept else "" for gene, name, kept in zip(found, names, counted, strict=True))


def _scaled(tell: Progress, start: float, part: float) -> Progress:
    return lambda share, words: tell(start + part * share, words)


def _model(choices: Choices, release: Release) -> str:
    if choices.model is None:
        return next(iter(models_of(release)), "")
    if choices.model:
        describe_model(choices.model)
    return choices.model


def _examined(expression: Expression, release: Release, resolver: Any, choices: Choices, model: str) -> Examined | None:
    if not model:
        return None
    return examine(expression, Boundaries.open(release, describe_model(model).gene_set), resolver, min_genes=choices.min_genes)


def _too_thin(examined: Examined | None, choices: Choices) -> Note | None:
    """Return why the samples can't be embedded; None if they can."""
    if examined is None:
        return None
    kept = examined.acceptance["kept"]
    most = int(examined.acceptance["n_genes_by_counts"].max())
    if kept.sum() < 3:
        facts = {"fit": int(kept.sum()), "samples": len(kept), "min_genes": choices.min_genes, "most": most}
        return Note(NoteKind.TOO_FEW_EXPRESSED, facts)
    if examined.match.verdict == "too thin to trust" and not choices.thin:
        return Note(NoteKind.TOO_FEW_MEASURED, {"coverage": examined.match.coverage})
    return None


def _same(adata: Any, expression: Expression, model: str) -> bool:
    if adata is None or "X_generain" not in getattr(adata, "obsm", {}) or "bins" not in adata.layers:
        return False
    return adata.uns.get("generain", {}).get("model") == model and set(adata.obs_names) <= set(expression.samples)


def _embedded(expression: Expression, release: Release, resolver: Any, choices: Choices, model: str, progress: Progress) -> Any:
    from generain_core.models.embedding import embed_samples

    made: Normalized = normalize(
        expression,
        release,
        resolver,
        gene_set=describe_model(model).gene_set,
        min_genes=choices.min_genes,
        progress=_scaled(progress, 0.0, 0.2),
    )
    embed_samples(made.adata, release, model, device=choices.device, progress=_scaled(progress, 0.2, 0.8))
    return made.adata
