"""One visitor: opens a tab by websocket, asks for pages, fills boxes, uploads a file; keeps what a browser would keep."""

import asyncio
import http.client
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 300.0


class Failed(Exception):
    """An action that did not end as it should."""


@dataclass(eq=False)
class Visitor:
    """A tab.

    Attributes:
        port: of the server on this computer.
        widgets: what boxes hold, by their id.
        seen: words of the page that was shown last.
        parts: kinds of elements of that page.
        pages: Streamlit's name of each page by its address, which a browser sends when a link is followed.
        labels: id of each box by its label.
        bytes_in: bytes received.
    """

    port: int
    widgets: dict[str, WidgetState] = field(default_factory=dict)
    seen: str = ""
    parts: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    bytes_in: int = 0
    kept: dict[str, ForwardMsg] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    page: str = ""
    query: str = ""
    session: str = ""
    cookie: str = ""
    _line: ClientConnection | None = None

    async def arrive(self) -> None:
        """Load the page's first files, as far as they bring the cookie, and connect."""
        self.cookie = await asyncio.to_thread(self._first)
        headers = {"Cookie": self.cookie}
        address = f"ws://localhost:{self.port}/_stcore/stream"
        token = self.cookie.partition("_streamlit_xsrf=")[2].partition(";")[0]
        protocols: list[Any] = ["streamlit", token] if token else ["streamlit"]
        origin: Any = f"http://localhost:{self.port}"
        self._line = await connect(
            address, subprotocols=protocols, origin=origin, additional_headers=headers, max_size=None, ping_timeout=None
        )

    async def leave(self) -> None:
        """Close the tab."""
        if self._line is not None:
            await self._line.close()

    async def open(self, page: str, query: str = "") -> float:
        """Ask for a page and wait until it is whole; return the seconds."""
        self.widgets.clear()
        self.page, self.query = page, query
        return await self._run()

    async def fill(self, label: str, text: str) -> float:
        """Type into a box and wait until the page is whole."""
        if label not in self.labels:
            raise Failed(f"no box {label!r}")
        self.widgets[label] = WidgetState(id=self.labels[label], string_value=text)
        return await self._run()

    async def upload(self, name: str, content: bytes) -> float:
        """Choose a file in the page's own box for files and wait until the page is whole."""
        begin = time.perf_counter()
        box = next((each for label, each in self.labels.items() if label.startswith("file:") and "saved" not in label), "")
        if not box:
            raise Failed("no box for files")
        asked = str(uuid.uuid4())
        message = BackMsg()
        message.file_urls_request.request_id = asked
        message.file_urls_request.file_names.append(name)
        message.file_urls_request.session_id = self.session
        await self._send(message)
        answer = await self._until(lambda each: each.WhichOneof("type") == "file_urls_response")
        urls = answer.file_urls_response.file_urls[0]
        status = await asyncio.to_thread(self._put, urls.upload_url, name, content)
        if status not in (200, 204):
            raise Failed(f"upload answered {status}")
        state = WidgetState(id=box)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.name, info.size, info.file_id = name, len(content), urls.file_id
        info.file_urls.CopyFrom(urls)
        self.widgets["file"] = state
        await self._run()
        return time.perf_counter() - begin

    async def wait_for(self, words: str, seconds: float = PATIENCE) -> float:
        """Follow the page until it shows some words, or a kind of element."""
        begin = time.perf_counter()
        while words not in self.seen and words not in self.parts:
            if time.perf_counter() - begin > seconds:
                raise Failed(f"{words!r} did not come in {seconds:.0f} s")
            await asyncio.sleep(1)
            await self._run()
        return time.perf_counter() - begin

    async def _run(self) -> float:
        begin = time.perf_counter()
        state = ClientState(query_string=self.query, page_name=self.page, page_script_hash=self.pages.get(self.page, ""))
        state.widget_states.widgets.extend(self.widgets.values())
        state.cached_message_hashes.extend(self.kept)
        self.seen, self.labels, self.parts = "", {}, set()
        await self._send(BackMsg(rerun_script=state))
        await self._until(lambda each: each.WhichOneof("type") == "script_finished" and each.script_finished != 2)
        if "This app has encountered an error" in self.seen or "Traceback" in self.seen:
            raise Failed("the page shows a fault")
        return time.perf_counter() - begin

    async def _send(self, message: BackMsg) -> None:
        assert self._line is not None
        await self._line.send(message.SerializeToString())

    async def _until(self, wanted: Any) -> ForwardMsg:
        assert self._line is not None
        while True:
            data = await asyncio.wait_for(self._line.recv(), PATIENCE)
            assert isinstance(data, bytes)
            self.bytes_in += len(data)
            message = ForwardMsg()
            message.ParseFromString(data)
            if message.WhichOneof("type") == "ref_hash":
                message = self.kept.get(message.ref_hash, message)
            elif message.metadata.cacheable:
                self.kept[message.hash] = message
            self._note(message)
            if wanted(message):
                return message

    def _note(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
        if kind == "navigation":
            self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        if kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        if kind != "delta" or message.delta.WhichOneof("type") != "new_element":
            return
        element = message.delta.new_element
        name = element.WhichOneof("type") or ""
        part = getattr(element, name, None)
        self.parts.add(name)
        for attribute in ("body", "label"):
            self.seen += f"\n{getattr(part, attribute, '')}"
        if name in ("text_input", "text_area"):
            self.labels[part.label] = part.id  # type: ignore[union-attr]
        if name == "file_uploader":
            self.labels[f"file:{part.label}"] = part.id  # type: ignore[union-attr]

    def _first(self) -> str:
        line = http.client.HTTPConnection("localhost", self.port, timeout=PATIENCE)
        line.request("GET", "/_stcore/host-config")
        first = line.getresponse()
        first.read()
        line.request("GET", "/_stcore/health")
        answer = line.getresponse()
        answer.read()
        cookies = [value.partition(";")[0] for each in (first, answer) for value in each.headers.get_all("Set-Cookie") or ()]
        line.close()
        return "; ".join(cookies)

    def _put(self, address: str, name: str, content: bytes) -> int:
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        token = self.cookie.partition("_streamlit_xsrf=")[2].partition(";")[0]
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Cookie": self.cookie, "X-Xsrftoken": token}
        line = http.client.HTTPConnection("localhost", self.port, timeout=PATIENCE)
        line.request("PUT", address, body, headers)
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer.status
