"""What can go wrong with a user's input, said in one sentence."""


class GeneRAINError(Exception):
    """An input at fault. The message says what was given, what is accepted and what to do."""


class ReleaseError(GeneRAINError):
    """A release folder, or a file of it, is missing or not as published."""


class GeneError(GeneRAINError):
    """A gene name that leads to no gene of the model, or to several."""


class Untestable(GeneRAINError):
    """Samples or genes that a test can't be made of; those beside them may have it."""


class NeedsConsent(GeneRAINError):
    """A table that can be used once the user says something.

    Attributes:
        options: what is to be said: names of corrections, which the line, methods and the page spell their way.
        choices: what may be said, where it is a name from the file.
    """

    def __init__(self, message: str, options: tuple[str, ...] = (), choices: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.options, self.choices = tuple(options), tuple(choices)


class Cancelled(GeneRAINError):
    """The user stopped the work."""
