"""A server on this machine that speaks the record's interface, and fails in every way that servers do."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

RECORD = "/api/records/77"


@dataclass
class RecordServer:
    """What is served, which faults are left for which file (first in, first made), and what was asked."""

    folder: Path
    address: str = ""
    faults: dict[str, list[str]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    bytes_per_second: float = 0.0

    @property
    def record(self) -> str:
        return self.address + RECORD

    def document(self) -> dict[str, Any]:
        """Return the record as Zenodo writes it."""
        files = []
        for path in sorted(p for p in self.folder.iterdir() if p.is_file()):
            with path.open("rb") as content:
                md5 = hashlib.file_digest(content, "md5").hexdigest()
            size = path.stat().st_size
            link = f"{self.record}/files/{path.name}/content"
            files.append({"id": "x", "key": path.name, "size": size, "checksum": f"md5:{md5}", "links": {"self": link}})
        return {"id": 77, "doi": "10.5281/zenodo.77", "title": "A record for tests", "metadata": {}, "files": files}

    def starts(self, name: str) -> list[str]:
        """Return the Range of every request for a file ('' for none)."""
        return [header for path, header in self.asked if path.endswith(f"/files/{name}/content")]


def _handler(server: RecordServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            path = self.path.partition("://")[2].partition("/")[2] if "://" in self.path else self.path.lstrip("/")
            path = "/" + path
            server.asked.append((path, self.headers.get("Range", "")))
            name = path.split("/")[-2] if path.endswith("/content") else "record"
            fault = server.faults.get(name, [])
            fault_now = fault.pop(0) if fault else ""
            if fault_now.isdigit():
                self.send_response(int(fault_now))
                if fault_now == "429":
                    self.send_header("Retry-After", "7")
                if fault_now == "503":
                    self.send_header("Retry-After", "\xb2")  # a digit to some, a number to none
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif path == RECORD:
                body = b"<html>" if fault_now == "html" else json.dumps(server.document()).encode()
                self._send(body, 200, {}, fault_now)
            elif path == "/elsewhere":
                self._send(b"elsewhere", 200, {}, "")
            elif (server.folder / name).is_file():
                self._file((server.folder / name).read_bytes(), fault_now)
            else:
                self._send(b"", 404, {}, "")

        def _file(self, body: bytes, fault: str) -> None:
            header = self.headers.get("Range", "")
            start = int(header.removeprefix("bytes=").rstrip("-")) if header and fault != "ignores range" else 0
            if start >= len(body) and header and fault != "ignores range":
                self._send(b"", 416, {"Content-Range": f"bytes */{len(body)}"}, "")
                return
            if fault == "changes a byte":
                body = body[:-1] + bytes([body[-1] ^ 1])
            if fault == "wrong range":
                self._send(body, 206, {"Content-Range": f"bytes 0-{len(body) - 1}/{len(body)}"}, "")
                return
            headers = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"} if start else {}
            self._send(body[start:], 206 if start else 200, headers, fault)

        def _send(self, body: bytes, status: int, headers: dict[str, str], fault: str) -> None:
            said = {"says more": len(body) + 1000, "says less": max(len(body) - 1000, 0)}.get(fault, len(body))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if fault == "sends too much":
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(body + b"x" * 100_000)
                self.close_connection = True
                return
            self.send_header("Content-Length", str(said))
            self.end_headers()
            if fault == "breaks off":
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
            elif fault == "stalls":
                self.wfile.write(body[: len(body) // 3])
                self.wfile.flush()
                time.sleep(1.5)
                self.close_connection = True
            elif server.bytes_per_second:
                for start in range(0, len(body), 1 << 16):
                    self.wfile.write(body[start : start + (1 << 16)])
                    time.sleep((1 << 16) / server.bytes_per_second)
            else:
                self.wfile.write(body[:said])
                self.close_connection = said != len(body)

    return Handler


@contextmanager
def serving(folder: Path) -> Iterator[RecordServer]:
    """Serve a folder as a record until the block ends."""
    described = RecordServer(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(described))
    server.daemon_threads = True
    described.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield described
    finally:
        server.shutdown()
        server.server_close()
