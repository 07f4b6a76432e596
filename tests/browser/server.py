"""A server of the app for tests, and the browser that looks at it."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.conftest import PROJECT, free_port

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-gpu-compositing",
]


def chromium() -> str | None:
    """Return where a browser is on this machine."""
    return next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)


def begin(log: Path, release: Path | None = None) -> tuple[subprocess.Popen[bytes], str]:
    """Start a server that writes into a file; return it and its address once it answers."""
    port = free_port()
    line = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", f"--server.port={port}"]
    line += ["--server.address=127.0.0.1", "--", *(["--release", str(release)] if release else [])]
    settings = os.environ | {"PYTHONWARNINGS": "default", "GENERAIN_PERSONAL": "yes"}
    with log.open("wb") as out:
        server = subprocess.Popen(line, cwd=PROJECT, stdout=out, stderr=out, env=settings)
    address = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.read() == b"ok":
                    return server, address
        except OSError:
            time.sleep(0.25)
    server.terminate()
    raise AssertionError(log.read_text())
