"""What a release holds, in a few figures, kept so that they can be told before its genes and vectors are opened."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from generain_core.release.files import Release
from generain_core.storage import cache
from generain_core.version import __version__

if TYPE_CHECKING:
    from generain_core.genes import Resolver
    from generain_core.vectors.atlas import Atlas


@dataclass(frozen=True)
class Overview:
    """How many genes there are, how many of them of which kind, how many numbers each has (0: none), and what to know."""

    genes: int
    coding: int
    lncrna: int
    dimensions: int
    vectors: str
    notes: list[str]


def kept_overview(release: Release, vectors: str) -> Overview | None:
    """Return the figures for a vector set as they were kept; None if a file of the release has changed since."""
    names = [field.name for field in fields(Overview)]
    entry = cache.load("overview", _key(release, vectors), meta=names)
    return None if entry is None else Overview(**{name: entry.meta[name] for name in names})


def overview(release: Release, resolver: Resolver, atlas: Atlas | None) -> Overview:
    """Return the figures and keep them; without vectors (`atlas` is None) those of the gene table, which are not kept."""
    table = resolver.table
    classes = table.biotype_classes[table.frame["in_model"]].to_numpy(object) if atlas is None else atlas.biotype_classes
    found = Overview(
        genes=len(classes),
        coding=int((classes == "coding").sum()),
        lncrna=int((classes == "lncRNA").sum()),
        dimensions=0 if atlas is None else int(atlas.space.vectors.shape[1]),
        vectors="" if atlas is None else atlas.space.name,
        notes=[*(() if atlas is None else atlas.space.notes), *table.warnings],
    )
    if atlas is not None:
        cache.store("overview", _key(release, atlas.space.name), {}, asdict(found))
    return found


def _key(release: Release, vectors: str) -> str:
    files = [cache.key_of_file(file.path, file.key) for file in release.files.values() if file.present]
    return cache.key_of(__version__, cache.key_of_code("genes"), cache.key_of_code("release"), vectors, files)
