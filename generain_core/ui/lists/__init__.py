"""The page Lists, a file a section.

=================== =================================================================================
`backgrounds`       the genes that could have been on a list
`enrichment`        which gene sets are over-represented in a list, or lie at the top of a ranking
`enrichment_charts` a dot a term, and the network of terms that overlap
`enrichment_words`  the tests of gene sets, in words
`expansion`         which genes belong to a list too, and how often its own would have been found
`gene_sets`         libraries of gene sets: the release's, and those that the user brings
`genes`             the genes of a list, what was left out, and where the list can go from here
`likeness`          are they alike: against matched random lists, in which groups, and which are odd
`origins`           where a list came from, in words
`rankings`          the ranking that gene sets are looked for in
`shared`            which predicted attributes a list's genes share, beside matched random lists
`shelf`             the lists at hand: which one is looked at, and what is made of several
`views`             what can be asked of a list, one view at a time
`ways_in`           pasted names, and files in any of the usual forms
`work`              what is computed of a list: at once where it is quick, else by a job
=================== =================================================================================
"""
