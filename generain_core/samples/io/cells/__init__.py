"""What cells of text hold.

================= ===================================================================================
`written_numbers` numbers with marks between thousands, decimal commas or a typographic minus
`formula_texts`   texts that were wrapped into a formula, ``="TP53"``, to keep a spreadsheet from them
================= ===================================================================================
"""
