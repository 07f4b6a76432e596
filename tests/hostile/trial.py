"""One file, read in a process of its own within limits. POSIX only: it is forked from one that has all libraries open."""

import contextlib
import json
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generain_core.errors import GeneRAINError
from tests.hostile.readers import READERS

SECONDS, MEMORY = 10, 2 << 30
"""Processor seconds that a file may take, and bytes of memory beside those of the libraries."""

_OF_FOLDERS = ("record", "install")
_OF_STORES = ("predictions",)
"""Read into a cache, which is in the folder beside."""


@dataclass(frozen=True)
class Outcome:
    """What came of a file: ``read``, ``refused``, or one of the violations; in words; and what it took."""

    verdict: str
    words: str
    seconds: float
    megabytes: float

    @property
    def is_violation(self) -> bool:
        """Say whether this must not happen."""
        return self.verdict not in ("read", "refused")


def tried(reader: str, name: str, content: bytes) -> Outcome:
    """Read a file in a child process and say what came of it."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as top:
        folder = Path(top) / "in"
        folder.mkdir()
        path = folder / name
        path.write_bytes(content)
        source, sink = os.pipe()
        child = os.fork()
        if not child:
            os.close(source)
            _work(reader, path, sink)
        os.close(sink)
        ends = time.monotonic() + 12 * SECONDS  # on the clock, on a machine that others use too
        with os.fdopen(source) as said, _ended_by(child, ends):
            answer = said.read()
        _, status, used = os.wait4(child, 0)
        taken = used.ru_utime + used.ru_stime
        return _judged(
            answer, status, taken, used.ru_maxrss / 1024, "" if reader in _OF_FOLDERS else str(folder), sorted(os.listdir(top))
        )


@contextlib.contextmanager
def _ended_by(child: int, moment: float) -> Iterator[None]:
    def end(*_: object) -> None:
        os.kill(child, signal.SIGKILL)

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(max(1, int(moment - time.monotonic())))
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _judged(answer: str, status: int, taken: float, megabytes: float, folder: str, left: list[str]) -> Outcome:
    """Judge; `folder` may not be named, unless the user named it (then it is empty)."""
    if not answer:
        number = os.waitstatus_to_exitcode(status)
        slow = number in (-signal.SIGXCPU, -signal.SIGKILL)
        return Outcome("slow" if slow else "died", f"status {number}", taken, megabytes)
    said = json.loads(answer)
    verdict, words = said["verdict"], said["words"]
    if verdict == "refused" and ((folder and folder in words) or "\n" in words or not words.endswith(".") or len(words) > 900):
        verdict = "message"
    if left != ["in"]:
        verdict = "outside"
    return Outcome(verdict, words, taken, megabytes)


def _work(reader: str, path: Path, sink: int) -> None:
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    pages = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") if sys.platform == "linux" else 0
    if pages:
        resource.setrlimit(resource.RLIMIT_AS, (pages + MEMORY, pages + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    sys.addaudithook(_watch_writing if reader in _OF_STORES else _watch)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            READERS[reader](path)
        verdict, words = "read", ""
    except GeneRAINError as problem:
        verdict, words = "refused", str(problem)
        if isinstance(problem.__cause__, MemoryError):
            verdict = "memory"
    except MemoryError:
        verdict, words = "memory", ""
    except BaseException as problem:  # noqa: BLE001  # whatever else gets out is what is looked for
        frame = traceback.extract_tb(problem.__traceback__)[-1]
        verdict, words = (
            "traceback",
            f"{type(problem).__name__}: {str(problem)[:120]} ({Path(frame.filename).name}:{frame.lineno})",
        )
    os.write(sink, json.dumps({"verdict": verdict, "words": words}).encode())
    os._exit(0)


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    """End the process where a file has something run."""
    if event in ("os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "socket.connect", "os.mkdir", "os.remove"):
        os.abort()


def _watch_writing(event: str, arguments: tuple[object, ...]) -> None:
    if event not in ("os.mkdir", "os.remove"):
        _watch(event, arguments)
