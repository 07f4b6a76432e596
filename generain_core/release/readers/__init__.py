"""Readers of the released files, one module a format: annotation, boundaries, checkpoints, gene lists, predictions, token
indices, vectors.
"""
