"""GeneRAIN Explorer for one person at their own computer, as ``generain app`` and the starters run it: ``app.py`` is the page."""

from streamlit.starlette import App

from generain_core.settings import shipped
from generain_core.ui.server.personal import middleware, opened_in_browser

app = App(shipped("app.py"), middleware=middleware(), lifespan=opened_in_browser)
