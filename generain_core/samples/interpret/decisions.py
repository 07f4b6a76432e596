"""What the program decided about a table, and what it left out: each with the way to have it otherwise."""

from collections.abc import Mapping, Sequence

from generain_core.samples.interpret.count_scale import Corrections, accepts_log, base_taken, kind_taken, kinds_offered
from generain_core.samples.interpret.diagnosis import Findings, sample_names
from generain_core.samples.interpret.expression import Decision, LeftOut
from generain_core.samples.interpret.log_base import logs_offered
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.io.raw_table import RawTable, gene_names, numeric_texts

UNTOLD = "values of a kind that is to be said"
LOG_STANDS = "log stands"
"""Code of a log that nobody has said yet to undo."""
_MOST = 5


def decisions_of(raw: RawTable, findings: Findings, corrections: Corrections) -> tuple[Decision, ...]:
    """Return what was decided about a table that is used as found, or as corrected."""
    kept_sums = bool(corrections.get("keep_sums"))
    others = tuple(n.name for n in findings.gene_columns if n.axis == findings.genes_in and n.name != findings.gene_column)
    decisions = [
        Decision("orientation", findings.genes_in, ("columns" if findings.genes_in == "rows" else "rows",), "genes_in"),
        Decision("names", findings.gene_column, others[:_MOST], "gene_column"),
    ]
    if raw.part:
        decisions.append(Decision("part", raw.part, tuple(each.name for each in raw.unread)[:_MOST], "part"))
    if len(raw.layers) > 1:
        layers = tuple(name for name in raw.layers if name != findings.layer)
        decisions.append(Decision("layer", findings.layer, layers[:_MOST], "layer"))
    kind = kind_taken(findings.values, corrections)
    offered = sorted(kinds_offered(findings.values), key=lambda each: each != ValueKind.LOG)
    open_yet = bool(findings.values.unsure) and "value_kind" not in corrections and not accepts_log(corrections)
    kinds = tuple(each.label for each in offered if each != kind or open_yet)
    decisions.append(Decision("values", UNTOLD if open_yet else kind.label, kinds, "value_kind"))
    if kind == ValueKind.LOG and not open_yet:
        log = base_taken(findings.values, corrections)
        others_of_log = tuple(each for each in logs_offered(log) if each != log.formula)
        code = "log" if accepts_log(corrections) else LOG_STANDS
        decisions.append(Decision(code, log.formula, others_of_log, "log_base"))
    roles = findings.sorted
    if len(roles.measures) > 1:
        decisions.append(
            Decision("measure", roles.measure, tuple(each for each in roles.measures if each != roles.measure), "quantity")
        )
    side = "column" if findings.genes_in == "rows" else "row"
    apart = [each.name for each in left_out_of(raw, findings, corrections) if each.kind == side]
    samples = findings.samples + (len(findings.sums) if kept_sums else 0)
    decisions.append(Decision("samples", f"{samples:,}", tuple(apart[:_MOST]), "take_in", len(apart)))
    genes, sums = findings.genes + (len(findings.gene_sums) if kept_sums else 0), 0 if kept_sums else len(findings.gene_sums)
    decisions.append(Decision("totals", f"{genes:,}", ("sums kept",) if sums else (), "keep_sums", sums))
    return tuple(decisions)


def left_out_of(raw: RawTable, findings: Findings, corrections: Corrections) -> tuple[LeftOut, ...]:
    """Return what of a file is not among its samples and genes, why, and by which option it is taken in."""
    layer = raw.layers[findings.layer]
    of_side = {"sample": "column", "gene": "row"} if findings.genes_in == "rows" else {"sample": "row", "gene": "column"}
    out = [LeftOut(of_side[each.side], each.name, each.reason, "take_in") for each in findings.sorted.apart]
    if not corrections.get("keep_sums"):
        roles, samples = findings.sorted, sample_names(raw, layer, findings.genes_in)
        genes = gene_names(raw, layer, findings.genes_in, findings.gene_column) if findings.gene_sums else []
        out += _sums(samples, roles.kept("sample", len(samples)), findings.sums, of_side["sample"])
        out += _sums(genes, roles.kept("gene", len(genes)), findings.gene_sums, of_side["gene"])
    taken = (findings.gene_column, *findings.sorted.called.values()) if findings.sorted.called else (findings.gene_column,)
    out += [LeftOut("column", name, why, "take_in") for name, why in numeric_texts(raw).items() if name not in taken]
    for name, values in findings.layers.items():
        if name != findings.layer:
            out.append(LeftOut("layer", name, f"it holds {values.kind.label}", "layer"))
    known = {each.name for each in out}
    out += [LeftOut("layer", name, "another was named", "layer") for name in raw.layers if name not in (findings.layer, *known)]
    out += [LeftOut("part", each.name, each.reason, "part") for each in raw.unread]
    return tuple(out)


def _sums(names: Sequence[str], kept: Sequence[int], sums: Mapping[int, str], kind: str) -> list[LeftOut]:
    return [LeftOut(kind, names[kept[i]], f"the {words}", "take_in") for i, words in sums.items()]
