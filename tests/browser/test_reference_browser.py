"""Samples of ARCHS4 found by words and taken, a reference built of the others, and the samples placed in it."""

import shutil

import pytest

from generain_core import settings
from tests.browser.calm import settled
from tests.browser.test_pages import keep_screenshot

pytestmark = pytest.mark.browser
MAIN = "document.querySelector('[data-testid=stMain]')"


def test_samples_are_found_taken_embedded_and_placed_in_a_reference(start, open_page, tmp_path) -> None:
    shutil.copytree(settings.DEMO_RELEASE, tmp_path / "demo", ignore=shutil.ignore_patterns("references"))
    page = open_page(f"{start(tmp_path / 'demo')}/samples")
    settled(page)
    page.get_by_text("Samples of ARCHS4", exact=True).click()
    box = page.get_by_label("With all of these words", exact=True)
    box.fill("liver -cancer")
    box.press("Enter")
    page.get_by_role("button", name="Take 5 samples").click()
    page.get_by_text("5 samples by ", exact=False).wait_for()
    settled(page)
    page.get_by_role("radio", name="Reference", exact=True).click()
    page.get_by_text("There is none for this model yet", exact=False).wait_for()
    settled(page)
    page.get_by_text("All of them", exact=True).click()
    settled(page)
    keep_screenshot(page, "reference-build-light-1440")
    page.get_by_role("button", name="Build from 120 samples of ARCHS4").click()
    page.get_by_text("Unlike the reference", exact=True).wait_for(timeout=180_000)
    settled(page)
    page.get_by_text("5 of the 5 samples are in this reference themselves", exact=False).wait_for()
    assert page.get_by_test_id("stMetricValue").filter(has_text="of 5").count() == 2
    keep_screenshot(page, "reference-placed-light-1440")
    page.set_viewport_size({"width": 400, "height": 1000})
    settled(page)
    assert page.evaluate(f"{MAIN}.scrollWidth - {MAIN}.clientWidth") <= 1
    assert page.get_by_test_id("stException").count() == 0
    keep_screenshot(page, "reference-placed-light-400")
