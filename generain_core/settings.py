"""Where things are kept, and the numbers that several modules share."""

import os
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DEMO_RELEASE = PROJECT / "assets" / "demo"
SEED = 0
MEAN_CUTOFF = 0.1
"""A gene is modelled if its mean log10 depth-scaled count in ARCHS4 is above this."""


def cache_dir() -> Path:
    """Return a folder that can be written to for caches: ``$GENERAIN_CACHE``, the user's cache folder, or a temporary one."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    chosen = os.environ.get("GENERAIN_CACHE")
    for folder in [Path(chosen).expanduser()] if chosen else [Path(base) / "generain-explorer"]:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    fallback = Path(tempfile.gettempdir()) / f"generain-explorer-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    fallback.mkdir(parents=True, exist_ok=True)
    return fallback
