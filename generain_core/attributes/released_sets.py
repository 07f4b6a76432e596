"""The gene sets that lie in a release: known members of its attributes."""

import gzip

from generain_core.attributes.gmt import read_gmt
from generain_core.errors import ReleaseError
from generain_core.release.files import Release


def released_sets(release: Release) -> dict[str, tuple[str, ...]] | None:
    """Return the gene sets that lie in the release, if there are any.

    Raises:
        ReleaseError: the file can't be read.
    """
    key = next((each for each in ("annotation/gene_sets", "demo/gene_sets") if each in release.files and release.has(each)), None)
    if key is None:
        return None
    path = release.path(key)
    try:
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
    except (OSError, EOFError, ValueError) as problem:
        raise ReleaseError(f"{path.name} can't be read ({problem}); put it there again.") from problem
    return read_gmt(content, path.name)
