"""What the operator allows to wait, and how long work goes on that nobody is there for."""

import os
from dataclasses import dataclass

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
            int(_number(WAITING, cls.waiting)),
            int(_number(WAITING_EACH, cls.waiting_each)),
            60 * _number(ABANDONED, cls.abandoned_seconds / 60),
        )


def _number(name: str, unset: float) -> float:
    try:
        value = float(os.environ.get(name, ""))
    except ValueError:
        return unset
    return value if 0 < value < float("inf") else unset
