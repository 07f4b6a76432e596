"""The README's table of commands is the line's: no command is missing, none is made up, and all options are there."""

import argparse
import re

import pytest

from generain_core.cli.parser import GROUPS, build_parser
from tests.conftest import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")


def commands() -> dict[str, argparse.ArgumentParser]:
    (choices,) = [each.choices for each in build_parser()._actions if isinstance(each, argparse._SubParsersAction)]
    return dict(choices)


def rows() -> list[tuple[str, str, str]]:
    """Return the commands of the table: name, the line, and what it is said to do."""
    start = README.index("## Command line")
    table = re.findall(r"^\| (`.*) \| (.*) \|$", README[start : README.index("## Training")], re.MULTILINE)
    return [(line.split()[0], line, words) for cell, words in table for line in re.findall(r"`([^`]+)`", cell)]


def documented(parser: argparse.ArgumentParser) -> set[str]:
    return {name for action in parser._actions if action.help != argparse.SUPPRESS for name in action.option_strings}


def test_the_table_has_all_commands_and_no_other() -> None:
    assert {name for name, _, _ in rows()} == set(commands())


@pytest.mark.parametrize(("name", "line", "words"), rows(), ids=[line[:30] for _, line, _ in rows()])
def test_options_of_the_table_are_documented_options_of_the_command(name, line, words) -> None:
    named = set(re.findall(r"(?<![\w-])(--?[a-z][\w-]*)(?![\w.])", re.sub(r"'[^']*'|\"[^\"]*\"", "", f"{line} {words}")))
    assert named <= documented(commands()[name]) | {"--server"}


def test_every_command_stands_in_a_group_of_the_help() -> None:
    text = build_parser().format_help()
    for title, _ in GROUPS:
        assert f"\n{title}:\n" in text
    for name in commands():
        assert re.search(rf"^  {name} +\S", text, re.MULTILINE), name


def test_commands_in_fences_of_the_readme_are_read() -> None:
    lines = re.findall(r"^generain (?!=)(.+)$", README, re.MULTILINE)
    names = {line.split()[0] for line in lines if not line.startswith("[")}
    assert names
    assert names <= set(commands())
