"""Results held against each other, number by number."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError

RELATIVE, ABSOLUTE = 1e-6, 1e-9
"""How far numbers may lie apart and still be the same: below what another processor or library changes."""
MOST = 1000
_VOLATILE = frozenset({"seconds", "output", "release", "device", "written"})
"""What a result says of the run rather than of the question."""


@dataclass(frozen=True)
class Difference:
    """Something that is not the same.

    Attributes:
        where: file and place in it.
        saved: what the capsule holds.
        now: what came of it now.
    """

    where: str
    saved: Any
    now: Any


def differences(saved: Any, now: Any, where: str) -> Iterator[Difference]:
    """Yield where two documents differ: numbers by more than rounding, all else at all."""
    if isinstance(saved, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys([*saved, *now]):
            if key not in _VOLATILE:
                yield from differences(saved.get(key), now.get(key), f"{where}.{key}")
    elif isinstance(saved, list) and isinstance(now, list):
        if len(saved) != len(now):
            yield Difference(f"{where} (rows)", len(saved), len(now))
        for i, (one, other) in enumerate(zip(saved, now, strict=False)):
            yield from differences(one, other, f"{where}[{i}]")
    elif _is_number(saved) and _is_number(now):
        if not _close(float(saved), float(now)):
            yield Difference(where, saved, now)
    elif saved != now:
        yield Difference(where, _short(saved), _short(now))


def file_differences(saved: Path, now: Path, name: str) -> Iterator[Difference]:
    """Yield where two files differ: tables cell by cell, h5ad array by array, all else as text or bytes."""
    try:
        if saved.suffix == ".h5ad":
            yield from _samples(anndata.read_h5ad(saved), anndata.read_h5ad(now), name)
        elif saved.suffix in (".csv", ".tsv"):
            separator = "," if saved.suffix == ".csv" else "\t"
            yield from _tables(pd.read_csv(saved, sep=separator), pd.read_csv(now, sep=separator), name)
        elif saved.read_bytes() != now.read_bytes():
            yield from differences(_text(saved), _text(now), name)
    except (ValueError, KeyError, OSError, pd.errors.ParserError) as problem:
        raise GeneRAINError(f"{name} of the capsule can't be read ({str(problem)[:80]}); save the capsule anew.") from problem


def _tables(saved: pd.DataFrame, now: pd.DataFrame, name: str) -> Iterator[Difference]:
    if list(saved.columns) != list(now.columns):
        yield Difference(f"{name} (columns)", _short(list(saved.columns)), _short(list(now.columns)))
    if len(saved) != len(now):
        yield Difference(f"{name} (rows)", len(saved), len(now))
        return
    for column in saved.columns.intersection(now.columns):
        yield from _arrays(saved[column].to_numpy(), now[column].to_numpy(), f"{name}: {column}")


def _samples(saved: anndata.AnnData, now: anndata.AnnData, name: str) -> Iterator[Difference]:
    for part in ("obs_names", "var_names"):
        if list(getattr(saved, part)) != list(getattr(now, part)):
            yield Difference(f"{name} ({part})", _short(list(getattr(saved, part))), _short(list(getattr(now, part))))
            return
    yield from _tables(saved.obs.astype(object), now.obs.astype(object), f"{name}: obs")
    pairs: dict[str, tuple[Any, Any]] = {"X": (saved.X, now.X)}
    for part in ("layers", "obsm"):
        one, other = getattr(saved, part), getattr(now, part)
        if set(one) != set(other):
            yield Difference(f"{name} ({part})", sorted(one), sorted(other))
        pairs |= {f"{part}/{key}": (one[key], other[key]) for key in one if key in other}
    for key, (first, second) in pairs.items():
        yield from _arrays(_dense(first), _dense(second), f"{name}: {key}")


def _arrays(saved: np.ndarray, now: np.ndarray, where: str) -> Iterator[Difference]:
    if saved.shape != now.shape:
        yield Difference(where, list(saved.shape), list(now.shape))
    elif saved.dtype.kind in "biuf" and now.dtype.kind in "biuf":
        one, other = saved.astype(np.float64), now.astype(np.float64)
        apart = ~np.isclose(one, other, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True)
        for place in np.argwhere(apart)[:MOST]:
            at = tuple(place)
            yield Difference(f"{where}[{', '.join(map(str, at))}]", _said(one[at]), _said(other[at]))
    else:
        for i, (first, second) in enumerate(zip(saved.ravel().tolist(), now.ravel().tolist(), strict=True)):
            yield from differences(_plain(first), _plain(second), f"{where}[{i}]")


def _said(value: np.floating[Any]) -> float | str:
    """Return a number as JSON can hold it."""
    return float(value) if np.isfinite(value) else str(value)


def _plain(value: Any) -> Any:
    return None if value is None or (isinstance(value, float) and math.isnan(value)) else value


def _dense(values: Any) -> np.ndarray:
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values)


def _text(path: Path) -> Any:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return f"{path.stat().st_size} bytes"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _close(one: float, other: float) -> bool:
    return one == other or math.isclose(one, other, rel_tol=RELATIVE, abs_tol=ABSOLUTE) or (math.isnan(one) and math.isnan(other))


def _short(value: Any) -> Any:
    return value if _is_number(value) or value is None or isinstance(value, bool) else str(value)[:200]
