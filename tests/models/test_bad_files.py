"""Checkpoints and vocabularies that are not as published: refused by name, and nothing in them run."""

import itertools
import json
from pathlib import Path

import pytest
import torch

from generain_core.errors import ReleaseError
from generain_core.models.model import open_model
from generain_core.models.network import open_network
from generain_core.release.files import Release
from tests.models import golden

pytestmark = pytest.mark.skipif(not golden.HERE, reason=golden.WHY)
NAMES = list(golden.FAMILIES)


def _path(name: str) -> Path:
    return golden.GOLDEN / f"GeneRAIN.{name}.pth"


@pytest.fixture
def release(tmp_path):
    """Return a maker of a release with one model, from a checkpoint and an index as given."""

    def make(name: str, index: str) -> Release:
        for folder in ("models", "embedding"):
            (tmp_path / "data" / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / "models" / _path(name).name).write_bytes(_path(name).read_bytes())
        (tmp_path / "data" / "embedding" / "gene2vec_gene_to_idx.json").write_text(index)
        return Release.open(tmp_path)

    return make


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("share", [0.0, 0.1, 0.6, 0.999])
def test_each_checkpoint_cut_short_is_refused(name, share, tmp_path) -> None:
    content = _path(name).read_bytes()
    path = tmp_path / "cut.pth"
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ReleaseError, match=r"cut\.pth is not a readable checkpoint"):
        open_network(path, golden.FAMILIES[name])


@pytest.mark.parametrize(("name", "other"), list(itertools.permutations(NAMES, 2)))
def test_each_checkpoint_of_another_family_is_refused(name, other) -> None:
    with pytest.raises(ReleaseError) as problem:
        open_network(_path(name), golden.FAMILIES[other])
    assert _path(name).name in str(problem.value)
    assert f"promises {golden.FAMILIES[other]}" in str(problem.value)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("place", ["whole", "state", "tensor", "optimizer"])
def test_a_hostile_pickle_in_each_checkpoint_is_refused_and_does_not_run(name, place, tmp_path) -> None:
    ran, path = tmp_path / "ran", tmp_path / "hostile.pth"

    class Hostile:
        def __reduce__(self):
            return (Path.touch, (ran,))

    checkpoint = torch.load(_path(name), weights_only=True)
    if place == "whole":
        checkpoint = Hostile()
    elif place == "state":
        checkpoint["model_state_dict"] = Hostile()
    elif place == "tensor":
        checkpoint["model_state_dict"][next(iter(checkpoint["model_state_dict"]))] = Hostile()
    else:
        checkpoint["optimizer_state_dict"] = Hostile()
    torch.save(checkpoint, path)
    with pytest.raises(ReleaseError, match=r"hostile\.pth"):
        open_network(path, golden.FAMILIES[name])
    assert not ran.exists()
    torch.load(path, weights_only=False)
    assert ran.exists()  # it would have run, had it been unpickled


@pytest.mark.parametrize("name", NAMES)
def test_weights_that_are_no_numbers_are_refused(name, tmp_path) -> None:
    checkpoint = torch.load(_path(name), weights_only=True)
    key, weights = next(
        (k, v) for k, v in checkpoint["model_state_dict"].items() if k.endswith("embeddings.weight") or "wte" in k
    )
    weights[5, 3] = torch.nan
    torch.save(checkpoint, tmp_path / "nan.pth")
    with pytest.raises(ReleaseError, match=r"of nan\.pth has weights that are no numbers") as problem:
        open_network(tmp_path / "nan.pth", golden.FAMILIES[name])
    assert key.rsplit(".", 2)[-2] in str(problem.value)


def _index(**changes: int | None) -> dict[str, int]:
    plain: dict[str, int | None] = {f"G{i}": i for i in range(310)}
    return {gene: i for gene, i in (plain | changes).items() if i is not None}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("index", "said"),
    [
        (json.dumps(_index(G57=None)), r"gene2vec_gene_to_idx\.json has 1 hole: no gene has the token index 57"),
        (json.dumps(_index(G57=None, G99=None)), "has 2 holes: no gene has the token index 57"),
        (json.dumps(_index(G57=58)), "the same index to several genes"),
        (json.dumps(_index())[:-1] + ', "G57": 310}', "names 'G57' twice"),
        (
            json.dumps(_index(G310=310)),
            r"counts to 310, but (wte|word_embeddings|position_embeddings)\.weight of .* has 310 rows",
        ),
        (
            json.dumps({f"G{i}": i for i in range(200)}),
            r"counts to 199, but (wte|word_embeddings|position_embeddings)\.weight of .* has 310 rows",
        ),
        (json.dumps(_index(G57=-1)), "whole number"),
        (json.dumps(_index())[:-9], "not readable JSON"),
    ],
)
def test_a_vocabulary_that_is_not_whole_is_refused(release, name, index, said) -> None:
    with pytest.raises(ReleaseError, match=said):
        open_model(release(name, index), name)


@pytest.mark.parametrize("name", NAMES)
def test_the_whole_vocabulary_is_opened(release, name) -> None:
    assert len(open_model(release(name, json.dumps(_index())), name).index) == 310
