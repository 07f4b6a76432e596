"""A mouse's table under human names: one-to-one orthologs, from a table that is brought.

================= ===================================================================================================
`layouts`         which columns of MGI's, HCOP's, BioMart's and plain tables name a mouse's gene and a human's
`ortholog_table`  the one-to-one orthologs of such a table, and why the others are none
`translation`     names of a mouse's genes as those of their human orthologs; what was taken and what was lost
================= ===================================================================================================
"""
