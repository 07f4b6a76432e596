"""From samples × identifiers to bins: matched, judged, summed, ranked.

======================== ==================================================================================================
`acceptance`             which samples can be binned, and why the others can't
`authors_ranking`        the published loop: runs of consecutive samples ranked together with the reference
`before_after`           what binning does to a sample, or to a gene over the samples: counts, their logs at one depth, …
`binned_files`           where binned samples come from, in the file with them; and files that are whole or not there
`bins`                   binning-By-Gene: each count becomes its place, 1 to 2,000, among the reference values of its gene
`examination`            what would become of an expression table, before it is binned
`expression_percentiles` where samples lie in a gene's distribution over the reference samples
`gene_counts`            rows of one gene summed to its count: the same in any order of rows, and in any company of samples
`gene_matching`          from the identifiers of an upload to the genes that can be binned, and what that leaves out
`kept_bins`              bins that were kept, taken again for the samples that they were made of
`normalize`              from an expression table to binned samples: examine, sum, bin, and say what was done
`threads`                threads that share the work on blocks, without torch's own threads in each
======================== ==================================================================================================
"""
