"""Whether a donor's samples agree on the event."""

import numpy as np

from generain_core.cohort.design.groups import Groups
from generain_core.cohort.outcome.outcome import Outcome, OutcomeKind
from generain_core.errors import GeneRAINError
from generain_core.text import echo, listed


def check_events(outcome: Outcome, groups: Groups) -> None:
    """Refuse donors who had the event and had it not at one time, by two of their samples.

    Args:
        outcome: of all samples; only times with events are looked at.
        groups: donors of all samples.

    Raises:
        GeneRAINError: there is such a donor.
    """
    if outcome.kind is not OutcomeKind.SURVIVAL or not groups.source:
        return
    rows = np.flatnonzero(outcome.usable)
    told = np.unique(np.column_stack([groups.codes[rows], outcome.values[rows]]), axis=0)  # donor, time, event
    again = np.flatnonzero((told[1:, :2] == told[:-1, :2]).all(1))
    if not len(again):
        return
    donors = np.unique(told[again, 0])
    names = [groups.labels[rows[groups.codes[rows] == donor][0]] for donor in donors]
    donor, verb = ("Donor", "has") if len(names) == 1 else ("Donors", "have")
    raise GeneRAINError(
        f"{donor} {listed(list(map(echo, names)))} {verb} samples with the event and without it at the same time, "
        f"such as {told[again[0], 1]:g}: correct {echo(outcome.event)} in the sample table, or name another column "
        "for the donors (--groups)."
    )
