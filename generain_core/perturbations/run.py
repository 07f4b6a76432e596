"""From an expression table and a choice of columns to ranked perturbations, in the model's space and the plain one."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.genes.resolve import Resolver
from generain_core.perturbations.cells import cells_to_draw, pseudobulk
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.depth.equal import equal_depth
from generain_core.perturbations.depth.plan import DepthPlan
from generain_core.perturbations.design.experiment import Design, make_design
from generain_core.perturbations.design.label_preview import targets_read, with_labels
from generain_core.perturbations.design.label_reading import LabelReading, read_labels
from generain_core.perturbations.design.label_recognition import labels_of
from generain_core.perturbations.design.labels import as_text
from generain_core.perturbations.donors.one_value import one_value_a_donor
from generain_core.perturbations.effects.analysis import Ranking, combine_rankings, rank
from generain_core.perturbations.effects.spaces import Space, embedding_space, expression_space
from generain_core.perturbations.notes import Note, NoteKind
from generain_core.perturbations.screens.choose import choose_test
from generain_core.perturbations.screens.ranking import rank_by_controls
from generain_core.perturbations.screens.values import embedding_values, expression_values
from generain_core.progress import Progress, silent
from generain_core.release.files import Release
from generain_core.release.model_descriptions import MODELS, describe_model
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.binning.acceptance import sample_depths
from generain_core.samples.binning.examination import Examined, examine
from generain_core.samples.binning.gene_matching import not_a_gene
from generain_core.samples.binning.normalize import Normalized, normalize
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.own_files.verification import verified
from generain_core.text import echo, listed

if TYPE_CHECKING:
    import anndata


@dataclass(frozen=True, eq=False, kw_only=True)
class Perturbed:
    """Ranked perturbations and what they stand on.

    Attributes:
        table: one row a perturbation; see `combine_rankings`.
        rankings: the embedding's first, if there is one, then the expression space's.
        design: labels, strata, pairs.
        expression: the samples that were compared, cells summed.
        adata: the binned samples, with their embedding if there is one; or None.
        model: which model embedded them, or ''.
        choices: what was asked for.
        notes: what has to be known to read them.
        row_genes: the gene of each row of the expression table, its own name where it is none that is known, '' for no gene.
        depth: what was done about unequal depth; `expression` and all that follows is of thinned counts, if they were.
    """

    table: pd.DataFrame
    rankings: tuple[Ranking, ...]
    design: Design
    expression: Expression
    adata: "anndata.AnnData"
    model: str
    choices: Choices
    notes: tuple[Note, ...]
    row_genes: tuple[str, ...]
    depth: DepthPlan


def models_of(release: Release) -> list[str]:
    """Return the models that can embed samples: checkpoint, index and boundaries are there."""
    return [
        model.name
        for model in MODELS
        if release.has(f"model/{model.name}", *(f"{part}/{model.gene_set}" for part in ("index", "boundaries")))
    ]


def design_of(obs: pd.DataFrame, choices: Choices, resolver: Resolver) -> Design:
    """Return the design that the choices make of a sample table.

    Raises:
        GeneRAINError: a column or the control is missing, or nothing can be compared.
    """
    design = make_design(
        obs,
        choices.column,
        choices.control,
        strata=choices.strata,
        pair=choices.pair or None,
        resolver=resolver,
        merge_guides=choices.merge_guides,
        reference=choices.reference,
        as_written=choices.as_written,
        only=choices.only,
        covariates=choices.covariates,
    )
    return replace(design, targets=design.targets | targets_read(obs, resolver)) if choices.labels else design


def run(
    expression: Expression,
    choices: Choices,
    release: Release,
    resolver: Resolver,
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
    report: Progress = progress or silent
    report(0.0, "summing and cleaning")
    expression = verified(expression, release)
    if choices.labels is not None:
        expression = with_labels(expression, read_choice(expression, choices, resolver))
    labels = as_text(expression.obs[choices.column]) if choices.column in expression.obs else choices.as_written
    unknown = sorted(set(choices.as_written) - set(labels))
    if unknown:
        raise GeneRAINError(
            f"The column {echo(choices.column)} has no {listed(unknown)} to leave as written; give labels as they stand there."
        )
    rows = expression
    expression, notes = pseudobulk(rows, choices)
    design = design_of(expression.obs, choices, resolver)
    chosen = choose_test(design, choices.test)
    if notes and not chosen.by_controls and (most := cells_to_draw(expression, design)):
        expression, notes = pseudobulk(rows, choices, most)
        design = design_of(expression.obs, choices, resolver)
    expression, design, of_donors, apart = one_value_a_donor(
        expression, design, choices, lambda obs: design_of(obs, choices, resolver)
    )
    report(0.02, "looking at genes")
    model = _model(choices, release)
    examined = _examined(expression, release, resolver, choices, model)
    genes = _row_genes(expression, examined, resolver)
    counted = np.array([bool(gene) for gene in genes])
    expression, plan, of_depth = equal_depth(expression, design, counted, choices, by_controls=chosen.by_controls)
    plan = replace(plan, untestable=apart | plan.untestable)
    if plan.depth:
        examined = _examined(expression, release, resolver, choices, model)
    spaces: list[Space] = []
    adata, why = None, Note(NoteKind.NO_MODEL) if choices.model is None else None
    if model:
        why = _too_thin(examined, choices)
    if model and not why:
        adata = embedded if _same(embedded, expression, model, plan.depth) else None
        if adata is None:
            adata = _embedded(expression, release, resolver, choices, model, lambda s, w: report(0.05 + 0.6 * s, w))
            adata.uns["generain"]["thinned_to"] = plan.depth
        spaces.append(embedding_space(adata))
    finished = 0.65 if spaces else 0.05
    totals = sample_depths(expression, counted)
    told = _scaled(report, finished, 0.15)
    plain = expression_space(expression.values, counted, expression.samples, totals=totals, progress=told)
    spaces.append(plain)
    finished += 0.15
    report(finished, "comparing")
    rankings = []
    for i, space in enumerate(spaces):
        part = (1 - finished) / len(spaces)
        telling = _scaled(report, finished + i * part, part)
        if chosen.by_controls:
            embedding = space.name == "embedding"
            values = embedding_values(space) if embedding else expression_values(expression, counted, design.is_control)
            rankings.append(rank_by_controls(space, values, design, totals, choices.settings, telling))
        else:
            rankings.append(rank(space, design, choices.settings, telling, untestable=plan.untestable))
    fewer = len(plain.samples) - len(spaces[0].samples)
    only_plain = [Note(NoteKind.EXPRESSION_ONLY, {"samples": fewer})] if fewer else []
    of_spaces = [replace(note, space=ranking.space.name) for ranking in rankings for note in ranking.notes]
    species = [Note(NoteKind.FROM_SPECIES, {"species": expression.from_species})] if expression.from_species else []
    notes = (
        *species,
        *notes,
        *of_donors,
        *of_depth,
        *design.notes,
        *chosen.notes,
        *([why] if why else []),
        *only_plain,
        *of_spaces,
    )
    table = combine_rankings(rankings)
    depth_ratios = [plan.ratios.get(name, np.nan) for name in table["perturbation"]]
    table.insert(table.columns.tolist().index("note"), "depth_ratio", depth_ratios)
    return Perturbed(
        table=table,
        rankings=tuple(rankings),
        design=design,
        expression=expression,
        adata=adata,
        model="" if why else model,
        choices=choices,
        notes=notes,
        row_genes=genes,
        depth=plan,
    )


def read_choice(expression: Expression, choices: Choices, resolver: Resolver) -> LabelReading:
    """Return the labels of samples, read as the choices say.

    Raises:
        GeneRAINError: the choices have no pattern, or there is no such column.
    """
    if choices.labels is None:
        raise GeneRAINError("Say by which pattern labels are read.")
    labels, merge = labels_of(expression.obs, choices.labels_in), choices.merge_guides
    return read_labels(labels, choices.labels, resolver, source=choices.labels_in, merge_guides=merge)


def _row_genes(expression: Expression, examined: Examined | None, resolver: Resolver) -> tuple[str, ...]:
    names = list(expression.identifiers)
    if examined is not None:
        genes, counted = examined.match.rows["gene"].tolist(), examined.match.counted.tolist()
    elif resolver is not None:
        rows = resolver.resolve_many(names)
        genes, unknown = rows["gene"].fillna("").tolist(), (rows["status"] == "unknown").tolist()
        counted = [not (nobody and not_a_gene(name)) for name, nobody in zip(names, unknown, strict=True)]
    else:
        genes, counted = [""] * len(names), [not not_a_gene(name) for name in names]
    return tuple(str(gene or name) if kept else "" for gene, name, kept in zip(genes, names, counted, strict=True))


def _scaled(progress: Progress, start: float, part: float) -> Progress:
    return lambda share, words: progress(start + part * share, words)


def _model(choices: Choices, release: Release) -> str:
    if choices.model is None:
        return next(iter(models_of(release)), "")
    if choices.model:
        describe_model(choices.model)
    return choices.model


def _examined(expression: Expression, release: Release, resolver: Resolver, choices: Choices, model: str) -> Examined | None:
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


def _same(adata: "anndata.AnnData", expression: Expression, model: str, depth: float) -> bool:
    if adata is None or "X_generain" not in getattr(adata, "obsm", {}) or "bins" not in adata.layers:
        return False
    about = adata.uns.get("generain", {})
    if float(about.get("thinned_to", 0)) != depth:
        return False
    return about.get("model") == model and set(adata.obs_names) <= set(expression.samples)


def _embedded(
    expression: Expression, release: Release, resolver: Resolver, choices: Choices, model: str, progress: Progress
) -> Any:
    from generain_core.models.embedding import embed_samples

    normalized: Normalized = normalize(
        expression,
        release,
        resolver,
        gene_set=describe_model(model).gene_set,
        min_genes=choices.min_genes,
        progress=_scaled(progress, 0.0, 0.2),
    )
    progress(0.2, "opening the model")
    embed_samples(normalized.adata, release, model, device=choices.device, progress=_scaled(progress, 0.2, 0.8))
    return normalized.adata
