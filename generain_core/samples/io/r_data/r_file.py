"""Which of the objects of an .rds or .RData is the table, and what is to be done where none can be read."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.expression import Matrix
from generain_core.samples.io.columns import table_of, unique
from generain_core.samples.io.r_data.containers import Held, held_by
from generain_core.samples.io.r_data.serialized import (
    Object,
    attributes,
    classes,
    elements,
    kind,
    nullable_texts,
    numbers,
    objects_of,
    texts,
)
from generain_core.samples.io.r_data.tables import RMatrix, columns_of, frame_of, is_frame, matrix_of
from generain_core.samples.io.raw_table import Layer, Parsed, no_texts
from generain_core.text import listed

_EXPORT = 'write.csv(as.matrix({}), "counts.csv")'
_TYPES = {"": "NULL", "CLO": "function", "ENV": "environment", "VEC": "list", "STR": "character", "S4": "S4"}
_EXPORTS = {
    "Seurat": 'write.csv(as.matrix(Seurat::GetAssayData({}, layer = "counts")), "counts.csv")',
    "SummarizedExperiment": 'write.csv(as.matrix(SummarizedExperiment::assay({})), "counts.csv")',
}


def parse_r(raw: bytes, name: str) -> Parsed:
    """Parse an .rds or .RData: its matrix, data frame, or the assays and samples of an object of Bioconductor or Seurat.

    Args:
        raw: the file's bytes, unpacked.
        name: of the file, for messages.

    Raises:
        GeneRAINError: it holds no table, or several and nothing says which; the message has the R line that exports one.
    """
    objects = objects_of(raw, name)
    tables = {title: parsed for title, item in objects.items() if (parsed := _table(item, name, title))}
    sheets = _sheets(objects, tables)
    tables = {title: parsed for title, parsed in tables.items() if title not in sheets} or tables
    if not tables:
        title, item = next(iter(objects.items()), ("x", None))
        known = next(iter(classes(item)), _TYPES.get(kind(item), "vector"))
        what = f"{title} of class {known}" if title else f"an object of class {known}"
        form = next((line for key, line in _EXPORTS.items() if key in what), _EXPORT)
        raise GeneRAINError(
            f"{name} holds {what}, in which no table is found that is read; export it in R with {form.format(title or 'x')}."
        )
    if len(tables) > 1:
        first = next((title for title in ("counts", "count", "cts", "countdata", "count_matrix") if title in tables), "")
        if not first:
            line = f'saveRDS({next(iter(tables))}, "counts.rds")'
            raise GeneRAINError(f"{name} holds {len(tables)} tables ({listed(list(tables))}); save the one with counts: {line}.")
        tables = {first: tables[first]}
    title, parsed = next(iter(tables.items()))
    others = [each for each in objects if each not in (title, *sheets)]
    notes = [f"Of the file's objects {title} was read; left aside: {listed(others)}."] if others else []
    for each, sheet in sheets.items():
        parsed = _with_sheet(parsed, sheet)
        notes.append(f"What {each} says of the samples was taken over.")
    return replace(parsed, notes=(*parsed.notes, *notes), not_read=(*parsed.not_read, *notes[: bool(others)]))


def _table(item: Object, name: str, title: str) -> Parsed | None:
    """Return an object as a table, or None if it holds none."""
    called = f"{name} ({title})" if title else name
    if is_frame(item):
        rows, table = frame_of(item)
        usable = len(table) and any(table[column].dtype != object for column in table.columns)
        return table_of(columns_of(rows, table), name=called, format="a data frame of R") if usable else None
    matrix = matrix_of(item, called)
    if matrix is not None:
        return _of_matrix(matrix, called)
    if (cells := _matrix_of_texts(item)) is not None:
        return table_of(columns_of(*cells), name=called, format="a matrix of R")
    held = held_by(item, called)
    return _of_held(held, called) if held is not None and held.assays else None


def _of_matrix(matrix: RMatrix, name: str) -> Parsed:
    rows, columns = matrix.values.shape
    titles = matrix.columns if len(matrix.columns) == columns else tuple(f"V{i + 1}" for i in range(columns))
    if sparse.issparse(matrix.values):
        held = Held(what="sparse matrix", assays={"matrix": matrix}, of_genes=pd.DataFrame(), of_samples=pd.DataFrame())
        return _of_held(held, name)
    named = len(matrix.rows) == rows
    return Parsed(
        layers={"values": Layer(matrix.values, tuple(unique(titles)), no_texts(columns))},
        rows=matrix.rows if named else tuple(str(i + 1) for i in range(rows)),
        row_texts=no_texts(rows),
        rows_named=named,
        format="a matrix of R",
        notes=(),
    )


def _matrix_of_texts(item: Object) -> tuple[tuple[str, ...], pd.DataFrame] | None:
    size = numbers(attributes(item).get("dim"))
    if kind(item) != "STR" or size is None or len(size) != 2:
        return None
    cells = np.array(nullable_texts(item), dtype=object)
    rows, columns = int(size[0]), int(size[1])
    if len(cells) != rows * columns:
        return None
    names = [texts(each) for each in elements(attributes(item).get("dimnames")).values()] + [[], []]
    titles = names[1] if len(names[1]) == columns else [f"V{i + 1}" for i in range(columns)]
    return tuple(names[0]), pd.DataFrame(cells.reshape((rows, columns), order="F"), columns=titles)


def _of_held(held: Held, name: str) -> Parsed:
    """Return assays as samples × genes, as AnnData has them."""
    first = next(iter(held.assays.values()))
    genes, samples = first.values.shape
    of_genes = held.genes if len(held.genes) == genes else ()
    of_samples = held.samples if len(held.samples) == samples else ()
    called = first.rows or of_genes
    columns = called if len(called) == genes else tuple(str(i + 1) for i in range(genes))
    named = first.columns or of_samples
    beside = held.of_genes if len(held.of_genes) == genes else no_texts(genes)
    alike = {title: each.values for title, each in held.assays.items() if each.values.shape == first.values.shape}
    layers = {title: Layer(_turned(values), columns, beside) for title, values in alike.items()}
    left = (f"Left aside: {listed(list(held.left))}.",) if held.left else ()
    return Parsed(
        layers=layers,
        rows=named if len(named) == samples else tuple(f"sample {i + 1}" for i in range(samples)),
        row_texts=held.of_samples if len(held.of_samples) == samples else no_texts(samples),
        rows_named=True,
        format=f"R, {held.what}",
        notes=left,
        not_read=left,
    )


def _turned(values: Matrix) -> Matrix:
    return sparse.csr_matrix(values.T) if sparse.issparse(values) else values.T


def _sheets(objects: Mapping[str, Object], tables: Mapping[str, Parsed]) -> dict[str, tuple[tuple[str, ...], pd.DataFrame]]:
    """Return data frames that describe another object's samples: one row for each of its columns, under their names."""
    out = dict[str, tuple[tuple[str, ...], pd.DataFrame]]()
    for title, item in objects.items():
        if is_frame(item):
            rows, table = frame_of(item)
            others = [parsed for each, parsed in tables.items() if each != title]
            if rows and any(set(rows) == set(_samples(parsed)) for parsed in others):
                out[title] = (rows, table)
    return out


def _samples(parsed: Parsed) -> tuple[str, ...]:
    return parsed.layers["values"].columns if "values" in parsed.layers else parsed.rows


def _with_sheet(parsed: Parsed, sheet: tuple[tuple[str, ...], pd.DataFrame]) -> Parsed:
    rows, table = sheet
    if set(rows) != set(_samples(parsed)):
        return parsed
    ordered = table.set_axis(pd.Index(rows), axis=0)
    ordered = ordered[~ordered.index.duplicated()].reindex(list(_samples(parsed))).reset_index(drop=True)
    if "values" not in parsed.layers:
        return replace(parsed, row_texts=pd.concat([parsed.row_texts, ordered], axis=1))
    layer = parsed.layers["values"]
    return replace(parsed, layers={"values": replace(layer, column_texts=ordered)})
