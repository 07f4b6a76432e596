"""Parts of the About page."""

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pandas as pd
import streamlit as st

from generain_core.demo import figures
from generain_core.release.files import Release
from generain_core.release.provenance import provenance
from generain_core.text import percent
from generain_core.ui.components import downloads
from generain_core.ui.components.downloads import File
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.version import __version__
from generain_core.wording import citation

PACKAGES = (
    *("streamlit", "torch", "transformers", "numpy", "pandas", "scipy", "scikit-learn", "umap-learn", "plotly"),
    *("anndata", "h5py", "pyarrow"),
)


def licence_and_citation() -> None:
    """Say what may be done with code and data, and what to cite."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.header("Licence", anchor=False)
        st.markdown(
            "The code of GeneRAIN Explorer is under the MIT licence. GeneRAIN's data, models and vectors are under "
            "[CC BY-NC 4.0](https://creativecommons.org/licenses/by-nc/4.0/): with attribution, not for commercial use. "
            "GeneRAIN Explorer is not made by GeneRAIN's authors."
        )
    with right:
        st.header("Please cite", anchor=False)
        st.code(citation.in_words(), language=None, wrap_lines=True)
        st.markdown(f"[Preprint]({citation.PAPER}) · [Data]({citation.RECORD})")
        with st.container(horizontal=True):
            st.download_button("BibTeX", citation.bibtex(), "generain.bib", "application/x-bibtex", icon=":material/download:")
            kind = "application/x-research-info-systems"
            st.download_button("RIS", citation.ris(), "generain.ris", kind, icon=":material/download:")
        st.caption("Every table and file that you download says which release and version it was made with.")


def demo(release: Release, proof: dict[str, Any]) -> None:
    """Say how the demo release was made and how well it does."""
    st.header("How this demo was made", anchor=False)
    st.warning(
        "The demo is no biology. Gene names are real, and which genes act together follows textbooks; every count is simulated, "
        "and all else was learned from these counts. It shows what the app does, and that the methods find what was put in.",
        icon=":material/science:",
    )
    for step in figures.how(proof):
        st.markdown(f"- {step}")
    st.header("How well it does", anchor=False)
    _headline(proof)
    table = figures.table(proof)
    st.dataframe(
        table,
        hide_index=True,
        key="proof",
        height="content",
        column_config={
            "part": st.column_config.TextColumn("About", width=105),
            "question": st.column_config.TextColumn("Question", width=365),
            "of": st.column_config.TextColumn("Of or by", width=235),
            "result": st.column_config.TextColumn("Result", width=70),
            "compared": st.column_config.TextColumn("Held against", width="medium"),
        },
        alt="How well the demo release does",
    )
    downloads.offer(File("CSV", "demo_figures.csv", table), origin=provenance(release, "how well the demo does"))
    st.caption("`python -m generain_core demo -o FOLDER` makes all this anew: samples, models, predictions, and these figures.")


def _headline(proof: dict[str, Any]) -> None:
    near, first = proof["neighbors"], list(proof["samples"]["nearest_of_type"])[1]
    moved = proof["perturbations"]
    shown = (
        (
            "Coding neighbors",
            percent(near["coding"]["share"]),
            f"Of a coding gene's ten nearest, the share in a program of its own; {percent(near['coding']['chance'], 1)} by "
            "chance.",
        ),
        (
            "lncRNA neighbors",
            percent(near["lncRNA"]["share"]),
            f"Of a lncRNA's ten nearest, the share in a program of its own; {percent(near['lncRNA']['chance'], 1)} by chance.",
        ),
        ("Attributes, AUROC", f"{proof['attributes']['median_auroc']:.2f}", "Median over gene sets; 0.5 by chance."),
        (
            "Samples by type",
            percent(proof["samples"]["nearest_of_type"][first]),
            f"New samples whose nearest is of their type, by {escape_markdown(first)}; "
            f"{percent(proof['samples']['chance'], 1)} by chance.",
        ),
        (
            "Knock-downs found",
            f"{moved['embedding']['found']} of {moved['with_effect']}",
            f"In the first model's space, at a false discovery rate of 5 %; {moved['embedding']['false']} of {moved['without']} "
            "without an effect.",
        ),
    )
    for column, (label, value, words) in zip(st.columns(len(shown)), shown, strict=True):
        column.metric(label, value, border=True, help=words)


def versions(release: Release | None) -> None:
    """Show versions of what computes here."""
    st.header("Versions", anchor=False)
    label = release.label if release else "none"
    rows = {
        "GeneRAIN Explorer": __version__,
        "release": label,
        "Python": platform.python_version(),
    }
    for package in PACKAGES:
        try:
            rows[package] = version(package)
        except PackageNotFoundError:
            rows[package] = "not installed"
    st.dataframe(
        pd.DataFrame({"what": list(rows), "version": list(rows.values())}),
        hide_index=True,
        key="versions",
        height="content",
        column_config={"what": "What", "version": "Version"},
        alt="Versions of the app, the release and the packages",
    )
