"""The calibration book: simulated designs, run through the product as a user would, show which of its numbers hold.

`book` runs them all and goes on where it stopped; `parts` are the pieces of the work and what is kept of them; `measures` is
what an experiment tells, summed over many; `entries` is the table that comes of it, with a verdict on each number; `page` writes
it in Markdown. `simulation/` draws samples, `designs/` holds a family of designs a file, `independent/` the methods that
numbers are held against, in plain code of their own.
"""
