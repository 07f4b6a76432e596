"""A log that machines can read and that names nobody: no addresses, no queries, no names of files or genes."""

import json
import logging
import os
import sys
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

FORMAT = "GENERAIN_LOG"
log = logging.getLogger("generain_core.requests")
_PUBLIC = ("/live", "/ready", "/metrics", "/_stcore/health", "/_stcore/stream", "/_stcore/upload_file", "/media", "/static")


class AsJson(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, and what a record brings of its own under `facts`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"
        line: dict[str, object] = {"time": stamp, "level": record.levelname.lower(), "logger": record.name}
        line |= {"message": record.getMessage()} | getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0] is not None:
            line["fault"] = record.exc_info[0].__name__
            line["trace"] = self.formatException(record.exc_info)[-4000:]
        return json.dumps(line, ensure_ascii=False)


def write_records() -> None:
    """Write the program's log to standard error: as JSON where ``$GENERAIN_LOG`` is ``json``, else in plain lines."""
    as_json = os.environ.get(FORMAT, "").strip().lower() == "json"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if as_json else logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger("generain_core")
    root.handlers, root.propagate = [handler], False
    root.setLevel(logging.INFO)


class Recorder:
    """Writes a line a request: what kind of path, status, seconds. Neither who asked nor what for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and take its time."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begin, status = time.perf_counter(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            facts = {"kind": kind_of(str(scope["path"])), "status": status, "seconds": round(time.perf_counter() - begin, 4)}
            log.log(
                logging.WARNING if status >= 500 and facts["kind"] != "/ready" else logging.INFO,
                "request",
                extra={"facts": facts},
            )


def kind_of(path: str) -> str:
    """Return the kind of a path, without names of sessions, files or pages in it."""
    return next((kind for kind in _PUBLIC if f"{kind}/" in f"{path}/"), "page")
