"""Mixed precision: 16 bits where the network bears it, measured on the user's own samples."""

import time
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.models.batches import BinRows
from generain_core.models.devices import half_precision
from generain_core.models.network import Network
from generain_core.models.pooling import embed_bins
from generain_core.text import percent, significant, with_noun

Precision = Literal["float32", "mixed"]
PRECISIONS: tuple[Precision, ...] = ("float32", "mixed")
LOOK = 8
"""Samples, evenly spaced, on which the precisions are compared."""
MOST = 0.05
"""Mixed precision is used if no sample moves by more than this share of the median distance between samples."""


@dataclass(frozen=True, kw_only=True)
class PrecisionChoice:
    """How far mixed precision moves embeddings, measured on some samples.

    Attributes:
        mixed: whether it is used.
        dtype: "float32", "bfloat16" or "float16": what the matrix products are computed in.
        max_abs: the largest change of any number of an embedding; NaN if it was not measured.
        relative: the largest distance that a sample moved, in median distances between the samples; NaN with one sample.
        samples: how many samples were compared.
        words: one sentence.
    """

    mixed: bool
    dtype: str
    max_abs: float
    relative: float
    samples: int
    words: str


def choose_precision(
    network: Network, bins: BinRows, gene_tokens: NDArray[np.int64], *, device: str = "cpu", precision: str = "float32"
) -> PrecisionChoice:
    """Return which precision to use: mixed if it was asked for, holds on the user's samples and, on a CPU, is faster.

    Raises:
        GeneRAINError: no such precision, or as `embed_bins`.
    """
    if precision not in PRECISIONS:
        raise GeneRAINError(f"There is no precision {precision!r}; choose float32 or mixed.")
    if precision == "float32":
        return PrecisionChoice(
            mixed=False, dtype="float32", max_abs=np.nan, relative=np.nan, samples=0, words="Computed in float32."
        )
    looked_at = bins[np.unique(np.linspace(0, bins.shape[0] - 1, min(LOOK, bins.shape[0])).astype(int))]
    embeddings, seconds = {}, {}
    for mixed in (False, True):
        embed_bins(network, looked_at[:1], gene_tokens, device=device, mixed=mixed)
        start = time.perf_counter()
        embeddings[mixed] = embed_bins(network, looked_at, gene_tokens, device=device, mixed=mixed)
        seconds[mixed] = time.perf_counter() - start
    return compare_precisions(embeddings[False], embeddings[True], device=device, faster=seconds[True] < seconds[False])


def compare_precisions(exact: NDArray[np.float32], mixed: NDArray[np.float32], *, device: str, faster: bool) -> PrecisionChoice:
    """Return whether mixed precision is used, from embeddings of the same samples both ways (samples × width)."""
    dtype = str(half_precision(device)).removeprefix("torch.")
    changes = mixed.astype(np.float64) - exact
    moved = float(np.linalg.norm(changes, axis=1).max())
    between = median_distance(exact)
    relative = moved / between if between > 0 else np.nan
    max_abs = float(np.abs(changes).max())
    how_far = f"the numbers of {with_noun(len(exact), 'sample')} changed by at most {significant(max_abs)}"
    if np.isfinite(relative):
        how_far += f", a sample by at most {percent(relative, 2)} of the median distance between samples"
    if not np.isfinite(max_abs) or (np.isfinite(relative) and relative > MOST):
        return PrecisionChoice(
            mixed=False,
            dtype="float32",
            max_abs=max_abs,
            relative=relative,
            samples=len(exact),
            words=f"Computed in float32: in {dtype}, {how_far}.",
        )
    if device == "cpu" and not faster:
        sentence = f"Computed in float32: {dtype} is not faster on this CPU ({how_far})."
        return PrecisionChoice(
            mixed=False, dtype="float32", max_abs=max_abs, relative=relative, samples=len(exact), words=sentence
        )
    return PrecisionChoice(
        mixed=True,
        dtype=dtype,
        max_abs=max_abs,
        relative=relative,
        samples=len(exact),
        words=f"Computed in {dtype}: against float32, {how_far}.",
    )


def median_distance(embedding: NDArray[Any]) -> float:
    """Return the median Euclidean distance between samples (samples × width); 0 if there is but one."""
    from scipy.spatial.distance import pdist

    return float(np.median(pdist(embedding.astype(np.float64)))) if len(embedding) > 1 else 0.0
