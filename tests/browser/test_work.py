"""Work comes back in its browser on a new server, in no other browser, and opens from its file anywhere, screen by screen."""

import contextlib
import re

import pytest

from tests.browser.calm import settled

pytestmark = pytest.mark.browser
PATIENCE = 300_000.0
"""Milliseconds: a server that was just started imports everything in the first minute, if others work beside it."""
PAGES = ("Gene", "Map", "Compare", "Attributes", "Lists", "Samples", "Perturbations", "Cohort")


def reads(page, name: str) -> str:
    """Return what a page says once nothing is computed any more, without seconds; reached by the sidebar, as its reader would."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", name=name, level=1).wait_for()
    settled(page)
    text = "document.querySelector('[data-testid=stMain]').innerText"
    if "Cancel" in page.evaluate(text):  # work in progress
        page.wait_for_function(f"!{text}.includes('Cancel')")
        settled(page)
    return re.sub(r"\d+(\.\d+)? s\b", "N s", str(page.evaluate(text)))


def embedded(page) -> None:
    """Wait until the example is embedded, by itself, or by a press where that would take minutes."""
    done = page.get_by_text(re.compile("32 samples by .* numbers each")).first
    press = page.get_by_role("button", name="Embed 32 samples")
    done.or_(press).first.wait_for()
    settled(page)
    if not done.count():
        with contextlib.suppress(pytest.importorskip("playwright.sync_api").TimeoutError):  # it went on by itself
            press.click(timeout=10_000)
    done.wait_for()


def unfold_work(page) -> None:
    page.locator(".st-key-work_panel summary").click()
    settled(page)


def test_work_comes_back_on_a_new_server_and_opens_from_its_file_in_another_browser(demo, start, open_page, tmp_path) -> None:
    page = open_page(f"{demo}/compare?a=RPL3&b=RPS6")
    page.set_default_timeout(PATIENCE)
    page.get_by_role("heading", name="Why alike?").wait_for()
    page.get_by_test_id("stSidebar").get_by_role("link", name="Lists", exact=True).click()
    page.get_by_label("Genes", exact=True).fill("RPL3 RPL4 RPS6 nothing")
    page.get_by_label("Name", exact=True).fill("ribosome")
    page.get_by_role("button", name="Make the list", exact=True).click()
    page.get_by_role("heading", name="ribosome").wait_for()
    page.get_by_test_id("stSidebar").get_by_role("link", name="Samples", exact=True).click()
    page.get_by_role("button", name="Use the example").click()
    embedded(page)
    before = {name: reads(page, name) for name in PAGES}
    for name, words in {"Compare": "RPL3", "Lists": "ribosome", "Samples": "32 samples"}.items():
        assert words in before[name]
    unfold_work(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=re.compile("Save$")).click()
    file = tmp_path / "mine.generain.zip"
    waiting.value.save_as(file)
    page.wait_for_timeout(2500)  # work is written to the disk a second after its last change
    token = re.search(r"work=([\w-]+)", page.url).group(1)
    cookies = page.context.cookies()  # that these last is tested with the server that sets them
    page.close()

    elsewhere = start()
    again = open_page("about:blank", selector=None)
    again.set_default_timeout(PATIENCE)
    again.context.add_cookies(cookies)
    again.goto(f"{elsewhere}/lists?work={token}")
    again.get_by_role("heading", name="ribosome").wait_for()
    for name in ("Samples", "Cohort"):
        assert reads(again, name) == before[name]

    stranger = open_page(f"{elsewhere}/lists?work={token}")
    stranger.set_default_timeout(PATIENCE)
    stranger.get_by_text("opens the view, without the work", exact=False).wait_for()
    settled(stranger)
    unfold_work(stranger)
    stranger.locator("input[type=file][accept*=zip]").first.set_input_files(file)
    stranger.get_by_role("heading", name="ribosome").wait_for()
    stranger.get_by_role("button", name="Understood").click()
    assert {name: reads(stranger, name) for name in PAGES} == before

    unfold_work(again)
    again.get_by_role("button", name="Delete my work now").click()
    again.get_by_text("Your work was deleted.").first.wait_for()
    settled(again)
    again.goto(f"{elsewhere}/lists?work={token}")
    again.get_by_text("was deleted on", exact=False).wait_for()
