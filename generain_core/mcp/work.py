"""Work off the event loop: with progress, stopped when its request is cancelled, a few at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import anyio.lowlevel
import anyio.to_thread
from mcp.server.mcpserver import Context

from generain_core.errors import Cancelled, GeneRAINError
from generain_core.progress import Progress

if TYPE_CHECKING:
    from anyio import CapacityLimiter

T = TypeVar("T")

AT_ONCE = 2
"""Pieces of long work that run at the same time."""
WAITING = 8
"""Pieces of long work that may wait for that."""
_PERIOD = 0.1


class Steps:
    """How far a piece of work is, written by its thread and read by the event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._step: tuple[float, str] | None = None
        self._stopped = threading.Event()

    def report(self, share: float, words: str) -> None:
        """Note the share of the work and words on it.

        Raises:
            Cancelled: nobody waits for the work any more.
        """
        if self._stopped.is_set():
            raise Cancelled("The work was cancelled.")
        with self._lock:
            self._step = (share, words)

    def take(self) -> tuple[float, str] | None:
        """Return the latest step, once."""
        with self._lock:
            step, self._step = self._step, None
        return step

    def stop(self) -> None:
        """End the work at its next step."""
        self._stopped.set()


class Work:
    """Runs what takes long, `AT_ONCE` pieces at a time."""

    def __init__(self) -> None:
        self._limiter: CapacityLimiter | None = None
        self._asked = 0

    async def run(self, context: Context[Any, Any], work: Callable[[Progress], T]) -> T:
        """Run work in a thread; its progress goes to the client, and a cancelled request ends it at its next step.

        Raises:
            GeneRAINError: too much waits already, or the work refuses its input.
        """
        if self._asked >= AT_ONCE + WAITING:
            raise GeneRAINError(f"{WAITING} pieces of work wait already; ask again when some have ended.")
        self._asked += 1
        try:
            return await self._follow(context, work)
        except ExceptionGroup as group:  # of the task group, which has one task that can fail
            await anyio.lowlevel.checkpoint_if_cancelled()
            raise group.exceptions[0] from group.exceptions[0].__cause__
        finally:
            self._asked -= 1

    async def _follow(self, context: Context[Any, Any], work: Callable[[Progress], T]) -> T:
        """Run work in a thread and report its steps beside it; what it raises comes in a group."""
        steps = Steps()
        self._limiter = self._limiter or anyio.CapacityLimiter(AT_ONCE)

        def begin() -> T:
            steps.report(0.0, "started")
            return work(steps.report)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_report, context, steps)
            outcome = await anyio.to_thread.run_sync(begin, limiter=self._limiter)
            tasks.cancel_scope.cancel()
        return outcome


async def _report(context: Context[Any, Any], steps: Steps) -> None:
    """Send progress until the work has ended; stop the work when its request is cancelled."""
    furthest = -1.0
    try:
        while True:
            await anyio.sleep(_PERIOD)
            step = steps.take()
            if step is not None and step[0] > furthest:
                furthest = step[0]
                await context.report_progress(furthest, 1.0, step[1])
    finally:
        steps.stop()
