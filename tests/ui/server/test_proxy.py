"""Two replicas behind a real nginx, set up by the file that is shipped: TLS, sticky visitors, limits, a replica that dies."""

import base64
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from generain_core.settings import ASSETS
from tests.conftest import free_port

TLS = ssl._create_unverified_context()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def _wait(port: int) -> None:
    for _ in range(900):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"nothing listens on port {port} after 90 seconds")


def _get(address: str, cookie: str = "") -> tuple[int, dict[str, str], str]:
    asked = urllib.request.Request(address, headers={"Cookie": cookie} if cookie else {})
    opener = urllib.request.build_opener(_Stay, urllib.request.HTTPSHandler(context=TLS))
    try:
        with opener.open(asked, timeout=20) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read().decode()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, {name.lower(): value for name, value in answer.headers.items()}, ""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, list[subprocess.Popen[bytes]]]]:
    nginx, openssl = shutil.which("nginx"), shutil.which("openssl")
    if not nginx or not openssl:
        pytest.skip("nginx and openssl are not on this machine")
    folder = tmp_path_factory.mktemp("proxy")
    (folder / "tls").mkdir()
    key, cert = folder / "tls/key.pem", folder / "tls/cert.pem"
    line = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*line, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    a, b, http, https = (free_port() for _ in range(4))
    text = (ASSETS / "server/nginx.conf").read_text()
    for before, after in {
        "explorer-a:8501": f"127.0.0.1:{a}",
        "explorer-b:8501": f"127.0.0.1:{b}",
        "listen 8080": f"listen 127.0.0.1:{http}",
        "listen 8443": f"listen 127.0.0.1:{https}",
        "/tmp/": f"{folder}/",
    }.items():
        assert before in text
        text = text.replace(before, after)
    (folder / "nginx.conf").write_text(text)
    running = []
    for port in (a, b):
        serve = [sys.executable, "-m", "generain_core", "serve", "--port", str(port), "--host-name", "localhost"]
        environment = os.environ | {"GENERAIN_LOG": "json", "STREAMLIT_SERVER_COOKIE_SECRET": "the same for both"}
        running.append(subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment))
    front = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    with (folder / "nginx.log").open("wb") as record:
        running.append(subprocess.Popen(front, stderr=record))
    for port in (a, b, https):
        _wait(port)
    yield f"http://localhost:{http}", f"https://localhost:{https}", running
    for each in running:
        each.terminate()
    for each in running:
        each.wait(30)


def _replica(headers: dict[str, str]) -> str:
    return re.findall(r"replica=(\w)", headers.get("set-cookie", ""))[0]


def test_plain_http_is_sent_to_tls(site) -> None:
    status, headers, _ = _get(site[0] + "/gene?gene=XIST")
    assert status == 301
    assert headers["location"].startswith("https://localhost")
    assert headers["location"].endswith("/gene?gene=XIST")


def test_a_visitor_stays_and_new_ones_are_shared_out(site) -> None:
    assert {_replica(_get(site[1] + "/live")[1]) for _ in range(30)} == {"a", "b"}
    for name in "ab":
        assert {_replica(_get(site[1] + "/live", f"replica={name}")[1]) for _ in range(5)} == {name}


def test_the_page_is_whole_and_guarded(site) -> None:
    status, headers, page = _get(site[1] + "/")
    assert status == 200
    assert "<title>" in page
    assert "strict-transport-security" in headers
    assert "content-security-policy" in headers
    assert _get(site[1] + "/metrics")[0] == _get(site[1] + "/_stcore/metrics")[0] == 404


def test_the_connection_of_a_page_is_passed_on(site) -> None:
    host, port = site[1].removeprefix("https://").split(":")
    with TLS.wrap_socket(socket.create_connection((host, int(port)), timeout=20), server_hostname=host) as line:
        key = base64.b64encode(os.urandom(16)).decode()
        wish = f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {site[1]}\r\nUpgrade: websocket\r\n"
        wish += f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        wish += "Sec-WebSocket-Protocol: streamlit\r\n\r\n"
        line.sendall(wish.encode())
        assert b"101 Switching Protocols" in line.recv(4096)


def test_more_than_the_limit_is_refused_before_it_is_sent(site) -> None:
    host, port = site[1].removeprefix("https://").split(":")
    with TLS.wrap_socket(socket.create_connection((host, int(port)), timeout=20), server_hostname=host) as line:
        line.sendall(f"PUT /_stcore/upload_file/x/y HTTP/1.1\r\nHost: {host}\r\nContent-Length: 600000000\r\n\r\n".encode())
        assert b" 413 " in line.recv(4096)


def test_a_replica_that_dies_is_stood_in_for(site) -> None:
    """The last test: it takes one replica away."""
    site[2][0].kill()
    site[2][0].wait(30)
    assert [_get(site[1] + "/live", "replica=a")[0] for _ in range(5)] == [200] * 5
