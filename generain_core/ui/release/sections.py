"""Parts of the Release page: what is there, what a check found, what can be had."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.install.contents import Offer, contents, free_bytes, offers
from generain_core.install.record import DOI
from generain_core.release.files import Release
from generain_core.text import file_size
from generain_core.ui.components import downloads
from generain_core.ui.components.downloads import File
from generain_core.ui.jobs import job_view
from generain_core.ui.release import jobs
from generain_core.ui.shell import keys, layout, resources
from generain_core.ui.shell.escaping import escape_markdown


def shown_contents(release: Release) -> None:
    """Show each published file: whether it is there, how large, and where it belongs."""
    table = contents(release)
    there = table[table["there"]]
    for column, (label, value) in zip(
        st.columns(3),
        (
            ("Files there", f"{len(there)} of {len(table)}"),
            ("On disk", file_size(int(there["bytes"].sum()))),
            ("Free on this disk", file_size(free_bytes(release.root))),
        ),
        strict=True,
    ):
        column.metric(label, value, border=True)
    written: dict[Any, Any] = {"bytes": file_size}
    st.dataframe(
        table.style.format(written, na_rep="–"),
        hide_index=True,
        height=320,
        key="contents",
        placeholder="–",
        column_config={
            "part": st.column_config.TextColumn("Part"),
            "file": st.column_config.TextColumn("File"),
            "there": st.column_config.CheckboxColumn("There", width="small"),
            "bytes": st.column_config.NumberColumn("Size"),
            "folder": st.column_config.TextColumn("Folder"),
        },
    )
    if layout.manages():
        st.caption(f"Folder: {escape_markdown(release.root)}")
    for sentence in release.missing():
        st.caption(f":material/extension_off: {escape_markdown(sentence, 600)}")


def checks(release: Release) -> None:
    """Offer the check of all files, and show what the last one found."""
    job = jobs.checking(release)
    if job is not None and job.unfinished:
        job_view.show(job)
        return
    if job is not None and job.state != "done":
        job_view.show(job)
    found: dict[str, Any] | None = job.result if job is not None else None
    row = st.container(horizontal=True, vertical_alignment="center")
    words = "Check again" if found else "Check every file"
    if layout.manages() and row.button(words, key="verify", icon=":material/fact_check:"):
        layout.attempt(jobs.begin_check, release)
    elif found is None and not layout.manages():
        row.caption("Every file is checked by whoever runs this page, with the command `generain verify`.")
        return
    if found is None:
        row.caption(
            "Each file is read to its end and compared with the others, and the published example is binned anew. "
            "A whole release takes some minutes.",
            width="stretch",
        )
        return
    with row:
        downloads.offer(File("JSON", f"{release.name}_verify.json", json.dumps(found, indent=1)))
    _found(found, release)


def _found(found: dict[str, Any], release: Release) -> None:
    table = pd.DataFrame(found["checks"])
    state = table["ok"].map(lambda ok: "not applicable" if ok is None else "ok" if ok else "FAULT")
    faults = table[state == "FAULT"]
    if found["label"] != release.label:
        st.info("Files have come, gone or changed since; check again.", icon=":material/history:")
    if len(faults):
        st.error(f"{len(faults)} of {len(table)} checks found a fault.", icon=":material/error:")
        for name, detail in zip(faults["name"][:12], faults["detail"][:12], strict=True):
            st.markdown(f"- **{escape_markdown(name)}**: {escape_markdown(detail, 2000)}")
    else:
        rest = int((state == "not applicable").sum())
        more = f" {rest} do not apply to this release." if rest else ""
        st.success(f"All {len(table) - rest} checks passed.{more}", icon=":material/check_circle:")
    shown = table.assign(ok=state).sort_values("ok", kind="stable")
    st.dataframe(
        shown[["ok", "name", "detail"]],
        hide_index=True,
        height=320,
        key="checks",
        column_config={
            "ok": st.column_config.TextColumn("Result", width="small"),
            "name": st.column_config.TextColumn("Check", width="medium"),
            "detail": st.column_config.TextColumn("Found", width="large"),
        },
    )


def target(release: Release | None) -> Path:
    """Return where a download belongs: the release in use, unless it is simulated; then ``release`` beside it."""
    return Path.cwd() / "release" if release is None or release.simulated else release.root


def commands() -> None:
    """Say how whoever runs the page gets the files, where visitors may not."""
    st.markdown(
        "If you started this page yourself, stop it (Ctrl+C) and type this in the same folder; it lists the files with their "
        "sizes and asks before anything is fetched. If others run it for you, ask them."
    )
    is_source = (settings.PROJECT / "pyproject.toml").is_file()
    command = ".venv/bin/python -m generain_core" if is_source else "generain"
    st.code(f"{command} download", language=None)
    st.caption(f"Or start the page with `{command} app`: then this page downloads by clicks.")


def download(release: Release | None) -> None:
    """Let a person look up a record, choose among its files and download them."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    source = row.text_input(
        "From",
        DOI,
        key=keys.RECORD_SOURCE,
        persist_state="session",
        help="A Zenodo DOI, the address of a record's JSON on a mirror, or a folder with the record's files.",
    ).strip()
    into = row.text_input(
        "Into",
        str(target(release)),
        key=keys.RECORD_TARGET,
        persist_state="session",
        help="The release folder; it is made if it is missing.",
    ).strip()
    if not source or not into:
        return
    try:
        root = Path(into).expanduser().absolute()
    except RuntimeError:
        st.error("That names the home folder of a user who is not here; give the whole path.")
        return
    running = jobs.downloading(root)
    if running is not None and running.unfinished:
        job_view.show(running)
        st.caption("What has come is kept: a download that was cancelled or broke off goes on where it stopped.")
        return
    if running is not None:
        _ended(running, root)
    listing = jobs.looking_up(source)
    if listing is None or listing.state != "done":
        if listing is not None:
            job_view.show(listing)
        idle = listing is None or not listing.unfinished
        if idle and st.button("Look up the files", key="look_up", icon=":material/list:"):
            layout.attempt(jobs.begin_looking_up, source)
        return
    _choice(source, listing, root)


def _choice(source: str, listing: job_view.Job, root: Path) -> None:
    st.markdown(escape_markdown(listing.result.title))
    chosen = []
    for offer in offers(listing.result, root):
        words = f"{escape_markdown(offer.file.name)} · {_size(offer)}{_state(offer)}"
        wanted = not offer.installed and not offer.file.is_training
        if st.checkbox(words, value=wanted, key=f"get_{root}_{offer.file.name}_{offer.installed}", help=_about(offer)):
            chosen.append(offer)
    hgnc = st.checkbox(
        "HGNC's complete set · about 17 MB, for aliases and previous symbols", key="get_hgnc", help="Fetched from genenames.org."
    )
    size = sum(offer.file.size or 0 for offer in chosen)
    if st.button(
        f"Download {len(chosen) + hgnc} file{'s' * (len(chosen) + hgnc != 1)}, {file_size(size + hgnc * 17_000_000)}",
        type="primary",
        key="download",
        icon=":material/download:",
        disabled=not chosen and not hgnc,
    ):
        layout.attempt(partial(jobs.begin_download, hgnc=hgnc), source, chosen, root)
    st.caption(f"{file_size(free_bytes(root))} free on that disk. Sums are checked, and what has come is kept if it breaks off.")


def _ended(job: job_view.Job, root: Path) -> None:
    if job.state != "done":
        job_view.show(job)
        return
    st.success(escape_markdown(f"Installed in {root}."), icon=":material/check_circle:")
    if root != settings.DEMO_RELEASE and str(root) != str(_in_use()):
        st.markdown(
            f"To use it, start the app with `streamlit run app.py -- --release FOLDER`, where FOLDER is {escape_markdown(root)}."
        )


def _in_use() -> Path:
    try:
        return resources.release().root
    except GeneRAINError:
        return settings.DEMO_RELEASE


def _size(offer: Offer) -> str:
    return file_size(offer.file.size) if offer.file.size is not None else "size not told"


def _state(offer: Offer) -> str:
    if offer.installed:
        return " · installed"
    return f" · {file_size(offer.at_hand)} at hand" if offer.at_hand else ""


def _about(offer: Offer) -> str:
    if offer.file.is_training:
        return "A fifth of the binned training samples. Only needed to build a reference of them."
    return "Packed files of the release; they are unpacked into their places." if offer.file.is_packed else "A released file."
