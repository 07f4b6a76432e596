"""In-silico knock-downs, held against measured shifts.

`knockdown` is the whole comparison, `changed_controls` embeds controls with a gene changed,
`published_change` as the authors did, `baselines` are what a model has to
beat, `verdict` says whether it does.
"""
