"""Train a network from binned samples: one call, on one device or many, resumed exactly where it stopped."""

import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.export import written_whole
from generain_core.models.batches import Progress
from generain_core.models.devices import device_of
from generain_core.models.network import MAX_GENES, Family
from generain_core.models.parallel import Processes, processes
from generain_core.models.precision import autocast
from generain_core.models.tokens import model_input
from generain_core.models.training.data import open_chunks, split
from generain_core.models.training.learner import make_learner
from generain_core.models.training.log import Log
from generain_core.models.training.masks import Task, draw, masked, next_gene
from generain_core.models.training.options import Options, family_of
from generain_core.models.training.state import check_room, check_same, read_checkpoint, write_checkpoint

__all__ = ["Options", "Trained", "train"]


@dataclass(frozen=True)
class Trained:
    """What a training gave.

    Attributes:
        path: the checkpoint.
        log: the CSV log; its columns are `generain_core.models.training.log.COLUMNS`.
        index: the token index that was written beside the checkpoint.
        loss: mean loss (nats) over the last step.
        validation_loss: mean loss of the held-out samples after the last epoch; NaN if none were held out.
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
        save_every: steps between two checkpoints; one is written after each epoch too.
        origin: one line on where the samples come from, kept in the checkpoint.
        progress: told the share done and words after each step; what it raises stops the work, after a checkpoint.

    Raises:
        GeneRAINError: chunks and genes disagree, values are no bins, a checkpoint is there already or can't be resumed from,
            the disk is full, or the device is not there.
    """
    with processes(device_of(device)) as shared:
        training = _Training(chunks, genes, kind, Path(out), options or Options(), index, modelled, shared, resume, origin)
        return training.run(save_every, progress or (lambda share, words: None))


class _Training:
    """One training: the samples, the network, the optimizer, and where it is."""

    def __init__(
        self,
        chunks: Sequence[Any],
        genes: Sequence[str] | None,
        kind: str,
        out: Path,
        options: Options,
        index: Mapping[str, int] | None,
        modelled: Collection[str] | None,
        shared: Processes,
        resume: bool,
        origin: str,
    ) -> None:
        self.kind, self.out, self.options, self.shared, self.origin = kind, out, options, shared, origin
        self.family: Family = family_of(kind)
        if out.exists() and not resume:
            raise GeneRAINError(f"{out} is there already; resume it, or name another file.")
        before = read_checkpoint(out, kind) if resume and out.exists() else None
        self.data, self.index = open_chunks(chunks, genes, index, modelled)
        self.samples, self.held = split(len(self.data), options.validation, options.seed)
        self.places = min(options.positions, MAX_GENES, len(self.data.columns))
        self.learner = make_learner(self.family, 1 + max(self.index.values()), options)
        if shared.first:
            check_room(out, sum(weight.numel() for weight in self.learner.parameters()))
        self.learner.to(shared.device)
        self.tokens = torch.from_numpy(self.data.tokens).to(shared.device)
        self.mixed = options.precision == "mixed" or (options.precision == "auto" and shared.device.startswith("cuda"))
        self.effective = options.batch * options.accumulate * shared.count
        self.of_epoch = -(-len(self.samples) // self.effective)
        self.steps = self.of_epoch * options.epochs
        self.optimizer = torch.optim.AdamW(self.learner.parameters(), options.learning_rate, weight_decay=options.weight_decay)
        self.scheduler = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer,
            options.learning_rate,
            total_steps=self.steps,
            pct_start=options.warm_up,
            div_factor=options.start_divisor,
        )
        half = self.mixed and shared.device.startswith("cuda") and not torch.cuda.is_bf16_supported()
        self.scaler = torch.amp.GradScaler(shared.device.split(":")[0], enabled=half)
        self.step, self.seconds, self.last = 0, 0.0, (float("nan"), float("nan"))
        self.called: Any = self.learner
        if before is not None:
            self._resume(before)

    def _resume(self, before: dict[str, Any]) -> None:
        training = before["training"]
        check_same(self.out, training, asdict(self.options), self.shared.count, self.data.fingerprint())
        self.learner.load(before["model_state_dict"])
        self.optimizer.load_state_dict(before["optimizer_state_dict"])
        self.scheduler.load_state_dict(before["scheduler_state_dict"])
        self.scaler.load_state_dict(training["scaler"])
        self.step, self.seconds = training["step"], training["seconds"]
        self.last = training["loss"], training["validation_loss"]

    def run(self, save_every: int, tell: Progress) -> Trained:
        """Train to the end."""
        index, log = self._beside("gene_to_idx.json"), self._beside("log.csv")
        self.log = None
        if self.shared.first:
            with written_whole(index) as working:
                working.write_text(json.dumps(self.index), encoding="utf-8")
            self.log = Log(log, self._beside("tensorboard"), self.step)
        if self.shared.count > 1:
            on = [torch.device(self.shared.device)] if self.shared.device.startswith("cuda") else None
            self.called = torch.nn.parallel.DistributedDataParallel(self.learner, device_ids=on)
        saved, devices = self.step, [self.shared.device] if self.shared.device.startswith("cuda") else []
        try:
            with torch.random.fork_rng(devices=devices):
                tell(self.step / self.steps, f"step {self.step:,} of {self.steps:,}")
                while self.step < self.steps:
                    self._step()
                    if self.step % save_every == 0 or self.step % self.of_epoch == 0:
                        self._save()
                        saved = self.step
                    tell(self.step / self.steps, f"step {self.step:,} of {self.steps:,}, loss {self.last[0]:.4f}")
        except GeneRAINError:
            if saved < self.step:
                self._save()
            raise
        finally:
            if self.log is not None:
                self.log.close()
        return Trained(self.out, log, index, *self.last, self.steps, len(self.samples), len(self.held))

    def _step(self) -> None:
        """Take one step of the optimizer, and at the end of an epoch judge the held-out samples."""
        started = time.perf_counter()
        epoch, within = divmod(self.step, self.of_epoch)
        order = np.random.default_rng((self.options.seed, 1, epoch)).permutation(self.samples)
        chosen = order[within * self.effective : (within + 1) * self.effective]
        size = self.options.batch
        batches = [(i, chosen[i * size : (i + 1) * size]) for i in range(-(-len(chosen) // size))]
        mine = batches[self.shared.rank :: self.shared.count] or [(-1, chosen[:1])]
        self.learner.train()
        rate = self.optimizer.param_groups[0]["lr"]
        # Sums of thousands of places would leave float16's range; the mean over all places is taken once their number is known.
        nominal = float(size * self.places)
        loss = count = 0.0
        for turn, (number, samples) in enumerate(mine):
            weight = 0.0 if number < 0 else 1.0
            torch.manual_seed(_seed(self.options.seed, 4, self.step, max(0, number)))
            task = self._task(samples, (self.options.seed, 2, epoch))
            last = turn == len(mine) - 1
            with self.called.no_sync() if self.shared.count > 1 and not last else torch.enable_grad():
                with autocast(self.shared.device, mixed=self.mixed):
                    summed = self.called(task)
                self.scaler.scale(summed * (weight / nominal)).backward()
            loss += weight * float(summed.detach())
            count += weight * int(task.predicted.sum())
        loss, count = self.shared.sums(loss, count)
        self.scaler.unscale_(self.optimizer)
        for parameter in self.learner.parameters():
            if parameter.grad is not None:
                parameter.grad.mul_(nominal * self.shared.count / max(count, 1.0))
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad(set_to_none=True)
        self.scheduler.step()
        self.step += 1
        self.last = loss / max(count, 1.0), self.last[1]
        over = self.step % self.of_epoch == 0
        if over and len(self.held):
            self.last = self.last[0], self._judge()
        self.seconds += time.perf_counter() - started
        if self.log is not None:
            seen = epoch * len(self.samples) + min(len(self.samples), (within + 1) * self.effective)
            row = {"epoch": epoch + 1, "step": self.step, "samples": seen, "learning_rate": rate, "loss": self.last[0]}
            row |= {"validation_loss": self.last[1]} if over and len(self.held) else {}
            self.log.add(**row, seconds=round(self.seconds, 3))

    @torch.no_grad()
    def _judge(self) -> float:
        """Return the mean loss of the held-out samples; their masks are the same each time."""
        self.learner.eval()
        loss = count = 0.0
        size = self.options.batch
        starts = range(0, len(self.held), size)
        for start in starts[self.shared.rank :: self.shared.count]:
            task = self._task(self.held[start : start + size], (self.options.seed, 3, 0))
            with autocast(self.shared.device, mixed=self.mixed):
                loss += float(self.learner(task))
            count += int(task.predicted.sum())
        loss, count = self.shared.sums(loss, count)
        return loss / max(count, 1.0)

    def _task(self, samples: NDArray[np.int64], key: tuple[int, ...]) -> Task:
        bins = torch.from_numpy(self.data.rows(samples)).to(self.shared.device)
        given = model_input(bins, self.tokens, self.family, self.places)
        if self.family == "gpt":
            return next_gene(given)
        return masked(given, draw(samples, self.places, key), self.tokens, self.family, self.options)

    def _save(self) -> None:
        """Write the checkpoint, after the log: what the checkpoint knows is always logged."""
        if self.log is None:
            return
        self.log.flush()
        training = {
            "kind": self.kind,
            "options": asdict(self.options),
            "processes": self.shared.count,
            "data": self.data.fingerprint(),
            "step": self.step,
            "epoch": self.step // self.of_epoch,
            "seconds": self.seconds,
            "loss": self.last[0],
            "validation_loss": self.last[1],
            "scaler": self.scaler.state_dict(),
            "origin": self.origin,
        }
        checkpoint = {
            "model_state_dict": self.learner.released(),
            "optimizer_state_dict": self.optimizer.state_dict(),
            "scheduler_state_dict": self.scheduler.state_dict(),
            "training": training,
        }
        write_checkpoint(self.out, checkpoint)

    def _beside(self, end: str) -> Path:
        return self.out.with_name(f"{self.out.name}.{end}")


def _seed(*parts: int) -> int:
    return int(np.random.SeedSequence(parts).generate_state(1, np.uint64)[0] >> 1)
