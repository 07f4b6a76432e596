"""GeneRAIN Explorer's library: the same functions as the app and the command line."""

__version__ = "0.1.0"
