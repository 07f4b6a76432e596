"""Which perturbations act alike.

`shift_similarity` compares directions, `plane` arranges perturbations, `vector_agreement` asks if gene vectors tell the same.
"""
