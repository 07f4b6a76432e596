"""The page Home, a file a section.

=========== =======================================================================
`find_gene` the way in for one gene
`loaded`    what is loaded, and what the files that are missing switch off
`questions` the questions that people come with, each with the page that answers it
=========== =======================================================================
"""
