"""Where results come from: one line that goes with every table, figure and file."""

import pandas as pd

from generain_core.release.files import Release
from generain_core.version import __version__


def provenance(release: Release, *details: str) -> str:
    """Return one line that says what a result was made from: the mark if simulated, release, details, version."""
    return "; ".join([release.label, *details, f"GeneRAIN Explorer {__version__}"])


def csv_bytes(table: pd.DataFrame, origin: str) -> bytes:
    """Return a table as CSV (UTF-8), its origin in the last column, so that it stays with every row that is copied.

    Text that a spreadsheet would run as a formula gets a leading apostrophe.
    """
    safe = table.copy()
    for column in safe.columns[[not pd.api.types.is_numeric_dtype(t) for t in safe.dtypes]]:
        words = safe[column].fillna("").astype(str)
        safe[column] = words.mask(words.str.match(r"^[=+@\t\r-]"), "'" + words)
    return safe.assign(provenance=origin).to_csv(index=False, float_format="%.8g").encode()
