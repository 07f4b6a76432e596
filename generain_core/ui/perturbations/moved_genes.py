"""Which genes a perturbation moves, shown and offered for download."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from generain_core.attributes.store.attribute_store import AttributeStore, is_converted
from generain_core.errors import GeneRAINError
from generain_core.lists.gene_list import GeneList, Origin
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.genes.gene_sets import sample_ranking
from generain_core.perturbations.genes.gene_values import GeneValues, Measure, gene_values, measures
from generain_core.perturbations.genes.moved_attributes import MovedAttributes, moved_attributes
from generain_core.perturbations.genes.moved_genes import CHECKS, EXCHANGES, MovedGenes, find_moved_genes
from generain_core.perturbations.genes.near_target import TargetProximity, near_target
from generain_core.perturbations.run import Perturbed
from generain_core.perturbations.shifts_file import parameters
from generain_core.progress import Progress
from generain_core.release.files import Release
from generain_core.release.provenance import provenance
from generain_core.text import significant, with_noun
from generain_core.ui.components import downloads, gene_tables, list_button, meaning, tables
from generain_core.ui.components import figures as charts
from generain_core.ui.components.downloads import File
from generain_core.ui.perturbations import charts as perturb_charts
from generain_core.ui.perturbations import experiment
from generain_core.ui.perturbations.columns import SHARED_COLUMNS
from generain_core.ui.session.kept_keys import survives_reload
from generain_core.ui.session.own_values import rests_on_simulated
from generain_core.ui.session.session import Session
from generain_core.ui.session.session_jobs import Remembered
from generain_core.ui.shell import keys, links, resources
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors import GeneSpace, vector_sets
from generain_core.wording.effects import attributes_sentence, genes_sentence

_COLUMNS = SHARED_COLUMNS | {
    "mean_reference": st.column_config.NumberColumn("Reference", format="%.2f", help="Mean of what it is compared with."),
    "mean_perturbed": st.column_config.NumberColumn("Perturbed", format="%.2f", help="Mean of the perturbed samples."),
    "t": st.column_config.NumberColumn("Moderated t", format="%.2f", help="Change over its error, as limma has it."),
    "p_moderated": st.column_config.NumberColumn("p (moderated t)", format="%.2g", help="limma's, before labels were exchanged."),
}
_ATTRIBUTE_COLUMNS = SHARED_COLUMNS | {
    "attribute": st.column_config.TextColumn("Attribute"),
    "place": st.column_config.NumberColumn(
        "Above", format="%.0f %%", help="Of genes of like expression, those that a moved gene is above; 50 is no difference."
    ),
    "expected": st.column_config.NumberColumn("Expected", format="%.0f %%", help="The same with labels exchanged, on average."),
    "p_adjusted": st.column_config.NumberColumn("p adjusted", format="%.2g", help="For all attributes, by the farthest of them."),
    "median_moved": st.column_config.NumberColumn("Probability", format="%.3f", help="Median over the moved genes."),
    "genes": st.column_config.NumberColumn("Genes", format="localized"),
}

SHOWN = 1000
_QUICK = 8_000_000
"""Values (samples × genes) that are tested while the page waits."""
_FEW_ATTRIBUTES = 500
_SMALL = 8 << 20
"""Predictions of so many bytes are made ready while the page waits; larger ones by the page Attributes."""
_NAMES: dict[Measure, str] = {"bins": "bins", "log2": "log2 of counts"}


@dataclass(frozen=True, eq=False)
class _Made:
    genes: MovedGenes
    near: TargetProximity | None
    why_not: str


survives_reload("perturb_moved_of_", "perturb_measure")
_GENE_VALUES = Remembered[GeneValues]("perturb_gene_values")
_MOVED = experiment.Part[_Made]("genes")
_ATTRIBUTES = experiment.Part[MovedAttributes]("attributes")


def moved_genes(session: Session, result: Perturbed, choices: Choices, release: Release) -> None:
    """Show the genes that a chosen perturbation moves, and whether they are near its target."""
    number = st.session_state.get(keys.UPLOADS, 0)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    names = list(map(str, result.table["perturbation"]))
    name = links.url_widget(
        row.selectbox,
        "Perturbation",
        names,
        key=f"perturb_moved_of_{number}",
        address="perturb_moved_of",
        unset=names[0],
        filter_mode="contains",
    )
    kinds = measures(result)
    measure: Measure = kinds[0]
    if len(kinds) > 1:
        measure = links.url_widget(
            row.segmented_control,
            "Measured in",
            list(kinds),
            default=measure,
            required=True,
            format_func=lambda kind: _NAMES[kind],
            key="perturb_measure",
            unset=measure,
        )
    vectors = resources.atlas().space if vector_sets(release) else None
    store, why_none = _store(release)
    values = _GENE_VALUES.of(session, (result, measure), lambda: gene_values(result, measure))

    def make(tell: Progress) -> _Made:
        most = EXCHANGES if store is not None else CHECKS
        genes = find_moved_genes(result, name, measure, values=values, most_exchanges=most, progress=tell)
        return _Made(genes, *_near(genes, vectors))

    key = (choices, name, measure, vectors.fingerprint if vectors else "", store.fingerprint if store else "")
    quick = len(values.samples) * len(values.genes) <= _QUICK
    moved = experiment.part(session, _MOVED, key, f"Genes that {name[:40]} moves", make, quick=quick)
    if moved is not None:
        own = measure != "bins"
        _show(moved, values, result, release, simulated=rests_on_simulated(session, release, own=own))
        if store is None:
            if why_none:
                st.caption(escape_markdown(why_none, 1500))
            return
        _predicted(session, moved.genes, store, key, result, release)


def _near(genes: MovedGenes, vectors: GeneSpace | None) -> tuple[TargetProximity | None, str]:
    if not genes.target or vectors is None:
        return None, ""
    try:
        return near_target(genes, vectors), ""
    except GeneRAINError as problem:
        return None, str(problem)


def _store(release: Release) -> tuple[AttributeStore | None, str]:
    """Return the predictions, or why they are not asked."""
    if not release.has("attributes"):
        return None, ""
    if release.path("attributes").stat().st_size > _SMALL and not is_converted(release):
        return None, "The predicted attributes of moved genes come here once the page Attributes has been opened."
    try:
        return resources.predictions().store, ""
    except GeneRAINError as problem:
        return None, str(problem)


def _show(parts: _Made, values: GeneValues, result: Perturbed, release: Release, *, simulated: bool) -> None:
    genes, found = parts.genes, parts.genes.found
    st.markdown(f"**{escape_markdown(genes_sentence(found, len(genes.table), genes.perturbation), 400)}**")
    event = charts.show(
        perturb_charts.volcano(genes, simulated=simulated),
        key="perturb_volcano",
        name="moved_genes",
        zoom=False,
        alt=f"Change and p-value of each gene under {genes.perturbation}",
        on_select="rerun",
        selection_mode=("lasso", "box"),
    )
    _drawn_around(event, genes)
    report = " Report p and FDR; p (moderated t) is limma's, before labels were exchanged." if genes.by_exchange else ""
    meaning.line(
        "moved-genes",
        f"{with_noun(genes.n_samples, 'sample')} against {genes.n_reference:,}, in {genes.values}; moderated t-test with a trend "
        "of variance over expression (limma-trend)"
        f"{' within pairs' if result.design.pairs is not None else ' within strata' if result.design.strata_by else ''}.{report} "
        f"{escape_markdown(' '.join(genes.notes), 2000)}",
    )
    order = [str(name) for name in genes.table if genes.by_exchange or name != "p_moderated"]
    gene_tables.show(
        genes.table.head(SHOWN), release, "moved", "perturb_genes", _COLUMNS, height=320, placeholder="", column_order=order
    )
    own = release.simulated and not simulated
    origin = provenance(release, parameters(result), f"{genes.perturbation}, {genes.values}", own=own)
    files = [File(f"All {with_noun(len(genes.table), 'gene')}", "moved_genes.csv", genes.table)]
    if parts.near is not None:
        files.append(File("Nearness to the target", "moved_genes_near_target.csv", parts.near.genes))
    downloads.offer(*files, origin=origin)
    _as_lists(genes, values, result)
    if parts.near is not None:
        _nearness(parts.near, release, genes.table["gene"])
    elif parts.why_not:
        st.caption(escape_markdown(parts.why_not))


def _drawn_around(event: Any, genes: MovedGenes) -> None:
    """Offer the genes that were drawn around on the volcano."""
    points = event["selection"]["points"] if event and "selection" in event else []
    places = [each[0] if isinstance(each := point.get("customdata"), list) else each for point in points]
    rows = sorted({int(place) for place in places if isinstance(place, int | float) and 0 <= place < len(genes.table)})
    if rows:
        chosen = genes.table["gene"].iloc[rows]
        row = st.container(horizontal=True, vertical_alignment="center")
        row.markdown(f"{with_noun(len(rows), 'gene')} drawn around.", width="content")
        list_button.offer(
            f"{genes.perturbation}: {len(rows):,} of the volcano",
            chosen,
            "volcano",
            list_button.Origin.MOVED,
            background=genes.table["gene"],
            place=row,
        )


def _as_lists(genes: MovedGenes, values: GeneValues, result: Perturbed) -> None:
    """Offer the genes found, and those found up and down, as lists; those tested could have been on them."""
    found = genes.found
    row = st.container(horizontal=True, vertical_alignment="center")
    for words, part in (("moved", found), ("up", found[found["change"] > 0]), ("down", found[found["change"] < 0])):
        name, label = f"{genes.perturbation}: {words}", f"{list_button.LABEL}: {words}"
        make = partial(moved_list, name, tuple(part["gene"]), genes, values, result)
        list_button.offer_made(make, f"moved_{words}", len(part), name, label=label, place=row)


def moved_list(name: str, chosen: tuple[str, ...], genes: MovedGenes, values: GeneValues, result: Perturbed) -> GeneList:
    """Return moved genes as a list that carries the ranking it is from, with what its test left unexplained."""
    tested = sample_ranking(result, genes, values)
    return GeneList(
        name=name,
        genes=chosen,
        missing={},
        origin=Origin.MOVED,
        background=tuple(tested.scores),
        ranking=tested.scores,
        residuals=tested.residuals,
        freedom=tested.freedom,
    )


def _nearness(near: TargetProximity, release: Release, tested: Iterable[str]) -> None:
    st.markdown(f"**Are they near {escape_markdown(near.target)} in {escape_markdown(near.vectors)}?**")
    verdict = "Yes, nearer than to other genes like it" if near.p_value <= 0.05 else "Not nearer than to other genes like it"
    st.markdown(
        f"{verdict}: mean cosine {near.mean_cosine:.3f}, {near.expected:.3f} expected, p {significant(near.p_value)}; "
        f"{near.inside:,} are "
        f"among its 200 most similar genes, {near.inside_expected:.1f} expected."
    )
    meaning.line(
        "moved-genes-near-the-target",
        f"Asked of {escape_markdown(near.chosen)}, without the target and genes that have no vector. Expected: the same genes' "
        f"cosine to {near.asked:,} other genes of like expression that were not moved, in place of the target.",
    )
    near_genes = near.genes.head(SHOWN)
    gene_tables.show(near_genes, release, "near", "perturb_near_genes", _COLUMNS, against=near.target, height=240, placeholder="")
    name = f"Moved, by nearness to {near.target}"
    list_button.offer(name, near.genes["gene"], "near_target", list_button.Origin.MOVED, background=tested)


def _predicted(
    session: Session, genes: MovedGenes, store: AttributeStore, key: object, result: Perturbed, release: Release
) -> None:
    st.markdown("**What is predicted of them?**")

    def make(tell: Progress) -> MovedAttributes:
        return moved_attributes(genes, store, tell)

    quick = len(store.table) <= _FEW_ATTRIBUTES
    label = f"Attributes of the genes that {genes.perturbation[:40]} moves"
    attributes = experiment.part(session, _ATTRIBUTES, key, label, make, quick=quick)
    if attributes is None:
        return
    st.markdown(f"**{escape_markdown(attributes_sentence(attributes.table), 400)}**")
    meaning.line(
        "attributes-of-moved-genes",
        f"Of {escape_markdown(attributes.chosen)}. Above: the per cent of genes of like expression that a moved gene has a "
        f"higher probability than, on average; 50 is no difference. {attributes.reading[0].upper()}{attributes.reading[1:]}.",
    )
    untold = () if attributes.exchanges else ("expected", "p_value", "p_adjusted")
    order = [c for c in attributes.table if c not in untold]
    tables.show(
        attributes.table.head(200),
        release,
        "perturb_attributes_table",
        _ATTRIBUTE_COLUMNS,
        height=280,
        placeholder="",
        column_order=order,
    )
    origin = provenance(
        release, parameters(result), f"{genes.perturbation}, {genes.values}", attributes.chosen, attributes.reading
    )
    downloads.offer(File("Attributes", "moved_genes_attributes.csv", attributes.table), origin=origin)
