"""Linear algebra on one thread, so that a map is the same whatever the number of threads."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Let BLAS and OpenMP work on one thread, for the thread that asks, until the block ends.

    Sums that are shared out over threads are rounded otherwise for each number of them, and UMAP and t-SNE blow such
    differences up.
    """
    import sklearn.neighbors  # noqa: F401  # only libraries that are loaded can be limited
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield
