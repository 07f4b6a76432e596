"""Perturbations: what moved, how sure, and what moved alike."""

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.ui.jobs import job_view as jobs
from generain_core.ui.perturbations import design_inputs, experiment, moved_genes, ranking, similarity, targets
from generain_core.ui.session import upload
from generain_core.ui.shell import keys, layout, resources
from generain_core.ui.shell.escaping import escape_markdown

layout.begin_page("pages/perturbations.py")
layout.title("Perturbations", "Knock-downs, drugs or conditions against their control: what moved, and how sure that is.")
try:
    release = resources.release()
    resolver = resources.resolver()
except GeneRAINError as problem:
    layout.stop(problem)


session = upload.current()
if session is None:
    st.info(
        "Bring your samples on the Samples page, with a column that says which perturbation each had. Single cells are summed.",
        icon=":material/biotech:",
    )
    row = st.container(horizontal=True, vertical_alignment="center")
    row.page_link("pages/samples.py", label="Samples", icon=":material/biotech:")
    example = experiment.example(release)
    if example and row.button("Use the example", key="perturb_example", icon=":material/science:"):
        layout.attempt(upload.begin_example, release, *example)
    st.stop()

row = st.container(horizontal=True, vertical_alignment="center")
row.subheader(escape_markdown(session.source), anchor=False)
row.page_link("pages/samples.py", label="Change the samples", icon=":material/biotech:")
upload.collect(session)
if session.raw is None:
    jobs.show(session.reading)
    st.stop()
try:
    with st.spinner("Looking at names and values …"):
        made = experiment.samples(session, resolver)
    choices = design_inputs.choose(session, made, release)
    if choices is None:
        st.stop()
    design, choices = design_inputs.labeled(session, made, choices, resolver)
except GeneRAINError as problem:
    st.error(escape_markdown(problem, 1000), icon=":material/block:")
    st.stop()

result = experiment.result(session, choices)
if result is None:
    if st.button(
        f"Compare {len(design.perturbations):,} with {escape_markdown(design.control, 40)}",
        type="primary",
        key="perturb_run",
        icon=":material/play_arrow:",
    ):
        layout.attempt(experiment.begin, session, made, choices, release, resolver)
    job = experiment.job(session, choices)
    if job is not None:
        jobs.show(job)
    st.stop()

views = {
    "Ranking": lambda: ranking.ranked(result, release),
    "Alike": lambda: similarity.compared(session, result, choices, release),
    "Foreseen": lambda: similarity.foretold(session, result, choices, release),
    "Genes": lambda: moved_genes.moved_genes(session, result, choices, release),
    "Targets": lambda: targets.targets(session, result, choices, release),
    "In silico": lambda: targets.foreseen_by_model(session, result, choices, release, set(resolver.table.model.index)),
    "Methods": lambda: ranking.written(session, result, release),
}
view = st.segmented_control(
    "View",
    list(views),
    default="Ranking",
    required=True,
    key=keys.PERTURB_VIEW,
    persist_state="session",
    label_visibility="collapsed",
)
views[view]()
