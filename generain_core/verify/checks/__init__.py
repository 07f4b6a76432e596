"""What `verify` checks, one module a subject: a check returns what it found in words, or raises what is wrong."""
