"""A second opinion on every table: binned samples held against what a human bulk sample looks like in this release.

=========== ====================================================================================================
`profile`   what the reference values of a gene set say of a usual sample, gene by gene
`measures`  numbers of a sample that tell a human bulk sample from other tables
`odd_rows`  rows that are no genes, told by their values alone
`plain`     a second opinion as h5ad keeps it, and as JSON does
`opinion`   how far samples lie from usual ones, in words, with the likeliest cause
=========== ====================================================================================================
"""
