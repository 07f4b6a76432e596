"""The ways in for an expression table: an upload, the example, a path on this computer."""

from pathlib import Path

import streamlit as st

from generain_core.release.files import Release
from generain_core.samples.io import isolated
from generain_core.samples.io.limits import FILE_BYTES, in_words
from generain_core.ui.samples import archs4_source, published_example
from generain_core.ui.session import aside, upload, upload_room
from generain_core.ui.shell import access, keys, layout, link_file


def ways_in(release: Release) -> None:
    """Offer the ways in; what is taken begins to be read."""
    isolated.prepare()
    aside.offer()
    link_file.wanted(release.path("demo/counts").name if release.has("demo/counts") else "")
    uploaded = st.file_uploader(
        "Expression table, or the files of all samples together; the sheet of the samples may come with it",
        key=f"upload_{st.session_state.get(keys.UPLOADS, 0)}",
        accept_multiple_files=True,
        max_upload_size=max(1, upload_room.largest() >> 20),
        help="It stays on the machine that the app runs on, and is dropped once it is read, or, if it has further sheets, "
        "once you take another file. Choose several files at once if each holds one sample.",
    )
    st.caption(
        "csv, tsv, txt (also .gz), xlsx, parquet, h5ad, 10x .h5, a zip of a 10x folder, gct, R's .rds and .RData, GEO's series "
        "matrix, tables of featureCounts, htseq-count, salmon and nf-core, GeneRAIN's pickled example. One file a sample (STAR, "
        "htseq-count, RSEM, salmon, GDC, GEO's RAW.tar): all files at once, or a zip or tar of them. Genes in rows or columns, "
        "under symbols or Ensembl IDs; counts are best, CPM, TPM and logs can be used, z-scores can't."
    )
    if uploaded:
        layout.attempt(upload.begin_uploads, uploaded)
    if release.has("demo/counts") and st.button("Use the example", key="example", icon=":material/science:"):
        layout.attempt(upload.begin_example, release)
    published_example.offer(release)
    archs4_source.offer(release)
    if access.reads_disk():
        with (
            st.expander(f"A file or 10x folder on this computer, up to {in_words(FILE_BYTES)}", icon=":material/folder_open:"),
            st.form("on_disk", border=False),
        ):
            path = st.text_input("Path", key="path", placeholder="/data/counts.csv")
            if st.form_submit_button("Read") and path.strip():
                layout.attempt(_begin_path, path.strip())


def _begin_path(words: str) -> None:
    """Begin to read what lies at a path, if it may be named."""
    upload.begin_path(access.named(Path(words)))
