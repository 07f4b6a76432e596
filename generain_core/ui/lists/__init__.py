"""The page Lists, a file a section.

=============== =================================================================================
`examples`      lists to begin with
`expansion`     which genes belong to a list too, and how often its own would have been found
`genes`         the genes of a list, what was left out, and where the list can go from here
`likeness`      are they alike: against matched random lists, in which groups, and which are odd
`missing_names` names that led to no gene, with the reason
`shared`        which predicted attributes a list's genes share, beside matched random lists
`shelf`         the lists at hand: which one is looked at, and what is made of several
`views`         what can be asked of a list, one view at a time
`ways_in`       pasted names, and files in any of the usual forms
`why`           why two genes, or those of a list, are alike
`work`          what is computed of a list: at once where it is quick, else by a job
=============== =================================================================================

`enrichment/` looks for gene sets in a list or a ranking.
"""
