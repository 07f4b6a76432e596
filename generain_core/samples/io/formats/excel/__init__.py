"""Excel files.

================= ==================================================================================================
`spreadsheet`     tables in Excel files (.xlsx)
`choose_sheet`    which sheet of a workbook holds the samples, and why the others were not read
`styled_numbers`  numbers that a spreadsheet shows as dates, taken back where they can't be meant as dates
`wide_rows`       rows of a sheet, in as little room as they need
================= ==================================================================================================
"""
