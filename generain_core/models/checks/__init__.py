"""How far an embedding can be trusted.

`stability` drops genes, `token_audit` lists what a model read of a sample, `alternative_readings` tries `possible_readings` of
the file, `trial` measures how long the work will take.
"""
