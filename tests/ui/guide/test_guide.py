"""The guide: all parts are reached from the first, every link leads somewhere, pages link to their part."""

import re

import pytest

from generain_core.cli.parser import build_parser
from generain_core.settings import PROJECT
from generain_core.ui.guide import parts


def test_every_part_is_listed_by_the_first() -> None:
    assert set(parts.names()) == {path.stem for path in parts.FOLDER.glob("*.md")} - {"reference"}  # for the site alone
    assert parts.read("no such part").name == parts.FIRST


@pytest.mark.parametrize("name", parts.names())
def test_links_lead_somewhere(name: str) -> None:
    text = (parts.FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert text.startswith("# ")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert target.startswith("https://doi.org/") or (parts.FOLDER / target).is_file(), target


def test_every_page_has_a_part() -> None:
    pages = {path.stem for path in (PROJECT / "pages").glob("*.py")} - {"guide"}
    assert pages <= set(parts.OF_PAGE)
    assert set(parts.OF_PAGE.values()) <= set(parts.names())


def test_commands_of_the_guide_are_commands() -> None:
    known = {line.split()[0] for line in (build_parser().epilog or "").splitlines() if line.startswith("  ")} | {"cohort"}
    for path in parts.FOLDER.glob("*.md"):
        code = " ".join(re.findall(r"```[^`]+```|`[^`\n]+`", path.read_text(encoding="utf-8")))
        used = re.findall(r"(?<![\w.=])generain (?:--release \S+ )?([a-z][a-z-]+)(?=[\s`\"])", code)
        assert set(used) <= known, path.name


@pytest.mark.parametrize("name", parts.names())
def test_a_part_is_shown(visit, name: str) -> None:
    app = visit("guide", part=name)
    assert not app.exception
    assert "Guide" in [each.value for each in app.title]
    if name != parts.FIRST:
        assert parts.read(name).title in [each.value for each in app.header]


def test_methods_are_found_by_a_link_and_can_be_copied(visit) -> None:
    app = visit("guide", part="methods", about="coherence")
    assert not app.exception
    assert [each.value for each in app.subheader] == ["Coherence"]
    assert "(1 + b) / (1 + m)" in app.code[0].value
    assert "GeneRAIN Explorer" in app.code[0].value
    app.selectbox(key="about").set_value(None).run()
    assert "Similar genes" in [each.value for each in app.subheader]
