"""What was chosen on the map, kept when the map is drawn anew: Streamlit forgets a selection with the figure it was made in."""

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from generain_core.ui.shell import keys

_NONE = np.empty(0, np.intp)


@dataclass
class Chosen:
    """Rows chosen on a figure.

    Attributes:
        space: fingerprint of the vectors whose rows they are.
        figure: what the figure was drawn of.
        drawn: rows drawn as chosen, for they were chosen on the figure before.
        now: rows chosen now.
    """

    space: str
    figure: Hashable
    drawn: np.ndarray = field(default_factory=lambda: _NONE)
    now: np.ndarray = field(default_factory=lambda: _NONE)
    touched: bool = False

    def take(self, rows: np.ndarray) -> np.ndarray:
        """Take the rows that the browser reports and return those chosen: what was drawn, until something else is chosen."""
        self.touched = self.touched or len(rows) > 0
        self.now = rows if self.touched else self.drawn
        return self.now

    def draw(self, rows: np.ndarray) -> None:
        """Take rows that were chosen beside the figure, which is drawn anew with them; for callbacks."""
        self.drawn = self.now = rows
        self.touched = False


def chosen(space: str, figure: Hashable) -> Chosen:
    """Return what is chosen on the map of these vectors; a figure that is drawn anew takes over what was chosen before."""
    before: Chosen | None = st.session_state.get(keys.CHOSEN)
    if before is not None and before.space == space and before.figure == figure:
        return before
    rows = before.now if before is not None and before.space == space else _NONE
    st.session_state[keys.CHOSEN] = found = Chosen(space, figure, rows, rows)
    return found


def clear() -> None:
    """Forget what is chosen; for callbacks."""
    st.session_state.pop(keys.CHOSEN, None)
