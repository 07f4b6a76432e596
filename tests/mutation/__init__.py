"""Mutation runs: faults are put into numeric code one by one, and the tests of its room have to notice. Run by hand."""
