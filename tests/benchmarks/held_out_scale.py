"""Tables to hold the telling of scale and log base against that were not used to tune it: other laws, ranges and seeds.

Where `bench_scale` draws Poisson counts of up to 12,000 genes, these are overdispersed counts of 800 to 30,000 genes and 1 to 16
samples, of depths from a thousand to 300 million, cells among them, with lengths, scalings and numbers added of their own.
Everything is simulated.
"""

from __future__ import annotations

import numpy as np

from tests.benchmarks.bench_scale import BASES, Table

LINEAR = (
    "counts",
    "counts",
    "halves",
    "length-scaled",
    "CPM",
    "TPM",
    "FPKM",
    "part of CPM",
    "upper quartile",
    "per ten thousand",
)
ADDED = (1.0, 1.0, 1.0, 1.0, 0.0, 0.1, 0.25, 3.0)
DECIMALS = (None, None, None, None, 0, 1, 2, 3, 4, 5)
FIRST_SEED = 5_000_000


def held_out(seed: int) -> Table:
    """Return a table of random depth, kind, log, number added and rounding."""
    rng = np.random.default_rng(FIRST_SEED + seed)
    genes, samples = int(10 ** rng.uniform(2.9, 4.48)), int(rng.integers(1, 17))
    depth = 10 ** rng.uniform(3.0, 8.5)
    share = rng.gamma(rng.uniform(0.15, 0.8), 1.0, (1, genes)) * rng.lognormal(0, rng.uniform(0.5, 2.2), (1, genes))
    share = share * rng.lognormal(0, rng.uniform(0.05, 0.6), (samples, genes))
    share /= share.sum(axis=1, keepdims=True)
    size = rng.uniform(1.0, 30.0)
    rate = share * depth * rng.lognormal(0, 0.4, (samples, 1))
    counts = rng.poisson(rng.gamma(size, rate / size)).astype(float)
    counts[:, 0] += 1
    linear = str(rng.choice(LINEAR))
    values = _on_scale(counts, linear, rng)
    decimals = DECIMALS[int(rng.integers(len(DECIMALS)))]
    if rng.random() < 0.3:
        decimals = None if linear == "counts" else decimals
        return Table(values if decimals is None else values.round(decimals), linear, None, 0, decimals)
    base, added = BASES[str(rng.choice(list(BASES)))], float(rng.choice(ADDED))
    if added == 0:
        logs = np.maximum(np.where(values > 0, np.log(np.maximum(values, 1e-300)) / np.log(base), 0), 0)
    else:
        logs = np.log(values + added) / np.log(base)
        logs = np.maximum(logs, 0) if added < 1 and rng.random() < 0.5 else logs
    return Table(logs if decimals is None else logs.round(decimals), linear, base, added, decimals)


def _on_scale(counts: np.ndarray, linear: str, rng: np.random.Generator) -> np.ndarray:
    totals = counts.sum(axis=1, keepdims=True)
    if linear == "counts":
        return counts
    if linear == "halves":
        return counts / 2
    if linear == "length-scaled":
        return counts * rng.lognormal(0, 0.05, counts.shape)
    if linear in ("CPM", "part of CPM"):
        cpm = counts / totals * 1e6
        return cpm if linear == "CPM" else cpm[:, :: int(rng.integers(2, 4))]
    if linear == "per ten thousand":
        return counts / totals * 1e4
    if linear == "upper quartile":
        positive = [row[row > 0] for row in counts]
        return counts / np.array([[np.quantile(row, 0.75)] for row in positive]) * 1000
    rates = counts / (rng.lognormal(7.5, 0.7, (1, counts.shape[1])) / 1000)
    return rates / totals * 1e6 if linear == "FPKM" else rates / rates.sum(axis=1, keepdims=True) * 1e6
