"""The gene programs of the demo release: which real genes act together (data), and what is known of single genes."""
