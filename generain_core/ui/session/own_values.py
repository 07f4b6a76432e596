"""Whether what is shown rests on simulated values: not so where it is computed from the user's own counts alone."""

from generain_core.release.files import Release
from generain_core.ui.session.session import Session

_EXAMPLES = ("demo/counts", "demo/perturbation_counts", "example")


def rests_on_simulated(session: Session, release: Release, *, own: bool) -> bool:
    """Say whether a result rests on simulated values.

    Args:
        session: whose samples it is of.
        release: at hand; of a published one nothing is simulated.
        own: whether it is computed from the counts of the samples alone: log depth, library sizes, genes moved in expression.
    """
    return release.simulated and not (own and not is_example(session, release))


def is_example(session: Session, release: Release) -> bool:
    """Say whether the samples are an example of the release, as its file's name tells; those of a demo are simulated too."""
    return session.source in {release.path(key).name for key in _EXAMPLES if release.has(key)}
