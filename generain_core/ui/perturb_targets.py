"""Targets of perturbations: does the gene itself go down, and does the model foresee what that does?"""

import streamlit as st

from generain_core.export import csv_bytes, provenance
from generain_core.perturb.export import parameters
from generain_core.perturb.knockdown import knockdown
from generain_core.perturb.run import Choices, Perturbed
from generain_core.release import Release
from generain_core.ui import perturbing, tables
from generain_core.ui.uploads import Session

_QUICK = 60


def targets(session: Session, result: Perturbed, choices: Choices, release: Release) -> None:
    """Show what is left of each target."""
    if not result.design.targets:
        st.info("No perturbation names a gene, so there is no target to look at.", icon=":material/info:")
        return
    quick = len(result.design.targets) <= _QUICK
    table = perturbing.part(session, "perturb_knockdown", choices, "Targets", lambda tell: knockdown(result, tell), quick=quick)
    if table is None:
        return
    counts = table["verdict"].value_counts()
    untold = len(table) - sum(int(counts.get(word, 0)) for word in ("down", "up", "not told"))
    figures = st.columns(4)
    for box, word, label in zip(figures, ("down", "up", "not told"), ("Target down", "Target up", "Not told"), strict=False):
        box.metric(label, f"{int(counts.get(word, 0)):,}", border=True, help="At a false discovery rate of 5 %.")
    figures[3].metric("Not testable", f"{untold:,}", border=True, help="Not measured, hardly expressed, or too few samples.")
    tables.show(table, release, "perturb_targets", height=320, placeholder="")
    st.caption("Left of it: of the target's depth-scaled count, by the mean log2 change; p by exchanging labels, two-sided.")
    st.download_button(
        "Targets",
        csv_bytes(table, provenance(release, parameters(result), "log2(count · 10⁷ / total + 1) of the target")),
        "knock_down_check.csv",
        key="perturb_knock_down_check.csv",
        on_click="ignore",
        icon=":material/download:",
    )
