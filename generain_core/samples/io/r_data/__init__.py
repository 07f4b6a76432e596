"""R's files, .rds and .RData, read without running anything in them.

=============== ====================================================================================================
`serialized`    from bytes to R's objects, with what they hold by name: attributes, slots, elements
`tables`        matrices, sparse matrices and data frames
`containers`    SummarizedExperiment, DESeqDataSet, Seurat, ExpressionSet, DGEList and other lists: assays and samples
`r_file`        which of a file's objects is the table, and the R line that exports what isn't read
=============== ====================================================================================================
"""
