"""The methods of `generain_core.GeneRAIN`, a file a subject: genes, attributes, samples, perturbations, cohort, release."""
