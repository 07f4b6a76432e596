"""Make the pictures of the README and the guide anew, of the demo as it is.

python -m tests.browser.screenshots [NAME …]
"""

import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser import server
from tests.browser.calm import settled
from tests.conftest import PROJECT

FOLDER = PROJECT / "assets/guide/pictures"
LONG = 300_000
"""Milliseconds that a comparison may take on a busy machine."""


@dataclass(frozen=True)
class Picture:
    """A page to show: where it is, what is done on it, and how much of it is seen."""

    path: str
    height: int = 1000
    theme: str = "light"
    steps: Callable[[Any], None] = lambda page: None


def _list(page: Any) -> None:
    page.get_by_role("button", name=re.compile("Is my list coherent")).click()
    page.get_by_role("heading", name="Ribosomal proteins").wait_for()
    page.locator(".js-plotly-plot").first.wait_for(timeout=LONG)


def _samples(page: Any) -> None:
    page.get_by_role("button", name=re.compile("Where do my samples lie")).click()
    page.get_by_text("32 samples by ", exact=False).wait_for(timeout=LONG)
    page.get_by_text("UMAP, because", exact=False).wait_for(timeout=LONG)
    page.locator(".js-plotly-plot:visible").first.wait_for(timeout=LONG)


def _knock_downs(page: Any) -> None:
    page.get_by_role("button", name=re.compile("What did a knock-down do")).click()
    compare = page.get_by_role("button", name=re.compile("^Compare 18 perturbations with"))
    compare.wait_for(timeout=LONG)
    settled(page)
    compare.click()
    page.get_by_role("radio", name="Ranking", exact=True).wait_for(timeout=LONG)


def _cohort(page: Any) -> None:
    page.get_by_role("button", name="Use the example").click()
    page.get_by_role("button", name=re.compile("^Judge")).click(timeout=LONG)
    page.get_by_role("radio", name="Predictions", exact=True).wait_for(timeout=LONG)


PICTURES = {
    "map": Picture("/map?gene=CD3E", 940),
    "gene": Picture("/gene?gene=XIST", theme="dark"),
    "attributes": Picture("/attributes?gene=HOTAIR"),
    "lists": Picture("/", 1100, steps=_list),
    "samples": Picture("/", 1300, steps=_samples),
    "perturbations": Picture("/", 1440, steps=_knock_downs),
    "cohort": Picture("/cohort", 1300, steps=_cohort),
}


def take(browser: Any, address: str, name: str) -> None:
    """Write one picture."""
    picture = PICTURES[name]
    context = browser.new_context(viewport={"width": 1440, "height": picture.height}, color_scheme=picture.theme)
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(address + picture.path)
    page.wait_for_selector("h1")
    settled(page)
    picture.steps(page)
    settled(page)
    page.wait_for_timeout(2000)  # charts grow into their place
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    page.mouse.move(0, 0)
    picture_file = FOLDER / f"{name}.png"
    page.screenshot(path=picture_file)
    context.close()
    with Image.open(picture_file) as image:  # of 256 colors, a third as large
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(picture_file, optimize=True)


def run(names: list[str]) -> None:
    """Write the pictures of these names, all where none is given."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        process, address = server.begin(Path(folder) / "log.txt")
        browser = driver.chromium.launch(executable_path=server.chromium(), args=server.FLAGS)
        try:
            for name in names or PICTURES:
                take(browser, address, name)
        finally:
            browser.close()
            process.terminate()
            process.wait(20)


if __name__ == "__main__":
    run(sys.argv[1:])
