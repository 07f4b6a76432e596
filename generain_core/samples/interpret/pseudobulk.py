"""Pseudobulk: samples or cells that agree in some columns, summed."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.own_files.summing import summed_depths


def sum_by(expression: Expression, columns: Sequence[str]) -> Expression:
    """Sum the rows with the same values in some columns of `obs`, groups in the order they first come.

    A group is named by its values with ``_`` between. Its `obs` holds these values and n_cells, how many rows were summed.
    Rows without a value in one of the columns are left out, with a note.

    Raises:
        GeneRAINError: no column is given, one is not there, or no row has a value in all of them.
    """
    absent = [column for column in columns if column not in expression.obs]
    if absent or not columns:
        there = ", ".join(map(str, expression.obs.columns)) or "none"
        asked = f"column {absent[0]!r}" if absent else "a sum by no column"
        raise GeneRAINError(f"{expression.source} can't be summed by {asked}; its sample columns are: {there}.")
    keys = expression.obs[list(columns)].reset_index(drop=True)
    known = keys.notna().all(axis=1).to_numpy() & (keys.astype(str) != "").all(axis=1).to_numpy()
    if not known.any():
        raise GeneRAINError(f"No row has a value in {' and '.join(columns)}; choose another column to sum by.")
    texts = keys[known].astype(str)
    groups = texts.groupby(list(columns), sort=False, observed=True).ngroup().to_numpy()
    members = sparse.csr_matrix((np.ones(len(groups)), (groups, np.flatnonzero(known))), (groups.max() + 1, len(keys)))
    summed = members @ expression.values
    own = summed_depths(expression, groups, np.flatnonzero(known), summed)
    obs = texts.drop_duplicates().assign(n_cells=np.bincount(groups))
    names = _unique(["_".join(row) for row in texts.drop_duplicates().itertuples(index=False)])
    obs.index = pd.Index(names, dtype=object)
    notes = [f"{len(groups):,} rows were summed to {len(names):,} by {' and '.join(columns)}."]
    if not known.all():
        notes.append(f"{int((~known).sum()):,} rows without a value in {' and '.join(columns)} were left out.")
    if expression.value_kind not in (ValueKind.COUNTS, ValueKind.ESTIMATED):
        notes.append(f"The values that were summed are {expression.value_kind}, not counts: each row weighs the same.")
    values = sparse.csr_matrix(summed) if sparse.issparse(summed) else np.asarray(summed)
    return replace(expression, values=values, samples=tuple(names), obs=obs, notes=(*expression.notes, *notes), own=own)


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    taken = set(names)
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        fresh = name
        while seen[name] > 1 and fresh in taken:
            fresh, seen[name] = f"{name}_{seen[name]}", seen[name] + 1
        taken.add(fresh)
        out.append(fresh)
    return out
