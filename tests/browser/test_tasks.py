"""What people come for, from Home: how many clicks it takes them, and how many seconds."""

import re
import time
from pathlib import Path

import pytest

from generain_core.ui.components import publication
from tests.browser.test_pages import settled

pytestmark = pytest.mark.browser
MOST_CLICKS = 10


class Person:
    """Somebody at the page, whose clicks are counted."""

    def __init__(self, page) -> None:
        self.page, self.clicks, self.began = page, 0, time.monotonic()

    def click(self, target) -> None:
        target.click()
        self.clicks += 1
        settled(self.page)

    def take(self, target) -> Path:
        """Click on what downloads a file, and return its path."""
        with self.page.expect_download(timeout=120_000) as waiting:
            target.click()
        self.clicks += 1
        return Path(waiting.value.path())


@pytest.fixture
def person(demo, open_page, record_property):
    """Return somebody on Home; afterwards the clicks are held against the most, and the seconds noted."""
    someone = Person(open_page(demo))
    settled(someone.page)
    yield someone
    record_property("seconds", round(time.monotonic() - someone.began, 1))
    assert 0 < someone.clicks <= MOST_CLICKS


def test_what_a_lncrna_might_do_and_how_sure_that_is(person) -> None:
    page = person.page
    person.click(page.get_by_role("button", name=re.compile("What might HOTAIR do")))
    page.wait_for_url(re.compile("gene=HOTAIR"))
    page.get_by_text(re.compile(r"Grade [A-D]|No grade")).first.wait_for()
    page.get_by_text("Neighbors' vote").first.wait_for()
    assert page.title().startswith("HOTAIR · Attributes")


def test_whether_a_list_is_coherent_and_what_belongs_to_it(person) -> None:
    page = person.page
    person.click(page.get_by_role("button", name=re.compile("Is my list coherent")))
    page.get_by_role("heading", name="Ribosomal proteins").wait_for()
    page.locator(".js-plotly-plot").first.wait_for(timeout=120_000)
    person.click(page.get_by_role("radio", name="Which belong too?"))
    page.get_by_test_id("stDataFrame").first.wait_for()
    assert page.title().startswith("Ribosomal proteins · Lists")


def test_where_samples_lie_and_the_figure_for_a_paper(person) -> None:
    page = person.page
    person.click(page.get_by_role("button", name=re.compile("Where do my samples lie")))
    page.get_by_text("32 samples by ", exact=False).wait_for(timeout=180_000)
    page.get_by_text("of a sample's", exact=False).first.wait_for()
    settled(page)
    person.click(page.get_by_role("button", name="Figure").first)
    if publication.has_browser():
        with page.expect_download(timeout=120_000) as waiting:
            page.get_by_role("button", name="SVG").click()
        person.clicks += 1
        assert 'width="85mm"' in waiting.value.path().read_text()[:400]


def test_it_goes_on_tomorrow_and_with_a_colleague(person, demo, open_page, tmp_path) -> None:
    page = person.page
    person.click(page.get_by_role("button", name=re.compile("Is my list coherent")))
    page.get_by_role("heading", name="Ribosomal proteins").wait_for()
    person.click(page.get_by_text("Your work", exact=False).first)
    work = tmp_path / "work.generain.zip"
    work.write_bytes(person.take(page.get_by_role("button", name="Save", exact=True)).read_bytes())
    colleague = open_page(page.url.partition("&work=")[0])
    settled(colleague)
    colleague.get_by_text("Your work", exact=False).first.click()
    colleague.locator(".st-key-work_panel input[type=file]").set_input_files(work)  # another uploader stands on the page
    person.clicks += 2
    colleague.get_by_role("heading", name="Ribosomal proteins").wait_for(timeout=60_000)
    assert [re.findall("list_view=[^&]+", each.url) for each in (colleague, page)] == [["list_view=Are+they+alike%3F"]] * 2
