"""All genes at once: color them, find one, take some of them away."""

from generain_core.ui.components import gene_maps
from generain_core.ui.gene_map import canvas, coloring, controls
from generain_core.ui.shell import layout, links, resources

layout.begin_page("pages/map.py")
layout.title("Map", "All genes on a plane. Draw around some of them to get their names.")
atlas = layout.need(resources.atlas)

choices = controls.choose(atlas)
projection = gene_maps.projection(atlas, choices.method)
if choices.gene:
    layout.name_tab(choices.gene, "Map")
if projection is None:
    links.end()
canvas.chart_and_selection(atlas, projection, choices, coloring.layers(atlas, projection, choices))
controls.ways_out(atlas, projection)
