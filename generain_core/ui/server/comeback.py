"""What lies before the page where visitors sign in: their link is found again afterwards, and nobody else hands files over."""

import re
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, unquote

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from generain_core.ui.shell import sign_in, streamlit_internals

LINK_COOKIE = "generain_link"
_SECONDS = 900
_LONGEST = 3000
_UPLOADS = "/_stcore/upload_file/"
_PAGE = re.compile(r"/[a-z]*")
"""What names a page of the app; all else (parts of Streamlit, the provider's way back) is nobody's link."""


class Door:
    """Takes no file from whoever has not signed in, where visitors have to."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless it brings a file that nobody known sends."""
        is_upload = scope["type"] == "http" and _UPLOADS in str(scope["path"]) and scope["method"] != "OPTIONS"
        if is_upload and not sign_in.lets_in(_cookies(Headers(scope=scope).get("cookie", ""))):
            await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"sign in first\n"})
            return
        await self.app(scope, receive, send)


class Comeback:
    """Keeps the link of whoever is not signed in yet in a cookie for a quarter of an hour, and leads there once they are.

    Args:
        app: the application.
        base_path: the path that the page lies under, such as ``generain``; "" for the top.
    """

    def __init__(self, app: ASGIApp, base_path: str = "") -> None:
        self.app = app
        self.prefix = f"/{base_path.strip('/')}" if base_path.strip("/") else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or lead it to the link that was kept."""
        link = self._link(scope)
        if link is None or not streamlit_internals.has_sign_in():
            await self.app(scope, receive, send)
            return
        cookies = _cookies(Headers(scope=scope).get("cookie", ""))
        kept, is_signed_in = cookies.get(LINK_COOKIE, ""), streamlit_internals.USER_COOKIE in cookies
        if is_signed_in and kept and link == "/":
            await self._lead(send, unquote(kept), scope)
            return
        if is_signed_in or link == "/" or len(link) > _LONGEST:
            await self.app(scope, receive, send)
            return
        line = self._line(quote(link, safe="/"), _SECONDS, scope)

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", line)
            await send(message)

        await self.app(scope, receive, with_cookie)

    def _link(self, scope: Scope) -> str | None:
        """Return page and parameters that are asked for; None where that is no page."""
        if scope["type"] != "http" or scope["method"] != "GET" or "text/html" not in Headers(scope=scope).get("accept", ""):
            return None
        path = str(scope["path"]).removeprefix(self.prefix) or "/"
        if not _PAGE.fullmatch(path):
            return None
        query = bytes(scope.get("query_string", b"")).decode("latin-1")
        return f"{path}?{query}" if query else path

    async def _lead(self, send: Send, link: str, scope: Scope) -> None:
        place = link if _PAGE.fullmatch(link.partition("?")[0]) and link.isprintable() and link.isascii() else "/"
        headers = [
            (b"location", f"{self.prefix}{place}".encode("latin-1")),
            (b"set-cookie", self._line("", 0, scope).encode("latin-1")),
        ]
        await send({"type": "http.response.start", "status": 302, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def _line(self, value: str, seconds: int, scope: Scope) -> str:
        words = [f"{LINK_COOKIE}={value}", f"Path={self.prefix or '/'}", f"Max-Age={seconds}", "HttpOnly", "SameSite=Lax"]
        if scope.get("scheme") == "https" or Headers(scope=scope).get("x-forwarded-proto", "") == "https":
            words.append("Secure")
        return "; ".join(words)


def _cookies(line: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(line).items()}
    except CookieError:
        return {}
