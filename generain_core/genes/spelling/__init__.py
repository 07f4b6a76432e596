"""How names are spelled: what people and programs put around a name, join to it, or write in its place.

================ ===================================================================================================
`cleaning`       what people type or paste around a gene name, taken off
`compound_names` two names of one gene in one
`excel`          dates that spreadsheets made of gene names
`foreign`        names that are recognizably something other than a human gene
`numbers`        bare numbers: Entrez IDs, or only the numbers of rows
`placeholders`   what is written where a name is missing
`repeats`        names that a program made unique by a suffix
`spoken`         Greek letters, blanks and hyphens within a symbol; the words of a full name
`transcripts`    names of transcripts that hold their genes'
`variants`       prefixes, brackets and dots that programs put into names
================ ===================================================================================================
"""
