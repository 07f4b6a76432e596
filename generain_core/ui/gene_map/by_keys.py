"""Choose genes of the map without a pointer: a box by its borders, in per cent of the map's width and height."""

import numpy as np
import streamlit as st

from generain_core.ui.gene_map.selection import Chosen
from generain_core.vectors.gene_map import Projection

_WHOLE = (0, 100)


def box(projection: Projection, selected: Chosen) -> None:
    """Offer two ranges, for keys alone, and a button that takes the genes within both."""
    with st.expander("Choose by keys", icon=":material/keyboard:"):
        across = st.slider("From left to right, %", *_WHOLE, _WHOLE, key="map_across")
        upwards = st.slider("From bottom to top, %", *_WHOLE, _WHOLE, key="map_upwards")
        rows = within(projection.places, across, upwards)
        st.button(
            f"Take these {len(rows):,} genes",
            key="map_take",
            on_click=selected.draw,
            args=(rows,),
            disabled=not len(rows) or (across, upwards) == (_WHOLE, _WHOLE),
        )


def within(places: np.ndarray, across: tuple[float, float], upwards: tuple[float, float]) -> np.ndarray:
    """Return the rows of places (n × 2) between these borders, in per cent of what the places span; the borders count."""
    low, span = places.min(axis=0), np.ptp(places, axis=0)
    shares = 100 * (places - low) / np.where(span > 0, span, 1)
    least, most = np.array([across[0], upwards[0]]), np.array([across[1], upwards[1]])
    return np.flatnonzero(((shares >= least) & (shares <= most)).all(axis=1))
