"""From values as they are in a file to values on the scale of counts."""

from dataclasses import replace
from typing import TypedDict

import numpy as np
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.expression import Matrix
from generain_core.samples.interpret.log_base import LogBase
from generain_core.samples.interpret.signs.negative_logs import HIGHEST, LOWEST, SAME, above_own_zeros
from generain_core.samples.interpret.value_kind import ACCEPTED_KINDS, ValueKind
from generain_core.samples.interpret.values import Values, cells
from generain_core.samples.io.limits import LARGEST_VALUE, check_cells
from generain_core.samples.orthologs.ortholog_table import OrthologTable
from generain_core.text import listed


class Corrections(TypedDict, total=False):
    """What a user may say of a file, against or beside the findings.

    layer, genes_in, gene_column: as in `diagnose`. value_kind: counts, estimated counts, CPM/TPM or log.
    back_transform: undo a log, with the inferred base or `base` (2, 10 or e) and `plus_one`.
    missing_as_zero: take cells without a value as 0. keep_sums: keep samples and rows that are sums or means of the others.
    take_in, leave_out: names of columns and rows that are samples or genes, or that are neither. measure: which measure to
    take, where a sample has several columns.
    as_new_table: take a file that this program wrote as any other table.
    orthologs: take a mouse's genes under the names of their one-to-one human orthologs.
    """

    layer: str
    genes_in: str
    gene_column: str
    value_kind: ValueKind
    back_transform: bool
    base: float
    plus_one: bool
    missing_as_zero: bool
    keep_sums: bool
    take_in: tuple[str, ...]
    leave_out: tuple[str, ...]
    measure: str
    as_new_table: bool
    orthologs: OrthologTable


class SaidOfColumns(TypedDict):
    """What of the corrections `diagnose` takes."""

    layer: str | None
    genes_in: str | None
    gene_column: str | None
    take_in: tuple[str, ...]
    leave_out: tuple[str, ...]
    measure: str
    orthologs: OrthologTable | None


def said_of_columns(corrections: Corrections) -> SaidOfColumns:
    """Return what of the corrections `diagnose` takes."""
    return SaidOfColumns(
        layer=corrections.get("layer"),
        genes_in=corrections.get("genes_in"),
        gene_column=corrections.get("gene_column"),
        take_in=corrections.get("take_in", ()),
        leave_out=corrections.get("leave_out", ()),
        measure=corrections.get("measure", ""),
        orthologs=corrections.get("orthologs"),
    )


def linear(values: Matrix, values_kind: Values, corrections: Corrections, source: str) -> tuple[Matrix, ValueKind, list[str]]:
    """Return values (samples × genes) on the scale of counts, what kind they are, and what was done, one sentence each.

    Raises:
        GeneRAINError: a correction that can't be, or logs too large for the base.
    """
    kind, notes = kind_taken(values_kind, corrections), list[str]()
    gone = None
    if values_kind.missing:
        notes.append(f"{cells(values_kind.missing)} without a value {'was' if values_kind.missing == 1 else 'were'} taken as 0.")
        if sparse.issparse(values):
            values = values.copy()
            values.data[np.isnan(values.data)] = 0
        else:
            gone = np.isnan(values)
            values = np.where(gone, 0.0, values)
    if kind == ValueKind.LOG:
        log = base_taken(values_kind, corrections)
        largest = float(values.max()) if values.shape[0] and values.shape[1] else 0.0
        if largest * np.log10(log.base) > np.log10(LARGEST_VALUE):
            raise GeneRAINError(f"{source} goes up to {largest:g}, too much for {log.formula}; choose another base.")
        values = _undone(values, log, source)
        if gone is not None:
            values[gone] = 0
        notes.append(f"Values were back-transformed as {log.formula}. {log.why}".strip())
        return values, ValueKind.LINEARIZED, notes
    if kind == ValueKind.SCALED:
        notes.append(
            "Values are CPM, TPM or alike: their scale doesn't matter, as each sample is scaled to one depth, "
            "but a correction for gene length stays in."
        )
    elif kind == ValueKind.ESTIMATED:
        notes.append("Values are not whole numbers; they were taken as estimated counts.")
    return values, kind, notes


def _undone(values: Matrix, log: LogBase, source: str) -> Matrix:
    if log.own_zeros:
        return np.asarray(np.power(log.base, above_own_zeros(values)) - 1)
    if sparse.issparse(values) and log.added == 1:
        out = values.astype(np.float64)
        out.data = np.maximum(np.power(log.base, out.data) - 1, 0)
        return out
    if sparse.issparse(values):
        check_cells(source, *values.shape)
        values = values.toarray()
    logs = np.asarray(values, np.float64)
    dense: np.ndarray = np.maximum(np.power(log.base, logs) - log.added, 0)
    if log.zero_at is not None:
        dense[np.abs(logs - log.zero_at) <= SAME * max(1.0, abs(log.zero_at))] = 0
    return dense


def kinds_offered(values_kind: Values) -> tuple[ValueKind, ...]:
    """Return what values may be taken as: nothing if refused, no counts if there are fractions, negative ones as logs."""
    if values_kind.kind == ValueKind.NEGATIVE and values_kind.minimum >= LOWEST and values_kind.maximum <= HIGHEST:
        return (ValueKind.LOG,)
    if values_kind.kind not in ACCEPTED_KINDS:
        return ()
    return ACCEPTED_KINDS if values_kind.kind == ValueKind.COUNTS else ACCEPTED_KINDS[1:]


def kind_taken(values_kind: Values, corrections: Corrections) -> ValueKind:
    """Return the kind of values as found or as corrected.

    Raises:
        GeneRAINError: the correction is no kind that is accepted, or counts though there are fractions.
    """
    kind = corrections.get("value_kind") or (ValueKind.LOG if accepts_log(corrections) else values_kind.kind)
    if "value_kind" in corrections and kind not in (offered := kinds_offered(values_kind)):
        why = "there are fractions among them" if kind == ValueKind.COUNTS else f"they are {values_kind.kind}"
        raise GeneRAINError(f"Values can't be taken as {kind}, as {why}; choose {listed(list(offered or ACCEPTED_KINDS), 'or')}.")
    return ValueKind(kind)


def accepts_log(corrections: Corrections) -> bool:
    """Say whether a log is to be undone: asked for, or a base or + 1 was given."""
    return corrections.get("back_transform", "base" in corrections or "plus_one" in corrections)


def base_taken(values_kind: Values, corrections: Corrections) -> LogBase:
    """Return how a log is undone, as inferred or as corrected.

    Raises:
        GeneRAINError: the base is not above 1 and at most 100.
    """
    inferred = values_kind.log or LogBase(2.0, values_kind.minimum == 0, False, "")
    base = float(corrections.get("base", inferred.base))
    if not 1 < base <= 100:
        raise GeneRAINError(f"{base:g} is no base of a log; choose 2, 10 or e (2.718).")
    zero_at = inferred.zero_at if "plus_one" not in corrections else None
    taken = replace(inferred, base=base, plus_one=corrections.get("plus_one", inferred.plus_one), zero_at=zero_at)
    if taken == inferred and "base" not in corrections:
        return taken
    against = (
        f", against {inferred.formula}, which the values suggest" if values_kind.log and taken.formula != inferred.formula else ""
    )
    return replace(taken, certain=True, why=f"The log was said to be so{against}.")
