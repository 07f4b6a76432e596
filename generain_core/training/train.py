"""Train a network from binned samples: one call, on one device or many, resumed exactly where it stopped."""

import contextlib
import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.models.batches import Progress
from generain_core.models.devices import device_of
from generain_core.models.parallel import Processes, processes
from generain_core.training.checkpoint import check_room, check_same, read_checkpoint, write_bytes, write_checkpoint
from generain_core.training.data import open_chunks, split
from generain_core.training.learner import make_learner
from generain_core.training.log import Log
from generain_core.training.options import Options, family_of
from generain_core.training.plan import Plan
from generain_core.training.steps import Diverged, Engine

__all__ = ["Options", "Trained", "train"]
SAVE_SECONDS = 600
"""No more than this much work, and a step, is lost when a training is killed."""


@dataclass(frozen=True)
class Trained:
    """What a training gave.

    Attributes:
        path: the checkpoint.
        log: the CSV log; its columns are `generain_core.training.log.COLUMNS`.
        index: the token index that was written beside the checkpoint.
        loss: mean loss (nats) over the last step; NaN if no sample of it had anything to predict.
        validation_loss: mean loss of the held-out samples after the last epoch; NaN if none were held out, or as above.
        steps: of the optimizer, in all.
        samples: that were trained on.
        held_out: samples that were not.
    """

    path: Path
    log: Path
    index: Path
    loss: float
    validation_loss: float
    steps: int
    samples: int
    held_out: int


def train(
    chunks: Sequence[Any],
    genes: Sequence[str] | None,
    *,
    kind: str,
    out: Path,
    options: Options | None = None,
    index: Mapping[str, int] | None = None,
    modelled: Collection[str] | None = None,
    device: str = "auto",
    resume: bool = False,
    save_every: int = 500,
    origin: str = "",
    progress: Progress | None = None,
) -> Trained:
    """Train a network and write its checkpoint, which opens like a released one.

    The loss is the mean cross-entropy over all predicted places of the effective batch, however that is divided into batches
    and processes. First weights, split, order, masks and dropout follow from the seed and the number of sample or batch alone,
    so a training that was stopped anywhere and resumed gives the same losses as one that was not.

    Beside the checkpoint lie ``OUT.gene_to_idx.json`` (the token index), ``OUT.log.csv`` and the folder ``OUT.tensorboard``.

    Args:
        chunks: binned samples, samples × genes each: arrays, .npy files (memory-mapped), binned .h5ad files.
        genes: names of the columns; None if all chunks are h5ad files.
        kind: one of `MODEL_NAMES`, or a family: ``gpt``, ``bert_genes``, ``bert_expression``.
        out: the checkpoint, a .pth file.
        options: sizes and settings; by default the authors'.
        index: gene → token index; by default it is made of the genes, after three special tokens.
        modelled: genes that are read; by default all that have an index.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``. Under ``torchrun`` each process takes a CUDA device of its own.
        resume: go on from the checkpoint at `out`, if it is there.
        save_every: steps between two checkpoints; one is written after ten minutes and after each epoch too.
        origin: one line on where the samples come from, kept in the checkpoint.
        progress: told the share done and words after each step; what it raises stops the work, after a checkpoint.

    Raises:
        GeneRAINError: chunks and genes disagree, values are no bins, a checkpoint is there already or can't be resumed from,
            nothing is expressed, the loss is no number any more, the disk is full, or the device is not there.
    """
    options, out, family = options or Options(), Path(out), family_of(kind)
    with processes(device_of(device)) as shared:
        before = shared.from_first(_before(out, kind, resume) if shared.first else None)
        data, made = open_chunks(chunks, genes, kind, index, modelled)
        samples, held = split(len(data), options.validation, options.seed)
        plan = Plan(data, samples, family, options, shared.count)
        learner = make_learner(family, 1 + max(made.values()), options)
        facts = {
            "kind": kind,
            "options": asdict(options),
            "processes": shared.count,
            "data": data.fingerprint(),
            "origin": "; ".join(filter(None, (origin, *data.origins))),
        }
        if before is not None:
            check_same(out, before["training"], facts)
        if shared.first:
            check_room(out, sum(weight.numel() for weight in learner.parameters()))
            write_bytes(_beside(out, "gene_to_idx.json"), json.dumps(made).encode())
        engine = Engine(learner, options, plan.steps, options.batch * plan.places, shared)
        run = _Run(out, facts, plan, engine, held, shared, max(1, save_every), progress or (lambda share, words: None))
        run.to_end(before)
        paths = out, _beside(out, "log.csv"), _beside(out, "gene_to_idx.json")
        return Trained(*paths, run.loss, run.validation_loss, plan.steps, len(samples), len(held))


@dataclass
class _Run:
    """A training on its way."""

    out: Path
    facts: dict[str, Any]
    plan: Plan
    engine: Engine
    held: NDArray[np.int64]
    shared: Processes
    save_every: int
    tell: Progress
    log: Log | None = None
    step: int = 0
    loss: float = float("nan")
    validation_loss: float = float("nan")
    saved: int = 0
    saved_at: float = 0.0

    def to_end(self, before: dict[str, Any] | None) -> None:
        if before is not None:
            self.engine.load(before)
            self.step, self.loss, self.validation_loss = (before["training"][name] for name in _PROGRESS)
        self.saved, self.saved_at = self.step, time.monotonic()
        with self._logged(), _own_random_numbers(self.shared.device):
            self._told()
            while self.step < self.plan.steps:
                with self._kept_if_stopped():
                    self._take_step()
                late = time.monotonic() - self.saved_at >= SAVE_SECONDS
                if late or self.step % self.save_every == 0 or self.step % self.plan.of_epoch == 0:
                    self._save()
                with self._kept_if_stopped():
                    self._told()

    def _take_step(self) -> None:
        """Take one step, and at the end of an epoch judge the held-out samples."""
        started, rate, device = time.perf_counter(), self.engine.rate, self.shared.device
        batches = self.plan.batches(self.step, self.shared.rank)
        # Made one by one as they are used: the tasks of a whole step would take much memory.
        tasks = ((self.plan.task(batch.samples, self.step, device), batch.seed, batch.weight) for batch in batches)
        self.loss = self.engine.step(tasks, len(batches))
        self.step += 1
        row: dict[str, Any] = {}
        if self.step % self.plan.of_epoch == 0 and len(self.held):
            self.validation_loss = self.engine.judge(self.plan.held_out(self.held, self.shared.rank, device))
            row = {"validation_loss": self.validation_loss}
        if self.log is not None:
            row |= {"epoch": -(-self.step // self.plan.of_epoch), "step": self.step, "samples": self.plan.seen(self.step)}
            row |= {"learning_rate": rate, "loss": self.loss}
            # A mean over no place at all is none: it stays empty.
            self.log.add(time.perf_counter() - started, **{name: value for name, value in row.items() if value == value})

    def _told(self) -> None:
        words = f"step {self.step:,} of {self.plan.steps:,}"
        self.tell(self.step / self.plan.steps, words if np.isnan(self.loss) else f"{words}, loss {self.loss:.4f}")

    @contextlib.contextmanager
    def _kept_if_stopped(self) -> Iterator[None]:
        """Write a checkpoint of the steps that were done if the user, or a sample that is none, stops the work."""
        try:
            yield
        except Diverged:
            raise  # these weights led there: the last checkpoint is the better one
        except GeneRAINError:
            if self.saved < self.step:
                self._save()
            raise

    @contextlib.contextmanager
    def _logged(self) -> Iterator[None]:
        if not self.shared.first:
            yield
            return
        with contextlib.closing(Log(_beside(self.out, "log.csv"), _beside(self.out, "tensorboard"), self.step)) as self.log:
            yield

    def _save(self) -> None:
        """Write the checkpoint, after the log: every step that the checkpoint knows is logged."""
        self.saved, self.saved_at = self.step, time.monotonic()
        if self.log is not None:
            self.log.flush()
            write_checkpoint(self.out, {**self.engine.state(), "training": {**self.facts, **self._progress()}})

    def _progress(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _PROGRESS}


_PROGRESS = ("step", "loss", "validation_loss")


def _before(out: Path, kind: str, resume: bool) -> dict[str, Any] | None:
    if not out.exists():
        return None
    if not resume:
        raise GeneRAINError(f"{out} is there already; resume it, or name another file.")
    return read_checkpoint(out, kind)


def _beside(out: Path, end: str) -> Path:
    return out.with_name(f"{out.name}.{end}")


def _own_random_numbers(device: str) -> Any:
    """Return the context that gives the caller's random numbers back."""
    return torch.random.fork_rng(devices=[device] if device.startswith("cuda") else [])
