"""One sentence on how a table was read, and words for what was left out."""

from collections.abc import Callable, Mapping, Sequence

from generain_core.samples.interpret.expression import Decision, Expression, LeftOut
from generain_core.samples.io.raw_table import COLUMN_NAMES, ROW_NAMES
from generain_core.text import listed


def _names(decision: Decision) -> str:
    own = decision.taken in (ROW_NAMES, COLUMN_NAMES)
    return f"called by the {decision.taken}" if own else f"called by the column {decision.taken}"


def _samples(decision: Decision) -> str:
    words = f"{decision.taken} sample{'' if decision.taken == '1' else 's'}"
    return f"{words} ({decision.count:,} other{'s' * (decision.count > 1)} left out)" if decision.count else words


def _totals(decision: Decision) -> str:
    sums = f" but {decision.count:,} that {'was' if decision.count == 1 else 'were'} left out" if decision.otherwise else ""
    return f"totals over all {decision.taken} genes of the table{sums}"


_WORDS: Mapping[str, Callable[[Decision], str]] = {
    "orientation": lambda decision: f"genes in {decision.taken}",
    "names": _names,
    "part": lambda decision: f"from {decision.taken}",
    "layer": lambda decision: f"values of {decision.taken}",
    "values": lambda decision: decision.taken,
    "log": lambda decision: f"undone as {decision.taken}",
    "log stands": lambda decision: f"by their values {decision.taken}, not undone",
    "measure": lambda decision: f"columns of {decision.taken} rather than {listed(list(decision.otherwise), 'or')}",
    "samples": _samples,
    "totals": _totals,
    "own": lambda decision: (
        f"a file of this program, made with {decision.taken}: its totals, bins and embedding as they are in it"
    ),
}


def decision_sentence(decisions: Sequence[Decision]) -> str:
    """Return all that was decided about a table in one sentence; '' of a table of which nothing was decided."""
    words = [_WORDS[decision.code](decision) for decision in decisions]
    return f"Read as: {'; '.join(words)}." if words else ""


def otherwise(decision: Decision) -> str:
    """Return how the line has a decision otherwise: ``--genes-in columns``."""
    option = f"--{decision.option.replace('_', '-')}"
    first = next(iter(decision.otherwise), "")
    named = {"value_kind": _KINDS.get(first, ""), "log_base": _BASES.get(first.partition("(")[0], "")}
    value = named.get(decision.option, first) if decision.option not in ("keep_sums", "as_new_table") else ""
    return f"{option} {_quoted(value)}".strip() if first else ""


_KINDS = {"counts": "counts", "estimated counts": "estimated", "CPM/TPM": "cpm", "log": "log"}
_BASES = {"log2": "2", "ln": "e", "log10": "10"}


def taken_in_by(left: LeftOut) -> str:
    """Return how the line takes in what was left out: ``--take-in Total``."""
    return f"--{left.option.replace('_', '-')} {_quoted(left.name)}"


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def reading_report(expression: Expression) -> dict[str, object]:
    """Return how a table was read as plain values: the sentence, each decision with its way out, and what was left out."""
    decisions = [
        {"decision": each.code, "taken": each.taken, "otherwise": list(each.otherwise), "option": otherwise(each)}
        for each in expression.decisions
    ]
    left = [
        {"what": each.kind, "name": each.name, "reason": each.reason, "option": taken_in_by(each)} for each in expression.left_out
    ]
    return {"decision": decision_sentence(expression.decisions), "decisions": decisions, "left_out": left}
