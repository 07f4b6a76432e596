"""Where things are kept, and the numbers that several modules share."""

import os
import tempfile
from functools import lru_cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DEMO_RELEASE = PROJECT / "assets" / "demo"
SEED = 0
MEAN_CUTOFF = 0.1
"""A gene is modelled if its mean log10 depth-scaled count in ARCHS4 is above this."""


def cache_dir() -> Path:
    """Return a folder that can be written to for caches: ``$GENERAIN_CACHE``, the user's cache folder, or a temporary one."""
    chosen = os.environ.get("GENERAIN_CACHE") or os.environ.get("XDG_CACHE_HOME")
    try:
        folder = Path(chosen).expanduser().resolve() if chosen else Path.home() / ".cache"
        folder = folder if os.environ.get("GENERAIN_CACHE") else folder / "generain-explorer"
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except (OSError, RuntimeError):
        pass
    return _temporary()


@lru_cache(maxsize=1)
def _temporary() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="generain-explorer-"))
    os.environ["GENERAIN_CACHE"] = str(folder)
    return folder
