"""What goes with every answer so that a browser does nothing but show this page, and what of the server is closed to visitors."""

import os

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAMES = "GENERAIN_FRAME_ANCESTORS"
CLOSED = ("/_stcore/metrics",)
"""Paths of Streamlit that are no visitor's business."""


def policy() -> str:
    """Return the Content-Security-Policy: all from this server, scripts and connections to others none.

    Streamlit's page sets styles and starts workers by itself; plots need ``blob:`` and ``data:`` for pictures.
    ``$GENERAIN_FRAME_ANCESTORS`` names sites that may show the page in a frame.
    """
    frames = os.environ.get(FRAMES, "").strip() or "'self'"
    parts = {
        "default-src": "'self'",
        "script-src": "'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self' data: blob:",
        "worker-src": "'self' blob:",
        "frame-src": "'self'",
        "frame-ancestors": frames,
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


class Guard:
    """Adds the headers, and answers closed paths with 404."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = {
            "Content-Security-Policy": policy(),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless its path is closed."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if any(str(scope["path"]).endswith(path) for path in CLOSED):
            await send({"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"not found\n"})
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)
