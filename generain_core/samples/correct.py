"""From what lies in a file, as it was understood or corrected, to samples × genes; or one sentence on why not."""

from dataclasses import replace
from pathlib import Path
from typing import TypedDict, Unpack

import numpy as np
import pandas as pd
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.genes.cleaning import echo, listed
from generain_core.samples.columns import all_dates, unique
from generain_core.samples.diagnose import Findings, diagnose, gene_names, oriented
from generain_core.samples.expression import Expression, Matrix
from generain_core.samples.identifiers import Resolves
from generain_core.samples.limits import LARGEST_VALUE, check_cells
from generain_core.samples.log_base import LogBase
from generain_core.samples.raw import COLUMN_NAMES, ROW_NAMES, Layer, RawTable
from generain_core.samples.read import read
from generain_core.samples.values import ACCEPTED_KINDS, Values, judge


class Corrections(TypedDict, total=False):
    """What a user may say of a file, against or beside the findings.

    layer, genes_in, gene_column: as in `diagnose`. value_kind: counts, estimated counts, CPM/TPM or log.
    back_transform: undo a log, with the inferred base or `base` (2, 10 or e) and `plus_one`.
    missing_as_zero: take cells without a value as 0.
    """

    layer: str
    genes_in: str
    gene_column: str
    value_kind: str
    back_transform: bool
    base: float
    plus_one: bool
    missing_as_zero: bool


def read_expression(path: Path, resolver: Resolves, *, name: str | None = None, **corrections: Unpack[Corrections]) -> Expression:
    """Read a file, find out how it is to be understood, and return its samples × genes.

    Raises:
        GeneRAINError: it can't be read, or what it holds can't be used; the message says what to do.
    """
    raw = read(path, name=name)
    findings = diagnose(
        raw,
        resolver,
        layer=corrections.get("layer"),
        genes_in=corrections.get("genes_in"),
        gene_column=corrections.get("gene_column"),
    )
    return to_expression(raw, findings, **corrections)


def to_expression(raw: RawTable, findings: Findings, **corrections: Unpack[Corrections]) -> Expression:
    """Return samples × genes as found, or as corrected.

    Raises:
        GeneRAINError: another species, z-scores, negative, infinite or missing values, logs whose back-transformation was not
            asked for, all zeros, a single gene, or a correction that names what isn't there.
    """
    findings = _corrected(raw, findings, corrections)
    layer = raw.layers[findings.layer]
    kept = [i for i, name in enumerate(layer.columns) if name not in set(findings.metadata_columns)]
    values = oriented(layer.values, findings.genes_in)
    names = gene_names(raw, layer, findings.genes_in, findings.gene_column)
    samples = _sample_names(raw, layer, findings)
    if findings.metadata_columns:
        values, names = values[:, kept], [names[i] for i in kept]
    problem = problem_of(raw, findings, corrections, samples, names)
    if problem:
        raise GeneRAINError(problem)
    values, kind, notes = _linear(values, findings.values, corrections, raw.source)
    obs, said = _obs(raw, layer, findings, samples)
    labels = unique(samples)
    if labels != samples:
        twice = sorted({s for s in samples if samples.count(s) > 1}) if len(samples) < 5000 else []
        said.append(f"Repeated sample names were made unique{': ' + listed(twice) if twice else ''}.")
    notes = [*raw.notes, *_decisions(raw, findings), *said, *notes]
    return Expression(
        values, tuple(labels), tuple(names), obs.set_axis(pd.Index(labels), axis=0), raw.source, raw.sha256, kind, tuple(notes)
    )


def problem_of(raw: RawTable, findings: Findings, corrections: Corrections, samples: list[str], names: list[str]) -> str:
    """Return why a file can't be used as it is understood, in one sentence, or ''."""
    found, source = findings.values, raw.source

    def at(cell: tuple[int, int] | None) -> str:
        return f"sample {echo(samples[cell[0]])}, {echo(names[cell[1]])}" if cell else "a cell"

    counts = "give counts, or CPM or TPM"
    if findings.organism not in ("human", "unknown"):
        return f"{source} holds genes of {findings.organism}: {_evidence_of(findings)} The model is human only."
    dates = [str(c) for c in raw.row_texts.columns if c != findings.gene_column and all_dates(raw.row_texts[c].to_numpy())]
    if findings.genes_in == "rows" and dates and findings.gene_column in map(str, raw.row_texts.columns):
        return f"{source} has dates instead of numbers in column {echo(dates[0])}; restore its values or delete it."
    if len(names) < 2:
        return f"{source} holds one gene; give a whole table, as a sample needs more than 2,000 expressed genes."
    if not findings.recognized and findings.organism == "unknown":
        examples = ", ".join(echo(n) for n in names[:3])
        return (
            f"{source} has no gene name that is known here: the {findings.genes_in} are called {examples} "
            f"({_hint(findings)}); name genes by symbol or Ensembl ID, or choose another column."
        )
    if found.kind == "z-scores":
        return f"{source} holds z-scores (down to {found.minimum:.3g}), from which expression can't be got back; {counts}."
    if found.kind == "negative":
        return (
            f"{source} holds negative values, the first {_first_bad(raw, findings):g} in "
            f"{at(found.first_bad)}, as microarrays, log ratios or corrected data do; {counts}."
        )
    if found.kind in ("infinite", "too large"):
        return f"{source} has {_bad_value(found)} in {at(found.first_bad)}; {counts} without it."
    if found.kind == "all zeros":
        return f"{source} holds nothing but zeros; {counts} of sequenced samples."
    if found.kind == "none":
        return f"{source} has no value in any cell; {counts}."
    problems = []
    if found.missing and not corrections.get("missing_as_zero"):
        problems.append(
            f"has no value in {found.missing:,} cells, the first in {at(found.first_missing)} (fill them, or take them as 0)"
        )
    if _kind(found, corrections) == "log" and not _accepts_log(corrections):
        formula = _base(found, corrections).formula
        problems.append(f"holds logs, it seems {formula}, not counts ({counts}, or have them back-transformed)")
    return f"{source} {' and '.join(problems)}." if problems else ""


def _hint(findings: Findings) -> str:
    kind = findings.identifier_kind
    return "names of no known kind" if kind == "unknown" else f"{kind}s, it seems" if not kind.endswith("q") else f"{kind} IDs"


def _bad_value(found: Values) -> str:
    return "an infinite value" if found.kind == "infinite" else f"a value of {found.maximum:.3g}, more than any count,"


def _first_bad(raw: RawTable, findings: Findings) -> float:
    layer = raw.layers[findings.layer]
    values = oriented(layer.values, findings.genes_in)
    if findings.metadata_columns:
        values = values[:, [i for i, name in enumerate(layer.columns) if name not in set(findings.metadata_columns)]]
    return float(values[findings.values.first_bad]) if findings.values.first_bad else findings.values.minimum


def _evidence_of(findings: Findings) -> str:
    return next((e for e in findings.evidence if " names are " in e), "")


def _kind(found: Values, corrections: Corrections) -> str:
    kind = corrections.get("value_kind") or ("log" if _accepts_log(corrections) else found.kind)
    if kind not in ACCEPTED_KINDS and "value_kind" in corrections:
        raise GeneRAINError(f"Values can't be taken as {kind!r}; choose {listed(list(ACCEPTED_KINDS), 'or')}.")
    return kind


def _accepts_log(corrections: Corrections) -> bool:
    return corrections.get("back_transform", "base" in corrections)


def _base(found: Values, corrections: Corrections) -> LogBase:
    inferred = found.log or LogBase(2.0, found.minimum == 0, False, "")
    base = float(corrections.get("base", inferred.base))
    if not 1 < base <= 100:
        raise GeneRAINError(f"{base:g} is no base of a log; choose 2, 10 or e (2.718).")
    return replace(inferred, base=base, plus_one=corrections.get("plus_one", inferred.plus_one))


def _corrected(raw: RawTable, findings: Findings, corrections: Corrections) -> Findings:
    layer = corrections.get("layer", findings.layer)
    axis = corrections.get("genes_in", findings.genes_in)
    column = corrections.get("gene_column")
    if layer not in raw.layers:
        raise GeneRAINError(f"{raw.source} has no layer {layer!r}; choose one of: {listed(list(raw.layers), 'or', 12)}.")
    if axis not in ("rows", "columns"):
        raise GeneRAINError(f"Genes can't be in {axis!r}; choose rows or columns.")
    if (layer, axis) != (findings.layer, findings.genes_in):
        column = column or (findings.gene_column if axis == findings.genes_in else ROW_NAMES if axis == "rows" else COLUMN_NAMES)
        findings = replace(
            findings, layer=layer, genes_in=axis, metadata_columns=(), values=judge(oriented(raw.layers[layer].values, axis))
        )
    return replace(findings, gene_column=column or findings.gene_column)


def _linear(values: Matrix, found: Values, corrections: Corrections, source: str) -> tuple[Matrix, str, list[str]]:
    kind, notes = _kind(found, corrections), list[str]()
    gone = None
    if found.missing:
        notes.append(f"{found.missing:,} cells without a value were taken as 0.")
        if sparse.issparse(values):
            values = values.copy()
            values.data[np.isnan(values.data)] = 0
        else:
            gone = np.isnan(values)
            values = np.where(gone, 0.0, values)
    if kind == "log":
        log = _base(found, corrections)
        if found.maximum * np.log10(log.base) > np.log10(LARGEST_VALUE):
            raise GeneRAINError(f"{source} goes up to {found.maximum:g}, too much for {log.formula}; choose another base.")
        values = _undone(values, log, source)
        if gone is not None:
            values[gone] = 0
        notes.append(f"Values were back-transformed as {log.formula}. {log.why}".strip())
        return values, "log (back-transformed)", notes
    if kind == "CPM/TPM":
        notes.append(
            "Values are CPM, TPM or alike: their scale doesn't matter, as each sample is scaled to one depth, "
            "but a correction for gene length stays in."
        )
    elif kind == "estimated counts":
        notes.append("Values are not whole numbers; they were taken as estimated counts.")
    return values, kind, notes


def _undone(values: Matrix, log: LogBase, source: str) -> Matrix:
    if sparse.issparse(values) and log.plus_one:
        out = values.astype(np.float64)
        out.data = np.maximum(np.power(log.base, out.data) - 1, 0)
        return out
    if sparse.issparse(values):
        check_cells(source, *values.shape)
        values = values.toarray()
    dense: np.ndarray = np.maximum(np.power(log.base, np.asarray(values, np.float64)) - log.plus_one, 0)
    return dense


def _sample_names(raw: RawTable, layer: Layer, findings: Findings) -> list[str]:
    """Return names of samples; where no column of text is unique, the columns joined, if that is."""
    if findings.genes_in == "rows":
        names = list(layer.columns)
    else:
        names = list(raw.rows)
        if not raw.rows_named and len(set(names)) < len(names):
            texts = [raw.row_texts[c].fillna("").astype(str) for c in raw.row_texts.columns if raw.row_texts[c].dtype == object]
            joined = ["-".join(cells) for cells in zip(*texts, strict=True)] if texts else names
            single = next((list(t) for t in texts if t.is_unique), None)
            names = single or (joined if len(set(joined)) == len(joined) else names)
    return [name or f"sample {i + 1}" for i, name in enumerate(names)]


def _obs(raw: RawTable, layer: Layer, findings: Findings, samples: list[str]) -> tuple[pd.DataFrame, list[str]]:
    if findings.genes_in == "rows":
        return layer.column_texts, []
    obs, notes = raw.row_texts.copy(), list[str]()
    for name in findings.metadata_columns:
        column = layer.values[:, layer.columns.index(name)]
        obs[name] = column.toarray().ravel() if sparse.issparse(column) else column
    if len(obs.columns) and "values" in raw.layers:
        notes.append(f"Columns that describe the samples: {listed(list(map(str, obs.columns)))}.")
    if not raw.rows_named and tuple(samples) != raw.rows and len(obs.columns) > 1:
        notes.append("Samples are named by several columns together, as none alone tells them apart.")
    return obs, notes


def _decisions(raw: RawTable, findings: Findings) -> list[str]:
    source = f"The file was read as {raw.format}, with genes in {findings.genes_in}, called by {findings.gene_column}"
    return [f"{source}{f', values of {findings.layer}' if len(raw.layers) > 1 else ''}."]
