"""Sample sheets: what is known of the samples, joined by their names."""

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.io.files import file_bytes
from generain_core.samples.io.formats.series_matrix import series_samples
from generain_core.samples.io.formats.small_tables import best_key, plain_name, sheet_of_bytes, sheet_of_rows, typed
from generain_core.samples.io.formats.spreadsheet import cells_of
from generain_core.samples.io.sniff import gunzipped, kind_of_file
from generain_core.text import echo, listed


def read_sample_sheet(path: Path, *, name: str | None = None) -> pd.DataFrame:
    """Return a sample sheet (csv, tsv, txt, also gzipped, xlsx, or GEO's series matrix): one row a sample, numbers as numbers.

    Raises:
        GeneRAINError: it is none of these, is empty, or holds only a header.
    """
    name = name or path.name
    raw = file_bytes(path, name)
    kind = kind_of_file(raw[:4096], name)
    if kind == "zip":
        rows = [["" if cell is None else str(cell) for cell in row] for row in cells_of(raw, name)]
        return typed(sheet_of_rows(rows, name))
    if kind == "gzip":
        raw = gunzipped(io.BytesIO(raw), name)
        kind = kind_of_file(raw[:4096], name)
    if kind == "series matrix":
        return typed(series_samples(raw, name))
    if kind != "text":
        raise GeneRAINError(f"{name} is {kind}; give the sample sheet as csv, tsv or xlsx.")
    return typed(sheet_of_bytes(raw, name))


def join_samples(expression: Expression, sheet: pd.DataFrame) -> Expression:
    """Add a sample sheet's columns to obs, by the column that names most of the samples.

    Names are compared as they are, then without regard to capitals, punctuation and the X that R puts before a digit.
    Columns that obs has already are replaced.

    Raises:
        GeneRAINError: no column names any sample, or a sample has two different rows.
    """
    samples = expression.samples
    key, hits = best_key(sheet, samples)
    given: Sequence[str] = sheet[key].astype(str).tolist() if hits else ()
    notes = []
    if not hits:
        key, hits = best_key(sheet, [plain_name(s) for s in samples], plain=True)
        given = [plain_name(v) for v in sheet[key].astype(str)]
        notes = ["Samples were matched to the sheet without regard to capitals and punctuation."]
    wanted = list(samples) if not notes else [plain_name(s) for s in samples]
    if not hits:
        own = listed(list(map(str, expression.obs.columns)), most=6)
        there = f" The table itself says {own} of its samples: it may need no sheet." if own else ""
        raise GeneRAINError(
            f"No column of the sample sheet ({listed(list(map(str, sheet.columns)))}) names the samples, "
            f"such as {echo(samples[0])} (the sheet's {key} has {echo(str(sheet[key].iloc[0]) if len(sheet) else '')}); "
            f"give one with the names of the expression table.{there}"
        )
    table = sheet.drop(columns=key).set_axis(pd.Index(given), axis=0)
    twice = [s for s in table.index[table.index.duplicated()] if s in set(wanted)]
    if twice:
        raise GeneRAINError(f"The sample sheet has several rows for {echo(twice[0])} in column {key}; keep one a sample.")
    joined = table.reindex(wanted).set_axis(expression.obs.index, axis=0)
    missing = [s for s, w in zip(samples, wanted, strict=True) if w not in table.index]
    notes.append(f"The sample sheet describes {len(samples) - len(missing):,} of {len(samples):,} samples by its column {key}.")
    if missing:
        notes.append(f"Without a row in the sample sheet: {listed(missing)}.")
    kept = expression.obs.drop(columns=[c for c in expression.obs.columns if c in joined.columns])
    return replace(expression, obs=pd.concat([kept, joined], axis=1), notes=(*expression.notes, *notes))
