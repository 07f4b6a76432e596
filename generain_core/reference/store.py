"""A reference on disk while it grows: blocks of embedded samples are added whole or not at all, whenever the work is killed."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.storage.atomic import atomic_write, explain_full_disk

STATE, VECTORS, TABLE = "reference.json", "vectors.f32", "samples.tsv"
COLUMNS = ("sample", "source", "series", "title", "tissue", "characteristics")
"""What is kept of each sample, as text."""


@dataclass(frozen=True)
class Origin:
    """Where samples come from: the kind of source, its name for a reader, a hash of what it holds, and how many samples."""

    kind: str
    name: str
    key: str
    samples: int


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How the samples of a reference were embedded: the same for all of them; `ties` says in which order equal bins were read."""

    model: str
    gene_set: str
    width: int
    batch_size: int
    min_genes: int
    plane: str
    weights: str
    release: str
    simulated: bool
    ties: str


@dataclass
class State:
    """How far a reference has come: rows that are whole, bytes of their table, and where in which origin the next one is."""

    made: Recipe
    origins: list[Origin]
    rows: int = 0
    table_bytes: int = 0
    origin: int = 0
    row: int = 0
    dropped: int = 0
    finished: int = 0
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def is_filled(self) -> bool:
        """Say whether all samples of all origins were taken."""
        return self.origin == len(self.origins)


def read_state(folder: Path) -> State | None:
    """Return how far a reference has come; None where there is none.

    Raises:
        GeneRAINError: what is there is no reference.
    """
    path = folder / STATE
    if not path.is_file():
        return None
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        origins = [Origin(**each) for each in content.pop("origins")]
        return State(made=Recipe(**content.pop("made")), origins=origins, **content)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise GeneRAINError(
            f"{path} is no description of a reference, or of one that an earlier version made; name another folder, or build "
            "it anew."
        ) from problem


def write_state(folder: Path, state: State) -> None:
    """Write how far a reference has come, whole or not at all."""
    with atomic_write(folder / STATE) as working:
        working.write_text(json.dumps(asdict(state), indent=1) + "\n", encoding="utf-8")


def begin_reference(folder: Path, result: Recipe, origins: list[Origin]) -> State:
    """Return the state to go on from: of what is there if it was made the same way, else of a new reference.

    Origins that the reference has already are not taken again, others are added behind them. Where no sample came yet, nothing
    binds to what was begun.

    Raises:
        GeneRAINError: the folder holds other things, a reference of another make, or one that waits for an origin not given.
    """
    state = read_state(folder)
    if state is None and folder.is_dir() and any(not each.name.startswith(".") for each in folder.iterdir()):
        raise GeneRAINError(f"{folder} holds other files; name a folder for the reference alone.")
    if state is None or not state.rows:
        state = State(result, list(origins))
        write_state(folder, state)  # before the first block, so that what a killed run leaves of that is known for ours
        _cut(folder, state)
        return state
    differ = [name for name, value in asdict(result).items() if asdict(state.made)[name] != value]
    if differ:
        raise GeneRAINError(
            f"{folder} holds a reference of another {' and '.join(differ).replace('_', ' ')} "
            f"({asdict(state.made)[differ[0]]}); name another folder."
        )
    waited_for = [origin for origin in state.origins[state.origin :] if origin not in origins]
    if waited_for:
        raise GeneRAINError(f"{folder} is not yet done with {waited_for[0].name}; give that again, and it goes on there.")
    new = [origin for origin in origins if origin not in state.origins]
    if new:
        state.origins, state.finished = [*state.origins, *new], 0
    _cut(folder, state)
    return state


def append_block(folder: Path, state: State, vectors: NDArray[np.float32], table: pd.DataFrame) -> None:
    """Add a block of samples behind the others; the state, which counts them, is written last."""
    text = table[list(COLUMNS)].to_csv(sep="\t", index=False, header=not state.table_bytes, lineterminator="\n").encode()
    _write_at(folder / VECTORS, state.rows * state.made.width * 4, np.ascontiguousarray(vectors, "<f4").tobytes())
    _write_at(folder / TABLE, state.table_bytes, text)
    state.rows += len(vectors)
    state.table_bytes += len(text)


def vectors_of(folder: Path, state: State) -> NDArray[np.float32]:
    """Map the embedded samples: rows × width, not writeable.

    Raises:
        GeneRAINError: there are none, or the file is shorter than the state says.
    """
    path = folder / VECTORS
    if not state.rows or not path.is_file() or path.stat().st_size < state.rows * state.made.width * 4:
        raise GeneRAINError(f"{folder} holds no whole reference; build it again, it goes on where it stopped.")
    return np.memmap(path, "<f4", "r", shape=(state.rows, state.made.width))


def table_of(folder: Path) -> pd.DataFrame:
    """Return what is known of the samples, one row each, as text."""
    return pd.read_csv(folder / TABLE, sep="\t", dtype=str, keep_default_na=False, na_filter=False)


def _cut(folder: Path, state: State) -> None:
    """Take away what a killed run wrote behind the last whole block."""
    for name, size in ((VECTORS, state.rows * state.made.width * 4), (TABLE, state.table_bytes)):
        path = folder / name
        there = path.stat().st_size if path.is_file() else 0
        if there < size:
            raise GeneRAINError(f"{path} is shorter than {STATE} says, so it was changed; build the reference anew.")
        if there > size:
            os.truncate(path, size)


def _write_at(path: Path, start: int, content: bytes) -> None:
    with explain_full_disk(path), path.open("r+b" if path.exists() else "w+b") as out:
        out.truncate(start)
        out.seek(start)
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
