"""Sequencing depth, which moves samples as perturbations do: compared between groups, and made equal by thinning counts.

`compare` holds groups' depths against each other, `thinning` draws counts down to a common depth.
"""
