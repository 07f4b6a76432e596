"""The second half of the Samples page in a browser: samples embedded, mapped, reloaded, taken away."""

import re
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

from generain_core.release.files import Release
from tests.browser.calm import settled
from tests.browser.test_pages import keep_screenshot
from tests.ui.embedding.on_page import some_counts

pytestmark = pytest.mark.browser
VIEWS = {"Heatmap": "Ordered by average linkage", "Genes it reads": "Lowest bin read", "Stability": "Would the picture change"}


@pytest.fixture(scope="module")
def address(start, standin) -> str:
    return start(standin)


def view(page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).click()
    settled(page)


def binned(open_page, address: str, file: Path, samples: int, *, goes_on: bool = True):
    """Return the page of a user who brought a file and has its samples binned, and embedded where the page goes on by itself."""
    page = open_page(f"{address}/samples")
    settled(page)
    page.get_by_test_id("stMain").locator("input[type=file]").first.set_input_files(file)
    page.get_by_text("Fit for the model").first.wait_for()
    if not goes_on:
        page.get_by_text("Go on by itself").click()
        settled(page)
    page.get_by_label("More expressed genes than", exact=True).fill("500")
    page.get_by_label("More expressed genes than", exact=True).press("Enter")
    settled(page)
    if not goes_on:
        page.get_by_role("button", name=f"Bin {samples} samples").click()
    return page


def tried(page) -> None:
    page.get_by_text("by a trial with 2 of them").wait_for()
    settled(page)


def test_samples_are_embedded_mapped_reloaded_and_taken_away(address, standin, open_page, tmp_path) -> None:
    some_counts(Release.open(standin)).to_csv(tmp_path / "mine.csv")
    page = binned(open_page, address, tmp_path / "mine.csv", 10)
    page.get_by_text("10 samples by ", exact=False).wait_for()
    settled(page)
    page.reload()
    page.get_by_text("10 samples by ", exact=False).wait_for()
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


def test_two_users_share_the_device_in_turn_and_see_their_own_samples_alone(address, standin, open_page, tmp_path) -> None:
    counts = some_counts(Release.open(standin))
    chance = np.random.default_rng(0)
    many = [pd.DataFrame(chance.poisson(counts), counts.index, counts.columns).add_suffix(f" of anna, {i}") for i in range(20)]
    pd.concat(many, axis=1).to_csv(tmp_path / "anna.csv")
    counts.add_suffix(" of ben").to_csv(tmp_path / "ben.csv")
    anna = binned(open_page, address, tmp_path / "anna.csv", 200, goes_on=False)
    ben = binned(open_page, address, tmp_path / "ben.csv", 10, goes_on=False)
    tried(anna)
    tried(ben)
    anna.get_by_role("button", name="Embed 200 samples").click()
    anna.get_by_text("200 samples by ", exact=False).wait_for()
    view(anna, "Stability")
    anna.get_by_role("button", name="Drop genes").click()  # 1,800 embeddings, which she ends when he has his
    anna.get_by_text("Stability: ", exact=False).wait_for()
    ben.get_by_role("button", name="Embed 10 samples").click()
    ben.get_by_text("10 samples by ", exact=False).wait_for()  # while hers goes on: long work is cut into slices
    anna.get_by_role("button", name="Cancel").click()
    anna.get_by_text("Stability: cancelled.").wait_for()
    settled(ben)
    seen = [page.get_by_test_id("stMain").inner_text() for page in (anna, ben)]
    assert "anna.csv" in seen[0]
    assert "ben" not in seen[0]
    assert "ben.csv" in seen[1]
    assert "anna" not in seen[1]
    assert ben.get_by_label("Sample", exact=True).input_value() == "sample 0 of ben"
