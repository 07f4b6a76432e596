"""The server: over HTTP, two calls at once, cancelled calls, clean output, and without the extra."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client

from generain_core.errors import Cancelled, GeneRAINError
from generain_core.mcp.work import AT_ONCE, WAITING, Work
from tests.conftest import PROJECT
from tests.mcp.conftest import DEMO, Session, ask, in_thread

LONG = {
    "path": "demo_perturbation_counts.csv.gz",
    "by": "perturbation",
    "control": "non-targeting",
    "model": "none",
    "sheet": "demo_perturbations.csv",
    "bootstrap": 100_000,
    "permutations": 1_000_000,
}


def test_over_http(address: str) -> None:
    async def main() -> tuple[Any, Any]:
        async with Client(address) as client:
            return (await client.list_tools()).tools, await ask(client, "resolve", names=["GAS5"])

    tools, reply = in_thread(main)
    assert len(tools) == 28
    assert reply.answer["names"][0]["gene"] == "GAS5"


def test_http_is_for_this_computer_alone(address: str) -> None:
    assert address.startswith("http://127.0.0.1:")
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accepted = {"accept": "application/json, text/event-stream"}
    assert httpx2.post(address, json=call, headers=accepted | {"host": "evil.example"}).status_code == 421
    assert httpx2.post(address, json=call, headers=accepted | {"origin": "http://evil.example"}).status_code == 403


def test_ten_megabytes_over_http(address: str) -> None:
    async def main() -> str:
        async with Client(address) as client:
            return (await ask(client, "resolve", names="A" * 10_000_000)).refusal

    assert "up to 1,000,000 go into one call" in in_thread(main)


def test_a_port_that_is_taken_is_refused(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    from generain_core.cli import main

    port = address.split(":")[2].split("/")[0]
    assert main(["--release", str(DEMO), "mcp", "--http", port]) == 2
    assert "choose another" in capsys.readouterr().err
    assert main(["--release", str(DEMO), "mcp", "--http", "99999"]) == 2


def test_two_at_once_and_short_calls_meanwhile(session: Session, tmp_path: Path) -> None:
    async def talk(client: Client) -> list[str]:
        ended: list[str] = []

        async def call(name: str, tool: str, **arguments: Any) -> None:
            reply = await ask(client, tool, **arguments)
            assert not reply.refusal
            ended.append(name)

        async with anyio.create_task_group() as tasks:
            for name in ("one", "two"):
                options = {"path": "demo_counts.csv.gz", "output": str(tmp_path / name), "model": "GPT_Binning_By_Gene"}
                tasks.start_soon(lambda name=name, options=options: call(name, "embed", **options))
            await anyio.sleep(0.5)
            await call("short", "resolve", names=["GAS5"])
        return ended

    ended = session(talk)
    assert sorted(ended) == ["one", "short", "two"]
    import anndata

    one, two = (anndata.read_h5ad(tmp_path / name) for name in ("one", "two"))
    assert (one.obsm["X_generain"] == two.obsm["X_generain"]).all()


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_cancelled_call_stops_and_writes_nothing(tmp_path: Path, mode: str) -> None:
    from tests.mcp.conftest import EXAMPLES

    async def talk(client: Client) -> Any:
        for number in range(AT_ONCE + 1):
            begun = anyio.Event()

            async def note(share: float, total: float | None, words: str | None, begun: anyio.Event = begun) -> None:
                begun.set()

            async with anyio.create_task_group() as tasks:
                arguments = LONG | {"output": str(tmp_path / f"{number}.csv")}
                tasks.start_soon(
                    lambda arguments=arguments, note=note: client.call_tool("perturb", arguments, progress_callback=note)
                )
                await begun.wait()
                tasks.cancel_scope.cancel()
        return await ask(client, "attributes", gene="GAS5", k=1)

    reply = Session((EXAMPLES, tmp_path), mode=mode)(talk)
    assert len(reply.answer["attributes"]) == 1
    assert list(tmp_path.iterdir()) == []


class Quiet:
    """A context without a client."""

    async def report_progress(self, share: float, total: float, words: str) -> None:
        """Report to nobody."""


def test_cancelled_work_ends_at_its_next_step() -> None:
    ends: list[BaseException] = []

    def work(progress: Any) -> None:
        import time

        try:
            while True:
                progress(0.5, "going on")
                time.sleep(0.01)
        except Cancelled as end:
            ends.append(end)
            raise

    async def main() -> None:
        with anyio.move_on_after(0.5):
            await Work().run(Quiet(), work)  # type: ignore[arg-type]

    in_thread(main)
    assert len(ends) == 1


def test_only_so_many_may_wait() -> None:
    import threading

    gate = threading.Event()
    refusals: list[str] = []

    async def main() -> None:
        work = Work()

        async def call() -> None:
            try:
                await work.run(Quiet(), lambda progress: gate.wait(30))  # type: ignore[arg-type]
            except GeneRAINError as problem:
                refusals.append(str(problem))

        async with anyio.create_task_group() as tasks:
            for _ in range(AT_ONCE + WAITING + 3):
                tasks.start_soon(call)
            await anyio.sleep(0.5)
            gate.set()

    in_thread(main)
    assert len(refusals) == 3
    assert all("ask again" in words for words in refusals)


def test_nothing_but_the_protocol_is_printed() -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "initialize"}
    call["params"] = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    lines = [call, {"jsonrpc": "2.0", "method": "notifications/initialized"}]
    lines += [{"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "neighbors", "arguments": {"gene": "GAS5"}}}]
    server = subprocess.Popen(
        [sys.executable, "-m", "generain_core", "--release", str(DEMO), "mcp"],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write("".join(json.dumps(each) + "\n" for each in lines))
    server.stdin.flush()
    printed = [server.stdout.readline(), server.stdout.readline()]
    rest, _ = server.communicate(timeout=60)
    assert [json.loads(text)["id"] for text in printed] == [1, 2]
    assert rest == ""
    assert server.returncode == 0


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from generain_core.cli import main

    monkeypatch.setattr("importlib.util.find_spec", lambda name, package=None: None)
    monkeypatch.setattr("generain_core.cli.commands.mcp.find_spec", lambda name: None)
    assert main(["mcp"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "generain-explorer[mcp]" in captured.err


def test_a_release_that_is_not_there_is_refused_at_the_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from generain_core.cli import main

    assert main(["--release", str(tmp_path / "nowhere"), "mcp"]) == 2
    assert "is not a folder" in capsys.readouterr().err


def test_the_line_does_not_import_the_protocol() -> None:
    code = (
        "import sys, generain_core.cli; sys.exit(' '.join({'mcp', 'pydantic', 'uvicorn', 'starlette'} & set(sys.modules)) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_tables_take_the_arguments_of_the_library() -> None:
    from generain_core.facade.tables import TableOptions
    from generain_core.mcp.arguments import TableArguments

    assert set(TableArguments.__annotations__) == TableOptions.__optional_keys__ - {"samples", "values"}
