"""The first half of the Samples page in a browser: corrected, left, come back to, and nothing of the upload kept."""

import re
import urllib.request

import numpy as np
import pandas as pd
import pytest

from generain_core import settings
from generain_core.release.files import FILES
from tests.browser.calm import settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    return pd.read_csv(settings.DEMO_RELEASE / FILES["demo/counts"][0], index_col=0).iloc[:, :6]


def choose(page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


def chosen(page, label: str) -> str:
    return str(page.get_by_label(label, exact=True).input_value())


def held_uploads(address: str) -> int:
    with urllib.request.urlopen(f"{address}/_stcore/metrics", timeout=5) as answer:
        found = re.search(r'cache_type="UploadedFileManager"[^}]*} (\d+)', answer.read().decode())
    return int(found.group(1)) if found else 0


def test_corrections_outlast_another_page_and_nothing_of_the_upload_is_held(demo, open_page, counts, tmp_path) -> None:
    logs = np.log2(counts + 1)
    path = tmp_path / "logs.csv"
    logs.assign(Total=logs.max(axis=1) + 1).to_csv(path)
    page = open_page(f"{demo}/samples")
    settled(page)
    page.get_by_test_id("stMain").locator("input[type=file]").first.set_input_files(path)
    page.get_by_text("Undo the log", exact=False).first.wait_for()
    assert held_uploads(demo) == 0
    page.get_by_text("Left out, as they repeat the others: 'Total'", exact=False).first.wait_for()
    choose(page, "Log", "ln(x + 1)")
    page.get_by_text("Undo the log, ln(x + 1)").click()
    settled(page)
    page.get_by_text("of 6 samples", exact=False).first.wait_for()
    page.get_by_text("Keep what was left out").click()
    settled(page)
    page.get_by_text("of 7 samples", exact=False).first.wait_for()
    page.get_by_text("Fit for the model").first.click()
    page.get_by_label("More expressed genes than", exact=True).fill("1200")
    page.get_by_label("More expressed genes than", exact=True).press("Enter")
    settled(page)
    page.get_by_role("link", name="Home", exact=True).click()
    page.get_by_text("Loaded").wait_for()
    page.get_by_role("link", name="Samples", exact=True).click()
    page.get_by_text("Fit for the model").first.wait_for()
    settled(page)
    assert chosen(page, "Log") == "ln(x + 1)"
    assert chosen(page, "More expressed genes than") == "1200"
    assert page.get_by_role("checkbox", name="Undo the log", exact=False).is_checked()
    assert page.get_by_role("checkbox", name="Keep what was left out").is_checked()
    page.get_by_text("of 7 samples", exact=False).first.wait_for()
    page.reload()
    page.get_by_text("Fit for the model").first.wait_for()
    settled(page)
    assert chosen(page, "Log") == "ln(x + 1)"
    assert chosen(page, "More expressed genes than") == "1200"


def test_a_path_of_the_disk_is_offered_at_the_computer_only(demo, open_page, tmp_path) -> None:
    page = open_page(f"{demo}/samples")
    settled(page)
    assert page.get_by_text("on this computer", exact=False).count() == 1
