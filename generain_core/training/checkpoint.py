"""Checkpoints in the released format that a training can go on from, written whole or not at all."""

import glob
import io
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from generain_core.errors import GeneRAINError
from generain_core.release.readers.weights import load_weights
from generain_core.storage.atomic import atomic_write, check_target
from generain_core.text import file_size
from generain_core.training.options import OF_EARLIER_VERSIONS

SPARE = 64 << 20
"""Bytes that stay free on the disk."""
_COPIES = 3
"""Float32 numbers kept for each weight: itself and the optimizer's two means."""


def check_room(path: Path, weights: int) -> None:
    """Refuse a place that can't take the checkpoint, before any work is done.

    Two are counted: a new one is written beside the old one before it takes its place.

    Raises:
        GeneRAINError: the folder is missing, can't be written to, or the disk is too full.
    """
    check_target(path)
    for left in path.parent.glob(f".{glob.escape(path.name)}-*"):
        left.unlink(missing_ok=True)  # of a training that was killed while it wrote
    needed = 2 * 4 * _COPIES * weights + SPARE
    free = shutil.disk_usage(path.parent).free
    if needed > free:
        raise GeneRAINError(
            f"Checkpoints of this network take {file_size(needed)} and the disk of {path.parent} has {file_size(free)} left; "
            "make room or name a file elsewhere."
        )


def write_checkpoint(path: Path, checkpoint: dict[str, Any]) -> None:
    """Write a checkpoint as `write_bytes` does.

    Raises:
        GeneRAINError: as `write_bytes`.
    """
    content = io.BytesIO()
    torch.save(checkpoint, content)
    write_bytes(path, content.getbuffer())


def write_bytes(path: Path, content: Any) -> None:
    """Write a file under a temporary name beside `path`, see it on the disk, then rename it.

    Raises:
        GeneRAINError: the disk is full or can't be written to; the file that was there before is untouched.
    """
    consequence = "the one before it is untouched" if path.exists() else "nothing was written"
    with atomic_write(path) as working:
        try:
            with working.open("wb") as target:
                target.write(content)
                target.flush()
                os.fsync(target.fileno())
        except OSError as problem:
            raise GeneRAINError(
                f"{path.name} can't be written ({problem.strerror}); {consequence}: see to the disk, then go on with resume."
            ) from problem


def read_checkpoint(path: Path, kind: str) -> dict[str, Any]:
    """Return a checkpoint that a training of this kind can go on from.

    Raises:
        GeneRAINError: it is missing, damaged, of another kind of model, or has no state of a training.
    """
    if not path.is_file():
        raise GeneRAINError(f"There is no checkpoint {path} to resume from; start without resuming.")
    checkpoint = load_weights(path, mapped=False)
    training = checkpoint.get("training") if isinstance(checkpoint, dict) else None
    if not isinstance(training, dict) or not {"kind", "options", "processes", "data", "step", "loss", "validation_loss"} <= set(
        training
    ):
        raise GeneRAINError(
            f"{path.name} has weights but no state of a training to go on from; name another file for a new training."
        )
    if training["kind"] != kind:
        raise GeneRAINError(f"{path.name} is a training of {training['kind']}, not of {kind}; resume it as {training['kind']}.")
    state: dict[str, Any] = checkpoint
    return state


def check_same(path: Path, before: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    """Refuse to go on with other settings or other samples than a checkpoint was trained with: losses would not be the same.

    Raises:
        GeneRAINError: the message names the setting.
    """
    then_options = OF_EARLIER_VERSIONS | before["options"]
    for name, value in (*facts["options"].items(), ("processes", facts["processes"])):
        then = before["processes"] if name == "processes" else then_options.get(name)
        if then != value:
            raise GeneRAINError(
                f"{path.name} was trained with {name.replace('_', ' ')} {then}, not {value}; resume it with the same settings."
            )
    if before["data"] != facts["data"]:
        raise GeneRAINError(f"{path.name} was trained on other samples, genes or token indices; resume it with the same chunks.")
