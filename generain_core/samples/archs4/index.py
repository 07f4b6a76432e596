"""The samples of ARCHS4 as a table to be searched: read once from the file's metadata, kept in the cache, memory-mapped."""

import contextlib
import csv
import logging
import os
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa

from generain_core import settings
from generain_core.errors import ReleaseError
from generain_core.progress import Progress
from generain_core.storage.atomic import is_full
from generain_core.storage.cache import key_of_file

log = logging.getLogger(__name__)
ACCESSION, PROBABILITY = "geo_accession", "singlecellprobability"
SEARCHED = (ACCESSION, "series_id", "title", "source_name_ch1", "characteristics_ch1")
"""Fields whose words are searched."""
BLOCK = 50_000
"""Samples read at once."""
_VERSION = 1


@contextlib.contextmanager
def damaged(path: Path) -> Iterator[None]:
    """Say of a file that can't be read that it is damaged."""
    try:
        yield
    except (OSError, KeyError, ValueError, RuntimeError, TypeError, AttributeError, zlib.error) as problem:
        raise ReleaseError(
            f"{path.name} is cut short, damaged or no ARCHS4 file ({str(problem)[:100]}); get it again."
        ) from problem


def sample_index(path: Path, progress: Progress | None = None) -> pa.Table:
    """Return the samples of an ARCHS4 .h5, or of the table of its samples, with their words; from the cache if it is there.

    Raises:
        ReleaseError: the file is damaged, or doesn't name its samples.
    """
    cached = _place(path)
    if cached.is_file():
        try:
            return _mapped(cached)
        except (OSError, pa.ArrowInvalid) as problem:
            log.warning("%s can't be read (%s); it is made again", cached, problem)
    with damaged(path):
        blocks = _of_hdf5(path, progress) if path.suffix == ".h5" else _of_text(path)
        try:
            _write(cached, blocks)
            return _mapped(cached)
        except OSError as problem:
            if not is_full(problem) and (not cached.parent.is_dir() or os.access(cached.parent, os.W_OK)):
                raise
            log.warning("nothing cached in %s: %s", cached, problem)
            return pa.Table.from_batches(list(_of_hdf5(path, progress) if path.suffix == ".h5" else _of_text(path)))


def is_listed(path: Path) -> bool:
    """Say whether the index of a file is in the cache, so that it is opened at once."""
    return _place(path).is_file()


def _place(path: Path) -> Path:
    return settings.cache_dir() / "archs4" / f"{key_of_file(path, _VERSION)}.arrow"


def sample_blocks(path: Path, fields: tuple[str, ...] | None = None) -> Iterator[pd.DataFrame]:
    """Yield the samples' metadata as the file has them, so many at a time: all fields in the file's order, or the given ones."""
    with damaged(path), h5py.File(path, "r") as file:
        group = file["meta/samples"]
        names = [name for name in (fields or tuple(group)) if name in group]
        total = group[ACCESSION].shape[0]
        for start in range(0, total, BLOCK):
            yield pd.DataFrame({name: _texts(group[name][start : start + BLOCK]) for name in names})


def _of_hdf5(path: Path, progress: Progress | None) -> Iterator[pa.RecordBatch]:
    done = 0
    for block in sample_blocks(path, (*SEARCHED, PROBABILITY)):
        yield _batch(block)
        done += len(block)
        if progress:
            progress(0.5, f"{done:,} samples of ARCHS4 listed")


def _of_text(path: Path) -> Iterator[pa.RecordBatch]:
    known = (*SEARCHED, PROBABILITY)
    reader = pd.read_csv(
        path,
        sep="\t",
        usecols=lambda name: name in known,
        dtype=dict.fromkeys(SEARCHED, str),
        quoting=csv.QUOTE_MINIMAL,
        keep_default_na=False,
        na_values={PROBABILITY: [""]},
        chunksize=BLOCK,
    )
    with reader:
        for block in reader:
            yield _batch(block)


def _batch(block: pd.DataFrame) -> pa.RecordBatch:
    if ACCESSION not in block:
        raise KeyError(f"no {ACCESSION} of the samples")
    columns = {name: block[name].astype(str) if name in block else pd.Series("", index=block.index) for name in SEARCHED}
    arrays = {name: pa.array(list(column), pa.large_string()) for name, column in columns.items()}
    numbers = block[PROBABILITY] if PROBABILITY in block else pd.Series(np.nan, index=block.index)
    arrays[PROBABILITY] = pa.array(pd.to_numeric(numbers, errors="coerce").to_numpy(float))
    words = ["\n".join(parts).casefold() for parts in zip(*columns.values(), strict=True)]
    return pa.RecordBatch.from_pydict(arrays | {"words": pa.array(words, pa.large_string())})


def _texts(values: np.ndarray) -> list[str] | np.ndarray:
    if values.dtype.kind not in "SO":
        return values
    return [v.decode("utf-8", errors="replace") if isinstance(v, bytes) else str(v) for v in values.tolist()]


def _write(target: Path, blocks: Iterator[pa.RecordBatch]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".new-", dir=target.parent)
    working = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            first = next(blocks)
            with pa.ipc.new_file(out, first.schema) as writer:
                writer.write_batch(first)
                for block in blocks:
                    writer.write_batch(block)
            out.flush()
            os.fsync(out.fileno())
        os.replace(working, target)
    except StopIteration:
        raise ValueError("it lists no samples") from None
    finally:
        working.unlink(missing_ok=True)


def _mapped(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()
