"""Start the page with what an operator needs around it: the same ``app.py``, on Streamlit's own ASGI server."""

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from streamlit.starlette import App
from threadpoolctl import threadpool_limits

from generain_core import settings
from generain_core.release.files import choose_path
from generain_core.ui.server.browser import Browser
from generain_core.ui.server.comeback import Comeback, Door
from generain_core.ui.server.headers import Guard
from generain_core.ui.server.metrics import exposition, is_allowed
from generain_core.ui.server.readiness import examine
from generain_core.ui.server.records import Recorder, write_records
from generain_core.ui.server.stopping import ends_in_time
from generain_core.ui.session.upload_room import largest
from generain_core.ui.shell.sign_in import SECRETS

LIVE, READY, METRICS = "/live", "/ready", "/metrics"


def surroundings(release: str | None = None, base_path: str = "") -> tuple[list[Route], list[Middleware]]:
    """Return what lies around the page: ``/live``, ``/ready`` and ``/metrics`` under `base_path`; the log and the headers.

    Args:
        release: folder of the release; as `choose_path` chooses where None.
        base_path: the path that the page lies under, such as ``generain``; "" for the top.
    """
    root = Path(choose_path(release))
    prefix = f"/{base_path.strip('/')}" if base_path.strip("/") else ""

    def live(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    def ready(_: Request) -> Response:
        state = examine(root)
        return JSONResponse(state.as_dict(), 200 if state.ready else 503, {"Cache-Control": "no-store"})

    def figures(request: Request) -> Response:
        if not is_allowed(request.headers.get("authorization", "")):
            return PlainTextResponse("not found\n", 404)
        return PlainTextResponse(exposition(examine(root)), media_type="text/plain; version=0.0.4")

    routes = [Route(prefix + path, answer) for path, answer in ((LIVE, live), (READY, ready), (METRICS, figures))]
    signing_in = [Middleware(Door), Middleware(Comeback, base_path=base_path)]
    return routes, [Middleware(Recorder), Middleware(Guard), Middleware(Browser), *signing_in]


def share_cores() -> None:
    """Let linear algebra take one core for each page at work: pages of several visitors share the cores, and none waits for all.

    ``OPENBLAS_NUM_THREADS`` in the environment says otherwise. Work in processes of its own, such as maps, is not concerned.
    """
    if "OPENBLAS_NUM_THREADS" in os.environ:
        return
    for library in ("numpy", "scipy.linalg"):  # what is loaded later would not know of it
        import_module(library)
    threadpool_limits(1, user_api="blas")


def serve(release: str | None, options: Mapping[str, str | int | bool]) -> None:
    """Serve the page until the process is told to stop.

    Args:
        release: folder of the release.
        options: settings of Streamlit by name, such as ``server.port``.
    """
    write_records()
    share_cores()
    sys.argv = [str(settings.shipped("app.py")), *(["--release", release] if release else [])]
    secrets = os.environ.get(SECRETS)
    each = {"server.maxUploadSize": -(-largest() >> 20)}  # whole megabytes, rounded up; the page itself counts bytes
    settings_of_streamlit = each | dict(options) | ({"secrets.files": [secrets]} if secrets else {})
    routes, middleware = surroundings(release, str(options.get("server.baseUrlPath", "")))
    App(settings.shipped("app.py"), routes=routes, middleware=middleware, lifespan=ends_in_time).run(config=settings_of_streamlit)
