"""The tools, a file a subject: genes, attributes, samples, perturbations, release."""
