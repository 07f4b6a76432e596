"""Parts that several pages are made of.

============= =====================================================================================
`capsule_button`  “Capsule”: a result with all that it stands on, in one click
`capsule_tables`  capsules of results that stand on a user's own table
`downloads`   the way to take something away: a button a file, each with where it comes from
`figures`     figures
`gene_input`  the box that takes any gene name, and what it says when a name is not a gene's symbol
`gene_maps`   the gene map of a page: take it from the cache, or let a job make it meanwhile
`list_button` “Use as a list”: one click takes the genes of a table into the session's lists
`meaning`     one line by each result: what it shows and what it does not, with the way to its methods
`tables`      tables, with the mark of simulated values in each row and what each column means
============= =====================================================================================
"""
