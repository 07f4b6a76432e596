"""How a file is understood: which axis holds genes, by which names, in which layer, and what the numbers are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.aggregates import (
    genes_of_others,
    genes_that_are_copies,
    genes_that_are_sums,
    number_of_sentences,
    said_of_genes,
    samples_that_are_sums,
)
from generain_core.samples.interpret.ambiguity import (
    Question,
    asks_orientation,
    best_names,
    likely_axis,
    of_quantity,
    settle_layers,
    why_axis,
)
from generain_core.samples.interpret.contradictions import asks_names, check_blocks
from generain_core.samples.interpret.expression import Matrix
from generain_core.samples.interpret.identifiers import (
    GeneNames,
    Resolves,
    check_number,
    count_kinds,
    kinds_of,
    look_up,
    organism_of,
)
from generain_core.samples.interpret.roles.apart import ASKED, Sorted, part, said_of, sort_out
from generain_core.samples.interpret.value_kind import ACCEPTED_KINDS, ValueKind
from generain_core.samples.interpret.values import Values, judge
from generain_core.samples.io.raw_table import (
    COLUMN_NAMES,
    ROW_NAMES,
    Layer,
    RawTable,
    are_transcripts_of_genes,
    gene_names,
    taking_in,
    text_columns,
    told_of_genes,
)
from generain_core.samples.orthologs.ortholog_table import OrthologTable
from generain_core.samples.orthologs.translation import Translation, human_names
from generain_core.text import echo, listed

_RANK = (*ACCEPTED_KINDS, ValueKind.Z_SCORES, ValueKind.NEGATIVE)


@dataclass(frozen=True, kw_only=True)
class Findings:
    """How a file was understood, for correction.

    Attributes:
        layer: the layer taken: the one that looks most like counts.
        layers: of every layer, what its values are, best guess first.
        genes_in: "rows" or "columns" of the file.
        gene_column: whose names the genes are called by: a column's, "row names" or "column names".
        gene_columns: the columns and names that were looked up on either axis, best first.
        genes: how many names.
        samples: how many samples.
        recognized: how many of the names are known.
        identifier_kinds: kind of name → how many, most first.
        organism: human, mouse, rat, mouse or rat, zebrafish, another species or unknown.
        sorted: what was left out as no sample or no gene, and which measure was taken of several columns a sample.
        values: of the layer taken.
        sums: samples that are no samples but a sum or mean of the others: place among those not left out → what it is.
        gene_sums: the same of rows of genes.
        evidence: one sentence each.
        translation: what became of a mouse's names; None of others.
        questions: option → what has to be said before the table is used, where two readings are about as likely.
    """

    layer: str
    layers: Mapping[str, Values]
    genes_in: str
    gene_column: str
    gene_columns: tuple[GeneNames, ...]
    genes: int
    samples: int
    recognized: int
    identifier_kinds: Mapping[str, int]
    organism: str
    values: Values
    evidence: tuple[str, ...]
    sums: Mapping[int, str] = field(default_factory=dict)
    gene_sums: Mapping[int, str] = field(default_factory=dict)
    sorted: Sorted = field(default_factory=Sorted)
    questions: Mapping[str, Question] = field(default_factory=dict)
    translation: Translation | None = None

    @property
    def metadata_columns(self) -> tuple[str, ...]:
        """Return the columns among the genes that describe samples."""
        return tuple(each.name for each in self.sorted.apart if each.side == "gene")

    @property
    def identifier_kind(self) -> str:
        """Return the kind that most names are of."""
        return next(iter(self.identifier_kinds), "unknown")

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return what is left out as a sum or mean of the others: one sentence each, the last of the evidence."""
        return self.evidence[len(self.evidence) - len(self.sums) - number_of_sentences(self.gene_sums) :]


def diagnose(
    raw: RawTable,
    resolver: Resolves,
    *,
    layer: str | None = None,
    genes_in: str | None = None,
    gene_column: str | None = None,
    take_in: Collection[str] = (),
    leave_out: Collection[str] = (),
    measure: str = "",
    orthologs: OrthologTable | None = None,
) -> Findings:
    """Find out how a file is to be understood; what is given as an argument is taken as said.

    Args:
        raw: the file.
        resolver: knows genes.
        layer: one of `raw.layers`, or its plain name.
        genes_in: "rows" or "columns".
        gene_column: a column's name, "row names" or "column names".
        take_in, leave_out: names of columns and rows that are samples or genes whatever they look like, or that are neither.
        measure: which measure to take, where a sample has several columns.
        orthologs: where the names are a mouse's, takes those with a human ortholog under its name; without it, the release's
            table, if the names can be no rat's.

    Raises:
        GeneRAINError: an argument names what isn't there.
    """
    _check_axis(genes_in)
    raw, questions = taking_in(raw, take_in), dict[str, Question]()
    layer = layer and raw.layer_named(layer)
    if measure and raw.chosen:
        layer, measure = of_quantity(raw, measure, layer), ""
    first = layer or next(iter(raw.layers))
    looked = _looked_up(raw, raw.layers[first], resolver)
    axis = genes_in or likely_axis(looked, raw, raw.layers[first], gene_column)
    if not (genes_in or gene_column) and (question := asks_orientation(looked, raw, raw.layers[first])):
        questions["genes_in"] = question
    offered = [layer] if layer else list(raw.layers)
    judged = {name: judge(oriented(raw.layers[name].values, axis)) for name in offered} if len(offered) > 1 else {}
    ordered = dict(sorted(judged.items(), key=lambda item: _rank(item[1].kind)))
    taken = layer or raw.chosen or first
    if len(ordered) > 1 and not (layer or raw.chosen):
        taken, unclear = settle_layers(raw, ordered)
        questions |= {"layer": unclear} if unclear else {}
    if taken != first:
        looked = _looked_up(raw, raw.layers[taken], resolver)
    column = gene_column or best_names(looked, axis)
    names_in = partial(gene_names, raw, raw.layers[taken], axis)
    contradicting = asks_names(looked, axis, column, names_in, resolver) if raw.among or not gene_column else {}
    check_blocks(raw, column, contradicting)
    questions |= {} if gene_column else contradicting
    names = names_in(column)
    check_number(raw.source, axis, len(names))
    kinds = kinds_of(names, resolver)
    numbers = oriented(raw.layers[taken].values, axis)
    called = sample_names(raw, raw.layers[taken], axis)
    leading = axis == "columns" and column == COLUMN_NAMES and "values" in raw.layers
    roles = sort_out(numbers, called, names, kinds, take_in=take_in, leave_out=leave_out, measure=measure, leading=leading)
    _check_names(take_in, (*called, *names), "to take in", raw.source)
    _check_names(leave_out, (*called, *names), "to leave out", raw.source)
    if measure and roles.measure.casefold() != measure.casefold():
        there = f"choose {listed(list(roles.measures), 'or')}" if roles.measures else "its samples have one column each"
        raise GeneRAINError(f"{raw.source} has no {measure} among its columns; {there}.")
    rows, kept = roles.kept("sample", len(called)), roles.kept("gene", len(names))
    whole, everybody = numbers, called
    numbers, called = part(numbers, rows, kept), [called[i] for i in rows]
    names, kinds = [names[i] for i in kept], [kinds[i] for i in kept]
    if taken not in ordered or roles.apart:
        ordered[taken] = judge(numbers)
    organism, why = organism_of(names, kinds)
    translation = human_names(names, organism, orthologs, resolver)
    if translation is not None:
        organism, names = "mouse", [translation.names.get(name, name) for name in names]
        kinds, why = kinds_of(names, resolver), translation.sentence
    sums, gene_sums = dict[int, str](), dict[int, str]()
    if ordered[taken].kind in ACCEPTED_KINDS and np.isfinite(ordered[taken].minimum):
        sums = _sums_of_samples(whole, rows, kept, everybody, roles, take_in)
        copies = genes_that_are_copies(numbers, names, told_of_genes(raw, raw.layers[taken], axis).iloc[kept])
        gene_sums = genes_that_are_sums(numbers, [known for _, known in kinds]) | copies | genes_of_others(kinds, organism)
        gene_sums = {i: words for i, words in gene_sums.items() if names[i] not in take_in}
        ordered[taken] = _without(ordered[taken], numbers, sums, gene_sums)
    sentences = [f"Genes are in {axis}: {why_axis(looked, axis, column)}", why, *ordered[taken].evidence]
    if are_transcripts_of_genes(raw, raw.layers[taken], axis, column):
        sentences.append("Names are those of transcripts with their genes in them; transcripts of one gene are summed.")
    if len(ordered) > 1:
        sentences.append(f"Layers: {'; '.join(f'{n} holds {v.kind}' for n, v in ordered.items())}.")
        if ordered[taken].kind not in _RANK[:2]:
            sentences.append("None of the layers holds counts.")
    sentences += said_of(roles)
    sentences += [f"{echo(called[i] or 'A sample without a name')} is the {words}." for i, words in sums.items()]
    sentences += said_of_genes(gene_sums, names)
    return Findings(
        layer=taken,
        layers=ordered,
        genes_in=axis,
        gene_column=column,
        gene_columns=tuple(looked),
        genes=len(names) - len(gene_sums),
        samples=numbers.shape[0] - len(sums),
        recognized=sum(k for _, k in kinds),
        identifier_kinds=count_kinds(kinds),
        organism=organism,
        values=ordered[taken],
        evidence=tuple(sentences),
        sums=sums,
        gene_sums=gene_sums,
        sorted=roles,
        questions=questions,
        translation=translation,
    )


def _sums_of_samples(
    numbers: Matrix, rows: Sequence[int], genes: Sequence[int], called: Sequence[str], roles: Sorted, take_in: Collection[str]
) -> dict[int, str]:
    """Return which of the samples in some rows are sums or means of the others, by their places among these rows.

    What is taken in is none, nor one of the others; what was left out by hand is one of the others still.
    """
    asked = [each.place for each in roles.apart if each.side == "sample" and each.reason == ASKED]
    others = [i for i in sorted({*rows, *asked}) if called[i] not in take_in]
    some = samples_that_are_sums(part(numbers, others, genes), [called[i] for i in others]) if others else {}
    place = {row: i for i, row in enumerate(rows)}
    return {place[others[i]]: words for i, words in some.items() if others[i] in place}


def _check_names(said: Collection[str], there: Sequence[str], words: str, source: str) -> None:
    unknown = set(said) - set(there) if said else set()
    if unknown:
        raise GeneRAINError(
            f"{source} has no column or row {echo(min(unknown))} {words}; write the name as it stands in the file."
        )


def sample_names(raw: RawTable, layer: Layer, genes_in: str) -> list[str]:
    """Return the names of samples as the file has them, before any is left out."""
    return list(layer.columns if genes_in == "rows" else raw.rows)


def _without(values_kind: Values, numbers: Matrix, sums: Mapping[int, str], gene_sums: Mapping[int, str]) -> Values:
    """Judge values anew without sums of them, which would hide logs; what is missing where stays as it is in the file."""
    if not (sums or gene_sums):
        return values_kind
    rows = [i for i in range(numbers.shape[0]) if i not in sums]
    columns = [i for i in range(numbers.shape[1]) if i not in gene_sums]
    again = judge(numbers[rows][:, columns])
    evidence = (
        *again.evidence[: len(again.evidence) - bool(again.missing)],
        *(values_kind.evidence[-1:] if values_kind.missing else ()),
    )
    return replace(again, evidence=evidence, missing=values_kind.missing, first_missing=values_kind.first_missing)


def oriented(values: Matrix, genes_in: str) -> Matrix:
    """Return values as samples × genes."""
    if genes_in == "columns":
        return values
    return sparse.csr_matrix(values.T) if sparse.issparse(values) else values.T


def _check_axis(genes_in: str | None) -> None:
    if genes_in not in (None, "rows", "columns"):
        raise GeneRAINError(f"Genes can't be in {genes_in!r}; choose rows or columns.")


def _looked_up(raw: RawTable, layer: Layer, resolver: Resolves) -> list[GeneNames]:
    rows = text_columns(raw.row_texts)
    candidates = [("rows", column) for column in rows]
    if raw.rows_named or not rows:
        candidates.insert(0, ("rows", ROW_NAMES))
    candidates += [("columns", COLUMN_NAMES), *(("columns", column) for column in text_columns(layer.column_texts))]
    found = [look_up(axis, column, gene_names(raw, layer, axis, column), resolver) for axis, column in candidates]
    return sorted(found, key=lambda names: -names.likely)


def _rank(kind: str) -> int:
    return _RANK.index(kind) if kind in _RANK else len(_RANK)
