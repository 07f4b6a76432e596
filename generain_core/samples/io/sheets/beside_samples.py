"""A sample sheet that lies beside the samples, in one folder or archive: what it says of them, or why it says nothing."""

import pandas as pd

from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.samples.io.formats.small_tables import typed
from generain_core.samples.io.sheets.key_column import key_column
from generain_core.samples.io.sheets.sheet_lines import sheet_of_text
from generain_core.samples.io.sheets.sheet_of_workbook import sheet_of_workbook

_HALF = 0.5
CONTRADICTS = "Give it as the sample sheet."
"""What is said of a sheet that would have to be asked about."""


def beside_samples(content: bytes, path: str, samples: tuple[str, ...], noun: str = "samples") -> tuple[pd.DataFrame | None, str]:
    """Return what a sheet says of samples, a row each, and a sentence; None and why, where it is not theirs for certain.

    A sheet that contradicts itself is left aside: given as the sample sheet, it is asked which of its columns holds.

    Args:
        content: of the file.
        path: within the folder or archive.
        samples: their names.
        noun: what they are called.
    """
    try:
        sheet = typed(sheet_of_workbook(content, path) if content[:2] == b"PK" else sheet_of_text(content, path))
        key = key_column(samples, sheet)
    except NeedsConsent as question:
        return None, f"{path} was left aside: {question} {CONTRADICTS}"
    except GeneRAINError as problem:
        return None, f"{path} was left aside: {problem}"
    if key is None or len(key.rows) < min(len(samples), len(sheet)) * _HALF:
        return None, f"{path} was left aside: none of its columns names the {noun}."
    if key.repeats:
        return None, f"{path} was left aside: it has several rows for {key.repeats[0]} in its column {key.column}."
    table = sheet.drop(columns=key.column).reset_index(drop=True)
    rows = [key.rows.get(key.spelling(name), -1) for name in samples]
    there = sum(row >= 0 for row in rows)
    told = table.reindex(rows).reset_index(drop=True)
    note = f" {key.note}" if key.note else ""
    return told, f"{path} describes {there:,} of {len(samples):,} {noun} by its column {key.column}.{note}"
