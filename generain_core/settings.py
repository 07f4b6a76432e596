"""Where things are kept, and the numbers that several modules share."""

import atexit
import os
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

from platformdirs import user_cache_dir

from generain_core.errors import GeneRAINError

PACKAGE = Path(__file__).resolve().parent
_INSTALLED = PACKAGE / "_app"
PROJECT = _INSTALLED if _INSTALLED.is_dir() else PACKAGE.parent
"""The folder of app.py, pages, assets and Streamlit's settings: the top of the source tree, or inside an installed package."""
ASSETS = PROJECT / "assets"
DEMO_RELEASE = ASSETS / "demo"
SEED = 0
MEAN_CUTOFF = 0.1
"""A gene is modelled if its mean log10 depth-scaled count in ARCHS4 is above this."""

KEEP_WORK = "GENERAIN_KEEP_WORK"
"""The variable that says for how many days work rests on the disk after it was last looked at; 0: not at all."""
WORK_DAYS = 7.0
"""That time where nothing is said, and where the app is on the user's own computer; elsewhere it is 0."""


def kept_work_days(*, is_local: bool) -> float:
    """Return for how many days work rests on the disk: as ``$GENERAIN_KEEP_WORK`` says; else a week on the user's own computer.

    What is no number counts as 0: data that should not be kept must not be kept for a slip of the pen.
    """
    said = os.environ.get(KEEP_WORK, "").strip()
    if not said:
        return WORK_DAYS if is_local else 0.0
    try:
        return max(0.0, float(said))
    except ValueError:
        return 0.0


def operator_number(name: str, unset: float) -> float:
    """Return the number that a variable of the environment says; what is no number above zero counts as not said."""
    try:
        value = float(os.environ.get(name, ""))
    except ValueError:
        return unset
    return value if 0 < value < float("inf") else unset


def shipped(name: str) -> Path:
    """Return the path of a file or folder that comes with the program, such as ``app.py`` or ``assets/demo``.

    Raises:
        GeneRAINError: it is missing.
    """
    path = PROJECT / name
    if not path.exists():
        raise GeneRAINError(f"{name} is missing from this copy of GeneRAIN Explorer ({PROJECT}); install it anew.")
    return path


def cache_dir() -> Path:
    """Return a folder that can be written to for caches: ``$GENERAIN_CACHE``, the user's cache folder, or a temporary one."""
    chosen = os.environ.get("GENERAIN_CACHE")
    try:
        folder = Path(chosen).expanduser() if chosen else Path(user_cache_dir("generain-explorer", appauthor=False))
        if not chosen and not folder.is_absolute():  # whoever runs this has no home
            return _temporary()
        folder = folder.resolve()
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
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
