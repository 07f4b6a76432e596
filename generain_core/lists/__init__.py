"""Lists of genes: read and resolved, combined, and asked what their genes have in common.

=============== ==============================================================
`gene_list`     a list with a name, its genes, what was left out, its origin
`workspace`     the lists that somebody works with, in the order of use
`list_files`    lists from text, tables, spreadsheets and GMT files
`ranked`        ranked lists from tables
`coherence`     are the genes more alike than matched random ones?
`shape`         groups of genes that are alike, and the odd ones
`expansion`     genes that belong too, with leave-one-out recovery
`camera`        gene sets in a ranking by a test of samples, genes' correlation taken into account
`enrichment`    gene sets over-represented in a list, or at the top of a ranking
`term_network`  gene sets that overlap, as a network
`shared_attributes` attributes that a list's genes share, beside matched random lists
`explanation`   why two genes, or those of a list, are alike
=============== ==============================================================
"""
