"""What does the second opinion tell alone, nothing before it noticing? ``python -m tests.benchmarks.bench_second_opinion``.

Each kind of wrong table is made of the demo's samples and binned as if every detector before were off. The demo is simulated.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import pandas as pd

import generain_core
from generain_core.release.files import choose
from generain_core.samples.binning.normalize import normalize
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.value_kind import ValueKind

Spoil = Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame]


def _per_million(table: pd.DataFrame) -> pd.DataFrame:
    return table / table.sum() * 1e6


def _logs(base: float, decimals: int) -> Spoil:
    return lambda table, rng: (np.log(_per_million(table) + 1) / np.log(base)).round(decimals)


def _undone(base: float, taken: float) -> Spoil:
    return lambda table, rng: taken ** (np.log(_per_million(table) + 1) / np.log(base)) - 1


def _row(name: str, value: Callable[[pd.DataFrame], object]) -> Spoil:
    return lambda table, rng: pd.concat([table, pd.DataFrame([value(table)], [name], table.columns)])


def _columns(make: Callable[[pd.DataFrame, np.random.Generator], pd.Series]) -> Spoil:
    """Return a table of columns that are no samples, under samples' names."""
    return lambda table, rng: pd.DataFrame({name: make(table[[name]], rng) for name in table.columns})


KINDS: dict[str, Spoil] = {
    "01 numbers of rows as IDs": lambda table, rng: table.set_axis(rng.permutation(table.index), axis=0),
    "01 names shifted by a row": lambda table, rng: table.set_axis(np.roll(table.index, 1), axis=0),
    "02 log2, 1 decimal, as counts": _logs(2, 1),
    "02 log2, 3 decimals, as counts": _logs(2, 3),
    "02 log10, 2 decimals, as counts": _logs(10, 2),
    "03 nCount_RNA as a gene": _row("nCount_RNA", lambda table: table.sum().to_numpy()),
    "03 a depth 300 times as large as a gene": _row("sequencing_depth", lambda table: table.sum().to_numpy() * 300),
    "03 RIN as a gene": _row("RIN", lambda table: [7.5] * table.shape[1]),
    "04 placeholders summed into a gene": lambda table, rng: table.set_axis(
        [table.index[7] if i % 60 == 0 else name for i, name in enumerate(table.index)], axis=0
    ),
    "05 the first gene lost": lambda table, rng: table.iloc[1:],
    "06 cells of a long table summed": lambda table, rng: table.sum(axis=1).to_frame("count"),
    "07 p values as samples": _columns(lambda table, rng: pd.Series(rng.random(len(table)), table.index)),
    "07 fold changes as samples": _columns(lambda table, rng: pd.Series(rng.lognormal(0, 1, len(table)), table.index)),
    "07 lengths as samples": _columns(lambda table, rng: pd.Series(rng.lognormal(7.5, 0.7, len(table)).round(), table.index)),
    "07 positions as samples": _columns(lambda table, rng: pd.Series(rng.integers(1, 2e8, len(table)), table.index)),
    "07 coverage (FPKM) as samples": lambda table, rng: table.div(rng.lognormal(7.5, 0.7, len(table)), axis=0),
    "07 a mean of the samples as a sample": lambda table, rng: table.mean(axis=1).to_frame("mean"),
    "09 a mouse's table by its capitals": lambda table, rng: table.set_axis(
        [name if rng.random() < 0.7 else other for name, other in zip(table.index, rng.permutation(table.index), strict=True)],
        axis=0,
    ),
    "10 repeats counted for another gene": lambda table, rng: table.set_axis(
        [table.index[-1 - i] if i < 34 else name for i, name in enumerate(table.index)], axis=0
    ),
    "13 one count lost": lambda table, rng: table.mask(table.index.to_series() == table.index[3], 0),
    "17 fifty rows lost": lambda table, rng: table.drop(index=table.index[::71]),
    "19 turned": lambda table, rng: pd.DataFrame(rng.permuted(table.to_numpy(), axis=0), table.index, table.columns),
    "log2 undone with e": _undone(2, np.e),
    "ln undone with 2": _undone(np.e, 2),
    "log10 undone with 2": _undone(10, 2),
    "square roots of CPM": lambda table, rng: np.sqrt(_per_million(table)).round(3),
    "ratios to a control": lambda table, rng: (_per_million(table) + 1).div(_per_million(table).iloc[:, 0] + 1, axis=0),
    "methylation": lambda table, rng: pd.DataFrame(rng.beta(0.6, 0.6, table.shape), table.index, table.columns),
    "ranks": lambda table, rng: table.rank(method="first"),
    "single cells": lambda table, rng: pd.DataFrame(rng.poisson(_per_million(table) * 0.015), table.index, table.columns),
}
CHANGES_NOTHING = ("05", "06", "10", "13", "17", "07 a mean", "04")
"""Kinds that leave nearly every bin of a sample as it was, or give another usual sample: no look at bins can tell them."""


def flagged() -> pd.Series:
    """Return of each kind the share of samples that the second opinion calls unusual."""
    generain = generain_core.open()
    counts = pd.read_csv(choose().path("demo/counts"), index_col=0)
    counts = counts[~counts.index.duplicated()].astype(float)
    shares = {}
    for name, spoil in {"none (false alarms)": lambda table, rng: table, **KINDS}.items():
        table = spoil(counts, np.random.default_rng(1)).astype(float)
        expression = Expression(
            values=table.T.to_numpy(np.float64),
            samples=tuple(map(str, table.columns)),
            identifiers=tuple(map(str, table.index)),
            obs=pd.DataFrame(index=table.columns),
            source="table",
            sha256="",
            value_kind=ValueKind.COUNTS,
            notes=(),
        )
        found = normalize(expression, generain.release, generain.resolver, min_genes=10).report["second_opinion"]
        shares[name] = 1.0 if found["odd_rows"] else float(np.mean([bool(cause) for cause in found["samples"]["cause"]]))
    return pd.Series(shares)


if __name__ == "__main__":
    shares = flagged()
    caught = int((shares.iloc[1:] > 0.5).sum())
    moving = shares.iloc[1:][[not name.startswith(CHANGES_NOTHING) for name in shares.index[1:]]]
    sys.stdout.write(
        f"Simulated samples.\n{shares.round(2).to_string()}\ncaught alone: {caught} of {len(shares) - 1} kinds; of the "
        f"{len(moving)} that change most bins, {int((moving > 0.5).sum())}\n"
    )
