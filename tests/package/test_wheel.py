"""The wheel, installed away from the source tree, holds everything that runs."""

import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.conftest import PROJECT

PAGES = sorted(path.name for path in (PROJECT / "pages").glob("*.py"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, or skip."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling, which builds the wheel, is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=PROJECT, check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone into a folder, beside the libraries that are there."""
    if importlib.util.find_spec("pip") is None:
        pytest.skip("pip, which installs the wheel, is not here")
    folder = tmp_path_factory.mktemp("installed")
    line = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(folder), str(wheel)]
    subprocess.run(line, check=True)
    return folder


def environment(installed: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(installed), "PYTHONWARNINGS": "default"}


def run(installed: Path, folder: Path, *arguments: str) -> str:
    line = [sys.executable, *arguments]
    return subprocess.run(line, cwd=folder, env=environment(installed), capture_output=True, text=True, check=True).stdout


def test_the_wheel_holds_pages_demo_and_logo_and_no_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    below = "generain_core/_app"
    assert {f"{below}/app.py", f"{below}/personal.py", f"{below}/.streamlit/config.toml", "generain_core/py.typed"} <= names
    assert {f"{below}/pages/{page}" for page in PAGES} <= names
    assets = {path.relative_to(PROJECT).as_posix() for path in (PROJECT / "assets").rglob("*") if path.is_file()}
    assert {f"{below}/{asset}" for asset in assets} <= names
    assert not [name for name in names if name.startswith("tests") or name.endswith(".pyc")]


def test_commands_answer_from_any_folder_as_they_do_in_the_source_tree(installed: Path, tmp_path: Path) -> None:
    line = ["-m", "generain_core", "neighbors", "XIST", "-k", "5", "--json"]
    answer = json.loads(run(installed, tmp_path, *line))
    assert answer["release"] == str((installed / "generain_core" / "_app" / "assets" / "demo").resolve())
    here = subprocess.run([sys.executable, *line], cwd=PROJECT, capture_output=True, check=True).stdout
    assert answer["neighbors"] == json.loads(here)["neighbors"]


def test_the_console_script_runs(installed: Path, tmp_path: Path) -> None:
    script = next((installed / "bin" if os.name == "posix" else installed / "Scripts").glob("generain*"))
    line = [str(script), "similarity", "XIST", "TSIX"]
    process = subprocess.run(line, cwd=tmp_path, env=environment(installed), capture_output=True, text=True, check=True)
    assert "cosine of XIST and TSIX" in process.stdout


def test_pages_run_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from streamlit.testing.v1 import AppTest
import generain_core
app = Path(generain_core.__file__).parent / "_app" / "app.py"
test = AppTest.from_file(str(app), default_timeout=120).run()
assert not test.exception and not test.error, (test.exception, test.error)
for page in {PAGES!r}:
    test.switch_page("pages/" + page).run()
    assert not test.exception and not test.error, (page, test.exception, test.error)
    assert test.title, page
"""
    run(installed, tmp_path, "-c", code)


def test_the_app_starts_with_options_for_streamlit_and_a_release(installed: Path, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    line = [sys.executable, "-m", "generain_core", "--release", "nowhere", "app"]
    line += ["--server.headless", "true", f"--server.port={port}"]
    process = subprocess.Popen(line, cwd=tmp_path, env=environment(installed), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        for _ in range(300):
            assert process.poll() is None, process.stderr and process.stderr.read()
            try:
                with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=5) as answer:
                    assert answer.read() == b"ok"
                    break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail("the page did not start in half a minute")
        if Path(f"/proc/{process.pid}/cmdline").exists():
            words = Path(f"/proc/{process.pid}/cmdline").read_text().split("\0")
            assert words[-4:-1] == ["--", "--release", "nowhere"]
    finally:
        process.kill()
        process.communicate()
