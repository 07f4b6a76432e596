"""The page Guide, a file a section.

========= ==============================================================
`methods` methods of all numbers: one by its name, or those of a page
`parts`   the parts of the guide, and which page has which
`shown`   one part as the page shows it
========= ==============================================================
"""
