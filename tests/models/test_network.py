"""The networks, against last hidden states and logits of the authors' own classes."""

from pathlib import Path

import numpy as np
import pytest
import torch

from generain_core.errors import ReleaseError
from generain_core.models.network import open_network
from tests.conftest import PROJECT

GOLDEN = PROJECT.parent / "shared" / "golden"
pytestmark = pytest.mark.skipif(not (GOLDEN / "models.npz").is_file(), reason="no ../shared/golden beside the project")
FAMILIES = {
    "GPT_Binning_By_Gene": "gpt",
    "BERT_Pred_Genes_Binning_By_Gene": "bert_genes",
    "BERT_Pred_Expr_Binning_By_Gene": "bert_expression",
}


def _path(name: str) -> Path:
    return GOLDEN / f"GeneRAIN.{name}.pth"


@pytest.mark.parametrize("name", FAMILIES)
def test_hidden_states_and_logits_equal_the_authors(name) -> None:
    golden = np.load(GOLDEN / "models.npz")
    network = open_network(_path(name), FAMILIES[name])
    genes = torch.from_numpy(golden["tokens"])
    mask = torch.from_numpy(~golden["unexpressed"]).long()
    places = torch.arange(genes.shape[1]).expand_as(genes)
    by_gene = name == "BERT_Pred_Expr_Binning_By_Gene"
    tokens, positions = (torch.from_numpy(golden["expression_bins"]), genes) if by_gene else (genes, places)
    with torch.inference_mode():
        hidden = network.hidden(tokens, positions, mask)
        logits = network.head(hidden)
    assert np.abs(hidden.numpy() - golden[f"{name}_last_hidden"]).max() < 1e-4
    assert np.abs(logits.numpy() - golden[f"{name}_logits"]).max() < 1e-4
    assert (network.genes, network.width) == (310, 40)


def test_another_family_is_refused() -> None:
    with pytest.raises(ReleaseError, match=r"BERT_Pred_Genes.*bert_genes.*promises gpt"):
        open_network(_path("BERT_Pred_Genes_Binning_By_Gene"), "gpt")


def _changed(tmp_path: Path, change) -> Path:
    checkpoint = torch.load(_path("GPT_Binning_By_Gene"), weights_only=True)
    change(checkpoint["model_state_dict"])
    path = tmp_path / "changed.pth"
    torch.save(checkpoint, path)
    return path


def test_a_prefix_of_parallel_training_is_tolerated(tmp_path) -> None:
    def prefixed(state) -> None:
        for key in list(state):
            state[f"module.{key}"] = state.pop(key)

    again = open_network(_changed(tmp_path, prefixed), "gpt").body.state_dict()
    for key, tensor in open_network(_path("GPT_Binning_By_Gene"), "gpt").body.state_dict().items():
        assert torch.equal(tensor, again[key])


def test_a_missing_tensor_is_named(tmp_path) -> None:
    key = "gene_expr_transformer.gpt.transformer.h.1.mlp.c_fc.bias"
    with pytest.raises(ReleaseError, match=r"changed\.pth lacks the tensor gpt\.transformer\.h\.1\.mlp\.c_fc\.bias"):
        open_network(_changed(tmp_path, lambda state: state.pop(key)), "gpt")


def test_a_tensor_of_the_wrong_shape_is_named(tmp_path) -> None:
    key = "gene_expr_transformer.gpt.transformer.ln_f.bias"
    with pytest.raises(ReleaseError, match=r"ln_f\.bias of changed\.pth has the shape \(7,\) where \(40,\)"):
        open_network(_changed(tmp_path, lambda state: state.update({key: torch.zeros(7)})), "gpt")


def test_a_truncated_checkpoint_is_refused(tmp_path) -> None:
    path = tmp_path / "half.pth"
    path.write_bytes(_path("GPT_Binning_By_Gene").read_bytes()[:50_000])
    with pytest.raises(ReleaseError, match=r"half\.pth is not a readable checkpoint"):
        open_network(path, "gpt")


def test_a_hostile_pickle_does_not_run(tmp_path) -> None:
    ran = tmp_path / "ran"

    class Hostile:
        def __reduce__(self):
            return (Path.touch, (ran,))

    path = tmp_path / "hostile.pth"
    torch.save({"model_state_dict": Hostile()}, path)
    with pytest.raises(ReleaseError, match=r"hostile\.pth"):
        open_network(path, "gpt")
    assert not ran.exists()
