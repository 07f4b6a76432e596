"""What names the rows of a table.

================ ================================================================================================
`row_numbers`    columns that number the rows: they go where another column names the rows, and name them where none does
================ ================================================================================================
"""
