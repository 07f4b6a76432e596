"""GCT 1.2 and 1.3, the matrix format of the Broad Institute."""

import itertools
import re
from dataclasses import replace

import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress, silent
from generain_core.samples.io.columns import table_of, unique
from generain_core.samples.io.formats.text_table import Text, read_columns
from generain_core.samples.io.limits import check_cells
from generain_core.samples.io.raw_table import Parsed, no_texts
from generain_core.samples.io.sniff import decoded
from generain_core.text import echo


def parse_gct(raw: bytes, name: str, progress: Progress = silent) -> Parsed:
    """Parse a GCT: row and column metadata become texts.

    Source: clue.io/connectopedia/gct_format.

    Raises:
        GeneRAINError: the file isn't as its first two lines say.
    """
    raw, notes = decoded(raw, name)
    version, sizes, body = (*raw.split(b"\n", 2), b"", b"")[:3]
    numbers = [int(n) for n in re.findall(rb"\d{1,12}", sizes)]
    if len(numbers) < 2:
        raise GeneRAINError(f"{name} should give its numbers of rows and columns in line 2, but that is {echo(sizes.decode())}.")
    rows, columns, row_fields, column_fields = (*numbers, 1, 0)[:4] if len(numbers) >= 4 else (*numbers[:2], 1, 0)
    check_cells(name, rows, columns)
    lines = body.split(b"\n", 1 + column_fields)
    header = [cell.strip() for cell in lines[0].decode().split("\t")]
    row_fields += header[:1] == ["id"] and len(header) == 2 + row_fields + columns
    if len(header) != 1 + row_fields + columns or len(lines) < 2 + column_fields:
        raise GeneRAINError(
            f"{name} declares {columns} samples and {row_fields} fields beside them, but its header has {len(header)} fields."
        )
    text = Text(lines[-1], header, "\t", ".", name, 2 + column_fields)
    parsed = table_of(
        read_columns(text, progress),
        name=name,
        format=f"GCT {version.decode().strip('# ')}",
        notes=notes,
        beside=1 + row_fields,
    )
    if len(parsed.rows) != rows:
        raise GeneRAINError(f"{name} declares {rows} rows but has {len(parsed.rows)}; it may be cut off.")
    fields = [line.decode().split("\t") for line in itertools.islice(lines[1:-1], column_fields)]
    if not fields:
        return parsed
    titles = unique([field[0] for field in fields])
    table = pd.DataFrame({t: _padded(f[1 + row_fields :], columns) for t, f in zip(titles, fields, strict=True)})
    layer = parsed.layers["values"]
    beside = table if len(table) == len(layer.columns) else no_texts(len(layer.columns))
    return replace(parsed, layers={"values": replace(layer, column_texts=beside)})


def _padded(cells: list[str], width: int) -> list[str]:
    return (cells + [""] * width)[:width]
