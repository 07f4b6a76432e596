"""What can go wrong with a user's input, said in one sentence."""


class GeneRAINError(Exception):
    """An input at fault. The message says what was given, what is accepted and what to do."""


class ReleaseError(GeneRAINError):
    """A release folder, or a file of it, is missing or not as published."""


class GeneError(GeneRAINError):
    """A gene name that leads to no gene of the model, or to several."""


class Cancelled(GeneRAINError):
    """The user stopped the work."""
