"""From what lies in a file, as it was understood or corrected, to samples × genes; or one sentence on why not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.genes.spelling.placeholders import is_placeholder
from generain_core.samples.interpret.aggregates import said_of_genes
from generain_core.samples.interpret.count_scale import Corrections, linear, said_of_columns
from generain_core.samples.interpret.decisions import decisions_of, left_out_of
from generain_core.samples.interpret.diagnosis import Findings, diagnose, oriented
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.identifiers import Resolves, counted_kinds
from generain_core.samples.interpret.refusal import refuse
from generain_core.samples.interpret.roles.apart import Sorted, part
from generain_core.samples.interpret.roles.measures import alone
from generain_core.samples.interpret.values import judge
from generain_core.samples.io.columns import unique
from generain_core.samples.io.raw_table import COLUMN_NAMES, ROW_NAMES, Layer, RawTable, gene_names, taking_in
from generain_core.samples.io.read import read
from generain_core.samples.own_files.reading import is_own, new_table_note, own_expression
from generain_core.text import echo, listed, with_noun


def read_expression(
    path: Path | Sequence[Path],
    resolver: Resolves,
    *,
    name: str | None = None,
    part: str = "",
    **corrections: Unpack[Corrections],
) -> Expression:
    """Read a file, or files of one sample each, find out how it is to be understood, and return its samples × genes.

    Raises:
        GeneRAINError: it can't be read, or what it holds can't be used; the message says what to do.
    """
    raw = read(path, name=name, part=part)
    findings = diagnose(raw, resolver, **said_of_columns(corrections))
    return to_expression(raw, findings, **corrections)


def to_expression(raw: RawTable, findings: Findings, **corrections: Unpack[Corrections]) -> Expression:
    """Return samples × genes as found, or as corrected.

    Raises:
        GeneRAINError: another species, z-scores, negative, infinite or missing values, logs whose back-transformation was not
            asked for, all zeros, a single gene, or a correction that names what isn't there.
    """
    if is_own(raw, corrections):
        return own_expression(raw)
    raw = taking_in(raw, corrections.get("take_in", ()))
    findings = _corrected(raw, findings, corrections)
    layer = raw.layers[findings.layer]
    values = oriented(layer.values, findings.genes_in)
    names = gene_names(raw, layer, findings.genes_in, findings.gene_column)
    samples = _sample_names(raw, layer, findings)
    obs, said = _obs(raw, layer, findings, samples)
    roles = findings.sorted
    here, kept = roles.kept("sample", len(samples)), roles.kept("gene", len(names))
    values, names = part(values, here, kept), [names[i] for i in kept]
    if findings.translation is not None:
        names = [findings.translation.names.get(name, name) for name in names]
    samples, obs = [samples[i] for i in here], obs.iloc[here]
    refuse(raw, findings, corrections, samples, names)
    if not corrections.get("keep_sums"):
        said += [f"Left out as no sample: {echo(samples[i])}, the {words}." for i, words in findings.sums.items()]
        said += [f"Left out as no gene: {sentence}" for sentence in said_of_genes(findings.gene_sums, names)]
        rows = [i for i in range(len(samples)) if i not in findings.sums]
        columns = [i for i in range(len(names)) if i not in findings.gene_sums]
        if findings.sums or findings.gene_sums:
            values, obs = values[rows][:, columns], obs.iloc[rows]
            samples, names = [samples[i] for i in rows], [names[i] for i in columns]
    said += _repeated(names)
    values, kind, notes = linear(values, findings.values, corrections, raw.source)
    labels = unique(samples)
    if labels != samples:
        twice = sorted({s for s in samples if samples.count(s) > 1}) if len(samples) < 5000 else []
        said.append(f"Repeated sample names were made unique{': ' + listed(twice) if twice else ''}.")
    notes = [*raw.notes, *new_table_note(raw), *_decisions(raw, findings), *said, *notes]
    return Expression(
        values=values,
        samples=tuple(labels),
        identifiers=tuple(names),
        obs=obs.set_axis(pd.Index(labels), axis=0),
        source=raw.source,
        sha256=raw.sha256,
        value_kind=kind,
        notes=tuple(notes),
        from_species="mouse" if findings.translation is not None else "",
        decisions=decisions_of(raw, findings, corrections),
        left_out=left_out_of(raw, findings, corrections),
    )


def _corrected(raw: RawTable, findings: Findings, corrections: Corrections) -> Findings:
    layer = raw.layer_named(corrections.get("layer", findings.layer))
    axis = corrections.get("genes_in", findings.genes_in)
    column = corrections.get("gene_column")
    if axis not in ("rows", "columns"):
        raise GeneRAINError(f"Genes can't be in {axis!r}; choose rows or columns.")
    if (layer, axis) != (findings.layer, findings.genes_in):
        column = column or (findings.gene_column if axis == findings.genes_in else ROW_NAMES if axis == "rows" else COLUMN_NAMES)
        findings = replace(
            findings,
            layer=layer,
            genes_in=axis,
            sorted=Sorted(),
            sums={},
            gene_sums={},
            values=judge(oriented(raw.layers[layer].values, axis)),
            questions={},
            translation=None,
        )
    return replace(findings, gene_column=column or findings.gene_column)


def _sample_names(raw: RawTable, layer: Layer, findings: Findings) -> list[str]:
    """Return names of samples; where no column of text is unique, the columns joined, if that is."""
    if findings.genes_in == "rows":
        names = list(layer.columns)
        if findings.sorted.called is not None:
            names = [findings.sorted.called.get(i, name) for i, name in enumerate(names)]
        kept = findings.sorted.kept("sample", len(names))
        if len(kept) == 1 and findings.sorted.apart and alone(layer.columns[kept[0]]):
            names[kept[0]] = raw.source.split(".")[0] or names[kept[0]]
    else:
        names = list(raw.rows)
        if not raw.rows_named and len(set(names)) < len(names):
            texts = [raw.row_texts[c].fillna("").astype(str) for c in raw.row_texts.columns if raw.row_texts[c].dtype == object]
            joined = ["-".join(cells) for cells in zip(*texts, strict=True)] if texts else names
            single = next((list(t) for t in texts if t.is_unique), None)
            names = single or (joined if len(set(joined)) == len(joined) else names)
        if findings.sorted.called is not None:
            names = [findings.sorted.called.get(i, name) for i, name in enumerate(names)]
    return [name or f"sample {i + 1}" for i, name in enumerate(names)]


def _obs(raw: RawTable, layer: Layer, findings: Findings, samples: list[str]) -> tuple[pd.DataFrame, list[str]]:
    obs, notes = (layer.column_texts if findings.genes_in == "rows" else raw.row_texts).copy(), list[str]()
    values = oriented(layer.values, findings.genes_in)
    for each in findings.sorted.apart:
        if each.side == "gene":
            column = values[:, [each.place]]
            obs[each.name] = (column.toarray() if sparse.issparse(column) else np.asarray(column)).ravel()
    if findings.genes_in == "rows":
        return obs, notes
    if len(obs.columns) and "values" in raw.layers:
        notes.append(f"Columns that describe the samples: {listed(list(map(str, obs.columns)))}.")
    if not raw.rows_named and tuple(samples) != raw.rows and len(obs.columns) > 1:
        notes.append("Samples are named by several columns together, as none alone tells them apart.")
    return obs, notes


def _repeated(names: Sequence[str]) -> list[str]:
    """Say that rows are summed where several have one name."""
    counts = Counter(name for name in names if name.strip() and not is_placeholder(name))
    twice = [name for name, count in counts.items() if count > 1]
    if not twice:
        return []
    few = "stands in several rows" if len(twice) == 1 else "stand in several rows"
    return [f"{with_noun(len(twice), 'name')} {few}, such as {echo(twice[0])}; rows of one gene are summed."]


def _decisions(raw: RawTable, findings: Findings) -> list[str]:
    source = f"The file was read as {raw.format}, with genes in {findings.genes_in}, called by {findings.gene_column}"
    of_layer = f", values of {findings.layer}" if len(raw.layers) > 1 else ""
    return [f"{source}{of_layer}.", *findings.evidence, f"Names: {counted_kinds(findings.identifier_kinds)}."]


__all__ = ["Corrections", "read_expression", "to_expression"]
