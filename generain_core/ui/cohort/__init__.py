"""The page Cohort: does the model say more of labeled samples than expression does?

========= ============================================================================
`ways_in` which samples: those of the Samples page, or the example
`inputs`  the outcome, donors, covariates and models, recognized and correctable
`judging` the job that judges, and its result
`results` the verdict and one view at a time
`genes`   which genes carry it: LASSO over folds, and genes left out of the model's input
`probe`   the probe, kept in a file and used on further samples
`charts`  figures
========= ============================================================================
"""
