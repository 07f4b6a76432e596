"""Where each gene stands in an attribute: how many genes have a lower probability, and what is usual there."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Summary:
    """What is usual in some attributes, row by row.

    Attributes:
        counts: how many genes have a probability.
        medians, means, deviations: of the genes that have one (float64; the deviation is that of the population).
    """

    counts: np.ndarray
    medians: np.ndarray
    means: np.ndarray
    deviations: np.ndarray


def summarize(block: np.ndarray) -> Summary:
    """Sum up attributes × genes (float32 from 0 to 1, NaN where there is none). One without any has median NaN, mean 0."""
    counts = block.shape[1] - np.count_nonzero(np.isnan(block), axis=1)
    whole = bool((counts == block.shape[1]).all())
    filled = block if whole else np.nan_to_num(block, nan=0.0)
    total = np.maximum(counts, 1)
    means = filled.sum(axis=1, dtype=np.float64) / total
    squares = np.einsum("ij,ij->i", filled, filled, dtype=np.float64)
    deviations = np.sqrt(np.maximum(squares / total - means**2, 0))
    return Summary(counts, np.array([_median(*line) for line in zip(block, counts, strict=True)]), means, deviations)


def _median(line: np.ndarray, count: int) -> float:
    if not count:
        return float("nan")
    upper = int(count) // 2
    parted = np.partition(line, upper)  # NaN goes to the end
    if count % 2:
        return float(parted[upper])
    return (float(parted[:upper].max()) + float(parted[upper])) / 2


def lower_counts(block: np.ndarray) -> np.ndarray:
    """Count for each gene how many have a lower probability in the attribute; for one without, how many have any.

    Args:
        block: attributes × genes, float32 from 0 to 1, NaN where there is none.
    """
    genes = block.shape[1]
    values = block + np.float32(0)  # no minus zero: its bits sort before all others
    missing = np.isnan(values)
    values[missing] = np.nan  # one kind of NaN, whose bits sort behind all others
    # Bits of floats from 0 up sort as whole numbers do, and whole numbers that carry their gene sort fastest.
    packed = values.view(np.int32).astype(np.int64)
    packed <<= 32
    packed |= np.arange(genes)
    packed.sort(axis=1)
    order = packed & 0xFFFFFFFF
    packed >>= 32
    below = np.empty(block.shape, smallest_type(genes))
    places = np.arange(genes, dtype=below.dtype)
    for line, line_order, line_values in zip(below, order, packed, strict=True):
        differ = line_values[1:] != line_values[:-1]
        line[line_order] = places if differ.all() else _first_of_equals(differ, places)
    if missing.any():
        counts = genes - missing.sum(axis=1)
        below[missing] = np.broadcast_to(counts[:, None].astype(below.dtype), block.shape)[missing]
    return below


def _first_of_equals(differ: np.ndarray, places: np.ndarray) -> np.ndarray:
    first = np.zeros_like(places)
    first[1:][differ] = places[1:][differ]
    result: np.ndarray = np.maximum.accumulate(first)
    return result


def smallest_type(genes: int) -> type[np.unsignedinteger]:
    """Return the type that counts genes in the least room."""
    return np.uint16 if genes < 2**16 else np.uint32
