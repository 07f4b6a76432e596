"""A probe that was fitted, as a file of arrays and words, and its use on further samples."""
