"""The Perturbations page as a person meets it: the example is read, its design is shown, and it fits a phone."""

import pytest

from tests.browser.test_pages import keep_screenshot, settled

pytestmark = pytest.mark.browser


def test_the_example_shows_its_design_on_a_phone_in_the_dark(demo, open_page) -> None:
    page = open_page(f"{demo}/perturbations", theme="dark", width=400)
    settled(page)
    page.get_by_role("button", name="Use the example").click()
    page.get_by_text("Name a gene").wait_for(timeout=180_000)
    settled(page)
    main = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"{main}.scrollWidth - {main}.clientWidth") <= 1
    assert page.get_by_test_id("stMetric").count() == 4
    assert page.get_by_test_id("stException").count() == 0
    keep_screenshot(page, "perturbations-design-dark-400")
