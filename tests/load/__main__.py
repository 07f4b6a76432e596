"""Measure a server under many visitors, and bare Streamlit under the same; print a table of seconds by kind of action."""

import argparse
import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pandas as pd

from generain_core.settings import DEMO_RELEASE, PROJECT
from tests.load.visitor import Failed, Visitor

Action = Callable[[Visitor, random.Random, str], Awaitable[float]]
Times = dict[str, list[float]]
Kinds = list[tuple[str, float, Action]]
BARE = "import streamlit as st\nst.title('bare')\nst.text_input('Gene')\nst.dataframe({'a': list(range(50))})\n"


def actions(genes: list[str], table: bytes) -> Kinds:
    """Return kinds of action, how often each is taken, and what it does; each visitor's own name is looked for in answers."""

    async def home(visitor: Visitor, chance: random.Random, own: str) -> float:
        return await visitor.open("")

    async def gene(visitor: Visitor, chance: random.Random, own: str) -> float:
        name = chance.choice(genes)
        await visitor.open("gene")
        return await typed(visitor, "Gene", name)

    async def gene_map(visitor: Visitor, chance: random.Random, own: str) -> float:
        seconds = await visitor.open("map")
        return seconds + await visitor.wait_for("plotly_chart")

    async def compare(visitor: Visitor, chance: random.Random, own: str) -> float:
        pair = chance.sample(genes, 2)
        seconds = await visitor.open("compare", f"a={pair[0]}&b={pair[1]}")
        return shows(visitor, *pair, seconds=seconds)

    async def attributes(visitor: Visitor, chance: random.Random, own: str) -> float:
        await visitor.open("attributes")
        return await typed(visitor, "Gene", chance.choice(genes))

    async def typed(visitor: Visitor, label: str, gene: str) -> float:
        return shows(visitor, gene, seconds=await visitor.fill(label, gene))

    def shows(visitor: Visitor, *names: str, seconds: float) -> float:
        seen = visitor.seen.replace("\\", "")  # of Markdown: AGBL4\-AS1
        missing = [name for name in names if name not in seen]
        if missing:
            raise Failed(f"the page {visitor.page} of {missing[0]} does not name it")
        return seconds

    async def lists(visitor: Visitor, chance: random.Random, own: str) -> float:
        await visitor.open("lists")
        seconds = await visitor.fill("Name", own) if "Name" in visitor.labels else 0.0
        others = [word for word in visitor.seen.split() if word.startswith("visitor") and word.endswith("x") and word != own]
        if others:
            raise Failed(f"{own} sees {others[0]}")
        return seconds

    async def upload(visitor: Visitor, chance: random.Random, own: str) -> float:
        await visitor.open("samples")
        seconds = await visitor.upload(f"{own}.csv", table)
        return seconds + await visitor.wait_for(own)

    return [
        ("home", 2, home),
        ("gene", 5, gene),
        ("map", 1, gene_map),
        ("compare", 2, compare),
        ("attributes", 2, attributes),
        ("lists", 1, lists),
        ("upload", 1, upload),
    ]


async def visit(
    port: int, number: int, end: float, kinds: list[tuple[str, float, Action]], pause: float
) -> tuple[Times, list[str], int]:
    """Act until the time is over, every `pause` seconds or so; return seconds by kind, what failed, bytes received."""
    chance, times, failed = random.Random(number), defaultdict[str, list[float]](list), list[str]()
    visitor = Visitor(port)
    await asyncio.sleep(chance.random() * pause)
    begin = time.perf_counter()
    await visitor.arrive()
    await visitor.open("")
    times["first page"].append(time.perf_counter() - begin)
    names, weights = [each[0] for each in kinds], [each[1] for each in kinds]
    while time.monotonic() < end:
        await asyncio.sleep(chance.expovariate(1 / pause))
        kind = names.index(chance.choices(names, weights)[0])
        try:
            times[names[kind]].append(await kinds[kind][2](visitor, chance, f"visitor{number}x"))
        except (Failed, TimeoutError) as problem:
            failed.append(f"{names[kind]}: {problem}")
    await visitor.leave()
    return times, failed, visitor.bytes_in


def start(script: Path | None, release: Path, log: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start a server on this computer, the app's without a script, and wait until it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    if script is None:
        line = ["generain_core", "--release", str(release), "serve", "--port", str(port)]
    else:
        line = ["streamlit", "run", str(script), "--server.headless=true", f"--server.port={port}"]
    with log.open("wb") as out:
        server = subprocess.Popen([sys.executable, "-m", *line], cwd=PROJECT, stdout=out, stderr=out)
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=2):
                return server, port
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def resident(server: subprocess.Popen[bytes]) -> float:
    """Return the server's memory in MB."""
    pages = int(Path(f"/proc/{server.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def _measure(ports: list[int], args: argparse.Namespace, kinds: Kinds) -> tuple[Times, list[str], int]:
    end = time.monotonic() + args.seconds
    stay = [ports[number % len(ports)] for number in range(args.sessions)]
    parts = await asyncio.gather(*(visit(port, number, end, kinds, args.pause) for number, port in enumerate(stay)))
    times, failed = defaultdict[str, list[float]](list), list[str]()
    for part, problems, _ in parts:
        failed += problems
        for kind, seconds in part.items():
            times[kind] += seconds
    return times, failed, sum(part[2] for part in parts)


def main() -> None:
    """Measure the app, then bare Streamlit, and print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--pause", type=float, default=10, help="mean seconds between two actions of a visitor")
    parser.add_argument("--replicas", type=int, default=1, help="servers of the app, among which visitors are divided")
    parser.add_argument("--release", type=Path, default=DEMO_RELEASE)
    parser.add_argument("-o", "--output", type=Path)
    args = parser.parse_args()
    import generain_core as gr

    generain = gr.open(args.release)
    genes = list(generain.atlas().space.genes[:2000])
    rng = np.random.default_rng(0)
    counts = pd.DataFrame(rng.poisson(rng.gamma(0.5, 200, (len(genes), 1)), (len(genes), 6)), genes, [f"s{i}" for i in range(6)])
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE)

        async def plain(visitor: Visitor, chance: random.Random, own: str) -> float:
            return await visitor.open("")

        rows = []
        runs = (
            ("app", None, args.replicas, actions(genes, counts.to_csv().encode())),
            ("bare Streamlit", bare, 1, [("page", 1.0, plain)]),
        )
        for name, script, replicas, kinds in runs:
            servers = [start(script, args.release, Path(folder) / f"log{number}.txt") for number in range(replicas)]
            try:
                before = sum(resident(server) for server, _ in servers)
                times, failed, received = asyncio.run(_measure([port for _, port in servers], args, kinds))
                after = sum(resident(server) for server, _ in servers)
            finally:
                for server, _ in servers:
                    server.terminate()
                for server, _ in servers:
                    server.wait(120)
            for kind, seconds in times.items():
                p50, p95 = np.percentile(seconds, [50, 95])
                rows.append({"server": name, "action": kind, "times": len(seconds), "p50": p50, "p95": p95})
            sys.stdout.write(
                f"{name}: {replicas} server(s), {args.sessions} sessions, {args.seconds:.0f} s, {received / 1e6:.1f} MB sent, "
                f"memory {before:.0f} → {after:.0f} MB, {len(failed)} failed\n"
            )
            for problem in dict.fromkeys(failed):
                sys.stdout.write(f"  {problem}\n")
        table = pd.DataFrame(rows).round(2)
        sys.stdout.write(table.to_string(index=False) + "\n")
        if args.output:
            table.to_csv(args.output, index=False)


if __name__ == "__main__":
    main()
