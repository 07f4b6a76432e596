"""A release without vectors says of vectors alone how they come back."""

import shutil
from pathlib import Path

import pytest

from generain_core.errors import ReleaseError
from generain_core.release.files import Release
from generain_core.settings import DEMO_RELEASE
from generain_core.vectors import open_vectors


def test_a_refusal_names_the_file_of_vectors_and_no_other(tmp_path: Path) -> None:
    kept = DEMO_RELEASE / "data"
    for path in kept.rglob("*"):
        if path.is_file() and "bin" in path.name.lower() and ".pth" not in path.name:
            target = tmp_path / "data" / path.relative_to(kept)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    release = Release.open(tmp_path)
    assert len(release.missing()) > 3
    with pytest.raises(ReleaseError, match="Gene vectors: no neighbors, map or comparison. To bring it back, add") as refusal:
        open_vectors(release)
    assert str(refusal.value).count("To bring it back") == 1
