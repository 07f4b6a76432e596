"""Does the model tell more about labeled samples than plain expression does? Outcomes, probes, held-out scores, a verdict.

`outcome` is what is to be predicted, `design` who belongs together and what else is known of the samples, `probes` what predicts,
`validation` how that is judged; `samples` gathers what probes read, `run` tells the story from a table to a verdict.
"""
