"""The page Release, a file a section.

========== =============================================================================
`jobs`     jobs of the Release page: check the files, look up a record, download from it
`sections` parts of the Release page: what is there, what a check found, what can be had
========== =============================================================================
"""
