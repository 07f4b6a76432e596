"""How far a perturbation moves samples.

`spaces` places samples (embedding, expression), `analysis` ranks all perturbations in a space, `effect` and `paired` measure one,
`permutations` and `exchange` say which relabelings a test looks at.
"""
