"""How predictions are judged: folds, nested cross-validation, scores, intervals, the null, and the one comparison."""
