"""Are scale and log base told right? ``python -m tests.benchmarks.bench_scale [N] [FIRST SEED] [--held-out]``.

Tables are of all depths, kinds, bases, numbers added and roundings. Each is asked about, read right, or read wrong in silence;
the last must be none. Everything is simulated.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.interpret.values import Values, judge

BASES = {"2": 2.0, "e": float(np.e), "10": 10.0}
LINEAR = ("counts", "estimated", "CPM", "TPM", "part of TPM", "normalized", "per ten thousand")
ADDED = (1.0, 1.0, 1.0, 0.0, 0.5, 2.0)
DECIMALS = (None, None, None, 0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Table:
    """A simulated table (samples × genes) and what it is."""

    values: np.ndarray
    linear: str
    base: float | None
    added: float
    decimals: int | None

    @property
    def kind(self) -> str:
        """Return what it is in a word or two."""
        return self.linear if self.base is None else f"log{'e' if self.base == np.e else f'{self.base:g}'} of {self.linear}"


def simulated(seed: int) -> Table:
    """Return a table of random depth, kind, log, number added and rounding."""
    rng = np.random.default_rng(seed)
    genes, samples = int(rng.integers(2500, 12000)), int(rng.integers(1, 9))
    depth = 10 ** rng.uniform(3.7, 7.7)
    share = rng.lognormal(0, rng.uniform(1.4, 2.6), (1, genes)) * rng.lognormal(0, 0.3, (samples, genes))
    share *= rng.random((samples, genes)) > rng.uniform(0, 0.5)
    share /= share.sum(axis=1, keepdims=True)
    counts = rng.poisson(share * depth * rng.uniform(0.6, 1.6, (samples, 1))).astype(float)
    counts[:, 0] += 1
    linear = str(rng.choice(LINEAR))
    values = _on_scale(counts, linear, rng)
    base = None if rng.random() < 0.35 else BASES[str(rng.choice(list(BASES)))]
    decimals = DECIMALS[int(rng.integers(len(DECIMALS)))]
    if base is None:
        decimals = None if linear == "counts" else decimals
        return Table(values if decimals is None else values.round(decimals), linear, None, 0, decimals)
    added = float(rng.choice(ADDED))
    if added == 0:
        logs = np.where(values > 0, np.log(np.maximum(values, 1e-300)) / np.log(base), 0)
        logs = np.maximum(logs, 0)
    else:
        logs = np.log(values + added) / np.log(base)
    logs = logs.astype(np.float32).astype(float) if rng.random() < 0.5 else logs
    return Table(logs if decimals is None else logs.round(decimals), linear, base, added, decimals)


def _on_scale(counts: np.ndarray, linear: str, rng: np.random.Generator) -> np.ndarray:
    totals = counts.sum(axis=1, keepdims=True)
    if linear == "counts":
        return counts
    if linear == "estimated":
        return np.maximum(0, counts + np.where(rng.random(counts.shape) < 0.4, rng.normal(0, 0.3, counts.shape), 0)) * (
            counts > 0
        )
    if linear == "CPM":
        return counts / totals * 1e6
    if linear == "per ten thousand":
        return counts / totals * 1e4
    if linear == "normalized":
        return counts / rng.lognormal(0, 0.3, (len(counts), 1))
    rates = counts / rng.lognormal(7.5, 0.6, (1, counts.shape[1]))
    tpm = rates / rates.sum(axis=1, keepdims=True) * 1e6
    return tpm if linear == "TPM" else tpm[:, : int(rng.uniform(0.4, 0.9) * tpm.shape[1])]


def outcome(table: Table, found: Values) -> str:
    """Return in what way a table was read: right, asked, refused, or what was wrong in silence."""
    refused = (ValueKind.NEGATIVE, ValueKind.ZEROS, ValueKind.MIXED, ValueKind.BINS, ValueKind.Z_SCORES)
    if found.kind in (*refused, ValueKind.RANKS, ValueKind.ROOTS):
        return "refused"
    if found.unsure:
        return "asked: counts or logs"
    if table.base is None:
        return (
            "right"
            if found.kind != ValueKind.LOG
            else "asked: base"
            if found.log and not found.log.certain
            else "WRONG: log, certain"
        )
    if found.kind != ValueKind.LOG or found.log is None:
        return "WRONG: not a log"
    if not found.log.certain:
        return "asked: base"
    return "right" if found.log.base == table.base else f"WRONG: base {found.log.base:.3g}, certain"


def confusion(count: int, start: int = 0, make: Callable[[int], Table] = simulated) -> tuple[pd.DataFrame, list[int]]:
    """Return kinds × outcomes of simulated tables, and the seeds of those that were read wrong in silence."""
    counted, wrong = Counter[tuple[str, str]](), list[int]()
    for seed in range(start, start + count):
        table = make(seed)
        result = outcome(table, judge(table.values))
        counted[table.kind, result] += 1
        if result.startswith("WRONG"):
            wrong.append(seed)
    matrix = pd.Series(counted).unstack(fill_value=0).sort_index()
    return matrix, wrong


if __name__ == "__main__":
    from tests.benchmarks.held_out_scale import held_out

    said = sys.argv[1:]
    make = held_out if "--held-out" in said else simulated
    numbers = [int(word) for word in said if word.isdigit()]
    count, start = numbers[0] if numbers else 2000, numbers[1] if len(numbers) > 1 else 0
    matrix, wrong = confusion(count, start, make)
    sys.stdout.write(
        f"Simulated tables.\n{matrix.to_string()}\n{matrix.sum().to_string()}\nread wrong in silence, by seed: {wrong}\n"
    )
