"""What is made ahead: once, with progress, stopped when told to; a part that fails keeps no other from being made."""

import itertools

import pytest

from generain_core import settings
from generain_core.errors import Cancelled, GeneRAINError
from generain_core.install.prepare import prepare
from generain_core.release.files import Release
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.gene_map import cached_projection
from generain_core.vectors.overview import kept_overview


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GENERAIN_CACHE", str(tmp_path / "cache"))


def test_all_is_made_once_with_progress_that_only_grows(own_cache) -> None:
    release, shares = Release.open(settings.DEMO_RELEASE), list[float]()
    first = prepare(release, progress=lambda share, words: shares.append(share))
    assert {each.outcome for each in first} <= {"made", "there"}
    assert all(later >= before - 1e-9 for before, later in itertools.pairwise(shares))
    assert shares[-1] == 1.0
    name = first[0].what.removeprefix("vectors ")
    assert kept_overview(release, name) is not None
    assert cached_projection(Atlas.open(release).space, "pca") is not None
    assert {each.outcome for each in prepare(release)} == {"there"}


def test_it_stops_when_told_to_and_what_was_made_stays(own_cache) -> None:
    release = Release.open(settings.DEMO_RELEASE)

    def stop(share: float, words: str) -> None:
        if share > 0.05:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        prepare(release, progress=stop)
    assert prepare(release)[0].outcome == "there"


def test_a_part_that_fails_is_told_and_the_others_are_made(own_cache, monkeypatch) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise GeneRAINError("The disk is full.")

    monkeypatch.setattr("generain_core.install.prepare.open_store", full)
    outcomes = {each.what: each for each in prepare(Release.open(settings.DEMO_RELEASE))}
    assert outcomes["predicted attributes"].outcome == "failed"
    assert outcomes["predicted attributes"].problem == "The disk is full."
    assert {each.outcome for what, each in outcomes.items() if what != "predicted attributes"} <= {"made", "there"}
