"""Genes by rule: put together from widgets or written, read back as text, taken away as table, gene set or link."""

import streamlit as st

from generain_core.attributes.gmt import gmt_bytes
from generain_core.attributes.predictions import Predictions
from generain_core.attributes.rule_text import LONGEST, parse
from generain_core.attributes.rules import COMPARISONS, Biotype, Level, Not, Or, Rule, chosen_genes, counted
from generain_core.errors import GeneRAINError
from generain_core.ui.attributes import columns, known_members, of_attribute
from generain_core.ui.components import downloads, gene_tables, list_button, meaning
from generain_core.ui.components.downloads import File
from generain_core.ui.shell import keys, links
from generain_core.ui.shell.escaping import escape_markdown

_SHOWN = 1000
_MEASURES = {"Percentile": "percentile", "Probability": "P"}
_TRIED, _ENOUGH = 30, 3
"""Attributes among which an example is looked for, and genes that it is to choose."""


def view(predictions: Predictions) -> None:
    """Show the builder, the rule as text, and the genes that it chooses."""
    _builder(predictions)
    known = known_members.box(predictions)
    text = links.url_widget(
        st.text_area,
        "Rule",
        key=keys.RULE,
        max_chars=LONGEST,
        height=90,
        placeholder="P(some attribute) > 0.9 and not P(another) > 0.5 and biotype = lncRNA",
        help="Conditions: P(NAME), percentile(NAME), expression; with > >= < <= and a number; biotype = lncRNA or coding; "
        "known(NAME) for the members of a gene set. Joined by and, or, not and parentheses. A part of a name will do where only "
        "one attribute has it.",
        unset="",
    )
    if not (text or "").strip():
        _examples(predictions)
        return
    try:
        rule = parse(text)
        with st.spinner("Choosing genes …"):
            of = known.of if known is not None else None
            table, parts = chosen_genes(rule, predictions, of), counted(rule, predictions, of)
    except GeneRAINError as problem:
        st.warning(escape_markdown(problem, 600), icon=":material/help:")
        return
    st.header(f"{len(table):,} of {len(predictions.store.genes):,} genes", anchor=False)
    if len(parts) > 1:
        columns.show(parts[["genes", "condition"]], predictions, "rule_parts", height=35 * len(parts) + 38)
    if not len(table):
        st.info(
            "No gene fulfils all of this. The counts above say how many genes fulfil each condition alone."
            if len(parts) > 1
            else "No gene fulfils this. Take another limit."
        )
        return
    if len(table) == len(predictions.store.genes):
        st.info("Every gene fulfils this, so the rule tells none apart.")
    height = min(35 * len(table) + 38, 420)
    gene_tables.choose(
        columns.show, table.head(_SHOWN), predictions, name="rule", key="rule_genes", height=height, alt="Genes of the rule"
    )
    row = st.container(horizontal=True, vertical_alignment="center")
    with row:
        columns.save(table, predictions, "rule_genes", str(rule), list_button.Origin.RULE.note)
        list_button.offer(str(rule), table["gene"], "rule", list_button.Origin.RULE)
        origin, note = columns.origin(predictions, str(rule)), {str(rule): list_button.Origin.RULE.note}
        downloads.offer(File("GMT", "rule.gmt", gmt_bytes({str(rule): list(table["gene"])}, origin, note)))
        st.caption("The address of this page holds the rule: copy it to share.", width="content")
    meaning.line("genes-that-a-rule-chooses")
    if len(table) > _SHOWN:
        st.caption(f"The first {_SHOWN:,} are shown; the files have all {len(table):,}.")
    of_attribute.on_map(None, [], "rule", list(table["gene"]))


def _builder(predictions: Predictions) -> None:
    with st.expander("Put a rule together", expanded=not st.session_state.get(keys.RULE)):
        names = predictions.store.attributes.tolist()
        row = st.container(horizontal=True, vertical_alignment="bottom")
        row.selectbox("Measure", [*_MEASURES, "Expression", "Biotype"], key="rule_measure", width=150)
        measure = st.session_state.get("rule_measure", next(iter(_MEASURES)))
        if measure in _MEASURES:
            row.selectbox("Attribute", names, index=None, key="rule_attribute", placeholder="Type to search", width=420)
        if measure == "Biotype":
            row.selectbox("Is", ["lncRNA", "coding"], key="rule_biotype", width=130)
        else:
            top = {"Probability": 1.0, "Percentile": 100.0}.get(measure, 10.0)
            row.selectbox("Is", list(COMPARISONS), key="rule_comparison", width=90)
            row.number_input(
                "Value", 0.0, top, (0.99 if measure == "Percentile" else 0.9) * top, key=f"rule_value_{measure}", width=130
            )
        row.checkbox("Not", key="rule_not")
        row.button("Add with and", key="rule_and", on_click=_add, args=("and",), icon=":material/add:")
        row.button("Add with or", key="rule_or", on_click=_add, args=("or",))
        row.button("Clear", key="rule_clear", on_click=_clear)


def _add(word: str) -> None:
    state = st.session_state
    measure = state.get("rule_measure", next(iter(_MEASURES)))
    part: Rule
    if measure == "Biotype":
        part = Biotype(state["rule_biotype"])
    elif measure in _MEASURES and not state.get("rule_attribute"):
        st.toast("Choose an attribute first.")
        return
    else:
        of = state["rule_attribute"] if measure in _MEASURES else ""
        comparison = state.get("rule_comparison", ">")
        part = Level(_MEASURES.get(measure, "expression"), of, comparison, float(state[f"rule_value_{measure}"]))
    part = Not(part) if state.get("rule_not") else part
    before = (state.get(keys.RULE) or "").strip()
    if before and word == "and" and _binds_less(before):
        before = f"({before})"
    state[keys.RULE] = f"{before} {word} {part}" if before else str(part)


def _binds_less(written: str) -> bool:
    """Say whether a rule has to stand in parentheses before “and”; one that can't be read is left as it is."""
    try:
        return isinstance(parse(written), Or)
    except GeneRAINError:
        return False


def _clear() -> None:
    st.session_state[keys.RULE] = ""


def _examples(predictions: Predictions) -> None:
    rule = _example(predictions)
    row = st.container(horizontal=True, vertical_alignment="center")
    row.markdown("For example:", width="content")
    row.button(escape_markdown(rule, 120), key="rule_example", on_click=_put, args=(rule,))


def _example(predictions: Predictions) -> str:
    """Return a rule that chooses some genes: lncRNAs that stand high in an attribute of which few genes are likely members."""
    for place in predictions.store.medians.argsort()[:_TRIED]:
        for percentile in (99, 95):
            rule = f"{Level('percentile', str(predictions.store.attributes[place]), '>', percentile)} and {Biotype('lncRNA')}"
            if len(chosen_genes(parse(rule), predictions, None)[:_ENOUGH]) == _ENOUGH:
                return rule
    return rule


def _put(rule: str) -> None:
    st.session_state[keys.RULE] = rule
