"""Sample sheets: their rows, and by which column these belong to the samples.

=================== =====================================================================================
`key_column`        the column that names the samples, or the question which does where several could as well
`spellings`         how names in a sheet are compared with those of a table
`beside_samples`    what a sheet beside the samples says of them
`sheet_lines`       the rows of a sheet in a text, without what stands above its header
`sheet_of_workbook` which sheet of a workbook it is
=================== =====================================================================================
"""
