"""The page Guide, a file a section.

======= =============================================
`parts` the parts of the guide, and which page has which
`shown` one part as the page shows it
======= =============================================
"""
