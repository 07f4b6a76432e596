"""Libraries, reliability and the like of attributes from a table of their own, where the predictions lack them."""

from pathlib import Path

import pandas as pd

from generain_core.errors import ReleaseError

_EXPECTED = "a tab-separated table with a header is expected, one row an attribute, with a column of the attributes' names"


def described(metadata: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return metadata with the columns of a tab-separated table that it lacks, matched by the attributes' names in any case.

    Args:
        metadata: indexed by the attributes' names.
        path: the table; the column that names most attributes is the one to match by. Attributes without a row get empty
            words and NaN.

    Raises:
        ReleaseError: no such table, or no row of it names an attribute.
    """
    try:
        table = pd.read_csv(path, sep="\t", encoding="utf-8-sig", skipinitialspace=True)
    except (OSError, ValueError) as problem:  # pandas' own errors are ValueErrors
        said = " ".join(str(problem).split())[:120]
        raise ReleaseError(f"{path.name} can't be read ({said}); {_EXPECTED}.") from problem
    wanted = pd.Index(_folded(metadata.index.to_series()))
    texts = [column for column in table.columns if not pd.api.types.is_numeric_dtype(table[column])]
    hits = {column: int(wanted.isin(_folded(table[column])).sum()) for column in texts}
    column = max(hits, key=lambda name: hits[name], default=None)
    if column is None or not hits[column]:
        raise ReleaseError(f"No row of {path.name} names an attribute, such as “{str(metadata.index[0])[:60]}”; {_EXPECTED}.")
    rows = table.set_index(pd.Index(_folded(table[column]))).drop(columns=column)
    rows = rows[~rows.index.duplicated()].reindex(wanted).set_index(metadata.index)
    for name in rows.columns:
        if not pd.api.types.is_numeric_dtype(rows[name]):
            rows[name] = rows[name].astype(object).where(rows[name].notna(), "").map(str)
    return pd.concat([metadata, rows[[name for name in rows.columns if name not in metadata.columns]]], axis=1)


def _folded(names: pd.Series) -> list[str]:
    return [" ".join(str(name).casefold().split()) for name in names]
