"""The Release page as a person uses it: a check, and a download that is cancelled and goes on."""

import json
import tarfile
from pathlib import Path

import pytest

from generain_core import settings
from generain_core.release.files import FILES
from tests.browser.calm import settled
from tests.browser.test_pages import keep_screenshot
from tests.install.record_server import serving

pytestmark = pytest.mark.browser


def test_files_are_checked_and_downloaded(demo, open_page, tmp_path) -> None:
    published = tmp_path / "published"
    published.mkdir()
    with tarfile.open(published / "data.tar.gz", "w:gz", compresslevel=1) as archive:
        archive.add(settings.DEMO_RELEASE / "data" / "models", "data/models")
        archive.add(settings.DEMO_RELEASE / "SIMULATED", "SIMULATED")
    (published / Path(FILES["chunk/0"][0]).name).write_bytes(bytes(1000))
    page = open_page(f"{demo}/release")
    page.get_by_role("button", name="Check every file").click()
    page.get_by_text("checks passed").wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="JSON").click()
    assert json.loads(Path(waiting.value.path()).read_text())["ok"] is True
    with serving(published) as server:
        for label, value in (("From", server.record), ("Into", str(tmp_path / "r"))):
            page.get_by_label(label, exact=True).fill(value)
            page.get_by_label(label, exact=True).press("Enter")
            settled(page)
        page.get_by_role("button", name="Look up the files").click()
        page.get_by_text("A record for tests").wait_for()
        keep_screenshot(page, "release-choice")
        page.get_by_role("button", name="Download 1 file").click()
        page.get_by_text("Installed in").wait_for()
    assert (tmp_path / "r" / FILES["vectors/200d"][0]).is_file()
    keep_screenshot(page, "release-installed")
