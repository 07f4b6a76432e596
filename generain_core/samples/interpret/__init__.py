"""From what lies in a file to samples × identifiers on the scale of counts.

=============== ====================================================================================================
`aggregates`    totals and means that stand among samples or genes as if they were some: told by their numbers, or by …
`as_understood` A table as it was understood, as AnnData: every row, names as written, nothing summed or dropped
`correction`    from what lies in a file, as it was understood or corrected, to samples × genes; or one sentence on why not
`count_scale`   from values as they are in a file to values on the scale of counts
`diagnosis`     how a file is understood: which axis holds genes, by which names, in which layer, and what the numbers are
`expression`    an expression table as it was read: oriented and checked, nothing matched yet
`identifiers`   what kind of names a table's genes have, and whose genes they are
`log_base`      from which base logs were taken: undone with the right one, they show what they were made of
`pseudobulk`    pseudobulk: samples or cells that agree in some columns, summed
`refusal`       why a file that could be parsed can't be used, in one sentence
`signs`         what numbers alone tell of their scale: grid, zeros, tails
`value_kinds`   what kind of numbers a table holds: counts, CPM or TPM, logs, z-scores; and why it is thought so
=============== ====================================================================================================
"""
