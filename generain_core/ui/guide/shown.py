"""One part of the guide as the page shows it."""

import re

import streamlit as st

from generain_core.ui.guide import methods, parts
from generain_core.ui.shell import keys
from generain_core.wording import entries


def choice() -> str:
    """Return the name of the part that the link asks for."""
    return str(st.query_params.get(keys.GUIDE_PART, parts.FIRST))


def show(name: str) -> None:
    """Show a part at a width that reads well, and below it the parts that it names."""
    part = parts.read(name)
    with st.container(width=820):
        if part.name == parts.FIRST:
            _contents(part)
            return
        _link(parts.FIRST, "All parts of the guide")
        st.header(part.title, anchor=False)
        if part.name == entries.PART:
            methods.show()
            return
        _body(part.text)
        for other in parts.linked(part.text):
            _link(other, parts.read(other).title)


def _body(text: str) -> None:
    """Show Markdown, and the pictures in it, which the page reads from the folder of the guide."""
    pieces = parts.PICTURE.split(re.sub(r"^## ", "### ", parts.without_links(text), flags=re.MULTILINE))
    for i in range(0, len(pieces), 3):
        st.markdown(pieces[i])
        if i + 2 < len(pieces):
            st.image(parts.FOLDER / pieces[i + 2], caption=pieces[i + 1])


def _contents(first: parts.Part) -> None:
    """Show the first part: a link for each line that begins with one."""
    for line in first.text.splitlines():
        named = parts.linked(line)
        for each in named:
            _link(each, parts.read(each).title)
        if line and not named:
            st.markdown(line)
        elif named and ": " in line:
            st.caption(line.partition(": ")[2])


def _link(name: str, label: str) -> None:
    st.page_link("pages/guide.py", label=label, icon=":material/arrow_forward:", query_params={keys.GUIDE_PART: name})


def link(page: str) -> None:
    """Link from a page to the part that is about it."""
    name = parts.OF_PAGE.get(page)
    if name is not None:
        st.page_link("pages/guide.py", label="Help with this page", icon=":material/help:", query_params={keys.GUIDE_PART: name})
