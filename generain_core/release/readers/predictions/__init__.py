"""The released predictions: their layout in the file, the attributes they are of, and blocks of their values."""
