"""Where results come from: one line that goes with every table, figure and file."""

import pandas as pd

from generain_core.release.files import Release
from generain_core.text import FORMULA, no_formula
from generain_core.version import __version__


def provenance(release: Release, *details: str, own: bool = False) -> str:
    """Return one line that says what a result was made from: the mark if simulated, release, details, version.

    Args:
        release: at hand.
        details: of the result.
        own: whether it is computed from the user's own values alone, so that nothing in it is simulated.
    """
    label = f"release {release.name} [{release.fingerprint}], of which no value is in here" if own else release.label
    return "; ".join([label, *details, f"GeneRAIN Explorer {__version__}"])


def csv_bytes(table: pd.DataFrame, origin: str) -> bytes:
    """Return a table as CSV (UTF-8), its origin in the last column, so that it stays with every row that is copied.

    Text that a spreadsheet would run as a formula gets a leading apostrophe, in a cell or in the name of a column.
    """
    columns = [table.iloc[:, i] for i in range(table.shape[1])]
    texts = [i for i, column in enumerate(columns) if not pd.api.types.is_numeric_dtype(column.dtype)]
    for i in texts:
        columns[i] = columns[i].fillna("").astype(str).str.replace(FORMULA, "'", regex=True)
    safe = pd.concat(columns, axis=1) if columns else table.copy()
    safe.columns = pd.Index([no_formula(str(title)) for title in table.columns])
    return safe.assign(provenance=origin).to_csv(index=False, float_format="%.8g").encode()
