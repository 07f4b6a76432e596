"""What is said of a table of predictions in none of the layouts that are known."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.parquet as pq

from generain_core.release.readers.predictions.columns import Column, is_list, is_text

MOST_SHOWN = 12


def nothing_found(file: pq.ParquetFile, name: str, columns: list[Column], first: Mapping[str, pa.Scalar], genes: int) -> str:
    """Return what to say of a table whose probabilities can't be found: its columns, and what would do."""
    shown = [f"{c.name[:40]} ({_described(c, first)})" for c in columns[:MOST_SHOWN]]
    more = f" and {len(columns) - MOST_SHOWN:,} more" if len(columns) > MOST_SHOWN else ""
    wanted = (
        f"of {genes:,} numbers, as many as there are genes" if genes else "of one number a gene, with the gene list beside it"
    )
    return (
        f"{name} holds no probabilities that could be found. It has {file.metadata.num_rows:,} rows and the columns "
        f"{', '.join(shown)}{more}. What would do: a list column or a text column {wanted}; one column per gene, under the "
        "genes' names; one row per gene, with a column of gene names; or one row per gene and attribute."
    )


def _described(column: Column, first: Mapping[str, pa.Scalar]) -> str:
    value = first.get(column.name)
    if is_list(column.type) and value is not None and value.is_valid:
        return f"list of {column.type.value_type}, {len(value):,} long"
    if is_text(column.type) and value is not None:
        return f"text, {len(str(value.as_py() or '')):,} characters"
    return str(column.type)[:60]
