"""The second half of the Samples page in a browser: samples embedded, mapped, reloaded, taken away."""

import re

import anndata
import pytest

from generain_core.release import Release
from tests.browser.test_pages import keep_screenshot, settled
from tests.ui.test_embedded import some_counts

pytestmark = pytest.mark.browser
VIEWS = {"Heatmap": "Ordered by average linkage", "Genes read": "Lowest bin read", "Stability": "Would the picture change"}


def view(page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).click()
    settled(page)


def test_samples_are_embedded_mapped_reloaded_and_taken_away(start, standin, open_page, tmp_path) -> None:
    address = start(standin)
    some_counts(Release.open(standin)).to_csv(tmp_path / "mine.csv")
    page = open_page(f"{address}/samples")
    settled(page)
    page.locator("input[type=file]").first.set_input_files(tmp_path / "mine.csv")
    page.get_by_role("heading", name="Fit for the model").wait_for()
    page.get_by_label("More expressed genes than", exact=True).fill("500")
    page.get_by_label("More expressed genes than", exact=True).press("Enter")
    settled(page)
    page.get_by_role("button", name="Bin 10 samples").click()
    page.get_by_text("by a trial with 2 of them").wait_for()
    page.get_by_role("button", name="Embed 10 samples").click()
    page.get_by_text("10 samples embedded by", exact=False).wait_for()
    settled(page)
    page.reload()
    page.get_by_text("10 samples embedded by", exact=False).wait_for()
    page.get_by_text("PCA, because there are 10 samples", exact=False).wait_for()
    settled(page)
    point = page.locator(".js-plotly-plot .scatterlayer .trace .points path").nth(3)
    point.scroll_into_view_if_needed()
    point.click(force=True)
    settled(page)
    chosen = str(page.get_by_label("Sample", exact=True).input_value())
    assert re.fullmatch(r"sample \d", chosen)
    assert chosen != "sample 0"
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Samples with embedding (h5ad)").click()
    waiting.value.save_as(tmp_path / "out.h5ad")
    data = anndata.read_h5ad(tmp_path / "out.h5ad")
    assert data.obsm["X_generain"].shape[0] == data.obsm["X_pca"].shape[0] == 10
    for name, said in VIEWS.items():
        view(page, name)
        page.get_by_text(said, exact=False).first.wait_for()
        assert page.get_by_test_id("stException").count() == 0
    view(page, "Map")
    keep_screenshot(page, "embedded-light-1440")
    page.set_viewport_size({"width": 400, "height": 1000})
    for name in ("Map", *VIEWS):
        view(page, name)
        overflow = "document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth"
        assert page.evaluate(overflow) <= 1
