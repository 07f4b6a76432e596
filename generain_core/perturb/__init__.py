"""Perturbations: what moved, how sure, what moved alike, and whether the vectors foresaw it."""
