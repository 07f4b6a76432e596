"""Whether samples are fit for the model: for which gene set, by which least number of expressed genes."""

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.genes.resolve import Resolver
from generain_core.release.files import GENE_SETS, Release
from generain_core.text import percent, with_noun
from generain_core.ui.components import steps
from generain_core.ui.samples import acceptance_view
from generain_core.ui.session import interpretation
from generain_core.ui.session.kept_keys import survives_reload
from generain_core.ui.session.session import Session
from generain_core.ui.session.steps import Examined, Summed
from generain_core.ui.shell import keys, layout, links
from generain_core.ui.shell.escaping import escape_markdown

GENE_SET_TITLES = {"coding_lncrna": "protein-coding and lncRNA", "gene2vec": "protein-coding (Gene2vec's names)"}
"""What the gene sets are called on the page."""
_STEP = "fitness"
_GENE_SET, _MIN_GENES = survives_reload(keys.GENE_SET), survives_reload(keys.MIN_GENES)


def gene_sets(release: Release) -> list[str]:
    """Return the gene sets with binning boundaries; end the page if there is none."""
    names = [name for name in GENE_SETS if release.has(f"boundaries/{name}", f"boundaries/{name}/genes")]
    if not names:
        layout.stop("Samples can't be binned: this release has no binning boundaries; Home says which files bring them.")
    return names


def section(session: Session, summed: Summed, release: Release, resolver: Resolver, names: list[str]) -> Examined:
    """Show which samples and genes binning would keep, and return them; end the page if none can be."""
    with steps.step(_STEP, "Fit for the model"):
        row = st.container(horizontal=True, vertical_alignment="bottom")
        gene_set = links.url_widget(
            row.segmented_control, "Gene set", names, default=names[0], required=True, key=_GENE_SET, unset=names[0]
        )
        min_genes = links.url_widget(
            row.number_input,
            "More expressed genes than",
            0,
            100_000,
            2000,
            100,
            key=_MIN_GENES,
            unset=2000,
            width=220,
            help="The authors ask for more than 2,000. A lower number keeps poorer samples; the warning stays with the result.",
        )
        try:
            examined = interpretation.examine_samples(session, summed, release, resolver, str(gene_set), int(min_genes))
        except GeneRAINError as problem:
            st.error(escape_markdown(problem, 1000), icon=":material/block:")
            steps.waits(_STEP)
            links.end()
        acceptance_view.show(examined.result, release)
    acceptance_view.warn(examined.result, simulated=release.simulated)
    kept, match = int(examined.result.acceptance["kept"].sum()), examined.result.match
    if not kept:
        steps.waits(_STEP)
    else:
        steps.done(
            _STEP,
            f"{kept:,} of {with_noun(len(examined.result.acceptance), 'sample')}, {with_noun(len(match.genes), 'gene')}, "
            f"{percent(match.coverage)} of the gene set: {match.verdict}",
        )
    return examined
