"""Sample sheets among the files of a folder or an archive."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from generain_core.samples.io.members import Members
from generain_core.samples.io.raw_table import Parsed
from generain_core.samples.io.sheets.beside_samples import CONTRADICTS, beside_samples
from generain_core.samples.io.single_samples.sample_file import SampleFile

_SHEET = re.compile(r".*\.(csv|tsv|txt|tab|xlsx)(\.gz)?", re.IGNORECASE)
_HALF, _MOST = 0.5, 5


def names_samples(file: SampleFile, table: SampleFile) -> bool:
    """Say whether a file's rows are named as another's samples, so that it is their sheet."""
    samples = set(table.columns)
    columns = [file.genes, *(file.texts[title].tolist() for title in file.texts.columns)]
    return file is not table and any(len(samples.intersection(map(str, names))) > _HALF * len(samples) for names in columns)


def described_by_files(parsed: Parsed, members: Members, paths: Sequence[str]) -> tuple[Parsed, dict[str, str]]:
    """Return a table with what a sheet beside it says of its samples, and paths with a sentence each.

    These are the sheet's, the last of them, and those of sheets that contradict themselves; none where none fits.

    Args:
        parsed: the table.
        members: the files that lie with it.
        paths: of those that may be its sheet.
    """
    name, layer = next(iter(parsed.layers.items()))
    asked = dict[str, str]()
    for path in [each for each in paths if _SHEET.fullmatch(each)][:_MOST]:
        content = members.read(path)
        for axis, samples in (("columns", layer.columns), ("rows", parsed.rows)):
            told, sentence = beside_samples(content, path, samples)
            if told is None:
                asked |= {path: sentence} if CONTRADICTS in sentence else {}
                continue
            asked[path] = sentence
            if axis == "rows":
                return replace(parsed, row_texts=_beside(parsed.row_texts, told)), asked
            texts = _beside(layer.column_texts, told)
            return replace(parsed, layers={**parsed.layers, name: replace(layer, column_texts=texts)}), asked
    return parsed, asked


def _beside(known: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    kept = known.drop(columns=[title for title in known.columns if title in told.columns])
    return pd.concat([kept.reset_index(drop=True), told], axis=1)
