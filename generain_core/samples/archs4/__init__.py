"""Samples of ARCHS4: found by words, read by column.

================ ====================================================================================================
`chosen_samples` ARCHS4 on disk: its samples found by words, and chosen ones read column by column
`index`          the samples of ARCHS4 as a table to be searched: read once from the file's metadata, kept in the cache, …
`meta_tables`    the two tables that the release keeps beside ARCHS4, written from the file as the authors did
================ ====================================================================================================
"""
