"""Whether a page that is open fits: in both themes, on a desk, a phone and at 200 %, with nothing cut off."""

from typing import Any

from tests.browser.calm import cut_tables, faults, overflow
from tests.browser.test_pages import settled

DESK, PHONE, DOUBLED = 1440, 400, 720
"""Widths in pixels of the page's own; 1,440 at 200 % are 720."""


def fits(page: Any) -> None:
    """Look at a page as it stands in both themes and at all widths, and leave it light and on a desk."""
    page.mouse.move(0, 0)  # off the button that was clicked: Streamlit writes the primary color on grey below the mouse
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        for width in (PHONE, DESK):
            _at(page, width)
            assert faults(page) == [], (theme, width)
    _at(page, DOUBLED)
    _at(page, DESK)
    assert cut_tables(page) == []


def _at(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    settled(page)
    assert overflow(page) <= 1, width
    assert page.get_by_test_id("stException").count() == 0
