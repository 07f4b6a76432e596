"""Two genes against each other, and analogies: A is to B as C is to what?"""

from generain_core.ui.compare import analogy, gene_choice, pair, sums
from generain_core.ui.shell import layout, resources

layout.begin_page("pages/compare.py")
layout.title("Compare", "How alike are two genes, and what is to one as a second is to a third?")
atlas = layout.need(resources.atlas)

question, genes = gene_choice.choose(atlas)
if question == gene_choice.SUM:
    sums.section(atlas)
elif not all(genes):
    gene_choice.offer_example(atlas, question)
elif question == gene_choice.ANALOGY:
    layout.name_tab(f"{genes[0]} : {genes[1]} = {genes[2]} : ?", "Compare")
    analogy.section(atlas, *genes)
else:
    layout.name_tab(" and ".join(genes), "Compare")
    pair.section(atlas, *genes)
