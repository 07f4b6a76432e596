"""The work of this session, to be kept, and whether it was changed since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from generain_core.ui.session import gene_lists, kept_keys
from generain_core.ui.session.aside import own_samples
from generain_core.ui.session.binning import BINNING
from generain_core.ui.session.session import Session
from generain_core.ui.shell import keys

if TYPE_CHECKING:  # they need pandas and anndata, which Home can do without
    from generain_core.work.contents import KeptResult, KeptSamples, Work

_BINS = "_bins"


@dataclass(frozen=True, eq=False)
class State:
    """What work consists of at a moment: objects that never change, and choices."""

    objects: tuple[Any, ...]
    choices: dict[str, Any]

    @property
    def is_work(self) -> bool:
        """Say whether there is anything to keep."""
        return bool(self.objects)

    def same(self, other: State | None) -> bool:
        """Say whether nothing was changed between two moments."""
        return (
            other is not None
            and len(self.objects) == len(other.objects)
            and all(mine is theirs for mine, theirs in zip(self.objects, other.objects, strict=True))
            and self.choices == other.choices
        )


def state() -> State:
    """Return what this session's work consists of now."""
    lists = tuple(gene_lists.workspace())
    libraries = tuple(st.session_state.get(keys.LIST_SETS, {}).values())
    known = st.session_state.get(keys.GENE_SETS)
    objects: list[Any] = [*lists, *libraries, *([known] if known is not None else [])]
    _, session = own_samples()
    if session is not None and session.raw is not None:
        objects += [each for each in (session.raw, session.sheet) if each is not None]
        objects += [value for _, _, _, value in _results(session)]
    choices: dict[str, Any] = dict(kept_keys.current()[0]) if objects else {}
    if session is not None and session.binned is not None:
        choices[_BINS] = session.binned.basis
    return State(tuple(objects), choices)


def is_saved() -> bool:
    """Say whether a file was written, or opened, of the work as it is now."""
    return state().same(st.session_state.get(keys.WORK_SAVED))


def note_saved() -> None:
    """Note that the work as it is now was saved."""
    st.session_state[keys.WORK_SAVED] = state()


def capture() -> Work:
    """Return this session's work."""
    from generain_core.work.contents import Work

    choices, view = kept_keys.current()
    number, session = own_samples()
    return Work(
        lists=tuple(reversed(list(gene_lists.workspace()))),
        libraries=dict(st.session_state.get(keys.LIST_SETS, {})),
        known_sets=st.session_state.get(keys.GENE_SETS),
        samples=_samples(session, number) if session is not None else None,
        choices={**view, **choices},
    )


def _samples(session: Session, number: int) -> KeptSamples | None:
    from generain_core.work.contents import KeptSamples, KeptSheet

    if session.raw is None:
        return None
    sheet, understood, summed, examined, binned = (
        session.sheet,
        session.understood if session.joined is not None else None,
        session.summed,
        session.examined,
        session.binned if session.is_binned else None,
    )
    return KeptSamples(
        raw=session.raw,
        number=number,
        sheet=KeptSheet(table=sheet.table, number=sheet.number, column=sheet.column) if sheet is not None else None,
        corrections=dict(understood.corrections) if understood is not None else None,
        columns=summed.columns if summed is not None else None,
        fitness=(examined.gene_set, examined.min_genes) if examined is not None else None,
        bins=binned.normalized.adata if binned is not None else None,
        results=tuple(_kept(session)),
        is_example=session.is_example,
    )


def _kept(session: Session) -> list[KeptResult]:
    from generain_core.work.contents import KeptResult

    return [KeptResult(name=name, key=key, label=label, value=value) for name, key, label, value in _results(session)]


def _results(session: Session) -> list[tuple[str, Any, str, Any]]:
    """Return what the jobs of the session gave: name, key, label, result."""
    rows = []
    for job, work in session.work.items():
        value = work.result if work.result is not None else work.job.result if work.job.state == "done" else None
        if value is not None and job != BINNING:
            rows.append((str(getattr(job, "name", "")), work.key, work.job.label, value))
    return rows
