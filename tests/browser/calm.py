"""What a page does that unsettles: shifts of its layout, what is cut off, and what axe-core finds."""

import re
from pathlib import Path
from typing import Any

import pytest

SHIFTS = """window.shifts = [];
new PerformanceObserver(list => list.getEntries().filter(each => !each.hadRecentInput).forEach(each => window.shifts.push({
  value: each.value,
  nodes: each.sources.map(source => source.node && source.node.nodeType === 1 ? source.node.dataset.testid ||
    source.node.className : ''),
}))).observe({type: 'layout-shift', buffered: true});"""
"""Run before a page's own scripts; notes each shift that no one asked for, with the parts that moved."""
TALK = """window.told = window.heard = 0;
window.WebSocket = class extends WebSocket {
  constructor(...options) { super(...options); this.addEventListener('message', () => { window.heard = performance.now(); }); }
  send(message) { window.told = performance.now(); super.send(message); }
};"""
"""Run before a page's own scripts; notes when the page last told its server something, and last heard of it."""
SETTLED = """() => {
  const now = performance.now(), app = document.querySelector('.stApp');
  const told = window.told ?? 0, heard = window.heard ?? 0;
  const unanswered = told > heard && now - told < 3000;  // what it tells of itself, the server need not answer
  const busy = !app || app.dataset.testScriptState !== 'notRunning' || document.querySelector('[data-testid=stSkeleton]');
  if (busy || unanswered) window.busy = now;
  return now - Math.max(window.busy, told, heard) > 300;
}"""
"""Whether the page and its server have had nothing to do for so many milliseconds."""
STREAMLIT_SHIFTS = {
    "stMainBlockContainer": "Streamlit draws the page narrow, and wide once it was told so: nothing is in it yet",
    "stSidebarUserContent": "Streamlit draws what is in the sidebar before the list of pages above it",
    "stMain": "Streamlit draws the main part over the whole width, and makes room for the sidebar once it knows of pages",
    "eksftaj": "the same part by its class",
}
"""What moves before a page has content, each with the reason why no page can help it."""
MOST_SHIFT = {1440: 0.15, 400: 0.25}
"""By the width of the page. On a quiet machine it is below 0.1 at 1,440; a busy one draws boxes late, and at once (0.13). On a
phone, boxes stand below each other, and Streamlit reserves 40 pixels for each until it has loaded what draws it; with their
label they have 68."""
STREAMLIT_NODES = (
    ("color-contrast", "data-selected", "dark: Streamlit writes a selected segment in the primary color and primary buttons in "
     "white on it; no one color has 4.5 : 1 both ways, and the buttons have it"),
    ("color-contrast", "stSliderThumbValue", "dark: the same color, for the numbers of a slider"),
)  # fmt: skip
"""Rule, what marks the node, and why no theme can mend it."""


def settled(page: Any) -> None:
    """Wait until no part of the page is being computed, and for as long as a page needs to begin with what it was asked."""
    page.evaluate("window.busy = performance.now()")
    page.wait_for_function(SETTLED)


def own_shift(page: Any) -> float:
    """Return the sum of layout shifts, without those of Streamlit's frame."""
    return sum(
        each["value"]
        for each in page.evaluate("window.shifts")
        if not all(any(part in node for part in STREAMLIT_SHIFTS) for node in each["nodes"] if node)
    )


def overflow(page: Any) -> int:
    """Return by how many pixels the page is wider than its window, once tables and charts have had the time to follow it."""
    for _ in range(20):
        beyond = page.evaluate("(main => main.scrollWidth - main.clientWidth)(document.querySelector('[data-testid=stMain]'))")
        if beyond <= 1:
            break
        page.wait_for_timeout(200)
    return int(beyond)


def cut_tables(page: Any) -> list[str]:
    """Return the tables whose columns go on beyond the right edge: by how many pixels, and what the columns are called."""
    look = """[...document.querySelectorAll('[data-testid=stDataFrame]')].map(table => {
          const inner = table.querySelector('.dvn-scroller');
          const titles = [...table.querySelectorAll('[role=columnheader]')].map(each => each.textContent);
          return [inner ? inner.scrollWidth - inner.clientWidth : 0, titles.join(', ')]; })"""
    for _ in range(20):
        cut = [f"{beyond} pixels: {titles}" for beyond, titles in page.evaluate(look) if beyond > 1]
        if not cut:
            break
        page.wait_for_timeout(200)  # they follow the page's width after a while
    return cut


def faults(page: Any) -> list[str]:
    """Return what axe-core finds that is moderate or worse, one line a node."""
    axe = pytest.importorskip("axe_playwright_python")
    page.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    result = page.evaluate("axe.run({resultTypes: ['violations']})")
    selected = page.locator("[data-selected]").all_inner_texts()  # a selector of axe's need not name what a node stands in
    return [
        f"{each['impact']} {each['id']}: {node['html'][:160]}"
        for each in result["violations"]
        if each["impact"] in ("moderate", "serious", "critical")
        for node in each["nodes"]
        if not any(each["id"] == rule and mark in _place(node, selected) for rule, mark, _ in STREAMLIT_NODES)
    ]


def _place(node: Any, selected: list[str]) -> str:
    """Return where a node stands and what it is; of the words of a selected segment, that they are this."""
    words = re.sub(r"<[^>]+>", "", node["html"]).strip()
    return f"{node['target']}{node['html']}{' data-selected' if words and words in selected else ''}"
