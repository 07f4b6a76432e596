"""A server of our own and a real browser."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser import server
from tests.browser.calm import SHIFTS, TALK


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = server.chromium()
    if path is None:
        pytest.skip("no chromium on this machine")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=server.FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Start servers and return their addresses; all end with the tests."""
    running: list[subprocess.Popen[bytes]] = []

    def begin(release: Path | None = None) -> str:
        log = tmp_path_factory.mktemp("server") / "log.txt"
        process, address = server.begin(log, release)
        running.append(process)
        return address

    yield begin
    for process in running:
        process.terminate()
    for process in running:
        process.wait(60)


@pytest.fixture(scope="session")
def demo(start: Callable[..., str]) -> str:
    return start()


@pytest.fixture
def open_page(browser):
    """Open an address in a fresh context and return the page; what goes wrong in it fails the test."""
    contexts = []

    def visit(address: str, *, theme: str = "light", width: int = 1440, height: int = 1000, selector: str | None = "h1"):
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme, accept_downloads=True)
        contexts.append(context)
        context.add_init_script(SHIFTS + TALK)
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.faults = []
        page.on("pageerror", lambda problem: page.faults.append(str(problem)))
        page.goto(address)
        if selector is not None:
            page.wait_for_selector(selector)
        return page

    yield visit
    for context in contexts:
        for page in context.pages:
            assert page.faults == []
        context.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what waited in vain try a second time, for a machine may stand still for a minute; the report lists it."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError"]))


def pytest_terminal_summary(terminalreporter) -> None:
    """List how many clicks and seconds each task took from Home, and by how much each page shifts while it is drawn."""
    reports = [report for each in ("passed", "failed") for report in terminalreporter.stats.get(each, [])]
    tasks = [(report.nodeid, words) for report in reports for name, words in report.user_properties if name in ("task", "shift")]
    for test, words in tasks:
        terminalreporter.write_line(f"{test.rpartition('::')[2]}: {words}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Put what stood on the pages beside a browser test's failure."""
    report = yield
    if report.when == "call" and report.outcome != "passed" and "browser" in item.fixturenames:
        for number, context in enumerate(item.funcargs["browser"].contexts):
            for page in context.pages:
                words = page.evaluate("document.body.innerText")[:3000]
                report.sections.append((f"page {number + 1}, {page.url}", words))
    return report
