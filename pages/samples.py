"""The user's samples: read, understood, judged, binned."""

from generain_core.ui.embedding import sections
from generain_core.ui.perturbations import label_inputs
from generain_core.ui.samples import binned_view, choose_source, fitness, sample_sheet, understanding, waiting
from generain_core.ui.session.session import current_session
from generain_core.ui.shell import layout, links, resources

layout.begin_page("pages/samples.py")
layout.title("Samples", "Your expression table: what it is, what is wrong with it, and where a model puts its samples.")
release, resolver = layout.need(resources.release), layout.need(resources.resolver)
gene_sets = fitness.gene_sets(release)

session = current_session()
if session is None:
    choose_source.ways_in(release)
    links.end()
waiting.heading(session)
waiting.until_read(session)

joined = understanding.section(session, release, resolver)
summed = sample_sheet.section(session, joined)
label_inputs.on_samples(session, summed.key, summed.expression, resolver)
examined = fitness.section(session, summed, release, resolver, gene_sets)
waiting.until_binned(session, examined, release, resolver)
binned_view.section(session, summed, release)
sections.section(session, release, resolver, examined.gene_set)
