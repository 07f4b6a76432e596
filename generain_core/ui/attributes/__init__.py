"""The page Attributes, a file a view.

=============== ====================================================================================================
`by_rule`       genes by rule: put together from widgets or written, read back as text, taken away as table, gene set or link
`charts`        figures of attributes: all genes of one, and some genes against some attributes
`columns`       tables of attributes: which columns, and what their titles mean
`evidence_view` how far to trust one prediction: its grade, the parts, and the genes they are from
`known_members` gene sets that say which genes are known members: the release's, or a person's own GMT file
`of_attribute`  which genes might do it: an attribute's genes, coding and lncRNA apart, all genes of it, and attributes …
`of_gene`       what a gene might do: its attributes, on the page Attributes and, in short, on the page of the gene
`of_list`       what the genes of a list have in common: a heatmap of genes and attributes
`order_view`    what is said of the predictions as a whole: whether they are of the genes they name, and notes on the table
`ready`         the predicted attributes of a page: ready, or made ready by a job meanwhile; and what is said when there …
=============== ====================================================================================================
"""
