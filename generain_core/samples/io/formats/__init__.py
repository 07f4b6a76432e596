"""Readers, a file a format.

=================== ===================================================================================================
`adata_pickle`      the release's pickled ``data.adata.Adata``, read without running code from it
`decimal_marks`     with which mark a text writes decimals
`footers`           sentences below a table that look like rows of it
`gct`               GCT 1.2 and 1.3, the matrix format of the Broad Institute
`headers`           whether a table of text has a header, and what its columns are called without one
`matrix_market`     10x folders and zips: a matrix in Matrix Market form, the names of its genes and of its barcodes, …
`parquet`           tables in Parquet files
`quantifier_tables` tables as counting programs write them: which of their columns are samples
`series_matrix`     GEO's series matrix: a table between two marks, and what is said of each sample above it
`small_tables`      small tables of text, cell by cell: sample sheets, lists of barcodes and features
`star_counts`       STAR's ReadsPerGene: three countings, of which the one that fits the library's strand is taken
`text_stream`       large tables in text files, read block by block into the table of numbers that they become
`text_table`        tables in text files, however they are separated
`zarr_store`        AnnData in a Zarr store: a zip of one, or its folder
`excel/`            Excel files: which sheet, its cells, numbers that are shown as dates
=================== ===================================================================================================
"""
