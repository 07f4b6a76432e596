"""What numbers alone tell of their scale.

================ ===================================================================================================
`coincidence`    how little chance explains that two rows are equal
`doubts`         why numbers that might be counts, CPM or TPM may be something else, in one sentence
`negative_logs`  logs of values below 1, undone where one value stands for zero
`rounding`       what the grid tells that numbers lie on: decimals, ranks, roots of counts, counts beside fractions
================ ===================================================================================================
"""
