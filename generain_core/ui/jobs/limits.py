"""What the operator allows to wait, and how long work goes on that nobody is there for."""

from dataclasses import dataclass

from generain_core.settings import operator_number

WAITING = "GENERAIN_JOBS"
WAITING_EACH = "GENERAIN_JOBS_EACH"
ABANDONED = "GENERAIN_ABANDONED_MINUTES"


@dataclass(frozen=True)
class QueueLimits:
    """Limits of the queue.

    Attributes:
        waiting: jobs that may wait in all.
        waiting_each: jobs of one session that may wait.
        abandoned_seconds: how long work goes on whose sessions have all lost their tabs.
    """

    waiting: int = 16
    waiting_each: int = 4
    abandoned_seconds: float = 120.0

    @classmethod
    def of_operator(cls) -> "QueueLimits":
        """Return the limits that the environment says; what is no number above zero there counts as not said."""
        return cls(
            int(operator_number(WAITING, cls.waiting)),
            int(operator_number(WAITING_EACH, cls.waiting_each)),
            60 * operator_number(ABANDONED, cls.abandoned_seconds / 60),
        )
