"""Perturbation experiments: which perturbation moves samples how far, in which direction, and how sure that is.

`choices` holds what the user says, `run` does the work, `report` makes further tables, `notes` says in codes what has to be known
to read them, `cells` sums single cells, `shifts_file` writes shifts. `depth/` compares
how deep groups were read, `design/` reads labels and groups, `effects/` measures and
tests, `similarity/` compares perturbations, `genes/` looks at single genes, `screens/` judges by controls,
`in_silico/` holds the model against the data.
"""
