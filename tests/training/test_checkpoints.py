"""Checkpoints open as released ones do, those of an earlier version go on, and settings are the authors'."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from generain_core.errors import GeneRAINError
from generain_core.models.model import open_model
from generain_core.release.files import Release
from generain_core.release.model_descriptions import MODEL_NAMES, describe_model
from generain_core.training.options import OF_EARLIER_VERSIONS
from generain_core.training.train import Options
from tests.models import golden
from tests.training import toy
from tests.training.toy import SMALL, trained


def test_a_training_of_an_earlier_version_goes_on_with_what_it_had(tmp_path) -> None:
    made = trained(tmp_path / "a.pth", options=replace(SMALL, epochs=1))
    whole = trained(tmp_path / "b.pth", options=SMALL)
    state = torch.load(made.path, weights_only=True)
    for name in (*OF_EARLIER_VERSIONS,):
        state["training"]["options"].pop(name)
    state["training"]["options"]["epochs"] = 1
    torch.save(state, made.path)
    assert trained(made.path, options=replace(SMALL, epochs=1), resume=True).loss == made.loss
    with pytest.raises(GeneRAINError, match="trained with embedding dropout 0.0, not 0.1"):
        trained(made.path, options=replace(SMALL, epochs=1, embedding_dropout=0.1), resume=True)
    assert whole.steps == 2 * made.steps


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_a_checkpoint_opens_as_a_released_one(name, tmp_path) -> None:
    made = trained(tmp_path / f"GeneRAIN.{name}.pth", name, replace(SMALL, epochs=1))
    (tmp_path / "data" / "models").mkdir(parents=True)
    (tmp_path / "data" / "embedding").mkdir()
    made.path.rename(tmp_path / "data" / "models" / made.path.name)
    made.index.rename(tmp_path / "data" / "embedding" / f"{describe_model(name).gene_set}_gene_to_idx.json")
    model = open_model(Release.open(tmp_path), name)
    assert (model.network.genes, model.network.width) == (63, 16)
    assert model.network.max_genes == (0 if describe_model(name).family == "bert_expression" else 32)
    assert model.index["G0"] == 3


@pytest.mark.skipif(not golden.HERE, reason=golden.WHY)
@pytest.mark.parametrize("name", golden.FAMILIES)
def test_checkpoints_have_the_parts_of_the_authors(name, tmp_path) -> None:
    theirs = torch.load(golden.GOLDEN / f"GeneRAIN.{name}.pth", weights_only=True)
    made = trained(tmp_path / "a.pth", name, replace(SMALL, layers=3, epochs=1))
    ours = torch.load(made.path, weights_only=True)
    assert set(theirs) <= set(ours)
    assert list(ours["model_state_dict"]) == list(theirs["model_state_dict"])
    assert len(ours["optimizer_state_dict"]["state"]) == len(ours["optimizer_state_dict"]["param_groups"][0]["params"])
    group = theirs["optimizer_state_dict"]["param_groups"][0]
    assert set(group) <= set(ours["optimizer_state_dict"]["param_groups"][0])
    assert ours["optimizer_state_dict"]["param_groups"][0]["weight_decay"] == group["weight_decay"] == 0.01


def test_the_defaults_are_the_authors_settings() -> None:
    given = Options()
    assert (given.width, given.layers, given.positions) == (200, 6, 2048)
    assert (given.batch, given.effective_batch, given.learning_rate, given.weight_decay) == (12, 180, 1e-4, 0.01)
    assert (given.schedule, given.cycle, given.cycle_held, given.warm_up, given.start_divisor) == ("epochs", 40, 30, 0.2, 5)
    assert (given.masked, given.validation, given.padding, given.predict_unexpressed) == (0.15, 0.1, True, True)
    assert given.replacements("bert_genes") == (1.0, 0.0)
    assert given.replacements("bert_expression") == (0.8, 0.1)
    assert (given.dropout, given.embedding_dropout, given.shown) == (0.05, 0.1, None)


def test_a_loss_that_is_no_number_stops_it_and_leaves_the_last_checkpoint(tmp_path) -> None:
    """A weight decay of 10 at a rate of 10 makes weights a hundred times larger in each step."""
    options = replace(SMALL, epochs=20, learning_rate=10.0, weight_decay=10.0, start_divisor=1.0)
    with pytest.raises(GeneRAINError, match="no number any more.*lower learning rate"):
        trained(tmp_path / "a.pth", options=options, save_every=2)
    (tmp_path / "a.pth.log.csv").rename(tmp_path / "log.csv")
    losses = [float(loss) for (loss,) in toy.rows(tmp_path / "log.csv", "loss")]
    kept = torch.load(tmp_path / "a.pth", weights_only=True)["training"]["step"]
    assert np.isfinite(losses).all()
    assert kept <= len(losses)
    with pytest.raises(GeneRAINError, match="no number any more"):
        trained(tmp_path / "b.pth", options=options, save_every=1000)
    assert not (tmp_path / "b.pth").exists()
