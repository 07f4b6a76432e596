"""Time from the start of the process to Home in the browser, beside a bare Streamlit page; print the ratio.

The first start is with an empty cache, the later ones with what it left there.

python -m tests.benchmarks.bench_start RELEASE [--times 3]
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser.server import FLAGS
from tests.conftest import PROJECT


def seconds_to(texts: list[str], script: Path, arguments: list[str], browser: Any, cache: Path) -> list[float]:
    """Start a server, open its first page, and return the seconds until each text is seen, in this order."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true", "--server.address=127.0.0.1"]
    page = browser.new_page()
    page.set_default_timeout(180_000)
    start = time.perf_counter()
    server = subprocess.Popen(
        [*line, f"--server.port={port}", "--", *arguments],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"GENERAIN_CACHE": str(cache)},
    )
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.02)
        page.goto(f"http://127.0.0.1:{port}")
        seconds = []
        for text in texts:
            page.get_by_text(text, exact=True).first.wait_for()
            seconds.append(time.perf_counter() - start)
        return seconds
    finally:
        page.close()
        server.terminate()
        server.wait(20)


def row(what: str, seconds: list[float], floor: float) -> None:
    """Print the middle and the range of some times, and the middle over the floor."""
    middle = sorted(seconds)[len(seconds) // 2]
    print(f"{what:52s} {middle:5.2f} s  ({min(seconds):.2f} to {max(seconds):.2f})  {middle / floor:4.2f} x the floor")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", type=Path)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    home = ["--release", str(given.release.resolve())], ["Find a gene", "Numbers per gene"]
    bare, first, later = [], [], []
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        opened = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        script = Path(folder) / "bare.py"
        script.write_text("import streamlit as st\nst.title('bare')\nst.text('there')\n")
        for n in range(given.times):  # in turn, so that all share what else the machine does
            cache = Path(folder) / f"cache-{n}"
            bare += seconds_to(["there"], script, [], opened, cache)
            first.append(seconds_to(home[1], PROJECT / "app.py", home[0], opened, cache))
            later.append(seconds_to(home[1], PROJECT / "app.py", home[0], opened, cache))
        opened.close()
    floor = sorted(bare)[len(bare) // 2]
    row("floor: a bare Streamlit page", bare, floor)
    for name, times in (("first start, empty cache", first), ("later start", later)):
        row(f"{name}: Home takes a gene", [each[0] for each in times], floor)
        row(f"{name}: all of Home", [each[1] for each in times], floor)
