"""The page for one person at their own computer: its browser is known again after a restart, and opened at the start."""

import threading
import time
import urllib.request
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from streamlit.starlette import App

from generain_core.ui.server.browser import Browser

_PATIENCE = 60.0


def middleware() -> list[Middleware]:
    """Return what lies around the page."""
    return [Middleware(Browser)]


@asynccontextmanager
async def opened_in_browser(app: App) -> AsyncIterator[None]:
    """Open the page in the browser when it answers, as `streamlit run` does with a script; not where that is headless."""
    if not st.get_option("server.headless"):
        threading.Thread(target=_open, name="open the browser", daemon=True).start()
    yield


def _open() -> None:
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    page = f"http://{st.get_option('browser.serverAddress')}:{st.get_option('server.port')}/{base}"
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{page.rstrip('/')}/_stcore/health", timeout=5):
                webbrowser.open(page)
                return
        except OSError:
            time.sleep(0.2)
