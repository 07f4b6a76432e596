"""Running the server: on standard input and output, or over HTTP on this computer alone."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING

from generain_core.errors import GeneRAINError

if TYPE_CHECKING:
    from generain_core.mcp.server import Server

HOST = "127.0.0.1"
LARGEST_REQUEST = 16 * 2**20
"""Bytes of one request over HTTP; what is larger than a call may be is refused in words before that."""


def serve_stdio(server: Server) -> None:
    """Answer on standard input and output until the input ends; whatever else is printed goes to standard error."""
    server.run("stdio")


def serve_http(server: Server, port: int) -> None:
    """Answer over streamable HTTP on this computer, at ``/mcp``, until interrupted; port 0 takes a free one.

    Requests that name another host or come from a page of another origin are refused (DNS rebinding).

    Raises:
        GeneRAINError: the port is taken, or none that may be used.
    """
    import uvicorn
    from mcp.server.transport_security import TransportSecuritySettings

    listener = _listen(port)
    address = f"{HOST}:{listener.getsockname()[1]}"
    local = f"localhost:{listener.getsockname()[1]}"
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=[address, local],
        allowed_origins=[f"http://{address}", f"http://{local}"],
    )
    app = server.streamable_http_app(host=HOST, transport_security=security, max_request_body_size=LARGEST_REQUEST)
    sys.stderr.write(f"listening on http://{address}/mcp\n")
    sys.stderr.flush()
    with listener:
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except (OSError, OverflowError) as problem:
        listener.close()
        why = getattr(problem, "strerror", None) or problem
        raise GeneRAINError(f"Port {port} can't be used ({why}); choose another.") from problem
    return listener
