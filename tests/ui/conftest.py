"""The app under Streamlit's own test runner, on the demo release."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from generain_core.release.files import choose
from generain_core.ui.shell import keys
from generain_core.ui.shell.once import start_anew
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.gene_map import project
from tests.conftest import PROJECT


@pytest.fixture(autouse=True)
def empty_caches(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("sys.argv", ["app.py"])
    st.cache_resource.clear()
    st.cache_data.clear()
    start_anew()
    yield
    st.cache_resource.clear()


@pytest.fixture(scope="session")
def demo_atlas() -> Atlas:
    return Atlas.open(choose())


@pytest.fixture
def mapped(demo_atlas: Atlas) -> Atlas:
    """Return the demo with all maps that the pages ask for made beforehand."""
    for method in ("umap", "pca"):
        project(demo_atlas.space, method)
    return demo_atlas


def _with_ways_on(draw: Callable[..., Any]) -> Callable[..., Any]:
    """Return a drawer of tables that lets no table of genes be shown without a way to choose one of them."""

    def show(data: Any, **options: Any) -> Any:
        named = {"gene", "target", "target_a"} & set(map(str, getattr(data, "columns", ())))
        frame = getattr(data, "data", data)
        genes = [each for name in named for each in frame[name].dropna().astype(str) if each]
        if genes and "selection_mode" not in options:
            raise AssertionError(f"the table {options.get('key')} has genes that can be neither opened nor compared")
        return draw(data, **options)

    return show


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open a page through app.py, with query parameters; samples go on step by step, as each is asked for."""

    monkeypatch.setattr(st, "dataframe", _with_ways_on(st.dataframe))

    def go(page: str = "home", release: Path | None = None, **query: str | list[str]) -> AppTest:
        if release is not None:
            monkeypatch.setenv("GENERAIN_RELEASE", str(release))
        app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=120)
        app.session_state[keys.GOES_ON] = False
        app.run()
        for key, value in query.items():
            app.query_params[key] = value
        return app.switch_page(f"pages/{page}.py").run() if page != "home" else app

    return go
