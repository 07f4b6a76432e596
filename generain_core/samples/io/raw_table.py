"""What lies in a file: numbers and the texts beside them, before anyone says which are genes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.genes.spelling.transcripts import genes_of_transcripts
from generain_core.samples.interpret.expression import Matrix
from generain_core.samples.own_files.content import OwnSamples
from generain_core.text import echo, listed

ROW_NAMES = "row names"
COLUMN_NAMES = "column names"
_WITHIN = "layers/"


@dataclass(frozen=True)
class Layer:
    """Numbers of one table: rows × columns, and who the columns are.

    Attributes:
        values: rows × columns, float64 (or float32, as an h5ad stores it), dense or CSR; NaN where the file has nothing.
        columns: names of the columns.
        column_texts: one row a column; what else the file says of it. May have no columns.
    """

    values: Matrix
    columns: tuple[str, ...]
    column_texts: pd.DataFrame

    def __post_init__(self) -> None:
        if self.values.shape[1] != len(self.columns) or len(self.column_texts) != len(self.columns):
            raise ValueError("the columns' names and texts don't go with the numbers")


@dataclass(frozen=True)
class Unread:
    """A part of a file that was not read: a sheet of a workbook, a matrix or a file of an archive.

    Attributes:
        name: what it is called, to have it read.
        reason: why another was, as the rest of a sentence.
    """

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RawTable:
    """A file as it was parsed. Which axis holds the genes is for `diagnose` to find out.

    Attributes:
        layers: by name; one, unless the file is an h5ad (X, raw, layers).
        rows: names of the rows: the file's row names or the first column of text.
        row_texts: one row a row; the columns that are no values: names, descriptions, positions, metadata.
        rows_named: whether `rows` are names of their own rather than a column of `row_texts` or numbers.
        format: in words.
        source: name of the file.
        sha256: of the file's bytes.
        notes: what was decided while parsing, one sentence each.
        not_read: those of the notes on what the file holds beside its table and may belong to it: to be shown where nobody can
            miss them.
        part: the part of the file that was read, '' where it has none.
        unread: its other parts.
        own: what the file says of its samples beside their counts, if this program wrote it.
        among: columns of texts that stand among those of values, as before a second table to the right of the first.
        may_be_sheets: names of files that lie with the table and may tell of its samples; none where a sheet was joined already,
            for another could say something else of the same samples.
    """

    layers: Mapping[str, Layer]
    rows: tuple[str, ...]
    row_texts: pd.DataFrame
    rows_named: bool
    format: str
    source: str
    sha256: str
    notes: tuple[str, ...]
    not_read: tuple[str, ...] = ()
    chosen: str = ""
    part: str = ""
    unread: tuple[Unread, ...] = ()
    own: OwnSamples | None = None
    among: tuple[str, ...] = ()
    may_be_sheets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.row_texts) != len(self.rows) or any(
            layer.values.shape[0] != len(self.rows) for layer in self.layers.values()
        ):
            raise ValueError("the rows' names and texts don't go with the numbers")

    def layer_named(self, name: str) -> str:
        """Return the key of a layer by that key or, as scanpy calls it, by its plain name: `counts` is `layers/counts`.

        Raises:
            GeneRAINError: there is no such layer.
        """
        found = next((key for key in (name, f"{_WITHIN}{name}") if key in self.layers), None)
        if found is None:
            plain = [key.removeprefix(_WITHIN) for key in self.layers]
            raise GeneRAINError(f"{self.source} has no layer {echo(name)}; choose one of: {listed(plain, 'or', 12)}.")
        return found


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """What a reader of one format returns: a `RawTable` without the file's identity."""

    layers: Mapping[str, Layer]
    rows: tuple[str, ...]
    row_texts: pd.DataFrame
    rows_named: bool
    format: str
    notes: tuple[str, ...]
    not_read: tuple[str, ...] = ()
    chosen: str = ""
    part: str = ""
    unread: tuple[Unread, ...] = ()
    own: OwnSamples | None = None
    among: tuple[str, ...] = ()
    may_be_sheets: tuple[str, ...] = ()


def no_texts(count: int) -> pd.DataFrame:
    """Return a table of that many rows without columns."""
    return pd.DataFrame(index=pd.RangeIndex(count))


def numeric_texts(raw: RawTable) -> dict[str, str]:
    """Return the columns of numbers that stand among names and texts, as their titles say they are none of a sample."""
    if set(raw.layers) != {"values"}:
        return {}
    numeric = [str(c) for c in raw.row_texts.columns if pd.api.types.is_numeric_dtype(raw.row_texts[c])]
    return dict.fromkeys(numeric, "a position, length, number or result of a test, by its name")


def taking_in(raw: RawTable, names: Collection[str]) -> RawTable:
    """Return a table with columns of numbers that stood among names and texts as columns of values; itself without any."""
    titles = [name for name in numeric_texts(raw) if name in names]
    if not titles:
        return raw
    layer = raw.layers["values"]
    values = np.column_stack([np.asarray(layer.values), raw.row_texts[titles].to_numpy(np.float64)])
    columns = (*layer.columns, *titles)
    layers = {"values": Layer(values, columns, no_texts(len(columns)))}
    return replace(raw, layers=layers, row_texts=raw.row_texts.drop(columns=titles))


def told_of_genes(raw: RawTable, layer: Layer, genes_in: str) -> pd.DataFrame:
    """Return what is told of each gene beside its values, its label too if that is no number of a row; a row each."""
    texts = raw.row_texts if genes_in == "rows" else layer.column_texts
    labels = raw.rows if genes_in == "rows" and raw.rows_named else layer.columns if genes_in == "columns" else ()
    return texts.assign(**{"": np.array(labels, dtype=object)}) if labels else texts


def gene_names(raw: RawTable, layer: Layer, axis: str, column: str) -> list[str]:
    """Return the names that genes have in a column, or as row or column names; of transcripts that name their genes, these.

    Raises:
        GeneRAINError: there is no such column.
    """
    names = _names_in(raw, layer, axis, column)
    return genes_of_transcripts(names) or names


def are_transcripts_of_genes(raw: RawTable, layer: Layer, axis: str, column: str) -> bool:
    """Say whether names are those of transcripts with their genes in them, of which these are taken."""
    return genes_of_transcripts(_names_in(raw, layer, axis, column)) is not None


def _names_in(raw: RawTable, layer: Layer, axis: str, column: str) -> list[str]:
    if (axis, column) in (("rows", ROW_NAMES), ("columns", COLUMN_NAMES)):
        return list(raw.rows if axis == "rows" else layer.columns)
    table = raw.row_texts if axis == "rows" else layer.column_texts
    if column not in table.columns:
        there = [ROW_NAMES if axis == "rows" else COLUMN_NAMES, *map(str, table.columns)]
        raise GeneRAINError(f"There is no {column!r} among the {axis} of {raw.source}; choose one of: {listed(there, 'or', 12)}.")
    return ["" if _gone(v) else f"{v:.0f}" if isinstance(v, float) else str(v).strip() for v in table[column].tolist()]


def _gone(value: object) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value))


def text_columns(table: pd.DataFrame) -> list[str]:
    """Return the names of the columns that hold text."""
    return [str(c) for c in table.columns if not pd.api.types.is_numeric_dtype(table[c])]


def as_floats(values: np.ndarray) -> np.ndarray:
    """Return numbers as float32 if they are, else as float64."""
    return values if values.dtype == np.float32 else values.astype(np.float64, copy=False)
