"""Run a function in a child process: with progress, until it is cancelled, within a time and a memory."""

import atexit
import contextlib
import inspect
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generain_core import errors
from generain_core.errors import GeneRAINError
from generain_core.progress import Progress
from generain_core.workers.parcels import bytes_of_texts, pack, unpack

_WAIT = 0.2
_MOST_CALLS = 100
_MOST_RESIDENT = 1 << 30
_MOST_TEXTS = 2 << 30
_START = "from generain_core.workers.child import serve; serve()"


class WorkerEnded(GeneRAINError):
    """The child process ended before it had a result."""


@dataclass(frozen=True)
class Limits:
    """What a call may take: seconds on the clock, and bytes of memory beside the interpreter's; None for as much as there is.

    Memory is counted where the system counts address space by process (Linux); elsewhere only the clock holds.
    """

    seconds: float | None = None
    memory: int | None = None
    advice: str = "try again with less"


UNLIMITED = Limits()


@dataclass(eq=False)
class _Child:
    process: subprocess.Popen[bytes]
    calls: int = 0
    answers: "queue.SimpleQueue[dict[str, Any] | None]" = field(default_factory=queue.SimpleQueue)

    def ask(self, **call: Any) -> None:
        """Send a call; that a child has ended is seen by its missing answer."""
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.write(json.dumps(call).encode() + b"\n")
                self.process.stdin.flush()

    def listen(self) -> None:
        """Take down answers until the child ends or says something that is none."""
        with self.process.stdout or contextlib.nullcontext(()) as answers, contextlib.suppress(ValueError):
            for line in answers:
                self.answers.put(json.loads(line))
        self.answers.put(None)

    def end(self, *, after: float = 0.0) -> int:
        """End the process, if it has not ended by itself after some seconds, and return its status."""
        if after:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(after)
        self.process.kill()
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        return self.process.wait()


class _Pool:
    """Children that wait for a call: one at most, started when asked for or given back by a call that left it in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: _Child | None = None
        self._preload = ""

    def take(self) -> _Child:
        with self._lock:
            child, self._idle = self._idle, None
        if child is not None and child.process.poll() is None:
            return child
        return _start(self._preload)

    def give_back(self, child: _Child) -> None:
        with self._lock:
            if self._idle is None:
                self._idle = child
                return
        child.end()

    def warm(self, preload: str) -> None:
        with self._lock:
            self._preload = preload or self._preload
            if self._idle is None or self._idle.process.poll() is not None:
                self._idle = _start(self._preload)

    def replace(self) -> None:
        if self._preload:
            self.warm(self._preload)

    def close(self) -> None:
        with self._lock:
            child, self._idle = self._idle, None
        if child is not None:
            child.end()


def _start(preload: str) -> _Child:
    paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": paths, "MALLOC_ARENA_MAX": "4"},
    )
    child = _Child(process)
    threading.Thread(target=child.listen, name="answers of a child process", daemon=True).start()
    if preload:
        child.ask(preload=preload)
    return child


_POOL = _Pool()
atexit.register(_POOL.close)


def warm(preload: str) -> None:
    """Have a child ready that has imported a module, so that the next call begins at once; from now on one is kept ready."""
    _POOL.warm(preload)


def run(
    function: Callable[..., Any],
    *arguments: Any,
    subject: str = "The work",
    progress: Progress | None = None,
    words: str = "",
    limits: Limits = UNLIMITED,
    records: Collection[type] = (),
    keep: bool = True,
    patient: bool = False,
    begun: Callable[[Callable[[bool], None]], object] | None = None,
    **options: Any,
) -> Any:
    """Return what a function returns that a child process runs.

    Args:
        function: importable by its name; if it takes `progress`, it is given one.
        arguments: its arguments, plain values, arrays and tables; `options` those by name.
        subject: the work, as sentences about its end begin.
        progress: told what the function tells, and asked again every 0.2 s; when it raises, the child is ended.
        words: what `progress` is told until the function tells something.
        limits: what the call may take.
        records: the classes of this program that the result is made of, beside plain values, arrays and tables.
        keep: keep the child for the next call; not after work that leaves much behind, such as a network on a GPU.
        patient: let all others of this computer go first, where the system knows such an order; the child is not kept.
        begun: given what has the child rest (True) and go on (False): it rests where it next tells how far it is.

    Raises:
        GeneRAINError: as the function raised it.
        WorkerEnded: the child was ended by the system, or reached a limit.
    """
    with tempfile.TemporaryDirectory(prefix="generain-call-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for part in ("call", "result"):
            (folder / part).mkdir()
        pack((arguments, options, dict(os.environ), os.getcwd()), folder / "call")
        child, kept = _POOL.take(), False
        try:
            child.calls += 1
            child.ask(
                function=f"{function.__module__}:{function.__qualname__}",
                folder=name,
                memory=limits.memory,
                patient=patient,
                reports="progress" in inspect.signature(function).parameters,
            )
            if begun is not None:
                begun(lambda rests: child.ask(rest=rests))
            answer = _follow(child, progress, words, limits.seconds)
            kept = keep and not patient and child.calls < _MOST_CALLS and 0 <= answer.get("resident", -1) < _MOST_RESIDENT
            return _outcome(answer, child, folder / "result", subject, limits, records)
        finally:
            if kept:
                _POOL.give_back(child)
            else:
                child.end()
                _POOL.replace()


def _follow(child: _Child, progress: Progress | None, words: str, seconds: float | None) -> dict[str, Any]:
    """Hand on progress until the child answers; an empty answer is that of a child that ended."""
    ends, share = time.monotonic() + (seconds or float("inf")), 0.0
    while True:
        if progress is not None:
            before = time.monotonic()
            progress(share, words)
            ends += time.monotonic() - before  # while others have their turn, its own time stands still
        left = ends - time.monotonic()
        if left <= 0:
            return {"late": True}
        with contextlib.suppress(queue.Empty):
            answer = child.answers.get(timeout=min(_WAIT, left))
            if answer is None:
                return {}
            if "progress" not in answer:
                return answer
            share, words = float(answer["progress"][0]), str(answer["progress"][1])


def _outcome(answer: dict[str, Any], child: _Child, folder: Path, subject: str, limits: Limits, records: Collection[type]) -> Any:
    if "result" in answer:
        if bytes_of_texts(folder) > _MOST_TEXTS:
            raise WorkerEnded(f"{subject} gave more than {_MOST_TEXTS >> 30} GB of names and texts; {limits.advice}.")
        return unpack(folder, records)
    if "error" in answer:
        raise _error(*answer["error"])
    if "fault" in answer:
        raise GeneRAINError(f"{subject} met a fault of the program ({answer['fault']}); please report it.")
    if "late" in answer:
        raise WorkerEnded(f"{subject} took longer than {_minutes(limits.seconds or 0)} and was stopped; {limits.advice}.")
    if "memory" in answer:
        most = "there is" if limits.memory is None else f"the {limits.memory / (1 << 30):.1f} GB that it may take"
        raise WorkerEnded(f"{subject} needs more memory than {most}; {limits.advice}.")
    status = child.end(after=2.0)
    raise WorkerEnded(f"{subject} was ended by the system (status {status}), perhaps for lack of memory; try again.")


def _error(kind: str, message: str, options: Sequence[str], choices: Sequence[str]) -> GeneRAINError:
    known = getattr(errors, kind, GeneRAINError)
    if known is errors.NeedsConsent:
        return errors.NeedsConsent(message, tuple(map(str, options)), tuple(map(str, choices)))
    return known(message) if isinstance(known, type) and issubclass(known, GeneRAINError) else GeneRAINError(message)


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"
