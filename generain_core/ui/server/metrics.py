"""Figures for monitoring, in the text format of Prometheus; given only to who shows the operator's token."""

import hmac
import os
import time

from generain_core.ui.jobs.job_view import queue
from generain_core.ui.server.readiness import Readiness
from generain_core.ui.shell.streamlit_internals import connected_sessions

TOKEN = "GENERAIN_METRICS_TOKEN"
_STARTED = time.time()


def is_allowed(authorization: str) -> bool:
    """Say whether a request's header holds ``Bearer`` and the token of ``$GENERAIN_METRICS_TOKEN``; without one nobody may."""
    token = os.environ.get(TOKEN, "")
    return bool(token) and hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())


def exposition(state: Readiness) -> str:
    """Return all figures as Prometheus reads them."""
    lines = [
        *_figure("ready", "gauge", "Whether the release is whole.", {"": int(state.ready)}),
        *_figure("sessions", "gauge", "Tabs that are connected.", {"": connected_sessions()}),
        *_figure("jobs", "gauge", "Long work by device and state.", _jobs()),
        *_figure("uptime_seconds", "gauge", "Seconds since the start.", {"": round(time.time() - _STARTED, 1)}),
        *_figure("cpu_seconds_total", "counter", "Seconds of processor time used.", {"": round(time.process_time(), 2)}),
        *_figure("resident_bytes", "gauge", "Memory of the server's process.", {"": _resident_bytes()}),
    ]
    return "\n".join(lines) + "\n"


def _figure(name: str, kind: str, help_text: str, values: dict[str, float]) -> list[str]:
    full = f"generain_{name}"
    return [
        f"# HELP {full} {help_text}",
        f"# TYPE {full} {kind}",
        *(f"{full}{labels} {value}" for labels, value in values.items()),
    ]


def _jobs() -> dict[str, float]:
    return {f'{{device="{device}",state="{state}"}}': count for (device, state), count in sorted(queue().counts().items())}


def _resident_bytes() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):  # no such file on macOS and Windows
        return 0
