"""Which perturbations act alike, and whether gene vectors foresaw it, shown and offered for download."""

from typing import Any

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.geometry.projection import MANY
from generain_core.geometry.sample_similarity import MAX_CLUSTERED
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.effects.permutations import ALPHA
from generain_core.perturbations.run import Perturbed
from generain_core.perturbations.shifts_file import parameters
from generain_core.perturbations.similarity.plane import PerturbationPlane, arrange_perturbations
from generain_core.perturbations.similarity.shift_similarity import (
    ShiftSimilarity,
    compare_shifts,
    cosine_table,
    neighboring_perturbations,
)
from generain_core.perturbations.similarity.vector_agreement import LEAST, VectorAgreement, compare_with_vectors
from generain_core.progress import Progress
from generain_core.release.files import Release
from generain_core.release.provenance import provenance
from generain_core.text import percent, significant
from generain_core.ui.components import downloads, meaning
from generain_core.ui.components import figures as charts
from generain_core.ui.components.downloads import File
from generain_core.ui.perturbations import experiment, similarity_charts, target_tables
from generain_core.ui.perturbations.columns import SHARED_COLUMNS
from generain_core.ui.samples.corrections import figures
from generain_core.ui.session.kept_keys import survives_reload
from generain_core.ui.session.own_values import rests_on_simulated
from generain_core.ui.session.session import Session
from generain_core.ui.session.session_jobs import Remembered
from generain_core.ui.shell import keys, links, resources
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors import vector_sets
from generain_core.wording.effects import alike_sentence

_COLUMNS = SHARED_COLUMNS | {
    "rank_back": st.column_config.NumberColumn("Rank back", format="localized", help="The place of yours seen from this one."),
    "signal": st.column_config.NumberColumn(
        "Not noise",
        format="percent",
        help="Share of the shift's squared length that is more than noise: how sure its direction is.",
    ),
    "found": st.column_config.CheckboxColumn("Moves samples", help="Effect at a false discovery rate of 5 % or less."),
    "perturbation_a": st.column_config.TextColumn("One"),
    "perturbation_b": st.column_config.TextColumn("Other"),
    "cosine_genes": st.column_config.NumberColumn("Genes", format="%.2f", help="Cosine of the two targets' vectors."),
    "cosine_shifts": st.column_config.NumberColumn("Shifts", format="%.2f", help="Cosine of the two perturbations' shifts."),
    "surprise": st.column_config.NumberColumn(
        "Difference",
        format="%+.0f",
        help="Percentile among all pairs by their shifts, minus that by their genes: how far from what the genes let expect.",
    ),
    "spearman": st.column_config.NumberColumn("Spearman", format="%.2f", help="Of its cosines as a gene and in effect."),
    "others": st.column_config.NumberColumn("Others", format="localized", help="With how many other targets it was compared."),
}

_NEAREST = 20
_SPACES = {"embedding": "model", "expression": "expression"}


_ALIKE = Remembered[ShiftSimilarity]("perturb_alike_shifts")
_ELSEWHERE = Remembered[ShiftSimilarity]("perturb_alike_elsewhere")
_ALL_NAMED, _MOST_ELSEWHERE = 20, 2000
"""Of more perturbations not every dot has its name; of still more, the other space is not told beside: it takes seconds."""
survives_reload("perturb_neighbor_", "perturb_space", "perturb_centered")
_PLANE = experiment.Part[PerturbationPlane]("alike")
_FORESEEN = experiment.Part[VectorAgreement]("foreseen")


def compared(session: Session, result: Perturbed, choices: Choices, release: Release) -> None:
    """Show which perturbations act alike: the neighbors of one, a heatmap, a map."""
    found = _alike(session, result, choices)
    if found is None:
        return
    name = _neighbors(session, found, result, release)
    key, few = (choices, found.space, found.centered), len(found.perturbations) < MANY
    likeness = experiment.part(
        session, _PLANE, key, "Map of perturbations", lambda tell: arrange_perturbations(found, progress=tell), quick=few
    )
    if likeness is None:
        return
    simulated = rests_on_simulated(session, release, own=found.space == "expression")
    left, right = st.columns(2)
    n = min(len(found.perturbations), MAX_CLUSTERED)
    left.markdown("**Map of perturbations**")
    with left:
        charts.show(
            similarity_charts.plane(found, likeness, simulated=simulated, chosen=name),
            key="perturb_map",
            name="perturbations_map",
            kind="svg",
            zoom=False,
            alt="Perturbations on a plane, those of like shifts near each other",
        )
    right.markdown("**Cosine of shifts**")
    with right:
        charts.show(
            similarity_charts.heatmap(found, likeness.order, simulated=simulated),
            key="perturb_heatmap",
            name="perturbations_alike",
            kind="svg",
            zoom=False,
            alt="Cosines of the shifts of all pairs of perturbations, like ones side by side",
        )
    cut = f" The first {n:,} of {len(found.perturbations):,} are in the heatmap." if n < len(found.perturbations) else ""
    if len(found.perturbations) > _ALL_NAMED:
        cut = f" A dot without a name is named once it is chosen above.{cut}"
    filled = "all dots are" if found.found.all() else "filled dots are"
    meaning.line(
        "alike-in-effect",
        f"Order: average linkage. Map: {escape_markdown(likeness.places.parameters)}; "
        f"{percent(likeness.places.kept)} of nearest are kept; {filled} of perturbations found at a false discovery rate of "
        f"5 %.{cut} {escape_markdown(' '.join(found.notes), 1000)}",
    )


def _neighbors(session: Session, found: ShiftSimilarity, result: Perturbed, release: Release) -> str:
    """Show which perturbations act like one that is chosen; return it."""
    names = list(map(str, found.perturbations))
    name = str(
        links.url_widget(
            st.selectbox,
            "Neighbors of",
            names,
            key=f"perturb_neighbor_{st.session_state.get(keys.UPLOADS, 0)}",
            address="perturb_neighbors_of",
            unset=names[0],
            filter_mode="contains",
        )
    )
    st.markdown(f"**{escape_markdown(alike_sentence(found, name, _elsewhere(session, found, result)), 400)}**")
    near = neighboring_perturbations(found, name, len(found.perturbations))
    first = {f"the {_NEAREST} nearest": near["rank"] <= _NEAREST} if len(near) > _NEAREST else {}
    same = (near["target"].fillna("") == near["perturbation"]).all() or not near["target"].any()
    order = [str(column) for column in near if not (same and column == "target")]
    looks: dict[str, Any] = {"parts": first, "title": f"Alike in effect to {name}", "height": 250, "placeholder": ""}
    looks["column_order"] = order
    target_tables.show(near, release, "alike", "perturb_near", _COLUMNS, background=filter(None, found.targets), **looks)
    origin = provenance(release, parameters(result), f"{found.space} space", "mean shift taken off" if found.centered else "")
    downloads.offer(
        File("Neighbors", "perturbation_neighbors.csv", near.assign(of=name)),
        File("All cosines", "perturbation_cosines.csv", lambda: cosine_table(found)),
        origin=origin,
    )
    return name


def _elsewhere(session: Session, found: ShiftSimilarity, result: Perturbed) -> ShiftSimilarity | None:
    """Return the same in the other space; None where there is none, or where that would take long."""
    other = next((ranking for ranking in result.rankings if ranking.space.name != found.space), None)
    if other is None or len(found.perturbations) > _MOST_ELSEWHERE:
        return None
    try:
        return _ELSEWHERE.of(
            session, (result, found.space, found.centered), lambda: compare_shifts(other, centered=found.centered)
        )
    except GeneRAINError:
        return None


def foretold(session: Session, result: Perturbed, choices: Choices, release: Release) -> None:
    """Show how well the similarity of the targets' vectors tells which perturbations act alike."""
    found = _alike(session, result, choices)
    if found is None:
        return
    if not vector_sets(release):
        st.info("This release has no gene vectors to compare with.", icon=":material/info:")
        return
    vectors = resources.atlas().space
    known = len({t for t in found.targets if t in vectors})
    if known < LEAST:
        st.info(
            f"{known} perturbations name a gene with a vector; at least {LEAST} are needed to compare gene space with effects.",
            icon=":material/info:",
        )
        return
    settings = choices.settings

    def make(tell: Progress) -> VectorAgreement:
        return compare_with_vectors(found, vectors, permutations=settings.permutations, seed=settings.seed, progress=tell)

    key = (choices, found.space, found.centered, vectors.fingerprint)
    agreement = experiment.part(session, _FORESEEN, key, "Gene space against perturbation space", make, quick=known < MANY)
    if agreement is not None:
        _foreseen(agreement, result, release)


def _foreseen(agreement: VectorAgreement, result: Perturbed, release: Release) -> None:
    told = int((agreement.genes["fdr"] <= 0.05).sum())
    figures(
        ("Spearman, all pairs", f"{agreement.rho:.3f}", "Of cosines of targets and of shifts."),
        ("p", significant(agreement.p_value), "One-sided, by permuting targets (Mantel)."),
        ("Targets", f"{len(agreement.genes):,}"),
        ("Expected one by one", f"{told:,}", "Targets with a false discovery rate of 5 % or less."),
    )
    charts.show(
        similarity_charts.against(agreement, simulated=release.simulated),
        key="perturb_against",
        name="gene_space_against_effects",
        kind="svg",
        zoom=False,
        alt="Cosine of shifts over cosine of targets, a dot a pair",
    )
    meaning.line("expected-from-genes", escape_markdown(" ".join(agreement.notes)))
    left, right = st.columns(2)
    left.markdown("**Alike in effect, not as genes**")
    right.markdown("**Alike as genes, not in effect**")
    columns = ["perturbation_a", "perturbation_b", "cosine_genes", "cosine_shifts", "surprise"]
    for box, which, key in ((left, "alike in effect only", "effect"), (right, "alike as genes only", "genes")):
        with box:
            part = agreement.pairs[agreement.pairs["which"] == which].reset_index(drop=True)
            looks: dict[str, Any] = {"title": f"Pairs {which}", "column_order": columns, "height": 300, "placeholder": ""}
            background = agreement.genes["target"]
            target_tables.show(part, release, f"pair_{key}", f"perturb_surprise_{key}", _COLUMNS, background=background, **looks)
    st.markdown("**Each target**")
    expected = {"expected": agreement.genes["fdr"] <= ALPHA}
    target_tables.show(agreement.genes, release, "each", "perturb_each", _COLUMNS, parts=expected, height=300, placeholder="")
    origin = provenance(release, parameters(result), f"{agreement.space} space against {agreement.vectors}")
    files = File("Pairs", "surprising_pairs.csv", agreement.pairs), File("Targets", "foreseen_targets.csv", agreement.genes)
    downloads.offer(*files, origin=origin)


def _alike(session: Session, result: Perturbed, choices: Choices) -> ShiftSimilarity | None:
    row = st.container(horizontal=True, vertical_alignment="bottom")
    names = [ranking.space.name for ranking in result.rankings]
    space = names[0]
    if len(names) > 1:
        space = links.url_widget(
            row.segmented_control,
            "Space",
            names,
            default=names[0],
            required=True,
            format_func=lambda name: _SPACES[name],
            key="perturb_space",
            unset=names[0],
        )
    centered = links.url_widget(
        row.toggle,
        "Without what all perturbations share",
        key="perturb_centered",
        unset=False,
        help="Takes the mean shift off each, so that what sets them apart shows.",
    )
    ranking = next(each for each in result.rankings if each.space.name == space)

    def make() -> ShiftSimilarity:
        return compare_shifts(ranking, centered=bool(centered))

    try:
        return _ALIKE.of(session, (result, space, centered), make)
    except GeneRAINError as problem:
        st.info(escape_markdown(problem), icon=":material/info:")
        return None
