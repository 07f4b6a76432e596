"""The store of predicted attributes: converted once from the released table, read by gene and by attribute, with ranks."""
