"""How a file is understood: which axis holds genes, by which names, in which layer, and what the numbers are."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.aggregates import genes_that_are_sums, samples_that_are_sums
from generain_core.samples.interpret.expression import Matrix
from generain_core.samples.interpret.identifiers import GeneNames, Resolves, count_kinds, kinds_of, look_up, organism_of
from generain_core.samples.interpret.value_kind import ACCEPTED_KINDS, ValueKind
from generain_core.samples.interpret.values import Values, judge
from generain_core.samples.io.raw_table import COLUMN_NAMES, ROW_NAMES, Layer, RawTable, text_columns
from generain_core.text import echo, listed

_RANK = (*ACCEPTED_KINDS, ValueKind.Z_SCORES, ValueKind.NEGATIVE)
_METADATA = re.compile(
    r"(age|sex|gender|rin|batch|group|time|dose|day|site|label|class|cluster|condition|treatment|status|replicate|lane|bmi|"
    r"n_?(genes|counts|umis?)|(total|pct|percent)_.*|library_?size|concentration)([ _.(].*)?",
    re.IGNORECASE,
)


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
        metadata_columns: columns of numbers that describe samples rather than hold a gene's values.
        values: of the layer taken.
        sums: samples that are no samples but a sum or mean of the others: place → what it is.
        gene_sums: the same of rows of genes; places without the metadata columns.
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
    metadata_columns: tuple[str, ...]
    values: Values
    evidence: tuple[str, ...]
    sums: Mapping[int, str] = field(default_factory=dict)
    gene_sums: Mapping[int, str] = field(default_factory=dict)

    @property
    def identifier_kind(self) -> str:
        """Return the kind that most names are of."""
        return next(iter(self.identifier_kinds), "unknown")

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return what is left out as a sum or mean of the others: one sentence each, the last of the evidence."""
        return self.evidence[len(self.evidence) - len(self.sums) - len(self.gene_sums) :]


def diagnose(
    raw: RawTable, resolver: Resolves, *, layer: str | None = None, genes_in: str | None = None, gene_column: str | None = None
) -> Findings:
    """Find out how a file is to be understood; what is given as an argument is taken as said.

    Args:
        raw: the file.
        resolver: knows genes.
        layer: one of `raw.layers`, or its plain name.
        genes_in: "rows" or "columns".
        gene_column: a column's name, "row names" or "column names".

    Raises:
        GeneRAINError: an argument names what isn't there.
    """
    _check_axis(genes_in)
    layer = layer and raw.layer_named(layer)
    first = layer or next(iter(raw.layers))
    looked = _looked_up(raw, raw.layers[first], resolver)
    axis = genes_in or _axis(looked, raw, raw.layers[first], gene_column)
    judged = {name: judge(oriented(raw.layers[name].values, axis)) for name in ([layer] if layer else raw.layers)}
    ordered = dict(sorted(judged.items(), key=lambda item: _rank(item[1].kind)))
    taken = layer or next(iter(ordered))
    if taken != first:
        looked = _looked_up(raw, raw.layers[taken], resolver)
    column = gene_column or _best(looked, axis, raw.layers[taken])
    names = gene_names(raw, raw.layers[taken], axis, column)
    kinds = kinds_of(names, resolver)
    beside = (
        _metadata(raw.layers[taken], kinds) if axis == "columns" and column == COLUMN_NAMES and "values" in raw.layers else ()
    )
    kept = [i for i, name in enumerate(names) if name not in beside] if beside else range(len(names))
    names, kinds = [names[i] for i in kept], [kinds[i] for i in kept]
    if beside:
        ordered[taken] = judge(raw.layers[taken].values[:, list(kept)])
    organism, why = organism_of(names, kinds)
    numbers = oriented(raw.layers[taken].values, axis)
    called = raw.layers[taken].columns if axis == "rows" else raw.rows
    sums, gene_sums = dict[int, str](), dict[int, str]()
    if ordered[taken].kind in ACCEPTED_KINDS:
        sums = samples_that_are_sums(numbers[:, list(kept)] if beside else numbers, called)
        gene_sums = genes_that_are_sums(numbers[:, list(kept)] if beside else numbers, [known for _, known in kinds])
        ordered[taken] = _without(ordered[taken], numbers[:, list(kept)] if beside else numbers, sums, gene_sums)
    said = [f"Genes are in {axis}: {_why_axis(looked, axis, column)}", why, *ordered[taken].evidence]
    if len(ordered) > 1:
        said.append(f"Layers: {'; '.join(f'{n} holds {v.kind}' for n, v in ordered.items())}.")
        if ordered[taken].kind not in _RANK[:2]:
            said.append("None of the layers holds counts.")
    if beside:
        said.append(f"Columns that describe samples: {listed(list(beside))}.")
    said += [f"{echo(called[i] or 'A sample without a name')} is the {words}." for i, words in sums.items()]
    said += [f"{echo(names[i] or 'A row without a name')} is the {words}." for i, words in gene_sums.items()]
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
        metadata_columns=tuple(beside),
        values=ordered[taken],
        evidence=tuple(said),
        sums=sums,
        gene_sums=gene_sums,
    )


def _without(found: Values, numbers: Matrix, sums: Mapping[int, str], gene_sums: Mapping[int, str]) -> Values:
    """Judge values anew without sums of them, which would hide logs; what is missing where stays as it is in the file."""
    if not (sums or gene_sums):
        return found
    rows = [i for i in range(numbers.shape[0]) if i not in sums]
    columns = [i for i in range(numbers.shape[1]) if i not in gene_sums]
    again = judge(numbers[rows][:, columns])
    evidence = (*again.evidence[: len(again.evidence) - bool(again.missing)], *(found.evidence[-1:] if found.missing else ()))
    return replace(again, evidence=evidence, missing=found.missing, first_missing=found.first_missing)


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
    """Return where the genes are; if both axes are named by genes, as of knock-downs, where more are or the format has them."""
    for names in looked:
        if names.name == gene_column:
            return names.axis
    rows, columns = (max((n.likely for n in looked if n.axis == axis), default=0.0) for axis in ("rows", "columns"))
    more = "rows" if layer.values.shape[0] >= layer.values.shape[1] else "columns"
    if "values" not in raw.layers and columns > 0.1:
        return "columns"
    if max(rows, columns) <= 0.02 or min(rows, columns) > 0.3:
        return more
    return "rows" if rows > columns else "columns"


def _best(looked: Sequence[GeneNames], axis: str, layer: Layer) -> str:
    return max((n for n in looked if n.axis == axis), key=lambda n: (round(n.recognized, 3), round(n.likely, 3))).name


def _metadata(layer: Layer, kinds: Sequence[tuple[str, bool]]) -> tuple[str, ...]:
    """Return columns of numbers before the first gene, and others called as metadata often are."""
    known = [i for i, (_, recognized) in enumerate(kinds) if recognized]
    if len(known) < 0.3 * len(kinds) or len(known) < 2:
        return ()
    unknown = {i for i, (kind, _) in enumerate(kinds) if kind == "unknown"}
    leading = unknown & set(range(known[0])) if known[0] < 100 else set()
    named = {i for i in unknown if _METADATA.fullmatch(layer.columns[i])}
    return tuple(layer.columns[i] for i in sorted(leading | named))


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
