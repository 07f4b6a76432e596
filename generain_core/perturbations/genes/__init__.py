"""What a perturbation does to single genes.

`gene_values` gives values in blocks, `moved_genes` tests each gene (`moderated`), `residuals` are what that leaves unexplained,
`gene_sets`, `moved_attributes` and `near_target` ask what the moved ones have in common, `target_levels` what is left of the
target.
"""
