"""What one session works on, from the upload to bins, and how it comes back after a reload.

================= ====================================================================================================
`aside`           a table that makes way for an example, and comes back in one click
`binning`         the binning of a session's samples: a job, and the bins at hand
`gene_lists`      the lists of genes of a session, which go along from page to page
`interpretation`  from a file that was read to samples that are judged: each step is made when it is asked for, and kept
`own_values`      whether what is shown rests on simulated values: not so of the user's own counts alone
`session`         what one session works on: its file, the steps that were made of it, and the jobs at work
`session_jobs`    what a session computes beside its steps: values that it remembers, and jobs, each under what it stands on
`session_restore` take up one's work again after a reload of the page, for a while, in the same browser and nowhere else
`steps`           the steps from a file to bins, each holding the one before: upload, understood, joined, summed, …
`upload`          the ways in for an expression table: each begins a job that reads it, once
================= ====================================================================================================
"""
