"""One file a sample, joined by gene: several uploads, a folder, a zip or a tar, as counting programs and archives give them.

================ =====================================================================================================
`sample_file`    what one file holds: a sample (or a few), its genes and its values, by the program that wrote it
`choice`         which files of many are samples, and of which kind, when there are several
`join`           the samples of many files side by side
`sample_names`   names of samples by their files or folders, without what counting programs add
`sheets_beside`  sample sheets among the files
================ =====================================================================================================
"""
