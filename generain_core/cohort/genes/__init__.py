"""Which genes carry the outcome: those that LASSO takes up, and those without which the model's embedding tells less."""
