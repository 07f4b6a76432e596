"""Run the command line: ``generain`` or ``python -m generain_core``."""

import contextlib
import os
import signal
import sys

from generain_core.cli import main
from generain_core.models.parallel import started_by_launcher


def run() -> None:
    """Run one command and exit with its status."""
    with contextlib.suppress(ValueError):  # in another thread than the main one
        signal.signal(signal.SIGTERM, _end)
    status = main()
    if started_by_launcher():
        # All is written and the group is left, but its threads live on; one that asks for the interpreter's lock while Python
        # takes itself down aborts the process, and the launcher calls the whole run a failure.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


def _end(*_: object) -> None:
    """End as by Ctrl-C, so that files half written are removed."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    run()
