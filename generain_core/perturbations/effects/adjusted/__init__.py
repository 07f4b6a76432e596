"""Effects beside covariates.

`linear_model` says what groups are compared beside, `adjusted_effect` measures and tests a shift in it.
"""
