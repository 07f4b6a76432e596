"""The page Perturbations, a file a section.

=================== ==================================================================================================
`charts`            figures of perturbations
`columns`           what the columns mean that several tables of perturbations have
`comparison`        the comparison: begun, waited for, and looked at in one view at a time
`design_inputs`     the boxes in which a perturbation experiment is described
`dose_time`         effect of compounds against dose or time
`experiment`        A session's perturbation experiment: from the samples it brought to a job and its result
`label_inputs`      labels that hold several things: read, counted and corrected before anything is computed
`moved_genes`       which genes a perturbation moves, shown and offered for download
`ranking`           what came of a perturbation experiment, shown and offered for download
`similarity`        which perturbations act alike, and whether gene vectors foresaw it, shown and offered for download
`similarity_charts` figures of perturbations beside one another, and names beside dots
`target_tables`     tables of perturbations as tables of the genes that they are aimed at
`targets`           targets of perturbations: does the gene itself go down, and does the model foresee what that does?
`ways_in`           which samples the experiment has: those of the Samples page, or an example
=================== ==================================================================================================
"""
