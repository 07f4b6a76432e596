"""Several processes at one piece of work, as PyTorch's own launcher starts them: who am I, and what do we have together."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError

_JOINED: list[Any] = []
"""Groups of processes that this one has joined, kept to its end.

A distributed network that is freed as the last holder of its group waits for the group's thread with the interpreter's lock
held, and the thread may be waiting for that lock: some one training in ten never ended.
"""


@dataclass(frozen=True)
class Processes:
    """The processes that share a piece of work.

    Attributes:
        rank: this process's number, from 0.
        count: how many there are; 1 without a launcher.
        device: what this one computes on.
    """

    rank: int
    count: int
    device: str

    @property
    def first(self) -> bool:
        """Say whether this process is the one that writes and speaks."""
        return self.rank == 0

    def sums(self, *numbers: float) -> list[float]:
        """Return each number summed over all processes, in float64."""
        if self.count == 1:
            return list(numbers)
        import torch

        tensor = torch.tensor(numbers, dtype=torch.float64)
        torch.distributed.all_reduce(tensor)
        return [float(number) for number in tensor]

    def from_first(self, value: Any) -> Any:
        """Return the value that the first process has; the others' are dropped."""
        if self.count == 1:
            return value
        import torch

        holder = [value]
        torch.distributed.broadcast_object_list(holder, src=0)
        return holder[0]

    def share(self, total: int, batch: int = 1) -> slice:
        """Return which of so many samples are this process's: a run of whole batches, as many as the others' or one more."""
        batches = -(-total // batch)
        first, last = (rank * batches // self.count * batch for rank in (self.rank, self.rank + 1))
        return slice(min(first, total), min(last, total))

    def gathered(self, rows: NDArray[np.float32], total: int, batch: int = 1) -> NDArray[np.float32]:
        """Return the rows of all processes in order, given each process's `share`; in all but the first, its own alone."""
        if self.count == 1:
            return rows
        import torch

        shares = [Processes(rank, self.count, self.device).share(total, batch) for rank in range(self.count)]
        longest = max(each.stop - each.start for each in shares)
        padded = np.zeros((longest, *rows.shape[1:]), dtype=np.float32)
        padded[: len(rows)] = rows
        mine = torch.from_numpy(padded)
        parts = [torch.empty_like(mine) for _ in range(self.count)] if self.first else None
        torch.distributed.gather(mine, parts, dst=0)
        if parts is None:
            return rows
        return np.concatenate([part.numpy()[: own.stop - own.start] for part, own in zip(parts, shares, strict=True)])


def started_by_launcher() -> bool:
    """Say whether this process is one of several that ``torchrun`` has started."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1 and "RANK" in os.environ


def is_first() -> bool:
    """Say whether this process is the first, or the only one."""
    return not started_by_launcher() or os.environ["RANK"] == "0"


@contextlib.contextmanager
def processes(device: str) -> Iterator[Processes]:
    """Join the processes that ``torchrun`` has started, or be the only one; each takes a CUDA device of its own.

    Raises:
        GeneRAINError: a device that several processes can't share the work on.
    """
    if not started_by_launcher():
        yield Processes(0, 1, device)
        return
    if device == "mps":
        raise GeneRAINError("Several processes can't share the work on mps; choose cpu or cuda.")
    import torch

    local = int(os.environ.get("LOCAL_RANK", "0"))
    if device.startswith("cuda"):
        if local >= torch.cuda.device_count():
            raise GeneRAINError(
                f"Process {local} has no CUDA device of its own: {torch.cuda.device_count()} are here; start fewer."
            )
        device = f"cuda:{local}"
        torch.cuda.set_device(local)
    torch.distributed.init_process_group("cpu:gloo,cuda:nccl" if device.startswith("cuda") else "gloo")
    _JOINED.append(torch.distributed.group.WORLD)
    shared = Processes(int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"]), device)
    try:
        yield shared
        shared.sums(0.0)  # All leave together: PyTorch asks for it, and the first still writes while the others are done.
    finally:
        torch.distributed.destroy_process_group()
