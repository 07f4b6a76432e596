"""The page Compare, a file a section.

=============== ======================================================================================
`analogy`       analogies: the genes that are to C as B is to A, and the four on one plane
`analogy_chart` figure of an analogy: four genes on a plane, and an arrow for each pair
`gene_choice`   the question of the Compare page and its genes: two, or three for an analogy
`formulas`      over which vectors an analogy or a sum is computed, and how many answers are shown
`pair`          two genes: their cosine similarity, their ranks, the neighbors they share, and the map
`sums`          genes and lists added and taken away: the genes nearest to what is left
=============== ======================================================================================
"""
