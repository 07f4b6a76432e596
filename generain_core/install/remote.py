"""Reading from a server, or from a folder as if from one: from any place in a file, patiently, also through a proxy."""

import io
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from generain_core.errors import GeneRAINError
from generain_core.version import __version__

if TYPE_CHECKING:
    from requests import Response, Session

Result = TypeVar("Result")
PATIENCE = 30.0
"""Seconds that a server may be silent."""
TRIES = 6
"""Attempts in a row that bring nothing new."""
LONGEST_PAUSE = 60.0
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


class Interrupted(Exception):
    """An attempt that failed and may succeed when it is made again; `after` is how long the server asks to wait."""

    def __init__(self, words: str, after: float | None = None) -> None:
        super().__init__(words)
        self.after = after


class Unsatisfiable(Interrupted):
    """The server says that the file ends before the place that was asked for."""


@dataclass(frozen=True)
class Opened:
    """Bytes on their way: where in the file they begin, and how long the whole file is if that was told."""

    stream: "IO[bytes] | Body"
    start: int
    total: int | None


class Body:
    """The bytes of a server's answer, as they come; the connection ends with it."""

    def __init__(self, answer: "Response", session: "Session") -> None:
        self._answer, self._session = answer, session

    def read1(self, size: int) -> bytes:
        """Return up to `size` bytes that have come, none at the end.

        Raises:
            Interrupted: the connection broke or went silent.
        """
        from urllib3.exceptions import HTTPError, ReadTimeoutError

        try:
            some: bytes = self._answer.raw.read1(size, decode_content=False)
        except (ReadTimeoutError, TimeoutError) as problem:
            raise Interrupted("the server went silent") from problem
        except (HTTPError, OSError, ValueError) as problem:
            raise Interrupted(f"the connection broke ({type(problem).__name__})") from problem
        return some

    def close(self) -> None:
        """End the connection."""
        self._answer.close()
        self._session.close()

    def __enter__(self) -> "Body":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_at(source: str, start: int, patience: float = PATIENCE) -> Opened:
    """Open an address or a path, from byte `start` if the other side can do that, else from the beginning.

    Raises:
        Interrupted: the attempt may be repeated.
        GeneRAINError: it may not: the file is not there or is not given out.
    """
    if not is_address(source):
        return _open_file(source, start)
    from requests import RequestException, Session

    session = Session()
    wish = {"User-Agent": f"GeneRAIN-Explorer/{__version__}", "Accept-Encoding": "identity"}
    wish |= {"Range": f"bytes={start}-"} if start else {}
    try:
        answer = session.get(source, headers=wish, stream=True, timeout=patience)
    except (RequestException, ValueError) as problem:
        session.close()
        raise Interrupted(f"{_host(source)} can't be reached ({_reason(problem)})") from problem
    body = Body(answer, session)
    if answer.status_code >= 400:
        body.close()
        raise _refused(source, answer)
    if start and answer.status_code == 206:
        begins, total = _range_of(answer.headers.get("Content-Range", ""))
        if begins == start:
            return Opened(body, start, total)
        body.close()
        return open_at(source, 0, patience)
    return Opened(body, 0, _number(answer.headers.get("Content-Length", "")))


def patiently(attempt: Callable[[], Result], pause: Callable[[float], None] = time.sleep) -> Result:
    """Return what an attempt gives; repeat it after longer and longer pauses while it is `Interrupted`.

    Raises:
        GeneRAINError: every attempt failed.
    """
    for failed in range(1, TRIES + 1):
        try:
            return attempt()
        except Interrupted as problem:
            if failed == TRIES:
                raise GeneRAINError(f"{problem}, {TRIES} times in a row; try again later.") from problem
            pause(pause_after(failed, problem.after))
    raise AssertionError


def pause_after(failures: int, asked: float | None = None) -> float:
    """Return how many seconds to wait: what the server asks for, else twice as long each time, a little at random."""
    wait = asked if asked is not None else 2.0 ** (failures - 1) * (1 + random.random() / 4)
    return min(wait, LONGEST_PAUSE)


def read_small(source: str, most: int, patience: float = PATIENCE) -> bytes:
    """Return all of a small file.

    Raises:
        Interrupted: the attempt may be repeated.
        GeneRAINError: it is not there, or is larger than `most` bytes.
    """
    opened = open_at(source, 0, patience)
    with opened.stream as stream:
        content = read_some(stream, most + 1)
        while len(content) <= most:
            more = read_some(stream, most + 1 - len(content))
            if not more:
                break
            content += more
    if len(content) > most:
        raise GeneRAINError(f"{source} is larger than the {most:,} bytes that are read of such a file; check the address.")
    if opened.total is not None and len(content) < opened.total:
        raise Interrupted(f"{_host(source)} broke off")
    return content


def read_some(stream: "IO[bytes] | Body", size: int) -> bytes:
    """Return up to `size` bytes, none at the end.

    Raises:
        Interrupted: the connection broke or went silent, or the disk did.
    """
    if isinstance(stream, Body):
        return stream.read1(size)
    try:
        return stream.read(size)
    except OSError as problem:
        raise Interrupted(f"reading broke off ({problem.strerror})") from problem


def _open_file(source: str, start: int) -> Opened:
    try:
        stream = io.BufferedReader(io.FileIO(source))
        total = stream.seek(0, 2)
        stream.seek(min(start, total))
    except OSError as problem:
        raise GeneRAINError(f"{source} can't be read ({problem.strerror}); check the path and the rights.") from problem
    return Opened(stream, min(start, total), total)


def _refused(source: str, answer: "Response") -> Exception:
    sentence = f"{_host(source)} answers {answer.status_code} {answer.reason[:60]}"
    if answer.status_code == 416:
        return Unsatisfiable(sentence)
    if answer.status_code in _PASSING:
        return Interrupted(sentence, _number(answer.headers.get("Retry-After", "")))
    return GeneRAINError(f"{sentence} for {source}; check the address, or name a mirror or a folder.")


def _reason(problem: BaseException) -> str:
    """Return what lies below an error of the library, in the system's words where it has some."""
    while problem.__cause__ or problem.__context__:
        problem = problem.__cause__ or problem.__context__ or problem
    return str(getattr(problem, "strerror", None) or problem)[:200] or type(problem).__name__


def _range_of(header: str) -> tuple[int | None, int | None]:
    """Return where a range begins and how long the whole file is, from ``bytes 5-9/10``."""
    unit, _, rest = header.partition(" ")
    span, _, total = rest.partition("/")
    begins = _number(span.partition("-")[0])
    return (None, None) if unit != "bytes" or begins is None else (begins, _number(total))


def _number(text: str) -> int | None:
    """Return a whole number of a header; None for what is none, or longer than any file."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def is_address(source: str) -> bool:
    """Say whether this is the address of something on a server, rather than a path.

    Raises:
        GeneRAINError: it begins like an address, and is none.
    """
    try:
        return urlsplit(source).scheme in ("http", "https")
    except ValueError as problem:
        raise GeneRAINError(f"{source[:200]!r} is no address ({problem}); check how it is written.") from problem


def _host(source: str) -> str:
    return urlsplit(source).hostname or source
