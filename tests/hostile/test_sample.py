"""A sample of the corpus: whole files are read, and broken ones read or refused in a sentence."""

import sys

import pytest

from tests.hostile.files import good_files
from tests.hostile.harm import harmed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked, and their memory counted, on Linux")
GOOD = good_files() if sys.platform == "linux" else []


@pytest.mark.parametrize("part", range(3))
def test_broken_files_are_read_or_refused_in_a_sentence(part) -> None:
    from tests.hostile.trial import tried

    outcomes = [(name, i, tried(reader, name, harmed(content, i))) for i, (reader, name, content) in enumerate(GOOD[part::3])]
    assert [(name, i, each) for name, i, each in outcomes if each.is_violation] == []
    assert "refused" in {each.verdict for _, _, each in outcomes}
