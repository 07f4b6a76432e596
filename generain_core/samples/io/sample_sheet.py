"""Sample sheets: what is known of the samples, joined by their names."""

import io
from dataclasses import replace
from pathlib import Path

import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.io.files import file_bytes
from generain_core.samples.io.formats.series_matrix import series_samples
from generain_core.samples.io.formats.small_tables import name_of, typed
from generain_core.samples.io.sheets.key_column import key_column
from generain_core.samples.io.sheets.sheet_lines import sheet_of_text, with_first_row
from generain_core.samples.io.sheets.sheet_of_workbook import sheet_of_workbook
from generain_core.samples.io.sniff import gunzipped, kind_of_file
from generain_core.text import echo, listed, with_noun

_WORDS = frozenset(["na", "n/a", "nan", "null", "none", "<na>"])
_FEW = 5000


def read_sample_sheet(path: Path, *, name: str | None = None) -> pd.DataFrame:
    """Return a sample sheet (csv, tsv, txt, also gzipped, xlsx, or GEO's series matrix): one row a sample, numbers as numbers.

    Raises:
        GeneRAINError: it is none of these, is empty, or holds only a header.
    """
    name = name or path.name
    raw = file_bytes(path, name)
    kind = kind_of_file(raw[:4096], name)
    if kind == "zip":
        return typed(sheet_of_workbook(raw, name))
    if kind == "gzip":
        raw = gunzipped(io.BytesIO(raw), name)
        kind = kind_of_file(raw[:4096], name)
    if kind == "series matrix":
        return typed(series_samples(raw, name))
    if kind != "text":
        raise GeneRAINError(f"{name} is {kind}; give the sample sheet as csv, tsv or xlsx.")
    return typed(sheet_of_text(raw, name))


def join_samples(expression: Expression, sheet: pd.DataFrame, column: str = "") -> Expression:
    """Add a sample sheet's columns to obs, by the column that names most of the samples, or the one that is said.

    Names are compared as they are (101.0 is 101), then without regard to capitals, punctuation and the X that R puts before a
    digit, then without leading zeros, endings of files and more (`sheets.spellings`). A sheet whose titles are a sample's row
    has no header. Columns that obs has already are replaced; each keeps its type.

    Raises:
        NeedsConsent: several columns name samples and contradict each other, or the only one may hold something else.
        GeneRAINError: no column names any sample, or a sample has two different rows.
    """
    samples = expression.samples
    sheet = sheet if column else with_first_row(samples, sheet)
    key = key_column(samples, sheet, column)
    if key is None:
        raise GeneRAINError(_fits_none(expression, sheet))
    wanted = list(map(key.spelling, samples))
    alike = sorted({s for s, w in zip(samples, wanted, strict=True) if wanted.count(w) > 1}) if len(samples) < _FEW else []
    if len(set(wanted)) < len(samples):
        one = f", such as {listed(alike, most=2)}," if alike else ""
        raise GeneRAINError(
            f"The table has samples{one} that the sample sheet's column {key.column} can't tell apart; give them names that "
            "differ."
        )
    if key.repeats:
        raise GeneRAINError(
            f"The sample sheet has several rows for {echo(key.repeats[0])} in column {key.column}; keep one a sample."
        )
    table = sheet.drop(columns=key.column)
    joined = table.set_axis(pd.RangeIndex(len(table)), axis=0).reindex([key.rows.get(name, -1) for name in wanted])
    joined = joined.set_axis(expression.obs.index, axis=0)
    missing = [s for s, w in zip(samples, wanted, strict=True) if w not in key.rows]
    notes = [*map(str, sheet.attrs.get("notes", ())), *filter(None, [key.note]), *_typed_words(table)]
    number = with_noun(len(samples), "sample")
    notes.append(f"The sample sheet describes {len(samples) - len(missing):,} of {number} by its column {key.column}.")
    if missing:
        notes.append(f"Without a row in the sample sheet: {listed(missing)}.")
    kept = expression.obs.drop(columns=[c for c in expression.obs.columns if c in joined.columns])
    return replace(expression, obs=pd.concat([kept, joined], axis=1), notes=(*expression.notes, *notes))


def _fits_none(expression: Expression, sheet: pd.DataFrame) -> str:
    """Say that a sheet fits no sample, with examples of what the table and the sheet call them."""
    columns = sorted(sheet.columns, key=lambda c: -sheet[c].nunique())[:3]
    held = [f"{c} holds {listed(_examples(sheet[c]), most=3)}" for c in columns]
    own = listed(list(map(str, expression.obs.columns)), most=6)
    there = f" The table itself says {own} of its samples: it may need no sheet." if own else ""
    return (
        f"No column of the sample sheet ({listed(list(map(str, sheet.columns)))}) names a sample of the table. The table's "
        f"samples are called {listed([echo(s) for s in expression.samples[:3]], most=3)}; of the sheet, {'; '.join(held)}. Write "
        f"the table's names into a column of the sheet.{there}"
    )


def _examples(column: pd.Series) -> list[str]:
    return [echo(name_of(value)) for value in column.dropna().drop_duplicates().head(3)] or ["nothing"]


def _typed_words(table: pd.DataFrame) -> list[str]:
    """Say where words that may mean 'not known' stand as values among texts."""
    notes = []
    for column in table.columns:
        if pd.api.types.is_numeric_dtype(table[column].dtype):
            continue
        held = [value for value in table[column].tolist() if isinstance(value, str) and value.casefold() in _WORDS]
        if len(held):
            notes.append(
                f"Column {column} of the sample sheet holds the text {listed(sorted(set(held)))} in {len(held):,} of its rows: a "
                "value like any other; leave a cell empty where nothing is known."
            )
    return notes
