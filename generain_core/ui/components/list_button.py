"""“Use as a list”: one click takes the genes of a table into the session's lists."""

from collections.abc import Callable, Iterable, Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from generain_core.lists.gene_list import GeneList, Origin
from generain_core.ui.session import gene_lists
from generain_core.ui.shell.escaping import escape_markdown

__all__ = ["LABEL", "Origin", "offer", "offer_made"]
LABEL = "Use as a list"


def offer(
    name: str,
    genes: Iterable[str],
    key: str,
    origin: Origin,
    *,
    background: Iterable[str] = (),
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
        missing: names that led to none, each with the reason.
        label: of the button.
        place: where it stands; here without it.
    """
    kept = tuple(dict.fromkeys(map(str, genes)))
    result = GeneList(name=name, genes=kept, missing=dict(missing or {}), origin=origin, background=tuple(background))
    offer_made(lambda: result, key, len(kept), name, label=label, place=place)


def offer_made(
    make: Callable[[], GeneList], key: str, size: int, name: str, *, label: str = LABEL, place: DeltaGenerator | None = None
) -> None:
    """Offer to keep a list that is made once it is asked for."""
    (place or st).button(
        label,
        key=f"list_of_{key}",
        icon=":material/playlist_add:",
        on_click=_keep,
        args=(make,),
        disabled=not size,
        help=f"Keeps these {size:,} genes under “{escape_markdown(name, 60)}”, for all pages.",
    )


def _keep(make: Callable[[], GeneList]) -> None:
    gene_lists.keep(make())
