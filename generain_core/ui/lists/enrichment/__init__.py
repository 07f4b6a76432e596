"""Gene sets in a list or a ranking, as the page Lists shows them.

============= =================================================================
`backgrounds` the genes that could have been on a list
`charts`      a dot a term, and the network of terms that overlap
`libraries`   the release's gene sets, and those that the user brings
`rankings`    the ranking that gene sets are looked for in
`view`        the inputs, and what is found
`words`       the tests of gene sets, in words
============= =================================================================
"""
