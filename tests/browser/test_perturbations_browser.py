"""The Perturbations page as a person uses it: the example from samples to what acts alike and which genes moved."""

import pytest

from tests.browser.test_pages import downloaded, keep_screenshot, settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def answered(demo):
    return f"{demo}/perturbations"


def begun(page) -> None:
    settled(page)
    page.get_by_role("button", name="Use the example").click()
    page.get_by_text("Name a gene").wait_for()
    settled(page)
    page.get_by_role("button", name="Compare 16").click()
    page.get_by_text("Effect: the shift from control").wait_for(timeout=240_000)
    settled(page)


def view(page, name: str) -> None:
    page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).last.click()
    settled(page)


def test_the_example_is_compared_in_every_view(answered, open_page) -> None:
    page = open_page(answered)
    begun(page)
    assert page.get_by_test_id("stMetric").count() >= 7
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Table", exact=True).click()
    rows = downloaded(waiting)
    assert {"perturbation", "effect", "p_value", "fdr", "provenance"} <= set(rows[0])
    assert "SIMULATED" in rows[0]["provenance"]
    view(page, "Alike")
    page.get_by_text("Map of perturbations").first.wait_for(timeout=120_000)
    page.locator(".js-plotly-plot").nth(1).wait_for()
    view(page, "Genes")
    page.locator(".js-plotly-plot .gl-canvas").first.wait_for(timeout=120_000)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="All").click()
    rows = downloaded(waiting)
    assert {"gene", "change", "p_value", "fdr", "provenance"} <= set(rows[0])
    view(page, "Targets")
    page.get_by_text("Left of it").first.wait_for(timeout=60_000)
    view(page, "Methods")
    page.get_by_text("moderated t-test").wait_for()
    keep_screenshot(page, "perturbations-methods")


def test_the_views_fit_a_phone_in_the_dark(answered, open_page) -> None:
    page = open_page(answered, theme="dark", width=400)
    begun(page)
    for name in ("Ranking", "Alike", "Genes", "Targets"):
        view(page, name)
        over = "document.querySelector('[data-testid=stMain]')"
        assert page.evaluate(f"{over}.scrollWidth - {over}.clientWidth") <= 1
        assert page.get_by_test_id("stException").count() == 0
        keep_screenshot(page, f"perturbations-{name}-dark-400")
