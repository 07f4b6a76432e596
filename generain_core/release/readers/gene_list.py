"""Lists of genes, one a line, as they lie beside the released arrays."""

from functools import lru_cache
from pathlib import Path

from generain_core.errors import ReleaseError
from generain_core.release.readers.annotation import plain_name
from generain_core.release.readers.tab_separated import read_bytes


def read_gene_list(path: Path, *, repeats: bool = False) -> tuple[str, ...]:
    """Read the names of a list of genes in their order; blank lines are passed over.

    Args:
        path: the list, plain or gzipped.
        repeats: whether a gene may be named more than once.

    Raises:
        ReleaseError: the file can't be read, is no text, or names a gene twice.
    """
    try:
        stat = path.stat()
    except OSError:
        return _read(path, repeats)
    return _kept(path, stat.st_size, stat.st_mtime_ns, repeats)


@lru_cache(maxsize=16)
def _kept(path: Path, size: int, modified_ns: int, repeats: bool) -> tuple[str, ...]:
    """Return the names as they were read before, as long as the file is as large and as old."""
    return _read(path, repeats)


def _read(path: Path, repeats: bool) -> tuple[str, ...]:
    text = read_bytes(path).decode()
    if "\ufffd" in text:
        raise ReleaseError(f"{path.name} is not a text file; one gene name a line is expected.")
    genes = tuple(plain_name(line.strip()) for line in text.splitlines() if line.strip())
    if not repeats and len(set(genes)) != len(genes):
        raise ReleaseError(f"{path.name} should name each gene once, but has {len(genes):,} lines and {len(set(genes)):,} names.")
    return genes
