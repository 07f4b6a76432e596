"""Work comes back in its browser after that and the server were started anew, in no other, and opens from its file anywhere."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from generain_core.ui.shell.streamlit_internals import LASTING_COOKIE
from tests.browser.conftest import _free_port
from tests.browser.test_pages import settled
from tests.conftest import PROJECT

pytestmark = pytest.mark.browser
LOOKED_AT = ("lists", "samples", "gene?gene=TP53&k=10", "compare?a=RPL3&b=RPS6", "perturbations", "cohort")
"""Pages whose state is held against one another; the query is what the address says of a view."""


class Own:
    """The page as ``generain app`` starts it, again and again with one cache and one port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, _free_port()
        self.address = f"http://localhost:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        line = [sys.executable, "-m", "generain_core", "app", "--server.headless=true", f"--server.port={self.port}"]
        environment = os.environ | {"GENERAIN_CACHE": str(self.folder)}
        with (self.folder / "log.txt").open("ab") as out:
            self.process = subprocess.Popen(line, cwd=PROJECT, stdout=out, stderr=out, env=environment)
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.25)
        raise AssertionError((self.folder / "log.txt").read_text())

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None


@pytest.fixture
def own(tmp_path) -> Iterator[Own]:
    server = Own(tmp_path)
    server.start()
    yield server
    server.stop()


def reads(page) -> str:
    """Return what a page says, without what is of this moment."""
    settled(page)
    text = str(page.evaluate("document.querySelector('[data-testid=stMain]').innerText"))
    return re.sub(r"\d+(\.\d+)? s\b", "N s", text)


def screens(page, address: str, token: str) -> dict[str, str]:
    shown = {}
    for place in LOOKED_AT:
        page.goto(f"{address}/{place}{'&' if '?' in place else '?'}work={token}")
        page.wait_for_selector("h1")
        shown[place] = reads(page)
    return shown


def panel(page) -> None:
    """Unfold the sidebar's part of one's work."""
    page.locator(".st-key-work_panel summary").click()
    settled(page)


def token_of(page) -> str:
    page.wait_for_url(re.compile("work="), timeout=30_000)
    return re.search(r"work=([\w-]+)", page.url).group(1)


def test_work_comes_back_after_a_restart_and_opens_from_its_file_in_another_browser(own, open_page, browser, tmp_path) -> None:
    page = open_page(f"{own.address}/lists")
    settled(page)
    page.get_by_label("Genes", exact=True).fill("RPL3 RPL4 RPS6 nothing")
    page.get_by_label("Name", exact=True).fill("ribosome")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("heading", name="ribosome").wait_for()
    token = token_of(page)
    page.get_by_role("link", name="Samples", exact=True).click()
    page.get_by_role("button", name="Use the example").click()
    page.get_by_text("32 samples by ", exact=False).wait_for(timeout=180_000)
    settled(page)
    before = screens(page, own.address, token)
    panel(page)
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name=re.compile("Save$")).click()
    file = tmp_path / "mine.generain.zip"
    waiting.value.save_as(file)
    time.sleep(2.5)  # work is written a second after its last change
    lasting = [each for each in page.context.cookies() if each["expires"] > 0]  # those that a closed browser keeps
    assert [each["name"] for each in lasting] == [LASTING_COOKIE]
    assert lasting[0]["httpOnly"]

    own.stop()
    own.start()
    again = open_page("about:blank", selector=None)
    again.context.add_cookies(lasting)
    assert screens(again, own.address, token) == before

    stranger = open_page(f"{own.address}/lists?work={token}")
    settled(stranger)
    stranger.get_by_text("opens the view, without the work", exact=False).wait_for()
    panel(stranger)
    stranger.locator("input[type=file][accept*=zip]").first.set_input_files(file)
    stranger.get_by_role("heading", name="ribosome").wait_for(timeout=60_000)
    assert screens(stranger, own.address, token_of(stranger)) == before

    panel(again)
    again.get_by_role("button", name="Delete my work now").click()
    again.get_by_text("Your work was deleted.").first.wait_for()
    settled(again)
    again.goto(f"{own.address}/lists?work={token}")
    again.get_by_text("was deleted on", exact=False).wait_for()
