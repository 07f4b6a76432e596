"""Tables that look further into perturbations: what acts alike, moved genes, targets, in-silico knock-downs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generain_core.cli.options import add_option, whole
from generain_core.cli.output import records
from generain_core.errors import GeneRAINError
from generain_core.release.files import Release

if TYPE_CHECKING:
    import pandas as pd

    from generain_core.perturbations.genes.moved_genes import MovedGenes
    from generain_core.perturbations.report import Untested
    from generain_core.perturbations.run import Perturbed
    from generain_core.vectors.space import GeneSpace

MOST = 50
"""Perturbations that are looked into if none is named, as `report.MOST`, which takes longer to import."""


@dataclass(frozen=True)
class Question:
    """What is asked further: the line, the ranked perturbations, and what they were made with."""

    args: argparse.Namespace
    result: Perturbed
    release: Release


@dataclass(frozen=True)
class Table:
    """Rows of a file, details of where they come from, and what JSON has of them."""

    rows: pd.DataFrame
    details: tuple[str, ...] = ()
    fields: Any = None


@dataclass(frozen=True)
class Tables:
    """Tables by name, and why those without rows have none."""

    tables: dict[str, Table] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, Any]:
        """Return what JSON has of the tables."""
        return {name: table.fields for name, table in self.tables.items() if name not in self.reasons}

    @property
    def analyses(self) -> list[str]:
        """Return the analyses that the methods tell of."""
        names = [name for name in self.tables if name not in self.reasons]
        names += ["genes"] if {"attributes", "gene_sets"} & set(names) else []
        return ["alike" if name == "cosines" else name for name in names]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how tables are made."""
    further = parser.add_argument_group("further questions")
    further.add_argument("--centered", action="store_true", help="take the mean shift off before cosines")
    further.add_argument("--level", metavar="COLUMN", help="the column of doses or times, for --write-trends")
    further.add_argument("--compound", metavar="COLUMN", help="the column of compounds, apart from their doses")
    words = f"which perturbation, may be repeated; default: those found, at most {MOST}"
    further.add_argument("--of", action="append", metavar="NAME", help=words)
    further.add_argument("--measure", choices=("bins", "log2"), help="genes in log2 depth (default) or bins")
    words = "gene sets to look for among moved genes, a library a file: camera, which takes into account how genes vary together"
    further.add_argument("--sets", nargs="+", type=Path, metavar="SETS.gmt", help=words)
    further.add_argument(
        "--set-to", choices=("unexpressed", "top"), default="unexpressed", help="what in-silico targets are set to"
    )
    words = f"perturbations in silico at most, the surest first ({MOST})"
    add_option(further, "--in-silico-most", type=whole, default=MOST, metavar="N", help=words)


def make(question: Question, asked: Collection[str], wanted: Collection[str]) -> Tables:
    """Make the wanted tables; one that was asked for by itself must have rows, others may have none with a reason.

    Raises:
        GeneRAINError: a table that was asked for can't be made, or a perturbation that is named is not there.
    """
    tables = Tables()
    is_unknown = set(question.args.of or ()) - set(question.result.design.perturbations)
    for name, step in _STEPS.items():
        if name not in wanted:
            continue
        try:
            tables.tables[name] = step(question)
        except GeneRAINError as problem:
            if name in asked or is_unknown:
                raise
            tables.tables[name] = Table(_without_rows(name))
            tables.reasons[name] = str(problem)
    return tables


def _without_rows(name: str) -> pd.DataFrame:
    import pandas as pd

    from generain_core.perturbations.genes import gene_sets, moved_attributes, moved_genes, target_levels

    columns = {"genes": moved_genes.COLUMNS, "attributes": moved_attributes.COLUMNS, "targets": target_levels.COLUMNS[1:]}
    columns["gene_sets"] = gene_sets.COLUMNS
    return pd.DataFrame(columns=["perturbation", *columns.get(name, ())])


def _cosines(question: Question) -> Table:
    from generain_core.perturbations.similarity.shift_similarity import compare_shifts, cosine_table

    similarity = compare_shifts(question.result.rankings[0], centered=question.args.centered)
    fields = {"space": similarity.space, "notes": list(similarity.notes)}
    return Table(cosine_table(similarity), (f"cosines of shifts, {similarity.space} space",), fields)


def _foreseen(question: Question) -> Table:
    from generain_core.perturbations.similarity.shift_similarity import compare_shifts
    from generain_core.perturbations.similarity.vector_agreement import compare_with_vectors
    from generain_core.vectors import open_model_vectors

    result, args = question.result, question.args
    vectors = open_model_vectors(question.release)
    similarity, settings = compare_shifts(result.rankings[0], centered=args.centered), result.choices.settings
    options = {"permutations": settings.permutations, "seed": settings.seed}
    agreement = compare_with_vectors(similarity, vectors, **options, progress=args.progress)
    fields = {
        "space": agreement.space,
        "vectors": agreement.vectors,
        "spearman": agreement.rho,
        "p_value": agreement.p_value,
        "permutations": agreement.permutations,
        "exact": agreement.exact,
        "genes": records(agreement.genes),
        "notes": list(agreement.notes),
    }
    return Table(agreement.pairs, (f"{agreement.space} space against {agreement.vectors}",), fields)


def _genes(question: Question) -> Table:
    from generain_core.perturbations.report import Untested, moved_genes
    from generain_core.vectors import open_model_vectors, vector_sets

    args, release = question.args, question.release
    vectors = open_model_vectors(release) if vector_sets(release) else None
    table, each = moved_genes(question.result, of=args.of or (), measure=args.measure, progress=args.progress)
    fields = [_untested(genes) if isinstance(genes, Untested) else _moved_fields(genes, vectors) for genes in each]
    words = next(genes.values for genes in each if not isinstance(genes, Untested))
    return Table(table, (f"moderated t-test of {words}",), fields)


def _untested(untested: Untested) -> dict[str, Any]:
    return {"perturbation": untested.perturbation, "found": None, "notes": [untested.reason]}


def _moved_fields(genes: MovedGenes, vectors: GeneSpace | None) -> dict[str, Any]:
    from generain_core.perturbations.genes.near_target import near_target

    fields: dict[str, Any] = {"perturbation": genes.perturbation, "found": len(genes.found), "by_chance": list(genes.by_chance)}
    fields |= {"tested": len(genes.table), "notes": list(genes.notes), "near_target": None}
    if vectors is not None and genes.target in vectors and genes.target in set(genes.table["gene"]):
        near = near_target(genes, vectors)
        names = ("target", "mean_cosine", "expected", "p_value", "inside", "inside_expected")
        fields["near_target"] = {each: getattr(near, each) for each in names}
    return fields


def _gene_sets(question: Question) -> Table:
    from generain_core.lists.enrichment import NULLS
    from generain_core.lists.list_files import read_libraries
    from generain_core.perturbations.report import Untested, gene_sets_of_moved_genes
    from generain_core.vectors.atlas import open_genes

    args = question.args
    libraries = read_libraries(args.sets or [], open_genes(question.release))
    options = {"of": args.of or (), "measure": args.measure, "progress": args.progress}
    table, each = gene_sets_of_moved_genes(question.result, libraries, **options)
    fields: list[dict[str, Any]] = []
    for found in each:
        if isinstance(found, Untested):
            fields.append(_untested(found))
        else:
            name, sets = found
            count = int((sets.table["fdr"] <= 0.05).sum())
            about = {"perturbation": name, "found": count, "background_size": sets.background_size}
            fields.append(about | {"test": sets.test, "null": sets.null, "sets": records(sets.table)})
    return Table(table, (f"gene sets among moved genes; {NULLS['camera']}",), fields)


def _attributes(question: Question) -> Table:
    from generain_core.attributes.order.recorded import refuse_refuted
    from generain_core.attributes.store.attribute_store import open_store
    from generain_core.perturbations.report import Untested, attributes_of_moved_genes

    args, store = question.args, open_store(question.release, ranked=False)
    refuse_refuted(question.release, store)
    options = {"of": args.of or (), "measure": args.measure, "progress": args.progress}
    table, each = attributes_of_moved_genes(question.result, store, **options)
    fields: list[dict[str, Any]] = []
    for found in each:
        if isinstance(found, Untested):
            fields.append(_untested(found))
        else:
            name, attributes = found
            counts = {"chosen": attributes.chosen, "genes": attributes.n, "exchanges": attributes.exchanges}
            fields.append({"perturbation": name, **counts, "reading": attributes.reading})
    readings = "; or ".join(dict.fromkeys(each["reading"] for each in fields if "reading" in each))
    return Table(table, (f"predicted attributes of moved genes; {readings}",), fields)


def _targets(question: Question) -> Table:
    from generain_core.perturbations.genes.target_levels import measure_targets

    table = measure_targets(question.result, question.args.progress)
    return Table(table, ("log2(count · 10⁷ / total + 1) of the target",), records(table))


def _trends(question: Question) -> Table:
    from generain_core.perturbations.screens.dose_time import find_trends, level_columns

    args, result = question.args, question.result
    level = args.level or next(iter(level_columns(result.expression.obs)), None)
    if level is None:
        raise GeneRAINError("No column is called a dose or time and holds three levels; name one with --level.")
    trends = find_trends(result, level, args.compound, progress=args.progress)
    return Table(trends.table, (f"trend of {trends.compound} over {level}",), records(trends.curves))


def _in_silico(question: Question) -> Table:
    from generain_core.perturbations.in_silico.changed_controls import InSilicoOptions
    from generain_core.perturbations.in_silico.knockdown import in_silico

    args = question.args
    ask = InSilicoOptions(to=args.set_to, most=max(1, args.in_silico_most), device=args.device)
    knockdowns = in_silico(question.result, question.release, ask, args.progress)
    fields: dict[str, Any] = {"verdict": knockdowns.verdict, "beats": knockdowns.beats}
    fields |= {"baselines": records(knockdowns.summary), "notes": list(knockdowns.notes)}
    return Table(knockdowns.table, (f"in silico: target {ask.to}, {ask.random_genes} random genes",), fields)


_STEPS: dict[str, Callable[[Question], Table]] = {
    "cosines": _cosines,
    "foreseen": _foreseen,
    "genes": _genes,
    "gene_sets": _gene_sets,
    "attributes": _attributes,
    "targets": _targets,
    "in_silico": _in_silico,
    "trends": _trends,
}
