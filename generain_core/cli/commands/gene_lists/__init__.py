"""The commands about lists of genes: `lists` has those about one, `compare` those that hold two against each other."""
