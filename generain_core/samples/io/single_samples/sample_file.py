"""What one of many files holds: a sample or a few, their genes and values, and the program that wrote it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from generain_core.samples.interpret.roles.measures import quantities_alone
from generain_core.samples.io.formats.star_counts import PROGRAM as STAR
from generain_core.samples.io.raw_table import Parsed, no_texts, text_columns

VALUES = "values"
_LONE = re.compile(
    r"(raw|read|gene|expected|est|total|num|unique)?[_ .]?(counts?|reads|umis?)|"
    r"(log2?[_ .]?)?[fr]pkm|tpm|cpm|abundance|(normali[sz]ed[_ .]?)?(expression|values?|counts?)|expr|x|v\d+|column \d+",
    re.IGNORECASE,
)
_TRANSCRIPTS = re.compile(r"ENS[A-Z]{0,4}T\d{6,}.*|[NX][MR]_\d+.*")


@dataclass(frozen=True, kw_only=True)
class SampleFile:
    """One file of a set.

    Attributes:
        path: within the folder, archive or upload.
        program: that wrote it, in words, or '' for any other table.
        measure: what a lone column is called if that is no name of a sample: ``counts``, ``tpm`` …; else ''.
        columns: names of its samples by itself; '' where only the file's name says it.
        genes: names of the rows, or columns, that hold genes.
        texts: one row a gene; what else the file says of it.
        readings: name of a layer → samples × genes.
        notes: what was decided while parsing it.
        chosen: the layer to read of several; '' where one has to be found out, or there is one.
    """

    path: str
    program: str
    measure: str
    columns: tuple[str, ...]
    genes: tuple[str, ...]
    texts: pd.DataFrame
    readings: Mapping[str, NDArray[np.float64]]
    notes: tuple[str, ...]
    chosen: str = ""

    @property
    def kind(self) -> tuple[str, str]:
        """Return what must be alike in files that are joined: the program, and what a lone column is called."""
        return self.program, self.measure

    @property
    def of_transcripts(self) -> bool:
        """Say whether its rows are transcripts."""
        some = self.genes[:: max(1, len(self.genes) // 200)]
        return sum(_TRANSCRIPTS.fullmatch(name) is not None for name in some) > len(some) / 2


def sample_file(path: str, stem: str, parsed: Parsed) -> SampleFile | None:
    """Return what a parsed file holds of samples; None for what is no table with genes in rows, nor STAR's.

    Args:
        path: within the set.
        stem: the name that the reader gave the sample of a file without another.
        parsed: as its reader returned it.
    """
    if parsed.format == STAR:
        layers = {name: np.asarray(layer.values) for name, layer in parsed.layers.items()}
        genes = next(iter(parsed.layers.values())).columns
        return SampleFile(
            path=path,
            program=STAR,
            measure="",
            columns=("",),
            genes=genes,
            texts=no_texts(len(genes)),
            readings=layers,
            notes=(),
        )
    layer = parsed.layers[parsed.chosen or next(iter(parsed.layers))]
    if (list(parsed.layers) != [VALUES] and not parsed.chosen) or sparse.issparse(layer.values):
        return None
    genes, texts = _genes(parsed)
    places = quantities_alone(layer.columns) if len(layer.columns) > 1 and len(parsed.layers) == 1 else []
    if places:
        readings = {layer.columns[i]: np.asarray(layer.values)[:, [i]].T for i in places}
        return SampleFile(
            path=path,
            program="",
            measure=_plain(layer.columns[places[0]]),
            columns=("",),
            genes=genes,
            texts=texts,
            readings=readings if len(readings) > 1 else {VALUES: next(iter(readings.values()))},
            notes=parsed.notes,
            chosen=layer.columns[places[0]] if len(readings) > 1 else "",
        )
    lone = layer.columns[0].strip() if len(layer.columns) == 1 else ""
    by_file = lone == stem or _LONE.fullmatch(lone) is not None
    measure = _plain(lone) if by_file and lone != stem else ""
    return SampleFile(
        path=path,
        program=parsed.format if _is_program(parsed.format) else "",
        measure=measure,
        columns=("",) if by_file else layer.columns,
        genes=genes,
        texts=texts,
        readings={name: np.asarray(each.values).T for name, each in parsed.layers.items()},
        notes=parsed.notes,
        chosen=parsed.chosen,
    )


def _plain(title: str) -> str:
    return re.sub("[^a-z0-9]", "", title.lower()).removesuffix("s")


def _is_program(format: str) -> bool:
    return not re.search(r"text|Excel|Parquet|GCT", format)


def _genes(parsed: Parsed) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Return the names of the rows: their own, or those of the column of text with the most different ones."""
    table = parsed.row_texts
    if parsed.rows_named or not len(table.columns):
        return parsed.rows, table
    texts = text_columns(table) or list(map(str, table.columns))
    best = max(texts, key=lambda title: table[title].nunique())
    names = parsed.rows if str(table.columns[0]) == best else tuple("" if v is None else str(v).strip() for v in table[best])
    return names, table.drop(columns=best)
