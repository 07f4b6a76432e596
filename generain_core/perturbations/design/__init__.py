"""Who is perturbed by what, who is control: `labels` cleans what was written, `experiment` makes the design of it."""
