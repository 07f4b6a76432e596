"""Sequencing depth, which moves samples as perturbations do: compared between groups, and made equal by thinning counts.

`compare` holds groups against each other, `common` finds the depth or the number of cells that all can be brought to, `thinning`
draws counts down to it, `plan` decides what is thinned and what gets no p-value.
"""
