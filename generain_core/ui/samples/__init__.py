"""The first half of the page Samples: a table read, understood, judged and binned.

=================== ====================================================================================================
`acceptance_view`   what becomes of each sample and each row of an expression table, before it is binned
`archs4_source`     samples of ARCHS4 as samples to work on: found by words, chosen, read by a job
`binned_view`       binned samples: what binning did to a sample or a gene, and the way to take them away
`choose_source`     the ways in for an expression table: an upload, the example, a path on this computer
`corrections`       what was understood of an expression table, shown for correction
`decided`           what was decided about a table, in one sentence, and a button that has each decision otherwise
`fitness`           whether samples are fit for the model: for which gene set, by which least number of expressed genes
`left_out`          what of a file is not among its samples and genes, with a button that takes it in
`orthologs`         a mouse's table: the table of orthologs that takes its genes under human names
`published_example` the release's own example on the Samples page: its counts to work on, and its bins as the authors …
`sample_sheet`      what is known of each sample: a sheet that is joined, and sums of samples that are equal in it
`understanding`     how the file is understood: shown, corrected, and turned into samples × genes
`waiting`           what goes on before there is something to show: the file is being read, the samples are being binned
=================== ====================================================================================================
"""
