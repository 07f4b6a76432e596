"""What a table says of each attribute beside its probabilities: names, libraries, reliability."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from generain_core.release.readers.predictions.columns import columns_of, values_in
from generain_core.release.readers.predictions.labels import labelled
from generain_core.release.readers.predictions.layout import Layout
from generain_core.release.readers.predictions.long_table import LongIndex, LongTable

MOST_VALUES, MOST_BYTES = 1000, 20_000
"""Values and bytes an attribute, on average, up to which a further column is kept as metadata."""


def attribute_table(
    file: pq.ParquetFile, name: str, layout: Layout, long: LongIndex | None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return one row an attribute, indexed by its name, and notes on what is left out."""
    if long is not None:
        table = LongTable(file, layout)
        return labelled(
            pd.DataFrame({column: _plain(table.at_rows(column, long.first_rows)) for column in layout.metadata})
        ), layout.notes
    if layout.kind == "transposed":
        return labelled(pd.DataFrame({"attribute": layout.columns})), layout.notes
    names, notes = _readable(file, name, layout)
    frame = pd.DataFrame(index=range(file.metadata.num_rows))
    path_of = {column.name: column.path for column in columns_of(file.schema_arrow)}
    for column in names:
        frame[column] = _plain(values_in(file.read(columns=[column]), path_of[column]))
    return labelled(frame), (*layout.notes, *notes)


def _readable(file: pq.ParquetFile, name: str, layout: Layout) -> tuple[list[str], tuple[str, ...]]:
    """Return the columns of metadata that tell an attribute apart; what is as long as a list of genes is left out and named."""
    groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
    paths = [file.metadata.schema.column(i).path for i in range(file.metadata.num_columns)] if layout.metadata else []
    rows, long = max(file.metadata.num_rows, 1), list[str]()
    for column in layout.metadata:
        parts = [i for i, path in enumerate(paths) if path == column or path.startswith(f"{column}.")]
        values = sum(group.column(i).num_values for group in groups for i in parts)
        size = sum(group.column(i).total_uncompressed_size for group in groups for i in parts)
        if values > MOST_VALUES * rows or size > MOST_BYTES * rows:
            long.append(column)
    sentence = f"{name} has further lists as long as its genes, which are left out: {', '.join(each[:40] for each in long[:5])}."
    return [each for each in layout.metadata if each not in long], (sentence,) if long else ()


def _plain(column: pa.Array) -> pd.Series:
    kind = column.type
    if pa.types.is_decimal(kind):
        column, kind = column.cast(pa.float64()), pa.float64()
    if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        numbers: pd.Series = column.to_pandas()
        return numbers
    values = column.to_pylist()
    words = ["" if v is None else ", ".join(map(str, v)) if isinstance(v, list) else str(v) for v in values]
    return pd.Series(words, dtype=object)
