"""Whether a page that is open fits: in both themes, on a desk, a phone and at 200 %, with nothing cut off."""

from collections.abc import Iterable
from itertools import product
from typing import Any

from tests.browser.calm import cut_tables, faults, overflow, settled

DESK, PHONE, DOUBLED = 1440, 400, 720
"""Widths in pixels of the page's own; 1,440 at 200 % are 720."""
ALL = tuple(product(("dark", "light"), (PHONE, DESK)))
EACH = (("dark", PHONE), ("light", DESK))
"""Each theme and each width once, for views whose page was looked at in all."""


def fits(page: Any, ways: Iterable[tuple[str, int]] = ALL) -> None:
    """Look at a page as it stands in these themes and widths, and leave it light and on a desk."""
    page.mouse.move(0, 0)  # off what was clicked: Streamlit writes the primary color on grey below the mouse and where focus is
    page.evaluate("document.activeElement.blur()")
    for theme, width in ways:
        page.emulate_media(color_scheme=theme)
        _at(page, width)
        found = faults(page)
        assert not found, (theme, width, found)
    _at(page, DOUBLED)
    _at(page, DESK)
    assert cut_tables(page) == []


def views_fit(page: Any, views: dict[str, str]) -> None:
    """Choose one view after the other, wait for words of its own, and look whether it fits."""
    for name, words in views.items():
        page.get_by_role("radio", name=name, exact=True).click()
        page.get_by_text(words, exact=False).first.wait_for()
        settled(page)
        fits(page, EACH)


def _at(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    settled(page)
    assert overflow(page) <= 1, width
    assert page.get_by_test_id("stException").count() == 0
