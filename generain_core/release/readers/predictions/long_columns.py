"""Which columns of a table with a row per gene and attribute name the genes, tell attributes apart and hold the probability."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from generain_core.errors import ReleaseError
from generain_core.release.readers.predictions.columns import Column, is_fraction, is_text, values_in
from generain_core.release.readers.predictions.labels import name_hint

_PLACES = 10
SAMPLE = 200_000
"""Rows that are looked at: each gene, or each attribute, is among them several times."""


@dataclass(frozen=True, kw_only=True)
class LongColumns:
    """The columns of a long table: genes, what tells attributes apart, probability, further ones of an attribute, and notes."""

    gene: str
    keys: tuple[str, ...]
    number: str
    metadata: tuple[str, ...]
    notes: tuple[str, ...]


def long_columns(file: pq.ParquetFile, name: str, columns: list[Column], known: Collection[str]) -> LongColumns | None:
    """Return which columns are which; None if the table does not name genes over and over.

    Raises:
        ReleaseError: nothing tells attributes apart, or which of several columns holds the probabilities.
    """
    simple = [c for c in columns if not pa.types.is_nested(c.type)]
    texts, numbers = [c for c in simple if is_text(c.type)], [c for c in simple if is_fraction(c.type)]
    if not texts or not numbers or len(simple) > 200:
        return None
    sample = _sample(file, simple)
    shares = {c.name: float(sample[c.name].isin(set(known)).mean()) for c in texts}
    gene = max(shares, key=lambda column: (shares[column], "gene" in column.lower()))
    if shares[gene] <= 0.5 or not sample[gene].duplicated().any():
        return None
    varied = [c.name for c in simple if sample[c.name].nunique() > 1]
    of_gene = {column for column in varied if column != gene and _depends(sample, column, gene)}
    words = [c.name for c in texts if c.name != gene and c.name not in of_gene]
    whole = [c.name for c in simple if pa.types.is_integer(c.type) and c.name in varied and c.name not in of_gene]
    if not words and not whole:
        raise ReleaseError(
            f"{name} has a row per gene and attribute, but no column that names the attributes; add one, such as “attribute”."
        )
    main = max(words or whole, key=lambda column: (sample[column].nunique(), name_hint(column)))
    of_attribute = {c.name for c in simple if c.name not in {gene, main} and _depends(sample, c.name, main)}
    keys = [main, *(column for column in words if column in of_attribute)]
    if sample.duplicated([*keys, gene]).any():
        keys += [column for column in words if column not in keys]
    number = _probability(name, sample, [c.name for c in numbers if c.name not in of_attribute | of_gene | set(keys)])
    metadata = [c.name for c in simple if c.name in of_attribute | set(keys)]
    rest = [c.name for c in columns if c.name not in {gene, number, *metadata}]
    sentence = (
        f"{name} has further columns that are not of an attribute, which are left out: {', '.join(n[:40] for n in rest[:5])}."
    )
    return LongColumns(gene=gene, keys=tuple(keys), number=number, metadata=tuple(metadata), notes=(sentence,) if rest else ())


def _sample(file: pq.ParquetFile, columns: list[Column]) -> pd.DataFrame:
    """Return rows from all over a table."""
    filled = [i for i in range(file.metadata.num_row_groups) if file.metadata.row_group(i).num_rows]
    groups = [filled[i] for i in np.unique(np.linspace(0, len(filled) - 1, _PLACES).astype(int))]
    each, names, parts = -(-SAMPLE // len(groups)), [c.name for c in columns], list[pd.DataFrame]()
    for group in groups:
        batch = next(file.iter_batches(batch_size=each, columns=names, row_groups=[group]))
        parts.append(pd.DataFrame({c.name: _plain(values_in(batch, c.path)) for c in columns}))
    return pd.concat(parts, ignore_index=True)


def _plain(values: pa.Array) -> pd.Series:
    series: pd.Series = (values.cast(pa.float64()) if pa.types.is_decimal(values.type) else values).to_pandas()
    return series.astype(object) if is_text(values.type) else series


def _depends(sample: pd.DataFrame, column: str, on: str) -> bool:
    """Say whether one value of a column stands beside each value of another."""
    pairs = sample[[on, column]].drop_duplicates()
    return not pairs[on].duplicated().any()


def _probability(name: str, sample: pd.DataFrame, columns: list[str]) -> str:
    fitting = [c for c in columns if sample[c].dropna().between(-1e-6, 1 + 1e-6).all() and sample[c].notna().any()] or columns
    for hint in ("prob", "pred"):
        fitting = [c for c in fitting if hint in c.lower()] or fitting
    if len(fitting) == 1:
        return fitting[0]
    which = " and ".join(c[:40] for c in fitting[:4])
    sentence = f"several columns that may hold the probabilities: {which}" if fitting else "no column of probabilities"
    raise ReleaseError(
        f"{name} has a row per gene and attribute, and {sentence}. Leave one, or call it “predicted_probabilities”."
    )
