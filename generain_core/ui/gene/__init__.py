"""The page Gene, a file a section.

================== ============================================================================================
`card`             A gene's identity card
`examples`         genes to begin with, where none is typed
`expression`       how a gene is expressed in the reference samples, and where one's own samples lie among them
`expression_chart` figure of a gene's expression in the reference samples
`map_position`     where a gene and its neighbors lie on the map of all genes
`neighbors`        the genes most similar to one: how many, of which biotype, and the way on to another of them
`own_expression`   one's own samples in the distribution of a gene: marks in the figure, and a table
================== ============================================================================================
"""
