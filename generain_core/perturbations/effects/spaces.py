"""The spaces that effects are looked at in: the model's embedding, and the plain one to hold it against."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.perturbations.notes import Note, NoteKind
from generain_core.samples.binning.acceptance import depth
from generain_core.samples.interpret.expression import Matrix
from generain_core.text import percent

if TYPE_CHECKING:
    import anndata

COMPONENTS = 50
LITTLE = 0.7
"""A smaller share of the variance than this is said to be little."""
_COLUMNS = 2000
_CELLS = 4_000_000
Name = Literal["embedding", "expression"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Space:
    """Places of samples.

    Attributes:
        name: which space.
        words: what it is, in words.
        samples: names of the samples that have a place.
        points: samples × dimensions.
        notes: what a reader of its results must know.
    """

    name: Name
    words: str
    samples: tuple[str, ...]
    points: NDArray[np.float64]
    notes: tuple[Note, ...] = ()


def log_depth(values: Matrix, totals: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return log10(count · 10⁷ / total + 1), samples × genes, float32; totals are of all gene rows of a sample."""
    dense = values.toarray() if sparse.issparse(values) else np.asarray(values)
    scaled: NDArray[np.float32] = np.log10(dense.astype(np.float64) * (1e7 / totals)[:, None] + 1).astype(np.float32)
    return scaled


def expression_space(
    values: Matrix,
    counted: NDArray[np.bool_],
    samples: tuple[str, ...],
    components: int = COMPONENTS,
    progress: Callable[[float, str], None] | None = None,
    totals: NDArray[np.float64] | None = None,
) -> Space:
    """Return samples on the principal components of log-depth expression: the baseline that a model has to beat.

    All gene rows with a count count, centered, not scaled. At most `components` components, fewer where there are fewer.

    Args:
        values: samples × gene rows, counts.
        counted: which rows are genes.
        samples: names of the samples.
        components: how many at most.
        progress: told the share done and words.
        totals: of the samples, where they aren't those of the rows.

    Raises:
        GeneRAINError: fewer than three samples with counts, or all are equal.
    """
    totals = depth(values, counted) if totals is None else totals
    kept = np.flatnonzero(totals > 0)
    if len(kept) < 3:
        raise GeneRAINError(f"Only {len(kept)} samples have counts; give at least 3 samples.")
    columns = np.flatnonzero(counted)
    gram = np.zeros((len(kept), len(kept)))
    step = max(100, min(_COLUMNS, _CELLS // len(kept)))
    for start in range(0, len(columns), step):
        block = values[:, columns[start : start + step]][kept]
        logs = log_depth(block, totals[kept]).astype(np.float64)
        logs -= logs.mean(0)
        gram += logs @ logs.T
        if progress:
            progress(min(1.0, (start + step) / len(columns)), f"expression: {min(start + step, len(columns)):,} gene rows")
    points, share = _scores(gram, components)
    words = (
        f"{points.shape[1]} principal components of log10(count · 10⁷ / total + 1) over {len(columns):,} gene rows "
        f"({percent(share)} of the variance)"
    )
    notes: tuple[Note, ...] = ()
    if share < LITTLE:
        notes = (Note(NoteKind.LITTLE_VARIANCE, {"components": points.shape[1], "share": share}),)
    return Space(name="expression", words=words, samples=tuple(np.array(samples, dtype=object)[kept]), points=points, notes=notes)


def embedding_space(adata: "anndata.AnnData") -> Space:
    """Return samples where a model put them.

    Raises:
        GeneRAINError: the samples have not been embedded.
    """
    if "X_generain" not in adata.obsm:
        raise GeneRAINError('These samples have no embedding; embed them first (obsm["X_generain"] is missing).')
    points = np.asarray(adata.obsm["X_generain"], dtype=np.float64)
    model = adata.uns.get("generain", {}).get("model", "a model")
    words = f"embedding by {model}, {points.shape[1]} dimensions"
    return Space(name="embedding", words=words, samples=tuple(map(str, adata.obs_names)), points=points)


def _scores(gram: NDArray[np.float64], components: int) -> tuple[NDArray[np.float64], float]:
    from scipy.linalg import eigh
    from scipy.sparse.linalg import eigsh

    n, trace = len(gram), float(np.trace(gram))
    if not trace > 0:
        raise GeneRAINError("All samples are equal; give samples that differ.")
    if n > 2000:
        values, vectors = eigsh(gram, k=min(components, n - 1), v0=np.ones(n))
    else:
        values, vectors = eigh(gram, subset_by_index=[max(0, n - components), n - 1])
    order = np.argsort(-values)
    values, vectors = values[order], vectors[:, order]
    real = values > 1e-9 * values[0]
    values, vectors = values[real], vectors[:, real]
    signs = np.sign(vectors[np.abs(vectors).argmax(0), np.arange(vectors.shape[1])])
    return vectors * signs * np.sqrt(values), float(values.sum()) / trace
