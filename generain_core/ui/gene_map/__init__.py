"""The page Map, a file a section.

=========== ====================================================================================================
`by_keys`   a box on the map, chosen without a pointer
`canvas`    the map itself, and beside it the genes that are selected on it
`coloring`  layers of the map: all genes, colored as chosen
`controls`  what stands above the map: which projection, which colors, which genes; and the ways to take the map away
`selection` what was chosen on the map, kept when the map is drawn anew: Streamlit forgets a selection with the figure it …
=========== ====================================================================================================
"""
