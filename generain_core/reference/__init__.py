"""Reference mapping: hundreds of thousands of samples embedded once, and new samples placed among them.

`build` embeds `sources` into a `store`, `calibration` makes what placing needs (`held_out` chooses the samples
that stand for new ones, `fitted` keeps what they tell), `catalog` lists the references of a release.
`placement` places samples: `search` finds the nearest, `novelty` says how unusual a sample is, `self_matches` which reference
samples are the sample itself.
"""
