"""What people come for, from Home: how many clicks it takes them, and how many seconds."""

import csv
import re
import time
from pathlib import Path

import anndata
import pytest

from generain_core.ui.components.paper import publication
from tests.browser.calm import settled
from tests.browser.fit import EACH, PHONE, fits, views_fit

pytestmark = pytest.mark.browser
MOST_CLICKS = 10
OF_SAMPLES = {
    "Heatmap": "Ordered by average linkage",
    "Reference": "Nearest to",
    "Genes it reads": "Lowest bin read",
    "Stability": "Would the picture change",
}
OF_COHORT = {
    "Scores": "how well held-out samples are predicted",
    "Predictions": "as it was predicted when it was held out",
    "Genes": "Left out of the model's input",
    "Probe": "The probe on a model's embedding",
}
OF_PERTURBATIONS = {
    "Alike in effect": "Order: average linkage",
    "Ranking": "Effect: the shift from control",
    "Expected from genes": "Alike as genes, not in effect",
    "Targets": "of the target's depth-scaled count",
    "Methods": "To paste into a paper",
}
"""Views of results, and words that each has."""


class Person:
    """Somebody at the page, whose clicks are counted; the report lists them, and the seconds, which no test asserts."""

    def __init__(self, page, record) -> None:
        self.page, self.record, self.clicks, self.began = page, record, 0, time.monotonic()

    def click(self, target) -> None:
        target.click()
        self.clicks += 1
        settled(self.page)

    def choose(self, box, word: str) -> None:
        """Type into a box and take what it offers first."""
        box.click()
        box.fill(word)
        self.page.get_by_role("option", name=word, exact=True).first.click()
        self.clicks += 2
        settled(self.page)

    def is_done(self) -> None:
        """Note the seconds and clicks, and hold the clicks against the most."""
        self.record("task", f"{self.clicks} clicks, {time.monotonic() - self.began:.0f} s")
        assert 0 < self.clicks <= MOST_CLICKS

    def take(self, target) -> Path:
        """Click on what downloads a file, and return its path."""
        with self.page.expect_download(timeout=120_000) as waiting:
            target.click()
        self.clicks += 1
        return Path(waiting.value.path())


@pytest.fixture
def person(demo, open_page, record_property) -> Person:
    page = open_page(demo)
    settled(page)
    return Person(page, record_property)


def test_what_a_lncrna_might_do_and_how_sure_that_is(person) -> None:
    page = person.page
    person.click(page.get_by_role("button", name=re.compile("What might HOTAIR do")))
    page.wait_for_url(re.compile("gene=HOTAIR"))
    page.get_by_text(re.compile(r"Grade [A-D]|No grade")).first.wait_for()
    page.get_by_text("Neighbors' vote").first.wait_for()
    assert page.title().startswith("HOTAIR · Attributes")
    person.is_done()
    settled(page)
    fits(page)


def test_whether_a_list_is_coherent_and_what_belongs_to_it(person) -> None:
    page = person.page
    person.click(page.get_by_role("button", name=re.compile("Is my list coherent")))
    page.get_by_role("heading", name="Ribosomal proteins").wait_for()
    page.locator(".js-plotly-plot").first.wait_for(timeout=120_000)
    person.click(page.get_by_role("radio", name="Which belong too?"))
    page.get_by_test_id("stDataFrame").first.wait_for()
    assert page.title().startswith("Ribosomal proteins · Lists")
    person.is_done()
    fits(page)


def test_where_samples_lie_and_the_figure_for_a_paper_and_what_can_be_predicted_of_them(person, tmp_path) -> None:
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
    person.is_done()
    page.keyboard.press("Escape")
    fits(page)
    views_fit(page, OF_SAMPLES)
    bins_fit(page, tmp_path)
    cohort_fits(page)


def bins_fit(page, folder: Path) -> None:
    """Unfold the step of bins, look whether its charts stand beside each other where there is room, and take the bins away."""
    page.get_by_text("32 samples × 3,499 genes").click()
    settled(page)
    charts = page.locator("[data-testid=stExpander] [data-testid=stPlotlyChart]:visible")
    for theme, width in EACH:
        fits(page, [(theme, width)])
        page.set_viewport_size({"width": width, "height": 1000})
        settled(page)
        boxes = [chart.bounding_box() for chart in charts.all()]
        assert len(boxes) == 3
        assert all(box["width"] >= 250 for box in boxes)
        assert (len({round(box["y"]) for box in boxes}) == 1) == (width != PHONE)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="h5ad", exact=True).click()
    waiting.value.save_as(folder / "out.h5ad")
    data = anndata.read_h5ad(folder / "out.h5ad")
    assert data.shape[0] == 32
    assert data.layers["bins"].min() >= 1
    assert data.layers["bins"].max() <= 2000
    assert "SIMULATED" in data.uns["generain"]["provenance"]


def cohort_fits(page) -> None:
    """Judge the samples that are embedded, look at another page meanwhile, and see whether all results fit."""
    page.get_by_test_id("stSidebar").get_by_role("link", name="Cohort", exact=True).click()
    judge = page.get_by_role("button", name=re.compile("^Judge"))
    judge.wait_for()
    settled(page)
    judge.click()
    settled(page)  # it is queued; a page chosen while the click is handled would be taken back
    page.get_by_role("link", name="Home", exact=True).click()
    page.get_by_role("heading", name="Loaded").wait_for()
    page.get_by_role("link", name="Cohort", exact=True).click()
    page.get_by_role("radio", name="Predictions", exact=True).wait_for(timeout=180_000)
    views_fit(page, OF_COHORT)


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_which_knock_down_resembles_gata1_and_what_moved(person) -> None:
    page = person.page
    person.click(page.get_by_role("button", name=re.compile("What did a knock-down do")))
    compare = page.get_by_role("button", name=re.compile("^Compare 18 perturbations with"))
    compare.wait_for(timeout=180_000)
    settled(page)
    person.click(compare)
    page.get_by_role("radio", name="Alike in effect").wait_for(timeout=180_000)
    person.click(page.get_by_role("radio", name="Alike in effect"))
    person.choose(page.get_by_role("combobox", name=re.compile("Neighbors of")), "GATA1")
    nearest = rows(person.take(page.get_by_role("button", name="Neighbors", exact=True)))[0]
    assert (nearest["of"], nearest["perturbation"], nearest["rank"]) == ("GATA1", "TAL1", "1")
    person.click(page.get_by_role("radio", name="Genes", exact=True))
    person.choose(page.get_by_role("combobox", name=re.compile(r"Perturbation$")).last, "GATA1")
    moved = rows(person.take(page.get_by_role("button", name=re.compile(r"^All [\d,]+ genes"))))
    assert "GATA1" in [each["gene"] for each in moved[:10]]
    assert "perturb_view=Genes" in page.url
    assert "perturb_moved_of=GATA1" in page.url
    person.is_done()
    fits(page, EACH)
    views_fit(page, OF_PERTURBATIONS)
    page.get_by_role("radio", name="Ranking", exact=True).click()
    settled(page)
    of = {each["perturbation"]: each for each in rows(person.take(page.get_by_role("button", name="Table", exact=True)))}
    # of the 18 knock-downs, these four were made without an effect
    assert not any(float(of[name]["fdr"]) <= 0.05 for name in ("GFAP", "KRT5", "CD19", "MYH7"))
    assert sum(float(each["fdr"]) <= 0.05 for each in of.values()) >= 10
    page.get_by_role("radio", name="In silico", exact=True).click()
    settled(page)
    page.get_by_label("Perturbations", exact=True).fill("5")
    page.get_by_label("Perturbations", exact=True).press("Enter")
    page.get_by_role("button", name="Run 5 in silico").click()
    page.get_by_text("cosine with the measured shift", exact=False).first.wait_for(timeout=180_000)
    fits(page, EACH)


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
    person.is_done()
