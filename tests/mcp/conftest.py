"""A client of the Model Context Protocol, over standard input and output or HTTP, and what it was answered."""

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters

from tests.conftest import PROJECT

DEMO = PROJECT / "assets/demo"
EXAMPLES = DEMO / "data/examples"
COUNTS = EXAMPLES / "demo_counts.csv.gz"

Talk = Callable[[Client], Awaitable[Any]]


@dataclass(frozen=True)
class Reply:
    """What a tool answered: the structured answer, or the words of a refusal, and the progress before."""

    answer: dict[str, Any]
    refusal: str
    progress: list[tuple[float, float | None, str | None]]


def in_thread(main: Callable[[], Awaitable[Any]]) -> Any:
    """Run a coroutine in a thread of its own: a browser of other tests may leave its event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, main).result()


async def ask(client: Client, tool: str, **arguments: Any) -> Reply:
    """Call a tool."""
    progress: list[tuple[float, float | None, str | None]] = []

    async def note(share: float, total: float | None, words: str | None) -> None:
        progress.append((share, total, words))

    result = await client.call_tool(tool, arguments, progress_callback=note)
    words = getattr(result.content[0], "text", "") if result.is_error else ""
    return Reply(result.structured_content or {}, words, progress)


@dataclass(frozen=True)
class Session:
    """A server that is started for each talk."""

    folders: tuple[Path, ...]
    release: Path = DEMO
    mode: str = "auto"

    def __call__(self, talk: Talk) -> Any:
        """Start the server, talk with it, and return what the talk returns."""
        line = ["-m", "generain_core", "--release", str(self.release), "mcp"]
        line += ["--folder", *map(str, self.folders)] if self.folders else []
        environment = {"GENERAIN_CACHE": os.environ["GENERAIN_CACHE"], "PYTHONPATH": str(PROJECT)}
        server = StdioServerParameters(command=sys.executable, args=line, env=environment, cwd=PROJECT)

        async def main() -> Any:
            with anyio.fail_after(300):
                async with Client(server, mode=self.mode) as client:
                    return await talk(client)

        return in_thread(main)

    def ask(self, tool: str, **arguments: Any) -> Reply:
        """Start the server for one call."""
        return self(lambda client: ask(client, tool, **arguments))


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Return a server that may read the demo's examples and write to a folder of the test's."""
    return Session((EXAMPLES, tmp_path))


@pytest.fixture
def address() -> Iterator[str]:
    """Return the address of a server over HTTP."""
    line = [sys.executable, "-m", "generain_core", "--release", str(DEMO), "mcp", "--http", "0"]
    server = subprocess.Popen(line, cwd=PROJECT, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        yield next(word for text in server.stderr for word in text.split() if word.startswith("http"))
    finally:
        server.terminate()
        server.communicate(timeout=30)
