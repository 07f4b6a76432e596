"""The commands about perturbation experiments: perturb and example, with their options, tables and files."""
