"""How a file is understood: which axis holds genes, by which names, in which layer, and what the numbers are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.aggregates import genes_that_are_sums, samples_that_are_sums
from generain_core.samples.interpret.expression import Matrix
from generain_core.samples.interpret.identifiers import GeneNames, Resolves, count_kinds, kinds_of, look_up, organism_of
from generain_core.samples.interpret.roles.apart import Sorted, part, sort_out
from generain_core.samples.interpret.value_kind import ACCEPTED_KINDS, ValueKind
from generain_core.samples.interpret.values import Values, judge
from generain_core.samples.io.raw_table import COLUMN_NAMES, ROW_NAMES, Layer, RawTable, text_columns
from generain_core.text import echo, listed

_RANK = (*ACCEPTED_KINDS, ValueKind.Z_SCORES, ValueKind.NEGATIVE)
_TINY, _LOW, _TALL = 10, 100, 20
"""Fewer than 10 names (or than 100, unless most are symbols) are no genes beside an axis 20 times as long."""


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
        return self.evidence[len(self.evidence) - len(self.sums) - len(self.gene_sums) :]


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
) -> Findings:
    """Find out how a file is to be understood; what is given as an argument is taken as said.

    Args:
        raw: the file.
        resolver: knows genes.
        layer: one of `raw.layers`, or its plain name.
        genes_in: "rows" or "columns".
        gene_column: a column's name, "row names" or "column names".
        take_in: names of columns and rows that are samples or genes whatever they look like.
        leave_out: names of columns and rows that are neither.
        measure: which measure to take, where a sample has several columns.

    Raises:
        GeneRAINError: an argument names what isn't there.
    """
    _check_axis(genes_in)
    layer = layer and raw.layer_named(layer)
    first = layer or next(iter(raw.layers))
    looked = _looked_up(raw, raw.layers[first], resolver)
    axis = genes_in or _axis(looked, raw, raw.layers[first], gene_column)
    offered = [layer] if layer else list(raw.layers)
    judged = {name: judge(oriented(raw.layers[name].values, axis)) for name in offered} if len(offered) > 1 else {}
    ordered = dict(sorted(judged.items(), key=lambda item: _rank(item[1].kind)))
    taken = layer or raw.chosen or next(iter(ordered), first)
    if taken != first:
        looked = _looked_up(raw, raw.layers[taken], resolver)
    column = gene_column or _best(looked, axis, raw.layers[taken])
    names = gene_names(raw, raw.layers[taken], axis, column)
    kinds = kinds_of(names, resolver)
    numbers = oriented(raw.layers[taken].values, axis)
    called = sample_names(raw, raw.layers[taken], axis)
    leading = axis == "columns" and column == COLUMN_NAMES and "values" in raw.layers
    roles = sort_out(numbers, called, names, kinds, take_in=take_in, leave_out=leave_out, measure=measure, leading=leading)
    rows, kept = roles.kept("sample", len(called)), roles.kept("gene", len(names))
    numbers, called = part(numbers, rows, kept), [called[i] for i in rows]
    names, kinds = [names[i] for i in kept], [kinds[i] for i in kept]
    if taken not in ordered or roles.apart:
        ordered[taken] = judge(numbers)
    organism, why = organism_of(names, kinds)
    sums, gene_sums = dict[int, str](), dict[int, str]()
    if ordered[taken].kind in ACCEPTED_KINDS:
        sums = samples_that_are_sums(numbers, called)
        gene_sums = genes_that_are_sums(numbers, [known for _, known in kinds])
        ordered[taken] = _without(ordered[taken], numbers, sums, gene_sums)
    sentences = [f"Genes are in {axis}: {_why_axis(looked, axis, column)}", why, *ordered[taken].evidence]
    if len(ordered) > 1:
        sentences.append(f"Layers: {'; '.join(f'{n} holds {v.kind}' for n, v in ordered.items())}.")
        if ordered[taken].kind not in _RANK[:2]:
            sentences.append("None of the layers holds counts.")
    sentences += _of_roles(roles)
    sentences += [f"{echo(called[i] or 'A sample without a name')} is the {words}." for i, words in sums.items()]
    sentences += [f"{echo(names[i] or 'A row without a name')} is the {words}." for i, words in gene_sums.items()]
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
    )


def _of_roles(roles: Sorted) -> list[str]:
    """Say what was left out as no sample or no gene, a sentence a reason."""
    sentences = []
    if len(roles.measures) > 1:
        sentences.append(f"Samples have several columns each ({listed(list(roles.measures))}); {roles.measure} were taken.")
    facts = [each.name for each in roles.apart if each.side == "gene"]
    if facts:
        sentences.append(f"Columns that describe samples: {listed(facts)}.")
    reasons: dict[str, list[str]] = {}
    for each in roles.apart:
        if each.side == "sample":
            reasons.setdefault(each.reason, []).append(each.name)
    return sentences + [f"No samples: {listed(names)} ({reason})." for reason, names in reasons.items()]


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


def gene_names(raw: RawTable, layer: Layer, axis: str, column: str) -> list[str]:
    """Return the names that genes have in a column, or as row or column names.

    Raises:
        GeneRAINError: there is no such column.
    """
    if (axis, column) in (("rows", ROW_NAMES), ("columns", COLUMN_NAMES)):
        return list(raw.rows if axis == "rows" else layer.columns)
    table = raw.row_texts if axis == "rows" else layer.column_texts
    if column not in table.columns:
        there = [ROW_NAMES if axis == "rows" else COLUMN_NAMES, *map(str, table.columns)]
        raise GeneRAINError(f"There is no {column!r} among the {axis} of {raw.source}; choose one of: {listed(there, 'or', 12)}.")
    return ["" if _gone(v) else f"{v:.0f}" if isinstance(v, float) else str(v).strip() for v in table[column].tolist()]


def _gone(value: object) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value))


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


def _axis(looked: Sequence[GeneNames], raw: RawTable, layer: Layer, gene_column: str | None) -> str:
    """Return where the genes are; if both axes are named by genes, as of knock-downs, where more are or the format has them.

    A few columns that are called like genes (EOS, CMP; A, B, C) beside thousands of rows are samples.
    """
    for names in looked:
        if names.name == gene_column:
            return names.axis
    best = {
        axis: max((n for n in looked if n.axis == axis), key=lambda n: n.likely, default=None) for axis in ("rows", "columns")
    }
    lengths = dict(zip(("rows", "columns"), layer.values.shape, strict=True))
    rows, columns = (0.0 if names is None or _by_chance(names, lengths) else names.likely for names in best.values())
    more = "rows" if lengths["rows"] >= lengths["columns"] else "columns"
    if "values" not in raw.layers and columns > 0.1:
        return "columns"
    if max(rows, columns) <= 0.02 or min(rows, columns) > 0.3:
        return more
    return "rows" if rows > columns else "columns"


def _by_chance(names: GeneNames, lengths: Mapping[str, int]) -> bool:
    """Say whether so few names stand beside so long an axis that they are no genes, whatever they are called."""
    own, other = lengths[names.axis], lengths["columns" if names.axis == "rows" else "rows"]
    return other >= _TALL * own and (own < _TINY or (own < _LOW and names.exact < 0.8))


def _best(looked: Sequence[GeneNames], axis: str, layer: Layer) -> str:
    return max((n for n in looked if n.axis == axis), key=lambda n: (round(n.recognized, 3), round(n.likely, 3))).name


def _rank(kind: str) -> int:
    return _RANK.index(kind) if kind in _RANK else len(_RANK)


def _why_axis(looked: Sequence[GeneNames], axis: str, column: str) -> str:
    best = next((n for n in looked if (n.axis, n.name) == (axis, column)), None)
    other = max((n for n in looked if n.axis != axis), key=lambda n: n.recognized, default=None)
    if best is None or not best.likely:
        return "no names were recognized, and a table usually has more genes than samples."
    where = f"of the {column}" if column in (ROW_NAMES, COLUMN_NAMES) else f"of column {column}"
    against = f" against {100 * other.recognized:.0f} % in {other.axis}" if other else ""
    return (
        f"{100 * best.recognized:.0f} % {where} are known genes,{against}."
        if against
        else f"{100 * best.recognized:.0f} % {where} are known genes."
    )
