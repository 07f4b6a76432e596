"""Where each gene stands in an attribute: how many genes have a lower probability, and the middle of them all."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Ranking:
    """Of some attributes, row by row.

    Attributes:
        below: attributes × genes, how many genes have a lower probability; of a gene without one, how many have any.
        counts: how many genes have a probability.
        medians, means, deviations: of the genes that have one (float64; the deviation is that of the population).
    """

    below: np.ndarray
    counts: np.ndarray
    medians: np.ndarray
    means: np.ndarray
    deviations: np.ndarray


def rank(block: np.ndarray) -> Ranking:
    """Rank the genes of each attribute.

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
    ordered = (packed >> 32).astype(np.int32).view(np.float32)
    del packed
    below = np.empty(block.shape, smallest_type(genes))
    places = np.arange(genes, dtype=below.dtype)
    for line, line_order, line_values in zip(below, order, ordered, strict=True):
        differ = line_values[1:] != line_values[:-1]
        line[line_order] = places if differ.all() else _first_of_equals(differ, places)
    counts = genes - missing.sum(axis=1)
    if missing.any():
        below[missing] = np.broadcast_to(counts[:, None], block.shape)[missing]
        values[missing] = 0
    lines, last = np.arange(len(block)), np.maximum(counts - 1, 0)
    medians = (ordered[lines, last // 2].astype(np.float64) + ordered[lines, (last + 1) // 2]) / 2
    total = np.maximum(counts, 1)
    means = values.sum(axis=1, dtype=np.float64) / total
    squares = np.einsum("ij,ij->i", values, values, dtype=np.float64)
    deviations = np.sqrt(np.maximum(squares / total - means**2, 0))
    return Ranking(below, counts, medians, means, deviations)


def _first_of_equals(differ: np.ndarray, places: np.ndarray) -> np.ndarray:
    first = np.zeros_like(places)
    first[1:][differ] = places[1:][differ]
    result: np.ndarray = np.maximum.accumulate(first)
    return result


def smallest_type(genes: int) -> type[np.unsignedinteger]:
    """Return the type that counts genes in the least room."""
    return np.uint16 if genes < 2**16 else np.uint32
