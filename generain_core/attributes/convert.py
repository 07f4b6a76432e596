"""From the published parquet to arrays that lie contiguous both by attribute and by gene: once, and whole or not at all.

Probabilities are kept as float32, as they are published: float16 would be off by up to 0.00024 near 1, which changes the
order of the very genes that matter most.
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from generain_core import cache, settings
from generain_core.attributes.npy import NpyWriter, turn
from generain_core.attributes.ranking import Ranking, rank, smallest_type
from generain_core.attributes.source import Source
from generain_core.errors import ReleaseError
from generain_core.release import Release

Progress = Callable[[float, str], None]
KIND = "attributes"
FORMAT = 1
META = ("genes", "table", "layout", "notes")
PIECE = 4 << 20
"""Bytes of probabilities that are ranked at once."""


def disk_need(attributes: int, genes: int) -> int:
    """Return how many bytes a conversion needs at its peak; a sixth of them only until it is done."""
    width = np.dtype(smallest_type(genes)).itemsize
    return attributes * genes * (4 + 4 + width + width)


def store_key(release: Release, progress: Progress | None = None) -> str:
    """Return the key of the store: a hash of all bytes of the parquet and its gene list. Known files are not read again."""
    paths = [release.path("attributes"), *([release.path("attributes/genes")] if release.has("attributes/genes") else [])]
    at = cache.key_of(*(cache.key_of_file(path) for path in paths))
    known = cache.load("attribute-sources", at, meta=("sha256",))
    if known is None:
        if progress:
            progress(0.0, "reading the file once, to know it again")
        digests = [_digest(path) for path in paths]
        known = cache.store("attribute-sources", at, {}, {"sha256": digests})
    return cache.key_of(FORMAT, known.meta["sha256"])


def known_key(release: Release) -> str | None:
    """Return `store_key` if it can be told without reading the parquet."""
    paths = [release.path("attributes"), *([release.path("attributes/genes")] if release.has("attributes/genes") else [])]
    known = cache.load("attribute-sources", cache.key_of(*(cache.key_of_file(path) for path in paths)), meta=("sha256",))
    return None if known is None else cache.key_of(FORMAT, known.meta["sha256"])


def convert(release: Release, progress: Progress | None = None) -> str:
    """Make the store of a release's predictions, unless it is there, and return its key.

    Args:
        release: the release.
        progress: told the share done (0 to 1) and words; it may raise to cancel, which leaves nothing behind.

    Raises:
        ReleaseError: no predictions, a file that is not as published, or no room on the disk.
    """
    tell = progress or (lambda share, words: None)
    key = store_key(release, tell)
    if cache.load(KIND, key, meta=META) is not None:
        return key
    source = Source.open(release)
    size = len(source.metadata), len(source.genes)
    check_room(disk_need(*size))
    tell(0.02, f"reading {size[0]:,} attributes of {size[1]:,} genes")
    try:
        with cache.building(KIND, key) as working:
            if source.by_gene:
                _write(source, working / "by_gene.npy", lambda share: tell(0.02 + 0.3 * share, "reading probabilities"))
                turn(working / "by_gene.npy", working / "by_attribute.npy", lambda s: tell(0.32 + 0.15 * s, "turning the table"))
                summaries = _rank_all(working, size, lambda share: tell(0.47 + 0.33 * share, "ranking genes"))
            else:
                summaries = _write_and_rank(source, working, lambda share: tell(0.02 + 0.63 * share, "reading and ranking"))
                turn(working / "by_attribute.npy", working / "by_gene.npy", lambda s: tell(0.65 + 0.15 * s, "turning the table"))
            turn(working / "below_turned.npy", working / "below.npy", lambda s: tell(0.8 + 0.1 * s, "turning the ranks"))
            (working / "below_turned.npy").unlink()
            tell(0.9, "writing everything to the disk")
            for name, array in summaries.items():
                np.save(working / f"{name}.npy", array)
            shapes = {"by_attribute": size, "by_gene": size[::-1], "below": size[::-1]} | {
                n: a.shape for n, a in summaries.items()
            }
            cache.describe(working, shapes, _description(source))
    except OSError as problem:
        raise ReleaseError(
            f"The store of attributes can't be written to {settings.cache_dir()} ({problem.strerror}); make room there, or name "
            "another folder as GENERAIN_CACHE."
        ) from problem
    return key


@dataclass(frozen=True)
class Plan:
    """What a conversion will do: attributes, genes, bytes of disk at its peak, and the folder."""

    attributes: int
    genes: int
    bytes: int
    folder: Path


def plan(release: Release) -> Plan:
    """Say what the conversion of a release's predictions will take, before it begins.

    Raises:
        ReleaseError: no predictions, or a file that is not as published.
    """
    source = Source.open(release)
    size = len(source.metadata), len(source.genes)
    return Plan(*size, disk_need(*size), settings.cache_dir())


def check_room(need: int) -> None:
    """Refuse work that the disk has no room for.

    Raises:
        ReleaseError: not enough room.
    """
    folder = settings.cache_dir()
    free = shutil.disk_usage(folder).free
    if free < need:
        raise ReleaseError(
            f"Attributes need {need / 1e9:.1f} GB in {folder}, but only {free / 1e9:.1f} GB are free; make room there, or name "
            "another folder as GENERAIN_CACHE."
        )


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as problem:
        raise ReleaseError(f"{path} can't be read ({problem.strerror}); check the rights of the file.") from problem


def _write(source: Source, path: Path, progress: Callable[[float], None]) -> None:
    shape = len(source.genes), len(source.metadata)
    done = 0
    with NpyWriter(path, shape, np.float32) as out:
        for block in source.blocks():
            out.write(block)
            done += len(block)
            progress(done / shape[0])


def _write_and_rank(source: Source, working: Path, progress: Callable[[float], None]) -> dict[str, np.ndarray]:
    size = len(source.metadata), len(source.genes)
    rankings: list[Ranking] = []
    done, waiting = 0, list[Future[Ranking]]()
    with (
        NpyWriter(working / "by_attribute.npy", size, np.float32) as values,
        NpyWriter(working / "below_turned.npy", size, smallest_type(size[1])) as below,
        ThreadPoolExecutor(1) as worker,
    ):
        for block in source.blocks():
            waiting.append(worker.submit(_rank_pieces, block))
            values.write(block)
            if len(waiting) > 1:
                _take(waiting.pop(0), below, rankings)
            done += len(block)
            progress(done / size[0])
        for each in waiting:
            _take(each, below, rankings)
    return _summaries(rankings)


def _rank_all(working: Path, size: tuple[int, int], progress: Callable[[float], None]) -> dict[str, np.ndarray]:
    rankings: list[Ranking] = []
    step = max(1, PIECE // (4 * size[1]))
    with NpyWriter(working / "below_turned.npy", size, smallest_type(size[1])) as below:
        for start in range(0, size[0], step):
            ranking = rank(np.array(np.load(working / "by_attribute.npy", mmap_mode="r")[start : start + step]))
            below.write(ranking.below)
            rankings.append(_without_ranks(ranking))
            progress(min(1.0, (start + step) / size[0]))
    return _summaries(rankings)


def _rank_pieces(block: np.ndarray) -> Ranking:
    step = max(1, PIECE // (4 * block.shape[1]))
    parts = [rank(block[start : start + step]) for start in range(0, len(block), step)]
    joined = _summaries(parts)
    return Ranking(np.concatenate([part.below for part in parts]), *joined.values())


def _take(future: "Future[Ranking]", below: NpyWriter, rankings: list[Ranking]) -> None:
    ranking = future.result()
    below.write(ranking.below)
    rankings.append(_without_ranks(ranking))


def _without_ranks(ranking: Ranking) -> Ranking:
    return Ranking(np.empty(0), ranking.counts, ranking.medians, ranking.means, ranking.deviations)


def _summaries(rankings: list[Ranking]) -> dict[str, np.ndarray]:
    names = ("counts", "medians", "means", "deviations")
    return {name: np.concatenate([getattr(each, name) for each in rankings]) for name in names}


def _description(source: Source) -> dict[str, object]:
    table = source.metadata.reset_index()
    return {
        "genes": list(source.genes),
        "table": json.loads(table.to_json(orient="split", index=False, double_precision=15)),
        "layout": source.layout.kind,
        "notes": list(source.notes),
    }
