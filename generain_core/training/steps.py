"""One step of the optimizer after another, in one process or several."""

import contextlib
import math
from collections.abc import Iterable, Mapping
from typing import Any

import torch

from generain_core.errors import GeneRAINError
from generain_core.models.devices import autocast
from generain_core.models.parallel import Processes
from generain_core.training.learner import Learner
from generain_core.training.masks import Task
from generain_core.training.options import Options


class Diverged(GeneRAINError):
    """A training whose weights lead nowhere: they are not worth a checkpoint."""

    def __init__(self) -> None:
        """Say it."""
        super().__init__(
            "The loss is no number any more, so this training can't go on; the last checkpoint stays as it was. Begin another "
            "with a lower learning rate, a longer warm-up or float32 precision."
        )


class Engine:
    """A learner, its optimizer (AdamW), its schedule (one cycle) and, on several processes, PyTorch's own
    distributed data parallel.

    Attributes:
        learner: on the device.
    """

    def __init__(self, learner: Learner, options: Options, steps: int, nominal: int, shared: Processes) -> None:
        """Make the optimizer.

        Args:
            learner: the network.
            options: settings.
            steps: of the whole training.
            nominal: places of a full batch; sums of losses are divided by it, as they would leave the range of 16 bits.
            shared: the processes.
        """
        self.learner = learner.to(shared.device)
        self._shared, self._nominal = shared, float(nominal)
        kind = shared.device.split(":")[0]
        self._mixed = options.precision == "mixed" or (options.precision == "auto" and kind == "cuda")
        self._optimizer = torch.optim.AdamW(learner.parameters(), options.learning_rate, weight_decay=options.weight_decay)
        self._held = options.cycle_held if options.schedule == "epochs" else None
        turns = steps if self._held is None else options.cycle
        # A rise of exactly one step divides by zero in PyTorch; a billionth more does not.
        rise = options.warm_up * (1 + 1e-9) if options.warm_up * turns == 1 else options.warm_up
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, options.learning_rate, turns, pct_start=rise, div_factor=options.start_divisor
        )
        half = self._mixed and kind == "cuda" and not torch.cuda.is_bf16_supported()
        self._scaler = torch.amp.GradScaler(kind, enabled=half)
        self._called: Any = learner
        if shared.count > 1:
            on = [torch.device(shared.device)] if kind == "cuda" else None
            self._called = torch.nn.parallel.DistributedDataParallel(learner, device_ids=on)

    @property
    def rate(self) -> float:
        """Return the learning rate of the next step."""
        return float(self._optimizer.param_groups[0]["lr"])

    def step(self, batches: Iterable[tuple[Task, int, float]], turns: int) -> float:
        """Take one step and return its mean loss over all predicted places of all processes; NaN if there are none.

        Args:
            batches: this process's: task, seed of dropout, weight (1, or 0 for a batch that only keeps step with the others).
            turns: how many they are.

        Raises:
            GeneRAINError: losses or gradients are no numbers any more; the weights are those before the step.
        """
        self.learner.train()
        loss = count = 0.0
        for turn, (task, seed, weight) in enumerate(batches, 1):
            torch.manual_seed(seed)
            alone = self._shared.count > 1 and turn < turns
            with self._called.no_sync() if alone else contextlib.nullcontext():
                with autocast(self._shared.device, mixed=self._mixed):
                    summed = self._called(task)
                self._scaler.scale(summed * (weight / self._nominal)).backward()
            loss += weight * float(summed.detach())
            count += weight * int(task.predicted.sum())
        loss, count = self._shared.sums(loss, count)
        self._scaler.unscale_(self._optimizer)
        for parameter in self.learner.parameters():
            if parameter.grad is not None:
                parameter.grad.mul_(self._nominal * self._shared.count / max(count, 1.0))
        self._check_finite(loss)
        self._scaler.step(self._optimizer)
        self._scaler.update()
        self._optimizer.zero_grad(set_to_none=True)
        if self._held is None:
            self._schedule.step()
        return loss / count if count else math.nan

    def end_epoch(self) -> None:
        """Step the schedule, if that is stepped once an epoch and not yet held."""
        if self._held is not None and self._schedule.last_epoch < self._held:
            self._schedule.step()

    def _check_finite(self, loss: float) -> None:
        """Refuse a step that would make all weights NaN; a gradient beyond 16 bits the scaler skips by itself."""
        gradients = [weight.grad for weight in self.learner.parameters() if weight.grad is not None]
        whole = self._scaler.is_enabled() or bool(torch.nn.utils.get_total_norm(gradients).isfinite())
        if not (math.isfinite(loss) and whole):
            raise Diverged()

    @torch.no_grad()
    def judge(self, tasks: Iterable[Task]) -> float:
        """Return the mean loss over the tasks of all processes; NaN if nothing is predicted in them.

        Raises:
            Diverged: the loss is no number.
        """
        self.learner.eval()
        loss = count = 0.0
        for task in tasks:
            with autocast(self._shared.device, mixed=self._mixed):
                loss += float(self.learner(task))
            count += int(task.predicted.sum())
        loss, count = self._shared.sums(loss, count)
        if count and not math.isfinite(loss):
            raise Diverged()
        return loss / count if count else math.nan

    def state(self) -> dict[str, Any]:
        """Return everything that a checkpoint needs, under the names of the released ones."""
        return {
            "model_state_dict": self.learner.released(),
            "optimizer_state_dict": self._optimizer.state_dict(),
            "scheduler_state_dict": self._schedule.state_dict(),
            "scaler_state_dict": self._scaler.state_dict(),
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` has given."""
        self.learner.load(state["model_state_dict"])
        self._optimizer.load_state_dict(state["optimizer_state_dict"])
        self._schedule.load_state_dict(state["scheduler_state_dict"])
        self._scaler.load_state_dict(state["scaler_state_dict"])
