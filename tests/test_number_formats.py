"""Numbers are written one way: per cent, digits and sizes by the functions of `generain_core.text` alone."""

import re

import pytest

from generain_core.text import Amount, file_size, percent, significant
from tests.conftest import PROJECT

SOURCES = [*(PROJECT / "generain_core").rglob("*.py"), *(PROJECT / "pages").glob("*.py"), PROJECT / "app.py"]
ELSEWHERE = re.compile(r":,?\.\d%|:%\}|:,?\.[12]g\b|\d%[^%{(\w]|/ 1e[69]:|[0-9}] ?GiB")
"""A number written in a place of its own: ``{share:.0%}``, ``{p_value:.2g}``, ``{size / 1e9:.1f} GB``, or ``52%`` itself."""
ALLOWED = {
    "generain_core/wording/verdicts.py": "rounds a number to two digits, which is then written with commas",
    "generain_core/calibration/designs/many.py": "the name of a case, which its seed is drawn from; the page writes it anew",
    "generain_core/models/devices.py": "the memory of a device, in the unit that its maker names",
    "generain_core/work/capsule/picture.py": "the width of a picture, which is no number to read",
    "generain_core/text.py": "here they are written",
}


def test_no_number_is_written_in_a_way_of_its_own() -> None:
    found = {
        f"{path.relative_to(PROJECT)}:{number}: {line.strip()}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if ELSEWHERE.search(line) and str(path.relative_to(PROJECT)) not in ALLOWED
    }
    assert found == set()


def test_the_guide_writes_per_cent_with_a_space() -> None:
    """But in names of simulated cases, as in *100% left*, and in commands."""
    for path in [*(PROJECT / "assets/guide").glob("*.md"), PROJECT / "README.md"]:
        assert re.findall(r"\d%(?! left\b|\d)", path.read_text(encoding="utf-8")) == [], path.name


@pytest.mark.parametrize(
    ("value", "digits", "words"),
    [
        (6.1e-8, 2, "6.1 × 10⁻⁸"),
        (1e-300, 2, "1 × 10⁻³⁰⁰"),
        (9.96e-5, 2, "0.0001"),
        (9.94e-5, 2, "9.9 × 10⁻⁵"),
        (0.0001, 2, "0.0001"),
        (0.05, 2, "0.05"),
        (0.0312, 2, "0.031"),
        (1.0, 2, "1"),
        (0.0, 2, "0"),
        (123.0, 2, "120"),
        (1234.5, 3, "1,230"),
        (99.6, 2, "100"),
        (2.5e9, 2, "2.5 × 10⁹"),
        (-3.2e-7, 2, "-3.2 × 10⁻⁷"),
        (float("nan"), 2, "not known"),
        (float("inf"), 2, "inf"),
        (3e-6, 1, "3 × 10⁻⁶"),
    ],
)
def test_digits_that_count(value: float, digits: int, words: str) -> None:
    assert significant(value, digits) == words


def test_per_cent_and_sizes() -> None:
    assert [percent(0.52), percent(0.005, 2), percent(12.0), percent(0.0)] == ["52 %", "0.50 %", "1,200 %", "0 %"]
    assert [file_size(size) for size in (13e6, 3e5, 1.24e9, 12_345, 7)] == ["13 MB", "0.3 MB", "1.2 GB", "12 kB", "7 bytes"]
    assert f"{Amount(0.256):percent} {Amount(0.256):.1f} {Amount(1e-9):significant}" == "26 % 0.3 1 × 10⁻⁹"
