"""Links in a real browser: what they say is carried from page to page, and one goes back through it."""

import re

import pytest

from tests.browser.calm import settled
from tests.browser.test_pages import search

LINKS = [
    ("/gene?gene=RPL3&biotype=lncRNA&k=25", "Gene", {"Gene": "RPL3", "How many": "25"}),
    ("/map?gene=RPL3&color=Similarity&method=PCA", "Map", {"Find a gene": "RPL3"}),
    ("/compare?mode=Analogy&a=CD3E&b=CD8A&c=CD19", "Compare", {"Gene A": "CD3E", "Gene B": "CD8A", "Gene C": "CD19"}),
]


@pytest.mark.parametrize(("path", "name", "boxes"), LINKS)
def test_what_a_link_says_is_still_there_after_another_page(demo, open_page, path, name, boxes) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    page = open_page(f"{demo}{path}")
    page.get_by_label(next(iter(boxes)), exact=True).wait_for()
    settled(page)
    for way in ("back", "sidebar"):
        page.get_by_role("link", name="Home", exact=True).click()
        page.get_by_role("heading", name="Loaded").wait_for()
        settled(page)
        page.go_back() if way == "back" else page.get_by_role("link", name=name, exact=True).click()
        page.get_by_role("heading", name=name, exact=True).wait_for()
        for label, value in boxes.items():
            playwright.expect(page.get_by_label(label, exact=True)).to_have_value(value, timeout=60_000)
        for part in path.split("?")[1].split("&"):
            page.wait_for_url(re.compile(rf"[?&]{part}(&|$)"))


@pytest.mark.parametrize(("path", "way"), [("/gene?gene=RPL3", "sidebar"), ("/compare?a=RPL3&b=RPS6", "back")])
def test_a_link_to_a_server_just_started_is_carried_from_page_to_page(start, open_page, tmp_path, monkeypatch, path, way) -> None:
    """Its vectors are of those for which the demo has no map ready, so that a job makes one while its reader goes on."""
    playwright = pytest.importorskip("playwright.sync_api")
    monkeypatch.setenv("GENERAIN_CACHE", str(tmp_path / "cache"))
    address = start()
    page = open_page(f"{address}{path}&vectors=GPT_Binning_By_Gene")
    page.get_by_text("RPL3").first.wait_for()
    page.get_by_role("link", name="Compare", exact=True).wait_for()
    assert page.url.endswith(f"{path}&vectors=GPT_Binning_By_Gene")
    assert page.get_by_role("dialog").count() == 0
    if way == "back":
        settled(page)
        page.get_by_role("link", name="Gene", exact=True).click()
        search(page, "Gene", "RPL3")
    page.get_by_role("heading", name="RPL3").wait_for()
    settled(page)
    for name, box in (("Map", "Find a gene"), ("Home", None)):
        page.get_by_role("link", name=name, exact=True).click()
        page.get_by_role("heading", name="GeneRAIN Explorer" if name == "Home" else name, exact=True).wait_for()
        settled(page)
        chosen = page.get_by_role("combobox", name=re.compile("Gene vectors"))
        playwright.expect(chosen).to_have_value("GPT_Binning_By_Gene", timeout=60_000)
        if box:
            playwright.expect(page.get_by_label(box, exact=True)).to_have_value("RPL3", timeout=60_000)
            page.get_by_text("until then you see the PCA").wait_for()
            page.get_by_role("progressbar").first.wait_for()
            page.locator(".js-plotly-plot .gl-canvas").first.wait_for()
    page.go_back() if way == "back" else page.get_by_role("link", name="Gene", exact=True).click()
    page.wait_for_url(re.compile("gene=RPL3"))
    settled(page)
    chosen = page.get_by_role("combobox", name=re.compile("Gene vectors"))
    playwright.expect(chosen).to_have_value("GPT_Binning_By_Gene", timeout=60_000)
    if way == "back":  # to the map
        page.get_by_text("UMAP (cosine").wait_for(timeout=180_000)
        page.get_by_text("until then you see the PCA").wait_for(state="detached")


def test_back_steps_through_genes_and_views_and_a_box_that_was_emptied_stays_empty(demo, open_page) -> None:
    page = open_page(f"{demo}/gene?gene=RPL3")
    page.get_by_role("heading", name="RPL3").wait_for()
    settled(page)
    search(page, "Gene", "TP53")
    page.get_by_role("radio", name="coding", exact=True).click()
    page.wait_for_url(re.compile("gene=TP53&biotype=coding"))
    settled(page)
    for went, gene, address in ((page.go_back, "TP53", "gene=TP53$"), (page.go_back, "RPL3", "gene=RPL3$")):
        went()
        page.wait_for_url(re.compile(address))
        page.get_by_role("heading", name=gene, exact=True).wait_for()
        settled(page)
        assert page.get_by_label("Gene", exact=True).input_value() == gene
        assert page.title().startswith(f"{gene} · Gene")
    search(page, "Gene", "")
    page.get_by_role("link", name="Home", exact=True).click()
    page.get_by_role("heading", name="Loaded").wait_for()
    settled(page)
    page.go_back()
    page.get_by_text("For example:").wait_for()
    settled(page)
    assert page.get_by_label("Gene", exact=True).input_value() == ""
