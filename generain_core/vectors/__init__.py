"""GeneRAIN-vec: the released gene vectors, what is near what, and where everything lies."""

from generain_core.vectors.model_genes import model_genes, open_model_vectors
from generain_core.vectors.open import VectorSet, open_vectors, vector_sets
from generain_core.vectors.space import GeneSpace

__all__ = ["GeneSpace", "VectorSet", "model_genes", "open_model_vectors", "open_vectors", "vector_sets"]
