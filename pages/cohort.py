"""Cohort: does the model tell more about labeled samples than plain expression does?"""

from generain_core.ui.cohort import inputs, results, ways_in
from generain_core.ui.perturbations import ways_in as samples
from generain_core.ui.session.session import current_session
from generain_core.ui.shell import layout, links, resources

layout.begin_page("pages/cohort.py")
layout.title("Cohort", "Labeled samples: does the model tell more about them than plain expression does? The answer may be no.")
release, resolver = layout.need(resources.release), layout.need(resources.resolver)

session = current_session()
if session is None:
    ways_in.offer(release)
    links.end()
samples.heading(session, release)
samples.until_read(session)

expression, design, choices = inputs.section(session, release, resolver)
result = results.until_judged(session, expression, design, choices, release, resolver)
results.views(session, result, release, resolver)
