"""Who belongs together (donors), what else is known of samples (covariates), and what gives the outcome away (leaks)."""
