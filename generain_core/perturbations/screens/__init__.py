"""Screens without replicates, judged by their control guides: how far from the controls, ranked among the controls themselves.

`choose` says when this way is taken and why, `values` has what samples are placed by, `covariance` is fitted to controls,
`yardstick` leaves controls out in turn and measures them and the perturbed under the same fit, `tail` fits the controls' upper
tail, `ranking` makes the table, `ceiling` says how alike controls and guides of a target are.
"""
