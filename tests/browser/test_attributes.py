"""The page Attributes in a browser, on the demo release with predictions made of its vectors."""

import re
from pathlib import Path

import pytest

from generain_core.attributes.predictions import Predictions
from generain_core.release.files import choose
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.gene_map import project
from tests.browser.calm import settled
from tests.browser.fit import EACH, fits
from tests.browser.test_pages import downloaded, search
from tests.ui.predicted import demo_with_predictions

pytestmark = pytest.mark.browser
NAME = "T cell activation (GO:0000003)"


@pytest.fixture(scope="module")
def predicted(tmp_path_factory) -> Predictions:
    atlas = Atlas.open(choose())
    project(atlas.space)
    release = demo_with_predictions(tmp_path_factory.mktemp("predicted") / "release", atlas)
    return Predictions.open(release, atlas.resolver)


@pytest.fixture(scope="module")
def address(start, predicted) -> str:
    return f"{start(predicted.release.root)}/attributes"


def test_from_a_gene_to_an_attribute_and_a_file(address, predicted, open_page) -> None:
    page = open_page(address)
    search(page, "Gene", "cd3e")
    page.get_by_test_id("stDataFrame").first.wait_for()
    with page.expect_download() as waiting:
        page.get_by_test_id("stDownloadButton").first.click()
    rows = downloaded(waiting)
    expected = predicted.of_gene("CD3E", 20, by="percentile", folded=True)
    assert [row["attribute"] for row in rows] == expected["attribute"].tolist()
    assert all("SIMULATED" in row["provenance"] for row in rows)
    assert re.search("gene=cd3e", page.url)
    fits(page, EACH)
    page.get_by_text("For an attribute").click()
    settled(page)
    page.get_by_label("Attribute", exact=False).first.fill("T cell activation (GO")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Attributes like it").wait_for()
    settled(page)
    assert "attribute=T+cell+activation" in page.url or "attribute=T%20cell" in page.url
    fits(page)


def test_a_link_to_a_rule_gives_its_genes_as_a_gene_set(address, predicted, open_page) -> None:
    page = open_page(f"{address}?show=By+rule&rule=P(GO:0000003)+%3E+0.3+and+biotype+%3D+coding")
    page.get_by_role("heading", name=re.compile(r"\d+ of [\d,]+ genes")).wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="GMT").click()
    name, origin, *genes = Path(waiting.value.path()).read_text().strip().split("\t")
    values = predicted.probabilities(NAME)
    assert set(genes) == {
        gene
        for gene, value, kind in zip(predicted.store.genes, values, predicted.biotype_classes, strict=True)
        if value > 0.3 and kind == "coding"
    }
    assert name == "P(GO:0000003) > 0.3 and biotype = coding"
    assert "SIMULATED" in origin


def test_a_link_to_a_list_shares_its_heatmap(address, predicted, open_page) -> None:
    page = open_page(
        f"{address}?show=For+a+list&genes=CD3E+CD3D&against=matrix+(GO:0000012)&against=T+cell+activation+(GO:0000003)"
    )
    page.get_by_text("2 genes found from 2 names").wait_for()
    settled(page)
    with page.expect_download() as waiting:
        page.get_by_test_id("stDownloadButton").first.click()
    rows = downloaded(waiting)
    assert {row["attribute"] for row in rows} == {NAME, "matrix (GO:0000012)"}
    assert {row["gene"] for row in rows} == {"CD3E", "CD3D"}
    page.get_by_role("textbox", name="My gene list").fill("CD3E CD2")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("genes=CD3E(\\+|%20)CD2"))
    assert page.url.count("against=") == 2
