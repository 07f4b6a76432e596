"""The page About, a file a section.

========== =======================
`sections` parts of the About page
========== =======================
"""
