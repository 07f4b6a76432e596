"""From the published parquet to arrays that lie contiguous both by attribute and by gene: once, and whole or not at all.

Ranks, which take as long again, are made afterwards (`rank_store`): predictions can be asked meanwhile.

Probabilities are kept as float32, as they are published: float16 would be off by up to 0.00024 near 1, which changes the
order of the very genes that matter most.
"""

import json
import shutil
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from generain_core import settings
from generain_core.attributes.order.candidates import candidate_orders, source_files
from generain_core.attributes.order.choice import check_listed_order, choose_order
from generain_core.attributes.order.proof import some_rows
from generain_core.attributes.store.array_files import HANDS, NpyWriter, turn_file
from generain_core.attributes.store.summaries import Summary, smallest_type, summarize
from generain_core.errors import ReleaseError
from generain_core.progress import Progress, silent
from generain_core.release.files import Release
from generain_core.release.readers.predictions.blocks import BLOCK, Source, names_genes
from generain_core.storage import cache
from generain_core.storage.checksums import sha256_of_file
from generain_core.text import file_size

KIND = "attributes"
FORMAT = 2
META = ("genes", "table", "layout", "notes")
SUMMARIES = ("counts", "medians", "means", "deviations")


def disk_need(attributes: int, genes: int) -> int:
    """Return how many bytes a conversion needs at its peak, while ranks lie there both ways; a sixth is given back then."""
    return attributes * genes * (4 + 4 + 2 * np.dtype(smallest_type(genes)).itemsize)


def store_key(release: Release, progress: Progress | None = None) -> str:
    """Return the key of the store: a hash of all bytes of the parquet and the files beside it. Known ones are not read again."""
    paths = _files(release)
    at = cache.key_of(*(cache.key_of_file(path) for path in paths))
    known = cache.load("attribute-sources", at, meta=("sha256",))
    if known is None:
        if progress:
            progress(0.0, "reading the file once, to know it again")
        facts = {"sha256": [_digest(path) for path in paths], "named": names_genes(release, _lengths(release))}
        known = cache.store("attribute-sources", at, {}, facts)
    return _key(release, known)


def _key(release: Release, known: cache.Entry) -> str:
    """Return the key of the store; where nothing names the genes, it changes with the files that their order is proved by."""
    if known.meta.get("named", True):
        return cache.key_of(FORMAT, known.meta["sha256"])
    return cache.key_of(FORMAT, known.meta["sha256"], [cache.key_of_file(release.path(key)) for key in source_files(release)])


def _files(release: Release) -> list[Path]:
    beside = ("attributes/genes", "annotation/attributes")
    return [release.path("attributes"), *(release.path(key) for key in beside if release.has(key))]


def known_key(release: Release) -> str | None:
    """Return `store_key` if it can be told without reading the parquet."""
    paths = _files(release)
    known = cache.load("attribute-sources", cache.key_of(*(cache.key_of_file(path) for path in paths)), meta=("sha256",))
    return None if known is None else _key(release, known)


def convert(release: Release, progress: Progress | None = None) -> str:
    """Make the store of a release's predictions, unless it is there, and return its key.

    Args:
        release: the release.
        progress: told the share done (0 to 1) and words; it may raise to cancel, which leaves nothing behind.

    Raises:
        ReleaseError: no predictions, a file that is not as published, or no room on the disk.
    """
    report = progress or silent
    cache.sweep(KIND)
    key = known_key(release)
    if key is None and any((settings.cache_dir() / KIND).glob("[!.]*")):  # it may be one of these
        key = store_key(release, report)
    if key is not None and cache.load(KIND, key, meta=META) is not None:
        return key
    source = open_source(release)
    size = len(source.metadata), len(source.genes)
    check_room(disk_need(*size))
    report(0.02, f"reading {size[0]:,} attributes of {size[1]:,} genes")
    try:
        # The hash of the file, by which the store is known, is worked out beside the conversion: so it is read but once.
        with ThreadPoolExecutor(1) as beside:
            hashed = beside.submit(store_key, release)
            with cache.building(KIND, hashed.result) as working:
                _fill(release, source, working, size, report)
    except OSError as problem:
        raise ReleaseError(
            f"The store of attributes can't be written to {settings.cache_dir()} ({problem.strerror or problem}); make room, "
            "or name another folder as GENERAIN_CACHE."
        ) from problem
    return hashed.result()


def open_source(release: Release) -> Source:
    """Open the predictions of a release, which may name no genes.

    Raises:
        ReleaseError: no predictions, or a file that is not as published.
    """
    return Source.open(release, _lengths(release))


def _lengths(release: Release) -> set[int]:
    return set() if release.has("attributes/genes") else {len(order.genes) for order in candidate_orders(release)}


def _fill(release: Release, source: Source, working: Path, size: tuple[int, int], progress: Progress) -> None:
    by_attribute, by_gene = working / "by_attribute.npy", working / "by_gene.npy"
    if source.by_gene:
        done = 0
        with NpyWriter(by_gene, size[::-1], np.float32) as out:
            for block in source.blocks():
                out.write(block)
                done += len(block)
                progress(0.02 + 0.5 * done / size[1], "reading probabilities")
        turn_file(by_gene, by_attribute, lambda share: progress(0.52 + 0.2 * share, "turning the table"))
        array = np.load(by_attribute, mmap_mode="r")
        step = max(1, BLOCK // (4 * size[1]))
        blocks = (array[start : start + step] for start in range(0, size[0], step))
        summaries = _summaries(blocks, lambda done: progress(0.72 + 0.18 * done / size[0], "summing up"))
    else:
        with NpyWriter(by_attribute, size, np.float32) as out:
            blocks = (_passed(block, out) for block in source.blocks())
            summaries = _summaries(blocks, lambda done: progress(0.02 + 0.6 * done / size[0], "reading probabilities"))
        turn_file(by_attribute, by_gene, lambda share: progress(0.62 + 0.28 * share, "turning the table"))
    if not source.layout.named:
        progress(0.9, "examining the order of the genes")
        source = _ordered(release, source, by_attribute)
    progress(0.9, "writing everything to the disk")
    for name, array in summaries.items():
        np.save(working / f"{name}.npy", array)
    shapes = {"by_attribute": size, "by_gene": size[::-1]} | {name: array.shape for name, array in summaries.items()}
    cache.describe(working, shapes, _description(source))


def _ordered(release: Release, source: Source, by_attribute: Path) -> Source:
    """Return the source with the genes that its values are of; nothing in the table itself says so."""
    rows, name = some_rows(len(source.metadata)), source.path.name
    some, attributes = np.load(by_attribute, mmap_mode="r")[rows], [str(source.metadata.index[i]) for i in rows]
    if not source.nameless:
        check_listed_order(release, some, attributes, source.genes, name, source.names)
        return source
    genes, proof = choose_order(release, some, attributes, name)
    note = f"{name} names no genes. They are taken in the order of {proof.source}, which could be proved."
    return replace(source, genes=genes, names=proof.source, notes=(*source.notes, note))


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
    source = open_source(release)
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
            f"Attributes need {file_size(need)} in {folder}, but only {file_size(free)} are free; make room there, or name "
            "another folder as GENERAIN_CACHE."
        )


def _digest(path: Path) -> str:
    try:
        return sha256_of_file(path)[1]
    except OSError as problem:
        raise ReleaseError(f"{path} can't be read ({problem.strerror}); check the rights of the file.") from problem


def _passed(block: np.ndarray, out: NpyWriter) -> np.ndarray:
    out.write(block)
    return block


def _summaries(blocks: Iterable[np.ndarray], progress: Callable[[int], None]) -> dict[str, np.ndarray]:
    """Sum up blocks of attributes by several hands while the next are read; return the summaries, in order."""
    found, waiting, done = list[Summary](), deque[Future[Summary]](), 0

    def take() -> None:
        nonlocal done
        found.append(waiting.popleft().result())
        done += len(found[-1].counts)
        progress(done)

    with ThreadPoolExecutor(HANDS) as hands:
        for block in blocks:
            waiting.append(hands.submit(summarize, block))
            if len(waiting) > 2 * HANDS:
                take()
        while waiting:
            take()
    return {name: np.concatenate([getattr(each, name) for each in found]) for name in SUMMARIES}


def _description(source: Source) -> dict[str, object]:
    table = source.metadata.reset_index()
    return {
        "genes": list(source.genes),
        "table": json.loads(table.to_json(orient="split", index=False, double_precision=15)),
        "layout": source.layout.kind,
        "notes": list(source.notes),
        "names": source.names,
    }
