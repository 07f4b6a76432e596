"""An own file as samples × genes: its counts under the model's names, with what it says of them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from generain_core.samples.interpret.expression import Decision, Expression
from generain_core.samples.interpret.value_kind import ACCEPTED_KINDS, ValueKind
from generain_core.samples.io.raw_table import COLUMN_NAMES, RawTable
from generain_core.samples.own_files.content import OWN_COLUMNS, OwnSamples
from generain_core.samples.own_files.trust import judged

_AS_WRITTEN: Mapping[str, object] = {"layer": "X", "genes_in": "columns", "gene_column": COLUMN_NAMES}
_KINDS = (*ACCEPTED_KINDS, ValueKind.LINEARIZED)


def is_own(raw: RawTable, corrections: Mapping[str, Any]) -> bool:
    """Say whether a table is one of this program's, and nothing that was said of it makes another of it."""
    if raw.own is None or corrections.get("as_new_table") or corrections.get("back_transform"):
        return False
    kind = corrections.get("value_kind")
    return all(corrections.get(name, as_written) == as_written for name, as_written in _AS_WRITTEN.items()) and (
        kind is None or kind == kind_of(raw.own)
    )


def kind_of(own: OwnSamples) -> ValueKind:
    """Return the kind of values that an own file was made of."""
    label = str(own.about.get("value_kind", ""))
    return next((kind for kind in _KINDS if kind.label == label), ValueKind.COUNTS)


def own_expression(raw: RawTable) -> Expression:
    """Return an own file's samples × genes, and how sure it is that its bins and totals belong to them."""
    if raw.own is None:
        raise ValueError("the table is not one of this program's")
    layer = raw.layers["X"]
    samples = tuple(raw.rows)
    own = judged(raw.own, layer.values, layer.columns)
    about = own.about
    notes = [str(text) for text in np.atleast_1d(about.get("notes", ()))]
    kept = str(about.get("release", "")) or "this program"
    return Expression(
        from_species=str(about.get("from_species", "")),
        decisions=(Decision("own", kept, ("a new table",), "as_new_table"),),
        values=layer.values,
        samples=samples,
        identifiers=layer.columns,
        obs=raw.row_texts.drop(columns=[name for name in OWN_COLUMNS if name in raw.row_texts]).set_axis(
            pd.Index(samples, dtype=object), axis=0
        ),
        source=raw.source,
        sha256=raw.sha256,
        value_kind=kind_of(own),
        notes=tuple(notes),
        own=own,
    )


def new_table_note(raw: RawTable) -> tuple[str, ...]:
    """Return the sentence on an own file that is taken as a new table; nothing of others."""
    if raw.own is None:
        return ()
    genes = len(raw.layers["X"].columns)
    return (
        f"The file was written by this program and was taken as a new table: totals are those of its {genes:,} genes alone, so "
        "bins differ from those of the table that it was made of.",
    )
