"""Methods that the product's numbers are held against, each in plain code from its published formula."""
