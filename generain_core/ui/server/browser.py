"""A cookie that outlasts the browser, so that work on the disk comes back to the browser that it was begun in and to no other."""

import os
import re
import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from generain_core import settings
from generain_core.ui.shell.access import PERSONAL
from generain_core.ui.shell.streamlit_internals import LASTING_COOKIE

BEFORE_CONNECTING = "/_stcore/host-config"
"""What a page asks for each time it is loaded, before it connects: never answered from the browser's cache."""
_VALUE = re.compile(r"[0-9a-f]{32}")
_DAY = 86_400


class Browser:
    """Sets the cookie where work rests on the disk, for as long as it does, anew at each load of the page; else sets none.

    It holds a random number, which says nothing of whoever uses the browser and is given to no other server.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and the cookie back with the answer that a page awaits before it connects."""
        days = kept_days()
        if scope["type"] != "http" or not days or not str(scope["path"]).endswith(BEFORE_CONNECTING):
            await self.app(scope, receive, send)
            return
        line = _cookie(Headers(scope=scope), days, is_secure=scope.get("scheme") == "https")

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", line)
            await send(message)

        await self.app(scope, receive, with_cookie)


def kept_days() -> float:
    """Return for how many days work rests on the disk of this server."""
    personal = os.environ.get(PERSONAL, "").strip().lower() in ("1", "yes", "true", "on")
    return settings.kept_work_days(is_local=personal)


def _cookie(headers: Headers, days: float, *, is_secure: bool) -> str:
    value = _known(headers.get("cookie", "")) or secrets.token_hex(16)
    words = [f"{LASTING_COOKIE}={value}", "Path=/", f"Max-Age={int((days + 1) * _DAY)}", "HttpOnly", "SameSite=Lax"]
    if is_secure or headers.get("x-forwarded-proto", "") == "https":
        words.append("Secure")
    return "; ".join(words)


def _known(cookies: str) -> str:
    """Return the number that the browser was given before; '' if there is none that was given here."""
    try:
        morsel = SimpleCookie(cookies).get(LASTING_COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel is not None and _VALUE.fullmatch(morsel.value) else ""
