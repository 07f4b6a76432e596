"""How much of a user's file is read, and how little room a hostile one gets."""

import csv
from collections.abc import Iterable

from generain_core.errors import GeneRAINError
from generain_core.text import echo

FILE_BYTES = 2 << 30
"""Largest file on disk."""
UNPACKED_BYTES = 2 << 30
"""Largest content of a compressed file, or of an array that a file declares."""
PACKED_RATIO = 300
"""Most bytes that one byte of a large archive may hold; tables of counts, even nearly empty ones, stay far below."""
BOMB_BYTES = 64 << 20
"""Content up to this size may be packed as tightly as it likes."""
CELLS = 200_000_000
"""Most cells of a table, or stored values of a sparse one: 1.6 GB as float64."""
SHEET_BYTES = 4 << 30
"""Largest content of a spreadsheet's file: 60,000 genes × 1,000 samples with all their decimals are 2.7 GB."""
SHEET_TEXTS_BYTES = 64 << 20
"""Largest table of texts of a spreadsheet, which is read whole before any cell is."""
SHEET_CELLS = 80_000_000
"""Most cells of a spreadsheet, which takes several times as long to read as a text file."""
SHEET_TEXTS = 10_000_000
"""Most cells of a spreadsheet that hold text, which takes more room than numbers."""
SHEET_LISTED = 20_000_000
"""Most cells of a spreadsheet that is read cell by cell, as sample sheets and lists are."""
SHEET_PIECES = 4_000_000
"""Most pieces of a spreadsheet's XML that are read one by one, four a cell, as those of dates and of unusual writers are."""
SHEET_RICH_TEXTS = 400_000
"""Most texts of a spreadsheet's list where some are more than plain text."""
SHEET_STYLES = 200_000
"""Most styles of cells: Excel has up to 65,490."""
SHEET_NAMES = 10_000
"""Most sheets of a workbook."""
LABELS = 5_000_000
"""Most rows or columns, together."""
COLUMNS = 300_000
"""Most columns of a table that is read column by column, such as CSV: more than any annotation has transcripts."""
LONGEST_NAME = 1000
"""Most letters of a gene's or sample's name."""
LARGEST_VALUE = 1e12
"""Larger than any count of a sequencing run."""


def check_cells(name: str, rows: int, columns: int, *, most: int = CELLS) -> None:
    """Refuse a table with too many cells, or too many rows and columns to name.

    Raises:
        GeneRAINError: it is too large.
    """
    if rows < 0 or columns < 0 or rows + columns > LABELS or rows * columns > most:
        raise GeneRAINError(
            f"{name} declares {rows:,} rows × {columns:,} columns; tables of up to {most:,} cells are read, "
            "so split it by samples or sum cells to samples."
        )


def check_width(name: str, columns: int) -> None:
    """Refuse a table with more columns than genes, transcripts or samples that anybody gives side by side.

    Raises:
        GeneRAINError: it has.
    """
    if columns > COLUMNS:
        raise GeneRAINError(
            f"{name} has {columns:,} columns; tables of up to {COLUMNS:,} are read: turn it so that they are rows, or split it."
        )


def check_names(name: str, names: Iterable[str]) -> None:
    """Refuse names of genes or samples that are longer than any.

    Raises:
        GeneRAINError: one is.
    """
    longest = max(names, key=len, default="")
    if len(longest) > LONGEST_NAME:
        raise GeneRAINError(f"{name} has a name of {len(longest):,} letters, {echo(longest)}; up to {LONGEST_NAME:,} are read.")


def check_stored(name: str, rows: int, columns: int, stored: int) -> None:
    """Refuse a sparse matrix with too many stored values, or too many rows and columns to name.

    Raises:
        GeneRAINError: it is too large.
    """
    if rows < 0 or columns < 0 or rows + columns > LABELS or not 0 <= stored <= CELLS:
        raise GeneRAINError(
            f"{name} declares {rows:,} rows × {columns:,} columns with {stored:,} values; up to {CELLS:,} values are read, "
            "so split it by samples or sum cells to samples."
        )


def check_bytes(name: str, size: int, *, most: int = UNPACKED_BYTES) -> None:
    """Refuse content that is, or says that it is, larger than a number of bytes.

    Raises:
        GeneRAINError: it is too large.
    """
    if size > most:
        raise GeneRAINError(f"{name} holds {in_words(size)} of data; up to {in_words(most)} are read, so split it by samples.")


def check_packing(name: str, packed: int, unpacked: int, *, advice: str = "give the table itself") -> None:
    """Refuse content that was packed tighter than any table of expression values can be, as zip bombs are.

    Raises:
        GeneRAINError: it is.
    """
    if unpacked > BOMB_BYTES and unpacked > PACKED_RATIO * max(packed, 1):
        if not packed:
            raise GeneRAINError(f"{name} declares {in_words(unpacked)} but stores nothing of it; save it again.")
        times = f"{unpacked / packed:,.0f} times its size"
        raise GeneRAINError(f"{name} unpacks to {times} ({in_words(unpacked)}), as no table of expression values does; {advice}.")


def no_table(name: str, error: csv.Error) -> GeneRAINError:
    """Return what to say of a text that is no table, by the fault that `csv` found in it."""
    if "field limit" in str(error):
        return GeneRAINError(
            f"{name} has a cell of more than {csv.field_size_limit():,} letters, perhaps after a quotation mark that is never "
            "closed; close it, or save it again as CSV."
        )
    return GeneRAINError(f"{name} can't be read as a table ({error}); save it again as CSV.")


def in_words(size: int) -> str:
    """Return a number of bytes as people say it: ``2.0 GB``, ``3 MB``, ``12 bytes``."""
    if size >= 1 << 30:
        return f"{size / (1 << 30):.1f} GB"
    return f"{size / (1 << 20):.0f} MB" if size >= 1 << 20 else f"{size:,} bytes"
