"""The view of genes: which ones LASSO takes up, and what the model tells without some."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from generain_core.cohort.genes.leave_out import leave_out
from generain_core.cohort.genes.selection import lasso_genes
from generain_core.cohort.run import CohortResult
from generain_core.errors import GeneRAINError
from generain_core.genes.resolve import Resolver
from generain_core.lists.gene_list import GeneList, Origin, resolve_list
from generain_core.lists.list_files import split_names
from generain_core.release.files import Release
from generain_core.release.model_descriptions import describe_model
from generain_core.release.provenance import provenance
from generain_core.text import listed
from generain_core.ui.components import downloads, gene_tables, list_button, meaning, tables
from generain_core.ui.components.downloads import File
from generain_core.ui.jobs import job_view
from generain_core.ui.session import gene_lists
from generain_core.ui.session.kept_keys import action
from generain_core.ui.session.session import Session
from generain_core.ui.session.session_jobs import SessionJob
from generain_core.ui.shell import layout, links, resources
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.wording.cohort import METRICS

LEFT_OUT = SessionJob[pd.DataFrame]("cohort_left_out")
_LEAVE_OUT = action("cohort_leave_out")
OF_ATTRIBUTE = 100
OFTEN = 0.5
"""Share of folds from which on LASSO's genes go on as a list."""


@dataclass(frozen=True)
class Question:
    """Which genes are left out of which model."""

    result: int
    model: str
    sets: tuple[tuple[str, tuple[str, ...]], ...]
    placebos: int


def view(session: Session, result: CohortResult, release: Release, resolver: Resolver) -> None:
    """Show LASSO's genes and those that were left out, each as a table and a list."""
    _lasso(result, release, resolver)
    st.header("Left out of the model's input", anchor=False)
    st.caption(
        "Samples are embedded again as if these genes were not expressed, and predicted by probes that they were held out of. "
        "Beside each stand placebos, other genes of the same rank in the samples: only a loss beyond theirs speaks for a gene. "
        "Each placebo is an embedding of all samples, so this takes long."
    )
    question = _question(result, resolver)
    if question is None:
        return
    runs = len(question.sets) * (1 + question.placebos)
    table = LEFT_OUT.result(session, question)
    job = LEFT_OUT.running(session, question)
    if table is None and (job is None or not job.unfinished):
        label = job_view.again(job, f"Embed the samples {runs:,} times")
        if st.button(label, key=_LEAVE_OUT, icon=":material/play_arrow:"):
            layout.attempt(_begin, session, result, release, question)
    if table is None and job is not None:
        job_view.show(job)
    if table is not None:
        _shown(table, question, result, release, resolver)


def _lasso(result: CohortResult, release: Release, resolver: Resolver) -> None:
    table = lasso_genes(result)
    if not len(table):
        st.info("LASSO took up no gene in any fold: expression tells nothing that it could use.", icon=":material/info:")
        return
    st.header("Taken up by LASSO", anchor=False)
    gene_tables.show(table.head(500), release, "lasso", "cohort_lasso_table", _LASSO, height=320)
    meaning.line("genes-that-lasso-takes-up")
    often = table[table["frequency"] >= OFTEN]["gene"]
    known = resolve_list(often, resolver)
    name = f"LASSO {result.design.outcome.column}"[:60]
    background = _measured(result, resolver)
    count = f"{len(known.genes):,} of {len(often):,}" if known.missing else f"{len(known.genes):,}"
    if known.missing:
        st.caption(escape_markdown(f"The release does not know {listed(list(known.missing))}: these can't go on as a list.", 300))
    with st.container(horizontal=True):
        list_button.offer(
            name,
            known.genes,
            "cohort_lasso",
            Origin.TESTED,
            background=background,
            missing=known.missing,
            label=f"Use those of half of the folds as a list ({count})",
        )
        downloads.offer(File("CSV", "cohort_lasso.csv", table), origin=_origin(result, release, "LASSO over folds"))


def _measured(result: CohortResult, resolver: Resolver) -> tuple[str, ...]:
    """Return the genes of the model that the samples measure, any of which could have been found."""
    return resolve_list(dict.fromkeys(result.samples.genes), resolver).genes


def _question(result: CohortResult, resolver: Resolver) -> Question | None:
    row = st.columns([1, 2, 2, 1])
    models = list(result.samples.embeddings)
    favorite = result.comparison.favorite
    model = links.url_widget(
        row[0].selectbox,
        "Model",
        models,
        models.index(favorite),
        key="cohort_gene_model",
        unset=favorite,
        format_func=lambda name: describe_model(name).title,
    )
    words = links.url_widget(row[1].text_input, "Genes, each alone", key="cohort_gene_names", unset="", placeholder="IFNG, STAT1")
    lists = {each.name: each for each in gene_lists.workspace()}
    chosen = row[2].multiselect("Lists, each as a whole", list(lists), key="cohort_gene_lists", placeholder="of the page Lists")
    placebos = links.url_widget(row[3].number_input, "Placebos", 19, 999, 19, 20, key="cohort_gene_placebos", unset=19)
    attribute = links.url_widget(
        st.text_input, "An attribute, its 100 most probable genes as a whole", key="cohort_gene_attribute", unset=""
    )
    try:
        sets = _sets(words, {name: lists[name] for name in chosen}, attribute, resolver)
    except GeneRAINError as problem:
        st.warning(escape_markdown(problem, 600))
        return None
    if not sets:
        return None
    return Question(result.serial, str(model), tuple(sets.items()), int(placebos))


def _sets(words: str, lists: Mapping[str, GeneList], attribute: str, resolver: Resolver) -> dict[str, tuple[str, ...]]:
    known = resolve_list(split_names(words), resolver)
    if known.missing:
        st.caption(escape_markdown(f"No gene: {', '.join(known.missing)}.", 300))
    sets: dict[str, tuple[str, ...]] = {gene: (gene,) for gene in known.genes}
    sets |= {name: each.genes for name, each in lists.items()}
    if attribute.strip():
        predictions = resources.predictions()
        name = predictions.attribute(attribute.strip())
        sets[f"attribute {name}"] = tuple(map(str, predictions.of_attribute(name, OF_ATTRIBUTE)["gene"]))
    return sets


def _begin(session: Session, result: CohortResult, release: Release, question: Question) -> None:
    sets, seed = dict(question.sets), result.choices.seed

    def work(job: job_view.Job) -> pd.DataFrame:
        return leave_out(result, release, question.model, sets, placebos=question.placebos, seed=seed, progress=job.tell)

    LEFT_OUT.start(session, question, "Leaving genes out", work)


def _shown(table: pd.DataFrame, question: Question, result: CohortResult, release: Release, resolver: Resolver) -> None:
    tables.show(table, release, "cohort_left_out_table", _LEFT_OUT, placeholder="not read")
    meaning.line(
        "genes-left-out",
        f"Change of {METRICS[result.design.outcome.primary]}; p is the share of placebos, the set counted, with as large a loss.",
    )
    members = dict(question.sets)
    losing = table[(table["change"] < 0) & (table["p_value"] <= 0.05)]["set"]
    genes = list(dict.fromkeys(gene for name in losing for gene in members[name]))
    with st.container(horizontal=True):
        name, background = f"Carry {result.design.outcome.column}"[:60], _measured(result, resolver)
        list_button.offer(name, genes, "cohort_left_out", Origin.TESTED, background=background)
        origin = _origin(result, release, f"genes left out of {question.model}, {question.placebos} placebos")
        downloads.offer(File("CSV", "cohort_left_out.csv", table), origin=origin)


def _origin(result: CohortResult, release: Release, words: str) -> str:
    return provenance(release, *result.marks, f"outcome {result.choices.predict}", words, f"seed {result.choices.seed}")


_LASSO = {
    "gene": st.column_config.TextColumn("Gene", pinned=True),
    "frequency": st.column_config.ProgressColumn("Share of folds", min_value=0, max_value=1, format="%.2f"),
    "folds": st.column_config.NumberColumn("Folds"),
    "coefficient": st.column_config.NumberColumn("Coefficient", format="%+.3f", help="Mean over folds, of scaled expression."),
}
_LEFT_OUT = {
    "set": st.column_config.TextColumn("Left out", pinned=True),
    "genes": st.column_config.NumberColumn("Genes", format="localized"),
    "in_model": st.column_config.NumberColumn("Read by the model", format="localized"),
    "score": st.column_config.NumberColumn("Score without", format="%.3f"),
    "change": st.column_config.NumberColumn("Change", format="%+.3f"),
    "placebo_mean": st.column_config.NumberColumn("Placebos: mean", format="%+.3f"),
    "placebo_low": st.column_config.NumberColumn("Placebos: lowest", format="%+.3f"),
    "p_value": st.column_config.NumberColumn("p", format="%.2g"),
    "missing": st.column_config.NumberColumn("Not read", format="localized"),
}
