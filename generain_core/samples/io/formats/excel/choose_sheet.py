"""Which sheet of a workbook holds the samples, and why the others were not read."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.samples.io.raw_table import Unread
from generain_core.text import echo, listed

_AS_LIKELY, _FULL = 0.5, 0.25
_COUNTS = re.compile(r"(?<![a-z])(raw|counts?|reads?|umis?)(?![a-z])", re.IGNORECASE)
_NO_COUNTS = re.compile(r"tpm|fpkm|rpkm|cpm|norm|log|vst|rlog|scaled|z.?score|logfc|deg|results?|padj", re.IGNORECASE)
_TESTED = re.compile(r"log2?_?(fold_?change|fc)|p_?adj|adj_?p_?val\w*|p_?val(ue)?|fdr|q_?val(ue)?", re.IGNORECASE)


def chosen_sheet(
    sheets: Mapping[str, Sequence[Sequence[Any]]], numbers: Mapping[str, int], name: str, wanted: str = ""
) -> tuple[str, tuple[Unread, ...], list[str], list[str]]:
    """Return the sheet to read, those that are not read, notes, and those of them that nobody should miss.

    The one with the most numbers is taken. Where another holds at least half as many, it is the one called counts, if just one
    is; results of tests between groups are no rival.

    Args:
        sheets: title → rows.
        numbers: title → how many cells hold a number.
        name: of the file, for messages.
        wanted: the title that was asked for.

    Raises:
        NeedsConsent: two sheets are about as likely.
        GeneRAINError: there is no such sheet.
    """
    if wanted and wanted not in sheets:
        raise GeneRAINError(f"{name} has no sheet {echo(wanted)}; choose one of: {listed(list(sheets), 'or', 12)}.")
    ranked = sorted(numbers, key=lambda title: (-numbers[title], -len(sheets[title])))
    most = numbers[ranked[0]]
    rivals = [each for each in ranked if numbers[each] >= _AS_LIKELY * most and most and not _tested(sheets[each])]
    title, why = wanted or (rivals or ranked)[0], "as asked" if wanted else "it holds the most numbers"
    if len(rivals) > 1 and not wanted:
        called = [each for each in rivals if _COUNTS.search(each) and not _NO_COUNTS.search(each)]
        if len(called) != 1 or not all(_NO_COUNTS.search(each) for each in rivals if each != called[0]):
            raise NeedsConsent(
                f"{name} has {len(rivals)} sheets that may hold the samples ({listed(rivals)}); say which to read, or put all "
                "samples side by side in one sheet.",
                ("part",),
                tuple(rivals),
            )
        title, why = called[0], "it is called counts"
    if len(sheets) < 2:
        return title, (), [], []
    unread = tuple(Unread(each, f"{numbers[each]:,} numbers, against {numbers[title]:,}") for each in ranked if each != title)
    notes = [f"Of {len(sheets)} sheets, {title} was read: {why}."]
    beside = [each for each in ranked if each != title and numbers[each] > _FULL * numbers[title] and not wanted]
    not_read = [f"Not read: {listed(beside)}, though full of numbers too."] if beside else []
    return title, unread, notes + not_read, not_read


def _tested(rows: Sequence[Sequence[Any]]) -> bool:
    """Say whether a sheet holds results of tests between groups: two of their columns stand in its first rows."""
    return any(
        sum(isinstance(cell, str) and _TESTED.fullmatch(cell.strip()) is not None for cell in row) > 1 for row in rows[:20]
    )
