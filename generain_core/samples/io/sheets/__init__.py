"""Sample sheets: by which column their rows belong to the samples.

============== ==========================================================================================
`key_column`   the column that names the samples, or the question which does where several could as well
============== ==========================================================================================
"""
