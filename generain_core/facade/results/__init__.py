"""What a method answers where a table is not enough (`perturbation_result`)."""
