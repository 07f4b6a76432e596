"""What the science answers in codes, said in sentences: once, for the page, the command line and agents.

`perturbations` says what has to be known to read a result, `effects` what came of it in a
sentence, `methods` and `gene_methods` write its methods for a paper;
`cohort` and `verdicts` say both of a cohort, `entries` holds the methods of every number. `work` says what no longer fits of
work that was kept.
"""
