"""Perturbations: what moved, how sure, and what moved alike."""

from generain_core.ui.perturbations import comparison, design_inputs, ways_in
from generain_core.ui.session.session import current_session
from generain_core.ui.shell import layout, links, resources

layout.begin_page("pages/perturbations.py")
layout.title("Perturbations", "Knock-downs, drugs or conditions against their control: what moved, and how sure that is.")
release, resolver = layout.need(resources.release), layout.need(resources.resolver)

session = current_session()
if session is None:
    ways_in.offer(release)
    links.end()
ways_in.heading(session, release)
ways_in.until_read(session)

expression, design, choices = design_inputs.section(session, release, resolver)
result = comparison.until_compared(session, expression, design, choices, release, resolver)
comparison.views(session, result, choices, release, resolver)
