"""The page Compare, a file a section.

=============== ======================================================================================
`analogy`       analogies: the genes that are to C as B is to A, and the four on one plane
`analogy_chart` figure of an analogy: four genes on a plane, and an arrow for each pair
`gene_choice`   the question of the Compare page and its genes: two, or three for an analogy
`pair`          two genes: their cosine similarity, their ranks, the neighbors they share, and the map
=============== ======================================================================================
"""
