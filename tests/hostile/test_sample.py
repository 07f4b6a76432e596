"""A sample of the corpus: whole files are read, and broken ones read or refused in a sentence."""

import sys

import pytest

from generain_core.cohort.saved.probe_file import read_probe
from generain_core.errors import GeneRAINError
from tests.hostile import own_files
from tests.hostile.corpus import broken
from tests.hostile.files import good_files

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked, and their memory counted, on Linux")
GOOD = good_files() if sys.platform == "linux" else []


@pytest.mark.parametrize("part", range(3))
def test_broken_files_are_read_or_refused_in_a_sentence(part) -> None:
    from tests.hostile.trial import tried

    outcomes = [
        (name, i, tried(reader, name, broken(reader, content, i))) for i, (reader, name, content) in enumerate(GOOD[part::3])
    ]
    assert [(name, i, each) for name, i, each in outcomes if each.is_violation] == []
    assert "refused" in {each.verdict for _, _, each in outcomes}


@pytest.mark.parametrize("seed", [1, 7, 21, 25])
def test_a_probe_broken_under_its_seal_is_refused_in_a_sentence(seed, tmp_path) -> None:
    path = tmp_path / "probe.zip"
    path.write_bytes(own_files.broken_under_its_seal(own_files.probe(), seed))
    with pytest.raises(GeneRAINError, match=r"no saved probe, or is damaged; give a file that `cohort` wrote\.$"):
        read_probe(path)
