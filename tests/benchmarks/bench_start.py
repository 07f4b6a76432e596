"""Time from the start of the process to Home in the browser, beside a bare Streamlit page; print the ratio.

python -m tests.benchmarks.bench_start RELEASE
"""

import argparse
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS
from tests.conftest import PROJECT


def seconds_to(text: str, script: Path, arguments: list[str], browser: Any) -> float:
    """Start a server, open its first page, and return the seconds until a text is seen."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true", "--server.address=127.0.0.1"]
    page = browser.new_page()
    start = time.perf_counter()
    server = subprocess.Popen([*line, f"--server.port={port}", "--", *arguments], cwd=PROJECT, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.02)
        page.goto(f"http://127.0.0.1:{port}")
        page.get_by_text(text, exact=True).first.wait_for()
        return time.perf_counter() - start
    finally:
        page.close()
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", type=Path)
    release = parser.parse_args().release.resolve()
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        opened = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        bare = Path(folder) / "bare.py"
        bare.write_text("import streamlit as st\nst.title('bare')\nst.text('there')\n")
        floor = sorted(seconds_to("there", bare, [], opened) for _ in range(3))[1]
        ours = [seconds_to("Numbers per gene", PROJECT / "app.py", ["--release", str(release)], opened) for _ in range(3)]
        print(f"floor: a bare Streamlit page           {floor:5.2f} s")
        print(f"Home over the release, first start     {ours[0]:5.2f} s   {ours[0] / floor:4.1f} x the floor")
        print(f"Home over the release, later starts    {min(ours[1:]):5.2f} s   {min(ours[1:]) / floor:4.1f} x the floor")
        opened.close()
