"""The table of settings names every variable that the program reads, and no other."""

import re

from generain_core.settings import ASSETS, PROJECT


def test_every_variable_stands_in_the_table() -> None:
    table = re.findall(r"^\| `([A-Z_]+)`", (ASSETS / "guide/server.md").read_text(encoding="utf-8"), re.MULTILINE)
    read = set[str]()
    for path in (PROJECT / "generain_core").rglob("*.py"):
        read |= set(re.findall(r"GENERAIN_[A-Z_]+", path.read_text(encoding="utf-8")))
    assert {name for name in table if name.startswith("GENERAIN_")} == read
    assert len(table) == len(set(table))
