"""The ways in which a file may be read, beside the one in which it is read now."""

from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from generain_core.samples.interpret.count_scale import Corrections
from generain_core.samples.interpret.diagnosis import Findings
from generain_core.samples.interpret.log_base import LogBase, said_of_log
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.io.raw_table import RawTable

_AXES = {"rows": "columns", "columns": "rows"}
_MOST_LAYERS = 3
_BASES = ((2.0, "2"), (float(np.e), "e"), (10.0, "10"))


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One way to read the file, tried on a few samples.

    Attributes:
        key: short and stable: "now", "counts", "log2", "loge", "log10", "transposed", "column NAME", "layer NAME".
        words: for a reader, such as "as logs, log2(x + 1) undone".
        corrections: to read the whole file so: arguments of `to_expression` (and of `diagnose`).
        unlikely: what the values themselves say against it, one sentence; "" if nothing. Such a reading is shown, not proposed.
        refused: why the file can't be read so, one sentence; "" if it can. The numbers below are NaN then.
        samples: the names of the samples that were tried.
        genes: how many genes of the gene set were found.
        coverage: the share of the gene set that was found.
        expressed: the mean number of expressed genes (bin above 1) of a sample.
        at_one: the share of bins at 1.
        at_top: the share of the expressed bins at 2,000; 0.0005 is expected of a sample like the reference.
        unevenness: the largest gap between the shares of expressed bins below any bin and those of evenly spread bins (the
            Kolmogorov-Smirnov distance): near 0 for a sample like the reference, towards 1 if it is nothing like it.
        oddness: unevenness, plus the share of the genes that are wanting below 80 % coverage: what readings are ranked by.
        moved: how far the samples move from where they are as read now (as in the first reading that can be tried, where
            that is refused), in median distances between them there, mean over samples; NaN where these samples aren't there.
    """

    key: str
    words: str
    corrections: Corrections
    unlikely: str = ""
    refused: str = ""
    samples: tuple[str, ...] = ()
    genes: int = 0
    coverage: float = np.nan
    expressed: float = np.nan
    at_one: float = np.nan
    at_top: float = np.nan
    unevenness: float = np.nan
    oddness: float = np.nan
    moved: float = np.nan


def possible_readings(raw: RawTable, findings: Findings, corrections: Corrections | None = None) -> list[Reading]:
    """Return the reading now and its rivals, not yet tried."""
    chosen: Corrections = corrections or {}
    filled: dict[str, Any] = {"missing_as_zero": True} if findings.values.missing else {}
    plain = {key: value for key, value in chosen.items() if key in ("missing_as_zero",)}
    readings = [Reading(key="now", words="as it is read now", corrections=chosen)]

    def add(key: str, words: str, options: dict[str, Any], unlikely: str = "", **changed: Any) -> None:
        readings.append(
            Reading(key=key, words=words, corrections=cast(Corrections, {**options, **filled, **changed}), unlikely=unlikely)
        )

    undone = chosen.get("value_kind") == ValueKind.LOG or chosen.get("back_transform", "base" in chosen)
    same_place = {k: v for k, v in chosen.items() if k not in ("value_kind", "back_transform", "base", "plus_one")}
    if undone or findings.values.kind == ValueKind.LOG:
        add("counts", "as counts or TPM, as the numbers stand", same_place, value_kind=ValueKind.ESTIMATED)
    now = chosen.get("base", findings.values.log.base if findings.values.log else None) if undone else None
    inferred = findings.values.log
    log = inferred or LogBase(2.0, True, False, "")
    for base, name in _BASES:
        if base != now and findings.values.maximum * np.log10(base) < 15:
            another = replace(log, base=base)
            words = f"as logs, {another.formula} undone"
            against = "" if inferred is None or not inferred.certain or base == inferred.base else inferred.why
            against = findings.values.evidence[0] if findings.values.kind == ValueKind.COUNTS else against
            add(
                f"log{name}",
                words,
                same_place,
                against,
                value_kind=ValueKind.LOG,
                back_transform=True,
                **said_of_log(another),
            )
    axis = chosen.get("genes_in", findings.genes_in)
    add("transposed", f"with genes in {_AXES[axis]}", plain | _kind(chosen), genes_in=_AXES[axis])
    column = chosen.get("gene_column", findings.gene_column)
    others = [n for n in findings.gene_columns if n.axis == axis and n.name != column and n.recognized > 0.02]
    for other in others[:2]:
        add(f"column {other.name}", f"genes called by {other.name}", dict(chosen), gene_column=other.name, genes_in=axis)
    layer = chosen.get("layer", findings.layer)
    for other_layer in [name for name in raw.layers if name != layer][:_MOST_LAYERS]:
        add(f"layer {other_layer}", f"values of the layer {other_layer}", plain, layer=other_layer, genes_in=axis)
    return readings


def _kind(corrections: Corrections) -> dict[str, Any]:
    return {k: v for k, v in corrections.items() if k in ("value_kind", "back_transform", "base", "plus_one")}
