"""What a child process does: take one call after another from its standard input, and answer in lines of JSON."""

import contextlib
import importlib
import json
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from generain_core.errors import GeneRAINError
from generain_core.workers.parcels import pack, unpack

log = logging.getLogger(__name__)
_GOING_ON = threading.Event()
_GOING_ON.set()
"""Not set while the parent has this process rest: work waits where it next tells how far it is."""
_LAST = 5
"""How far patient work stands back (nice, of 19)."""


def serve() -> None:
    """Answer calls until the parent ends or closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    calls_in, answers = _private_pipes()
    calls: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(calls_in, calls), daemon=True).start()
    while True:
        _answer(calls.get(), answers)


def _private_pipes() -> tuple[IO[str], IO[str]]:
    """Keep the pipes for calls and answers alone: what a library prints goes to standard error."""
    calls = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return calls, answers


def _listen(source: IO[str], calls: "queue.SimpleQueue[dict[str, Any]]") -> None:
    for line in source:
        call = json.loads(line)
        if "rest" not in call:
            calls.put(call)
        elif call["rest"]:
            _GOING_ON.clear()
        else:
            _GOING_ON.set()
    os._exit(0)  # the parent is gone: whatever goes on here is for nobody


def _answer(call: dict[str, Any], answers: IO[str]) -> None:
    lock = threading.Lock()

    def send(**message: Any) -> None:
        with lock:
            answers.write(json.dumps(message) + "\n")
            answers.flush()

    def tell(share: float, words: str) -> None:
        send(progress=[share, words])
        _GOING_ON.wait()

    if "preload" in call:
        importlib.import_module(call["preload"])
        return
    folder = Path(call["folder"])
    if call.get("patient") and hasattr(os, "nice"):
        os.nice(_LAST)
    try:
        with _address_space(call["memory"]):
            pack(_run(folder, call, tell), folder / "result")
        send(result=True, resident=resident_bytes())
    except GeneRAINError as problem:
        further = [list(getattr(problem, name, ())) for name in ("options", "choices")]
        send(error=[type(problem).__name__, str(problem), *further], resident=resident_bytes())
    except MemoryError:
        send(memory=True)
    except Exception as problem:  # a parser may raise anything on a broken file; the child stays for the next
        log.exception("%s", call["function"])
        send(fault=type(problem).__name__)


def _run(folder: Path, call: dict[str, Any], progress: Callable[[float, str], None]) -> Any:
    arguments, options, environment, directory = unpack(folder / "call")
    os.environ.clear()
    os.environ.update(environment)
    with contextlib.suppress(OSError):
        os.chdir(directory)
    module, _, name = call["function"].partition(":")
    function: Any = importlib.import_module(module)
    for part in name.split("."):
        function = getattr(function, part)
    return function(*arguments, **options, **({"progress": progress} if call["reports"] else {}))


@contextlib.contextmanager
def _address_space(allowed: int | None) -> Iterator[None]:
    """Allow so many bytes more than this process has now; only where the system can count them."""
    held = _statm()[0]
    if allowed is None or not held or sys.platform == "win32":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    most = held + allowed
    resource.setrlimit(resource.RLIMIT_AS, (most if before[1] == resource.RLIM_INFINITY else min(most, before[1]), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def resident_bytes() -> int:
    """Return the memory that this process holds; 0 where the system doesn't say."""
    return _statm()[1]


def _statm() -> tuple[int, int]:
    try:
        size, resident = Path("/proc/self/statm").read_text(encoding="ascii").split()[:2]
    except OSError:
        return 0, 0
    page = os.sysconf("SC_PAGE_SIZE")
    return int(size) * page, int(resident) * page
