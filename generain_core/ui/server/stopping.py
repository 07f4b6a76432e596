"""An end in good time: told to stop, the server does not wait for work that goes on."""

import logging
import os
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType

from streamlit.starlette import App

log = logging.getLogger(__name__)
GRACE = 8.0
"""Seconds from SIGTERM to the end at the latest. What rests on the disk is written whole at each step, so none of it is lost."""


@asynccontextmanager
async def ends_in_time(app: App) -> AsyncIterator[None]:
    """End the process `GRACE` seconds after SIGTERM at the latest, whatever scripts and jobs still compute."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)

    def stop(number: int, frame: FrameType | None) -> None:
        watch = threading.Timer(GRACE, _end)
        watch.daemon = True
        watch.start()
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, stop)
    yield


def _end() -> None:
    log.warning("ended %s seconds after the order to stop, with work going on", GRACE)
    logging.shutdown()
    os._exit(0)
