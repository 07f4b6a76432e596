"""Files of a user: what they are, and what lies in them.

=============== ====================================================================================================
`anndata_table` an AnnData in memory as a `RawTable`, so that it is understood, corrected and refused as the same samples …
`columns`       from the columns of a parsed table to row names, texts and numbers
`files`         bytes of a user's file, within the limits
`isolated`      files of a user's, read in a child process: a hostile or damaged one costs that process, and no more …
`limits`        how much of a user's file is read, and how little room a hostile one gets
`long_table`    long tables, a row for each gene and sample, made into samples × genes where their titles say so
`members`       files that belong together: those of a folder, of a zip, of a tar, or chosen together
`parse`         one file's bytes, by what they are, to what lies in them
`plain_texts`   which files are read where they are asked for, and for which a child process is started
`raw_table`     what lies in a file: numbers and the texts beside them, before anyone says which are genes
`read`          read any file with expression values into a `RawTable`
`sample_sheet`  sample sheets: what is known of the samples, joined by their names
`several`       files that belong together, to one table: 10x files, one table among others, or one file a sample
`sniff`         what a file is, by its first bytes; its name may lie
`streams`       streams of a file: one that tells how far it was read, one that unpacks gzip within the limits
`formats/`      readers, a file a format
`hdf5/`         h5ad, MuData, loom and 10x .h5, read with h5py
`r_data/`       R's files, .rds and .RData, read without running anything in them
`single_samples/` one file a sample, joined by gene
=============== ====================================================================================================
"""
