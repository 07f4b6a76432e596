"""Preprocessing doctor: how far samples move under rival readings, against a case by hand and a plain computation."""

import math

import numpy as np
import pandas as pd
import pytest
import torch

from generain_core.errors import GeneRAINError
from generain_core.models.checks import alternative_readings
from generain_core.models.checks.alternative_readings import Diagnosis, choose_reading, diagnose_readings
from generain_core.models.checks.possible_readings import Reading
from generain_core.models.model import Model, open_model
from generain_core.models.tokens import model_input
from generain_core.release.files import Release
from generain_core.samples.binning.normalize import normalize
from generain_core.samples.interpret.diagnosis import diagnose
from generain_core.samples.io.read import read
from generain_core.vectors.atlas import open_genes
from tests.samples import toy

UNDONE = {"value_kind": "log", "back_transform": True, "base": 2.0, "plus_one": True}


@pytest.fixture
def logs(standin, tmp_path):
    """Return the release, what knows its genes, a model, and a file of five samples as log2(counts + 1), with their values."""
    release = Release.open(standin)
    resolver, genes = open_genes(release), release.path("boundaries/gene2vec/genes").read_text().split()
    model = open_model(release, "GPT_Binning_By_Gene")
    rng = np.random.default_rng(0)
    counts = rng.poisson(rng.gamma(1, 60, len(genes)) * rng.uniform(0.5, 2, (5, len(genes))))
    table = pd.DataFrame(np.log2(counts.T + 1.0), index=genes, columns=list("abcde"))
    table.to_csv(tmp_path / "logs.csv")
    return release, resolver, model, tmp_path / "logs.csv", table


def diagnosed(release, resolver, model, path) -> Diagnosis:
    raw = read(path)
    return diagnose_readings(raw, diagnose(raw, resolver), release, resolver, model, corrections=UNDONE)


def _places(model: Model, release: Release, resolver, values: np.ndarray, genes: list[str]) -> list[np.ndarray]:
    """Return embeddings of samples (samples × genes), one at a time and with nothing left out."""
    made = []
    for row in values:
        binned = normalize(toy.table(row[None], genes), release, resolver, gene_set="gene2vec", min_genes=0).adata
        kept = sorted((g for g in binned.var_names if g in model.index and g in model.modelled), key=model.index.__getitem__)
        bins = torch.from_numpy(np.asarray(binned[:, kept].layers["bins"]))
        tokens = torch.tensor([model.index[gene] for gene in kept])
        given = model_input(bins, tokens, model.network.family, model.network.most_genes)
        with torch.inference_mode():
            hidden = model.network.hidden(given.tokens, given.positions, given.mask)[0].double().numpy()
        made.append(hidden[given.mask[0].numpy() == 1].mean(0))
    return made


def _distance(a: np.ndarray, b: np.ndarray) -> float:
    return math.sqrt(sum((float(x) - float(y)) ** 2 for x, y in zip(a, b, strict=True)))


def test_samples_move_as_far_as_a_plain_computation_says(logs) -> None:
    release, resolver, model, path, table = logs
    found = {reading.key: reading for reading in diagnosed(release, resolver, model, path).readings}
    assert set(found) == {"now", "counts", "loge", "log10", "transposed"}
    assert found["now"].samples == ("a", "c", "e")
    written, genes = table[["a", "c", "e"]].to_numpy().T, table.index.tolist()
    now = _places(model, release, resolver, 2**written - 1, genes)
    middle = sorted(_distance(now[i], now[j]) for i, j in ((0, 1), (0, 2), (1, 2)))[1]
    for key, values in (("counts", written), ("loge", np.exp(written) - 1), ("log10", 10**written - 1)):
        there = _places(model, release, resolver, values, genes)
        wanted = sum(_distance(there[i], now[i]) for i in range(3)) / 3 / middle
        assert wanted > 0.1
        assert found[key].moved == pytest.approx(wanted, rel=1e-3)
    assert found["now"].moved == 0


def test_readings_without_the_same_samples_move_nothing(logs) -> None:
    found = {reading.key: reading for reading in diagnosed(*logs[:4]).readings}
    turned = found["transposed"]
    assert turned.refused or turned.samples != found["now"].samples
    assert math.isnan(turned.moved)


def test_three_other_samples_are_no_three_samples_that_moved(logs) -> None:
    """With genes for sample names the file can be read turned; its samples then are three others, and no distance is theirs."""
    release, resolver, model, path, table = logs
    table.set_axis(table.index[[3, 9, 20, 31, 40]], axis=1).to_csv(path)
    found = {reading.key: reading for reading in diagnosed(release, resolver, model, path).readings}
    now, turned = found["now"], found["transposed"]
    assert not turned.refused
    assert len(turned.samples) == len(now.samples) == 3
    assert turned.samples != now.samples
    assert math.isnan(turned.moved)


def test_wanting_genes_are_odd_below_four_fifths_of_the_gene_set(logs) -> None:
    release, resolver, model, path, table = logs
    size = len(release.path("boundaries/gene2vec/genes").read_text().split())
    for share, odd in ((0.9, False), (0.4, True)):
        table.iloc[: int(share * len(table))].to_csv(path)
        now = diagnosed(release, resolver, model, path).readings[0]
        assert now.coverage == pytest.approx(now.genes / size)
        assert (now.coverage < 0.8) == odd
        assert now.oddness - now.unevenness == pytest.approx(1 - now.coverage / 0.8 if odd else 0)


def test_moves_by_hand(logs, monkeypatch) -> None:
    """Distances 5, 5 and 8 now: the median is 5. Moves of 1, 2 and 6: the mean is 3, so three fifths."""
    now = np.array([[0, 0], [3, 4], [0, 8]], np.float32)
    moves = np.array([[1, 0], [0, -2], [0, 6]], np.float32)
    given = iter([now, now + moves, now, now, now])
    monkeypatch.setattr(alternative_readings, "embed_bins", lambda *_, **__: next(given))
    found = {reading.key: reading.moved for reading in diagnosed(*logs[:4]).readings}
    assert found["counts"] == pytest.approx(0.6)
    assert found["loge"] == 0


def test_samples_in_one_place_have_no_distance_to_measure_by(logs, monkeypatch) -> None:
    given = iter([np.zeros((3, 2), np.float32), *[np.ones((3, 2), np.float32)] * 4])
    monkeypatch.setattr(alternative_readings, "embed_bins", lambda *_, **__: next(given))
    assert math.isnan(next(reading.moved for reading in diagnosed(*logs[:4]).readings if reading.key == "counts"))


def test_figures_of_the_bins_are_those_of_a_count_by_hand(logs) -> None:
    release, resolver, model, path, table = logs
    now = diagnosed(release, resolver, model, path).readings[0]
    values = 2 ** table[["a", "c", "e"]].to_numpy().T - 1
    binned = normalize(toy.table(values, table.index.tolist()), release, resolver, gene_set="gene2vec", min_genes=0).adata
    kept = [gene for gene in binned.var_names if gene in model.index and gene in model.modelled]
    bins = np.asarray(binned[:, kept].layers["bins"]).astype(int)
    expressed = [[value for value in row if value > 1] for row in bins.tolist()]
    assert now.expressed == pytest.approx(sum(map(len, expressed)) / 3)
    assert now.at_one == pytest.approx(sum(row.count(1) for row in bins.tolist()) / bins.size)
    assert now.at_top == pytest.approx(sum(row.count(2000) for row in expressed) / sum(map(len, expressed)))
    gaps = [
        max(abs(sum(value <= edge for value in row) / len(row) - (edge - 1) / 1999) for edge in range(2, 2001))
        for row in expressed
    ]
    assert now.unevenness == pytest.approx(sum(gaps) / 3)
    assert now.oddness == pytest.approx(now.unevenness + max(0.0, 1 - now.coverage / 0.8))


def _reading(key: str, oddness: float, **told: str) -> Reading:
    figures = {"at_top": 0.01, "at_one": 0.3, "coverage": 0.9, "genes": 900, "unevenness": oddness}
    return Reading(key=key, words=f"as {key}", corrections={}, oddness=oddness, **figures, **told)


@pytest.mark.parametrize(("oddness", "proposed"), [(0.45, "now"), (0.41, "now"), (0.39, "rival"), (0.6, "now")])
def test_a_rival_is_proposed_if_it_is_less_odd_by_a_tenth(oddness, proposed) -> None:
    found = choose_reading((_reading("now", 0.5), _reading("rival", oddness)))
    assert found.proposed.key == proposed
    assert found.changes == (proposed == "rival")


def test_what_the_values_speak_against_is_not_proposed_and_a_refused_reading_is_replaced() -> None:
    found = choose_reading((_reading("now", 0.5), _reading("odd", 0.1, unlikely="The values are whole."), _reading("rival", 0.3)))
    assert found.proposed.key == "rival"
    assert "Not as odd: The values are whole." in found.reasons
    found = choose_reading((_reading("now", 0.1, refused="It holds logs."), _reading("rival", 0.9)))
    assert found.proposed.key == "rival"
    with pytest.raises(GeneRAINError, match=r"can't be read in any way: It holds logs\."):
        choose_reading((_reading("now", 0.1, refused="It holds logs."),))


def test_why_a_rival_cannot_be_read_is_said() -> None:
    found = choose_reading((_reading("now", 0.2), *(_reading(f"rival {i}", 0.1, refused=f"It lacks {i}.") for i in range(3))))
    assert found.proposed.key == "now"
    told = [reason for reason in found.reasons if reason.startswith("Not ")]
    assert told == ["Not as rival 0: It lacks 0.", "Not as rival 1: It lacks 1."]
