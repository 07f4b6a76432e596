"""“Use as a list”: one click takes the genes of a table into the session's lists."""

from collections.abc import Iterable, Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from generain_core.lists.gene_list import GeneList, Origin
from generain_core.ui.session import gene_lists

__all__ = ["LABEL", "Origin", "offer"]
LABEL = "Use as a list"


def offer(
    name: str,
    genes: Iterable[str],
    key: str,
    origin: Origin,
    *,
    background: Iterable[str] = (),
    ranking: Mapping[str, float] | None = None,
    missing: Mapping[str, str] | None = None,
    label: str = LABEL,
    place: DeltaGenerator | None = None,
) -> None:
    """Offer to keep genes as a list.

    Args:
        name: of the list.
        genes: of it, in their order.
        key: of the button.
        origin: how they were chosen.
        background: the genes that could have been chosen; none for all of the model.
        ranking: score of each gene that was ranked, if these are the top of a ranking.
        missing: names that led to none, each with the reason.
        label: of the button.
        place: where it stands; here without it.
    """
    kept = tuple(dict.fromkeys(map(str, genes)))
    made = GeneList(
        name=name,
        genes=kept,
        missing=dict(missing or {}),
        origin=origin,
        background=tuple(background),
        ranking=dict(ranking or {}),
    )
    (place or st).button(
        label,
        key=f"list_of_{key}",
        icon=":material/playlist_add:",
        on_click=gene_lists.keep,
        args=(made,),
        disabled=not kept,
        help=f"Keeps these {len(kept):,} genes under “{name[:60]}”, for all pages.",
    )
