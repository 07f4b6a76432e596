"""Training a network from scratch, as the authors did.

`train` is the story, from chunks to checkpoint. It is made of `options` (settings), `data` (chunks and their split), `plan`
(which samples make which step), `masks` (what is to be predicted), `learner` (the network), `cross_entropy` (its loss),
`steps` (the optimizer), `log` and `checkpoint`.
"""
