"""Tables that look further into perturbations: what acts alike, moved genes, targets, in-silico knock-downs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from generain_core.cli.options import add_option, whole
from generain_core.cli.output import records
from generain_core.errors import GeneRAINError
from generain_core.release.files import Release

if TYPE_CHECKING:
    import pandas as pd

    from generain_core.perturbations.genes.moved_genes import MovedGenes
    from generain_core.perturbations.run import Perturbed
    from generain_core.vectors.space import GeneSpace

MOST = 50
"""Perturbations that are looked into if none is named."""


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
        names += ["genes"] if "attributes" in names else []
        return ["alike" if name == "cosines" else name for name in names]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how tables are made."""
    further = parser.add_argument_group("further questions")
    further.add_argument("--centered", action="store_true", help="take the mean shift off before cosines")
    further.add_argument("--level", metavar="COLUMN", help="the column of doses or times, for --write-trends")
    further.add_argument("--compound", metavar="COLUMN", help="the column of compounds, apart from their doses")
    words = f"which perturbation, may be repeated; default: those found, at most {MOST}"
    further.add_argument("--of", action="append", metavar="NAME", help=words)
    further.add_argument("--measure", choices=("bins", "log2"), help="genes in bins (default where embedded) or log2 depth")
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

    from generain_core.perturbations.genes import moved_attributes, moved_genes, target_levels

    columns = {"genes": moved_genes.COLUMNS, "attributes": moved_attributes.COLUMNS, "targets": target_levels.COLUMNS[1:]}
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


def _named(question: Question) -> list[str]:
    """Return the perturbations to look into: those that are named, or those that were found, in whichever space.

    Raises:
        GeneRAINError: none is named and none was found.
    """
    from generain_core.perturbations.effects.permutations import ALPHA

    table = question.result.table
    if question.args.of:
        return [str(name) for name in question.args.of]
    for column in ("fdr", "tail_fdr"):
        rates = table[[f"{head}{column}" for head in ("", "expression_") if f"{head}{column}" in table]].min(axis=1)
        if (rates <= ALPHA).any():
            return _surest(table.assign(rate=rates)[rates <= ALPHA])
    raise GeneRAINError("No perturbation was found, so there are no moved genes to write; name some with --of.")


def _surest(found: pd.DataFrame) -> list[str]:
    """Return the first of those that were found: by false discovery rate, then by distance where there is one."""
    distances = [name for name in ("distance", "expression_distance") if name in found]
    farthest = found[distances].max(axis=1) if distances else 0.0
    order = found.assign(near=-farthest).sort_values(["rate", "near"], kind="stable")
    return [str(name) for name in order["perturbation"].head(MOST)]


def _genes(question: Question) -> Table:
    import pandas as pd

    from generain_core.perturbations.genes.gene_values import gene_values, measures
    from generain_core.perturbations.genes.moved_genes import find_moved_genes
    from generain_core.vectors import open_model_vectors, vector_sets

    result, args, release = question.result, question.args, question.release
    names = _named(question)
    measure = args.measure or measures(result)[0]
    values = gene_values(result, measure)
    vectors = open_model_vectors(release) if vector_sets(release) else None
    parts: list[pd.DataFrame] = []
    fields: list[dict[str, Any]] = []
    for i, name in enumerate(names):
        args.progress(i / len(names), f"genes of {name}")
        try:
            genes = find_moved_genes(result, name, measure, values=values)
        except GeneRAINError as problem:
            if args.of:
                raise
            fields.append({"perturbation": name, "found": None, "notes": [str(problem)]})
            continue
        parts.append(_of(name, genes.table))
        fields.append(_moved_fields(name, genes, vectors))
    if not parts:
        raise GeneRAINError("None of the perturbations that were found has samples enough to test genes.")
    return Table(pd.concat(parts, ignore_index=True), (f"moderated t-test of {values.words}",), fields)


def _of(perturbation: str, table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(perturbation=perturbation)[["perturbation", *table.columns]]


def _moved_fields(name: str, genes: MovedGenes, vectors: GeneSpace | None) -> dict[str, Any]:
    from generain_core.perturbations.genes.near_target import near_target

    fields: dict[str, Any] = {"perturbation": name, "found": len(genes.found), "by_chance": list(genes.by_chance)}
    fields |= {"tested": len(genes.table), "notes": list(genes.notes), "near_target": None}
    if vectors is not None and genes.target in vectors and genes.target in set(genes.table["gene"]):
        near = near_target(genes, vectors)
        names = ("target", "mean_cosine", "expected", "p_value", "inside", "inside_expected")
        fields["near_target"] = {each: getattr(near, each) for each in names}
    return fields


def _attributes(question: Question) -> Table:
    import pandas as pd

    from generain_core.attributes.store.attribute_store import open_store
    from generain_core.perturbations.genes.gene_values import gene_values, measures
    from generain_core.perturbations.genes.moved_attributes import moved_attributes
    from generain_core.perturbations.genes.moved_genes import EXCHANGES, find_moved_genes

    result, args = question.result, question.args
    store, parts, fields = open_store(question.release, ranked=False), list[pd.DataFrame](), list[dict[str, Any]]()
    measure = args.measure or measures(result)[0]
    values = gene_values(result, measure)
    for name in _named(question):
        genes = find_moved_genes(result, name, measure, values=values, most_exchanges=EXCHANGES)
        attributes = moved_attributes(genes, store, args.progress)
        parts.append(_of(name, attributes.table))
        counts = {"chosen": attributes.chosen, "genes": attributes.n, "exchanges": attributes.exchanges}
        fields.append({"perturbation": name, **counts, "reading": attributes.reading})
    readings = "; or ".join(dict.fromkeys(each["reading"] for each in fields))
    return Table(pd.concat(parts, ignore_index=True), (f"predicted attributes of moved genes; {readings}",), fields)


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
    "attributes": _attributes,
    "targets": _targets,
    "in_silico": _in_silico,
    "trends": _trends,
}
