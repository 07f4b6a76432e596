"""Several tables in one.

============== ============================================================================
`side_by_side` blocks of samples beside each other, each with a column of gene names of its own
============== ============================================================================
"""
