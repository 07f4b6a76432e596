"""GEO's series matrix: a table of values between two marks, and what the submitters say of each sample above it."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.samples.io.columns import unique
from generain_core.samples.io.formats.text_table import parse_text
from generain_core.samples.io.limits import check_bytes, no_table
from generain_core.samples.io.raw_table import Layer, Parsed, no_texts
from generain_core.samples.io.sniff import decoded
from generain_core.text import listed

_BEGIN, _END = "!series_matrix_table_begin", "!series_matrix_table_end"
_ACCESSION = "geo_accession"
_TOLD = ("title", "source_name_ch1", "organism_ch1", "platform_id", "description")
_HEAD_BYTES = 256 << 20


def parse_series_matrix(raw: bytes, name: str) -> Parsed:
    """Parse a series matrix: the values as a table with genes in rows, titles and characteristics as texts of its columns.

    Source: www.ncbi.nlm.nih.gov/geo/info/soft.html, whose marks it shares.

    Raises:
        GeneRAINError: it is cut off, or its table is empty, as that of a sequencing study is.
    """
    raw, notes = decoded(raw, name)
    head, body = _parts(raw, name)
    if not body.partition(b"\n")[2].strip():
        raise GeneRAINError(
            f"{name} is a series matrix of GEO whose table is empty, as of studies by sequencing: their counts are among the "
            "supplementary files of the series (such as GSE…_RAW.tar or GSE…_counts.txt.gz), to be given as the table; this file "
            "can be joined to it as the sample sheet."
        )
    parsed = parse_text(body, name, "values")
    layer = parsed.layers.get("values")
    if layer is None:
        raise GeneRAINError(f"{name} holds a table that isn't that of a series matrix; download it again.")
    samples = series_samples(head.encode(), name)
    beside = samples.set_index(_ACCESSION).reindex(list(layer.columns)).reset_index(drop=True)
    if not len(samples):
        beside = no_texts(len(layer.columns))
    sentence = f"Titles and characteristics of the samples were read from the file: {listed(list(map(str, beside.columns)))}."
    return replace(
        parsed,
        layers={"values": Layer(layer.values, layer.columns, beside)},
        format="a series matrix of GEO",
        notes=(*notes, *parsed.notes, *([sentence] if len(beside.columns) else [])),
    )


def series_samples(raw: bytes, name: str) -> pd.DataFrame:
    """Return what a series matrix says of its samples: accession, title, source and each characteristic, one row a sample.

    Raises:
        GeneRAINError: it is too large.
    """
    text = decoded(raw, name)[0].partition(_BEGIN.encode())[0]
    check_bytes(f"What {name} says of its samples", len(text), most=_HEAD_BYTES)
    fields, characteristics = dict[str, list[str]](), list[list[str]]()
    for key, cells in _lines(text.decode()):
        if key.startswith("characteristics"):
            characteristics.append(cells)
        elif key == _ACCESSION or (key in _TOLD and len(set(cells)) > 1) or key == "title":
            fields.setdefault(key, cells)
    accessions = fields.get(_ACCESSION, [])
    columns = {_ACCESSION: accessions}
    columns |= {_plain(key): _fitted(fields[key], len(accessions)) for key in _TOLD if key in fields}
    for title, values in _characteristics(characteristics, len(accessions)).items():
        columns[title if title not in columns else f"{title} (characteristic)"] = values
    table = pd.DataFrame(columns, dtype=object)
    return table.drop_duplicates(_ACCESSION).reset_index(drop=True)


def _parts(raw: bytes, name: str) -> tuple[str, bytes]:
    head, mark, rest = raw.partition(_BEGIN.encode())
    check_bytes(f"What {name} says of its samples", len(head), most=_HEAD_BYTES)
    body, end, _ = rest.partition(_END.encode())
    if not mark or not end:
        what = "no table" if not mark else "a table without its end"
        raise GeneRAINError(f"{name} is a series matrix of GEO with {what}: it is cut off, so download it again.")
    return head.decode(), body.lstrip(b'"').lstrip(b"\n")


def _lines(text: str) -> Iterator[tuple[str, list[str]]]:
    rows = csv.reader(io.StringIO(text), delimiter="\t")
    try:
        for row in rows:
            if row and row[0].startswith("!Sample_"):
                yield row[0].removeprefix("!Sample_").strip().lower(), [cell.strip() for cell in row[1:]]
    except csv.Error as error:
        raise no_table("The series matrix", error) from error


def _characteristics(lines: list[list[str]], count: int) -> dict[str, list[str]]:
    """Return columns by their keys, which may stand in another line for some samples."""
    columns = dict[str, list[str]]()
    for cells in lines:
        for i, cell in enumerate(cells[:count]):
            key, mark, value = cell.partition(":")
            if not cell:
                continue
            if not mark:
                key, value = "characteristic", cell
            column = columns.setdefault(key.strip(), [""] * count)
            column[i] = f"{column[i]}; {value.strip()}" if column[i] else value.strip()
    titles = unique(list(columns))
    return dict(zip(titles, columns.values(), strict=True))


def _fitted(cells: list[str], count: int) -> list[str]:
    return (cells + [""] * count)[:count]


def _plain(key: str) -> str:
    return re.sub("_ch1$", "", key)
