"""Labels that hold several things: read, counted field by field, and corrected, before anything is computed."""

from collections.abc import Collection
from dataclasses import replace

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.genes.resolve import Resolver
from generain_core.perturbations.design.experiment import perturbation_columns
from generain_core.perturbations.design.label_pattern import LabelPattern
from generain_core.perturbations.design.label_preview import LabelPreview, preview_labels, with_labels
from generain_core.perturbations.design.label_reading import LabelReading, read_labels
from generain_core.perturbations.design.label_recognition import label_sources, labels_of, recognize_labels
from generain_core.perturbations.design.label_words import Role
from generain_core.samples.interpret.expression import Expression
from generain_core.ui.samples.corrections import figures
from generain_core.ui.session.kept_keys import survives_reload
from generain_core.ui.session.session import Session
from generain_core.ui.session.session_jobs import Remembered
from generain_core.ui.session.steps import SamplesKey
from generain_core.ui.shell import keys
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.wording.labels import FIELD_WORDS, preview_sentences

_FROM, _BOX = survives_reload("perturb_labels_from_"), survives_reload("perturb_label_")
_PATTERN = Remembered["LabelPattern | None"]("perturb_label_pattern")
_READING = Remembered[LabelReading]("perturb_label_reading")
_NOWHERE = "nowhere: a column says it"
_NAMES = "the names of the samples"
_MOST_FIELDS = 8
_FIELDS = {
    "field": st.column_config.TextColumn("Field"),
    "labels": st.column_config.NumberColumn("Labels", format="localized"),
    "values": st.column_config.NumberColumn("Values", format="localized"),
    "examples": st.column_config.TextColumn("Examples"),
}


def recognized(
    session: Session, key: SamplesKey | None, expression: Expression, resolver: Resolver, source: str = ""
) -> LabelPattern | None:
    """Return the pattern that is recognized in a column or the samples' names, kept for as long as these stay."""
    return _PATTERN.of(session, (key, source), lambda: recognize_labels(labels_of(expression.obs, source), resolver))


def section(
    session: Session,
    key: SamplesKey | None,
    expression: Expression,
    resolver: Resolver,
    *,
    needed: bool,
    opened: bool = True,
    folded: bool = False,
) -> tuple[Expression, LabelReading | None]:
    """Show where labels are read from, what they hold and the boxes that correct that; return the samples with what was read.

    Args:
        session: whose work.
        key: what the samples stand on.
        expression: the samples.
        resolver: knows the genes.
        needed: whether no column names perturbations, so that the names of the samples are read if they can be.
        opened: whether the boxes are open to begin with, where names are read.
        folded: whether they are closed all the same, as results stand below.
    """
    number = st.session_state.get(keys.UPLOADS, 0)
    by_names = needed and recognized(session, key, expression, resolver) is not None
    with st.expander(
        "Names that hold several things: target, dose, time, guide",
        icon=":material/new_label:",
        expanded=by_names and opened and not folded,
    ):
        sources = {_NOWHERE: None} | {source or _NAMES: source for source in label_sources(expression.obs)}
        chosen = st.selectbox(
            "Read perturbation, target, dose and time from",
            list(sources),
            key=_filled(f"{_FROM}{number}", _NAMES if by_names else _NOWHERE, sources),
            persist_state="session",
            help="For labels such as 9_AAAS_P1P2_ENSG00000094914, sgTP53-1, TP53+ctrl or DMSO_10uM_24h.",
        )
        source = sources[str(chosen)]
        if source is None:
            return expression, None
        try:
            pattern = _boxes(recognized(session, key, expression, resolver, source), f"{number}_{source}")
            if pattern is None:
                return expression, None
            reading = _READING.of(
                session,
                (key, source, pattern),
                lambda: read_labels(labels_of(expression.obs, source), pattern, resolver, source=source),
            )
        except GeneRAINError as problem:
            st.warning(escape_markdown(problem, 600), icon=":material/new_label:")
            return expression, None
        _shown(preview_labels(reading), reading, summed_up=opened)
    return with_labels(expression, reading), reading


def on_samples(session: Session, key: SamplesKey | None, expression: Expression, resolver: Resolver) -> None:
    """Show what the names of samples hold, where they and no column say what was done to each; Perturbations takes it over."""
    if perturbation_columns(expression.obs) or recognized(session, key, expression, resolver) is None:
        return
    _, reading = section(session, key, expression, resolver, needed=True, opened=False)
    if reading is None:
        return
    row = st.container(horizontal=True, vertical_alignment="center")
    row.caption(escape_markdown(preview_sentences(preview_labels(reading), reading)[0], 600), width="stretch")
    row.page_link("pages/perturbations.py", label="Perturbations", icon=":material/science:")


def _boxes(found: LabelPattern | None, key: str) -> LabelPattern | None:
    """Show the pattern for correction; the boxes start from what was recognized."""
    if found is None:
        st.info(
            "No pattern was recognized here. Say what the labels are made of; names of plate wells need a sample sheet instead, "
            "which is joined on the Samples page.",
            icon=":material/help:",
        )
    row = st.columns(5)
    separator = row[0].text_input(
        "Separator", key=_filled(f"{_BOX}sep_{key}", found.separator if found else "_"), persist_state="session"
    )
    fields = row[1].number_input(
        "Fields",
        1,
        _MOST_FIELDS,
        key=_filled(f"{_BOX}n_{key}", len(found.fields) if found else 2),
        help="In a label.",
        persist_state="session",
    )
    prefix = row[2].text_input(
        "Prefix", key=_filled(f"{_BOX}prefix_{key}", found.prefix if found else ""), placeholder="sg", persist_state="session"
    )
    suffix = row[3].text_input(
        "Suffix",
        key=_filled(f"{_BOX}suffix_{key}", found.suffix if found else ""),
        placeholder="-#",
        help="Taken off a target; # stands for the number of a guide.",
        persist_state="session",
    )
    control = row[4].text_input(
        "Control", key=_filled(f"{_BOX}control_{key}", found.control if found else "control"), persist_state="session"
    )
    boxes, roles = st.columns(int(fields)), list[Role]()
    for i, box in enumerate(boxes):
        start = found.fields[i] if found and i < len(found.fields) else Role.OTHER
        words = box.selectbox(
            f"Field {i + 1}",
            list(FIELD_WORDS),
            format_func=lambda role: FIELD_WORDS[role],
            key=_filled(f"{_BOX}field_{key}_{int(fields)}_{i}", str(start)),
            persist_state="session",
        )
        roles.append(Role(str(words)))
    if found is None and not {Role.TARGET, Role.COMPOUND} & set(roles):
        st.caption("Say which field is the target or the compound.")
        return None
    pattern = LabelPattern(separator=separator, fields=tuple(roles), prefix=prefix.strip(), suffix=suffix.strip())
    return replace(pattern, control=control.strip() or pattern.control)


def _filled(key: str, start: object, options: Collection[object] | None = None) -> str:
    """Return the key of a box, filled with what stands in it on whichever page it was last seen, or with what it starts from."""
    value = st.session_state.get(key, start)
    st.session_state[key] = value if options is None or value in options else start
    return key


def _shown(counts: LabelPreview, reading: LabelReading, *, summed_up: bool) -> None:
    figures(
        ("Labels that fit", f"{counts.fit:,} of {counts.labels:,}"),
        ("Perturbations", f"{counts.perturbations:,}"),
        ("Controls", f"{counts.controls:,}"),
        ("Combinations", f"{counts.combinations:,}"),
    )
    sentences = preview_sentences(counts, reading)
    if summed_up:
        st.caption(escape_markdown(sentences[0], 600))
    for sentence in sentences[1:]:
        st.warning(escape_markdown(sentence, 600), icon=":material/new_label:")
    st.dataframe(counts.fields, hide_index=True, key="perturb_label_fields", column_config=_FIELDS)
