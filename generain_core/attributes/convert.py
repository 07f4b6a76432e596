"""From the published parquet to arrays that lie contiguous both by attribute and by gene: once, and whole or not at all.

Probabilities are kept as float32, as they are published: float16 would be off by up to 0.00024 near 1, which changes the
order of the very genes that matter most.
"""

import hashlib
import json
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from generain_core import cache, settings
from generain_core.attributes.npy import NpyWriter, room, turn_into
from generain_core.attributes.ranking import Ranking, rank, smallest_type
from generain_core.attributes.source import BLOCK, Source
from generain_core.errors import ReleaseError
from generain_core.release import Release

Progress = Callable[[float, str], None]
KIND = "attributes"
FORMAT = 1
META = ("genes", "table", "layout", "notes")
PIECE = 1 << 20
"""Bytes of probabilities that are ranked at once: they stay at hand in the processor."""
HANDS = 2
"""Threads that rank."""


def disk_need(attributes: int, genes: int) -> int:
    """Return how many bytes a conversion needs, while it is at work and after."""
    return attributes * genes * (4 + 4 + np.dtype(smallest_type(genes)).itemsize)


def store_key(release: Release, progress: Progress | None = None) -> str:
    """Return the key of the store: a hash of all bytes of the parquet and the files beside it. Known ones are not read again."""
    paths = _files(release)
    at = cache.key_of(*(cache.key_of_file(path) for path in paths))
    known = cache.load("attribute-sources", at, meta=("sha256",))
    if known is None:
        if progress:
            progress(0.0, "reading the file once, to know it again")
        digests = [_digest(path) for path in paths]
        known = cache.store("attribute-sources", at, {}, {"sha256": digests})
    return cache.key_of(FORMAT, known.meta["sha256"])


def _files(release: Release) -> list[Path]:
    beside = ("attributes/genes", "annotation/attributes")
    return [release.path("attributes"), *(release.path(key) for key in beside if release.has(key))]


def known_key(release: Release) -> str | None:
    """Return `store_key` if it can be told without reading the parquet."""
    paths = _files(release)
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
    key = known_key(release)
    if key is None and any((settings.cache_dir() / KIND).glob("[!.]*")):  # it may be one of these
        key = store_key(release, tell)
    if key is not None and cache.load(KIND, key, meta=META) is not None:
        return key
    source = Source.open(release)
    size = len(source.metadata), len(source.genes)
    check_room(disk_need(*size))
    tell(0.02, f"reading {size[0]:,} attributes of {size[1]:,} genes")
    try:
        # The hash of the file, by which the store is known, is worked out beside the conversion: so it is read but once.
        with ThreadPoolExecutor(1) as beside:
            hashed = beside.submit(store_key, release)
            with cache.building(KIND, hashed.result) as working:
                _fill(source, working, size, tell)
    except OSError as problem:
        raise ReleaseError(
            f"The store of attributes can't be written to {settings.cache_dir()} ({problem.strerror or problem}); make room, "
            "or name another folder as GENERAIN_CACHE."
        ) from problem
    return hashed.result()


def _fill(source: Source, working: Path, size: tuple[int, int], tell: Progress) -> None:
    below = room(size[::-1], smallest_type(size[1]))
    if source.by_gene:
        turned = room(size, np.float32)
        with NpyWriter(working / "by_gene.npy", size[::-1], np.float32) as out:
            for start, block in _counted(source.blocks()):
                out.write(block)
                turn_into(turned, start, block)
                tell(0.02 + 0.4 * (start + len(block)) / size[1], "reading probabilities")
        step = max(1, BLOCK // (4 * size[1]))
        blocks = ((start, np.array(turned[start : start + step])) for start in range(0, size[0], step))
        summaries = _work(
            blocks, lambda start, block: _rank(block, start, below), size[0], lambda s: tell(s, "ranking genes"), 0.42
        )
    else:
        turned = room(size[::-1], np.float32)
        with NpyWriter(working / "by_attribute.npy", size, np.float32) as out:

            def place(start: int, block: np.ndarray) -> Ranking:
                turn_into(turned, start, block)
                return _rank(block, start, below)

            written = ((start, _passed(block, out)) for start, block in _counted(source.blocks()))
            summaries = _work(written, place, size[0], lambda s: tell(s, "reading and ranking"), 0.02)
    tell(0.9, "writing everything to the disk")
    arrays = {"below": below, "by_attribute" if source.by_gene else "by_gene": turned} | summaries
    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(lambda name: np.save(working / f"{name}.npy", arrays[name]), arrays))
    shapes = {"by_attribute": size, "by_gene": size[::-1], "below": size[::-1]} | {n: a.shape for n, a in summaries.items()}
    cache.describe(working, shapes, _description(source))


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


def _counted(blocks: Iterable[np.ndarray]) -> Iterator[tuple[int, np.ndarray]]:
    start = 0
    for block in blocks:
        yield start, block
        start += len(block)


def _passed(block: np.ndarray, out: NpyWriter) -> np.ndarray:
    out.write(block)
    return block


def _work(
    blocks: Iterable[tuple[int, np.ndarray]],
    each: Callable[[int, np.ndarray], Ranking],
    total: int,
    progress: Callable[[float], None],
    begun: float,
) -> dict[str, np.ndarray]:
    """Rank blocks of attributes by several hands while the next are read; return the summaries, in order."""
    rankings, waiting = list[Ranking](), deque[tuple[int, Future[Ranking]]]()

    def take() -> None:
        done, future = waiting.popleft()
        rankings.append(future.result())
        progress(begun + (0.9 - begun) * done / total)

    with ThreadPoolExecutor(HANDS) as hands:
        for start, block in blocks:
            waiting.append((start + len(block), hands.submit(each, start, block)))
            if len(waiting) > 2 * HANDS:
                take()
        while waiting:
            take()
    return _summaries(rankings)


def _rank(block: np.ndarray, start: int, below: np.ndarray) -> Ranking:
    """Rank some attributes, put the ranks into their columns of `below`, and return the rest."""
    step = max(1, PIECE // (4 * block.shape[1]))
    ranks = np.empty(block.shape, below.dtype)
    parts = []
    for at in range(0, len(block), step):
        ranking = rank(block[at : at + step])
        ranks[at : at + step] = ranking.below
        parts.append(_without_ranks(ranking))
    turn_into(below, start, ranks)
    return Ranking(np.empty(0), *_summaries(parts).values())


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
