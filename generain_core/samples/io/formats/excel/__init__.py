"""Excel files.

================= ==================================================================================================
`spreadsheet`     tables in Excel files (.xlsx)
`choose_sheet`    which sheet of a workbook holds the samples, and why the others were not read
`merged_headers`  headers of several rows whose cells are merged
`hidden_parts`    what of a sheet is hidden, which is read all the same and said
`package`         the small parts of a workbook: its sheets, texts and styles
`sheet_xml`       the XML of a sheet, read as it is unpacked: plain cells by their pattern, all else element by element
`sheet_builder`   from cells to the rows of a sheet, within what may be read of a workbook
`sheet_rows`      the rows of a sheet, in as little room as they need
`cells`           what one cell holds, by what its XML says
`styled_numbers`  numbers that a spreadsheet shows as dates, taken back where they can't be meant as dates
================= ==================================================================================================
"""
