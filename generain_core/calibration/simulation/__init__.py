"""Simulated samples as AnnData: logs of which all is known, counts as a sequencer gives them, residuals of a table at hand."""
