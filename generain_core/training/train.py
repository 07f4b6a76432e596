"""Train a network from binned samples: one call, on one device or many, resumed exactly where it stopped.

Read it from top to bottom: `train` opens the samples (`data`), lays down which of them make which step (`plan`), makes a network
with fresh weights (`learner`) and its optimizer (`steps`); `_Run` then takes step after step, with a log and checkpoints.
"""

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
from generain_core.models.devices import device_of
from generain_core.models.parallel import Processes, processes
from generain_core.progress import Progress, silent
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


@dataclass(frozen=True, kw_only=True)
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
    gene_embedding: Mapping[str, NDArray[np.float32]] | None = None,
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

    Beside the checkpoint lie ``OUT.gene_to_idx.json`` (the token index), ``OUT.log.csv`` and, where tensorboard is installed, the
    folder ``OUT.tensorboard``.

    Args:
        chunks: binned samples, samples × genes each: arrays, .npy files (memory-mapped), binned .h5ad files.
        genes: names of the columns; None if all chunks are h5ad files.
        kind: one of `MODEL_NAMES`, or a family: ``gpt``, ``bert_genes``, ``bert_expression``.
        out: the checkpoint, a .pth file.
        options: sizes and settings; by default the authors'.
        index: gene → token index; by default it is made of the genes, after three special tokens.
        modelled: genes that are read; by default all that have an index.
        gene_embedding: vectors of genes that the network begins with, as wide as it; by default all weights are drawn.
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
    if options.shown is not None and family != "bert_expression":
        raise GeneRAINError("In this kind of model a gene's place has a meaning, so all that enter are shown; leave out shown.")
    with processes(device_of(device)) as shared:
        earlier = shared.from_first(_earlier(out, kind, resume) if shared.first else None)
        data, tokens = open_chunks(chunks, genes, kind, index, modelled)
        samples, held_out = split(len(data), options.validation, options.seed)
        plan = Plan(data, samples, family, options, shared.count)
        learner = make_learner(family, 1 + max(tokens.values()), options)
        if gene_embedding is not None:
            learner.begin_with({tokens[gene]: gene_embedding[gene] for gene in tokens if gene in gene_embedding})
        facts = {
            "kind": kind,
            "options": asdict(options),
            "processes": shared.count,
            "data": data.fingerprint(),
            "origin": "; ".join(filter(None, (origin, *data.origins))),
        }
        if earlier is not None:
            check_same(out, earlier["training"], facts)
        if shared.first:
            check_room(out, sum(weight.numel() for weight in learner.parameters()))
            write_bytes(_beside(out, "gene_to_idx.json"), json.dumps(tokens).encode())
        engine = Engine(learner, options, plan.steps, options.batch * plan.places, shared)
        run = _Run(
            out=out,
            facts=facts,
            plan=plan,
            engine=engine,
            held_out=held_out,
            shared=shared,
            save_every=max(1, save_every),
            progress=progress or silent,
        )
        run.go_on_to_the_end(earlier)
        return Trained(
            path=out,
            log=_beside(out, "log.csv"),
            index=_beside(out, "gene_to_idx.json"),
            loss=run.loss,
            validation_loss=run.validation_loss,
            steps=plan.steps,
            samples=len(samples),
            held_out=len(held_out),
        )


@dataclass(kw_only=True)
class _Run:
    """A training on its way: where it stands, and the loop that takes it to its end."""

    out: Path
    facts: dict[str, Any]
    plan: Plan
    engine: Engine
    held_out: NDArray[np.int64]
    shared: Processes
    save_every: int
    progress: Progress
    log: Log | None = None
    step: int = 0
    loss: float = float("nan")
    validation_loss: float = float("nan")
    saved_step: int = 0
    saved_at: float = 0.0

    def go_on_to_the_end(self, earlier: dict[str, Any] | None) -> None:
        if earlier is not None:
            self.engine.load(earlier)
            self.step, self.loss, self.validation_loss = (earlier["training"][name] for name in _STANDING)
        self.saved_step, self.saved_at = self.step, time.monotonic()
        with self._open_log(), _own_random_numbers(self.shared.device):
            self._report()
            while self.step < self.plan.steps:
                with self._saving_if_stopped():
                    self._take_step()
                if self._save_is_due():
                    self._save()
                with self._saving_if_stopped():
                    self._report()

    def _take_step(self) -> None:
        """Take one step, log it, and at the end of an epoch judge the held-out samples."""
        started, rate, device = time.perf_counter(), self.engine.rate, self.shared.device
        batches = self.plan.batches(self.step, self.shared.rank)
        # Made one by one as they are used: the tasks of a whole step would take much memory.
        tasks = ((self.plan.task(batch.samples, self.step, device), batch.seed, batch.weight) for batch in batches)
        self.loss = self.engine.step(tasks, len(batches))
        self.step += 1
        if self._epoch_ends():
            self.engine.end_epoch()
        row: dict[str, Any] = {}
        if self._epoch_ends() and len(self.held_out):
            self.validation_loss = self.engine.judge(self.plan.held_out(self.held_out, self.shared.rank, device))
            row = {"validation_loss": self.validation_loss}
        if self.log is not None:
            row |= {"epoch": -(-self.step // self.plan.of_epoch), "step": self.step, "samples": self.plan.seen(self.step)}
            row |= {"learning_rate": rate, "loss": self.loss}
            # A mean over no place at all is none: it stays empty.
            self.log.add(time.perf_counter() - started, **{name: value for name, value in row.items() if value == value})

    def _epoch_ends(self) -> bool:
        return self.step % self.plan.of_epoch == 0

    def _save_is_due(self) -> bool:
        late = time.monotonic() - self.saved_at >= SAVE_SECONDS
        return late or self.step % self.save_every == 0 or self._epoch_ends()

    def _save(self) -> None:
        """Write the checkpoint, after the log: every step that the checkpoint knows is logged."""
        self.saved_step, self.saved_at = self.step, time.monotonic()
        if self.log is not None:
            self.log.flush()
            standing = {name: getattr(self, name) for name in _STANDING}
            write_checkpoint(self.out, {**self.engine.state(), "training": {**self.facts, **standing}})

    def _report(self) -> None:
        words = f"step {self.step:,} of {self.plan.steps:,}"
        self.progress(self.step / self.plan.steps, words if np.isnan(self.loss) else f"{words}, loss {self.loss:.4f}")

    @contextlib.contextmanager
    def _saving_if_stopped(self) -> Iterator[None]:
        """Write a checkpoint of the steps taken if the user, or a sample that is none, stops the work."""
        try:
            yield
        except Diverged:
            raise  # these weights led there: the last checkpoint is the better one
        except GeneRAINError:
            if self.saved_step < self.step:
                self._save()
            raise

    @contextlib.contextmanager
    def _open_log(self) -> Iterator[None]:
        """Open the log in the first process alone, and close it at the end."""
        if not self.shared.first:
            yield
            return
        with contextlib.closing(Log(_beside(self.out, "log.csv"), _beside(self.out, "tensorboard"), self.step)) as self.log:
            yield


_STANDING = ("step", "loss", "validation_loss")
"""Where a training stands, as its checkpoint keeps it."""


def _earlier(out: Path, kind: str, resume: bool) -> dict[str, Any] | None:
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
