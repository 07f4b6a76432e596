from dataclasses import replace

import numpy as np
import pytest

from generain_core.attributes.similar import pearson
from generain_core.errors import GeneRAINError
from generain_core.generain import open as open_generain
from generain_core.lists import explanation
from generain_core.lists.coherence import coherence
from generain_core.lists.explanation import MOST_GENES, explain
from generain_core.lists.gene_list import GeneList
from generain_core.settings import DEMO_RELEASE
from generain_core.vectors.all_pairs import NEAREST, all_pairs
from generain_core.vectors.calibration import PairNull, calibrate, mutual_rank
from tests.lists import toy


@pytest.fixture(scope="module")
def generain():
    return open_generain(DEMO_RELEASE)


def test_mutual_rank_by_hand() -> None:
    assert mutual_rank(np.array([4, 1]), np.array([9, 1])).tolist() == [6.0, 1.0]


def test_pairs_are_compared_with_all_pairs_of_their_strata() -> None:
    atlas = toy.atlas(genes=120)
    null = PairNull.of(atlas)
    unit = atlas.space.unit(atlas.space.genes)
    one, other = 3, 50
    first, second = (null.strata.members[null.strata.of[row]] for row in (one, other))
    pairs = sorted(float(unit[a] @ unit[b]) for a in first for b in second if a != b)
    assert null.cosines(one, other) == pytest.approx(pairs, abs=1e-12)
    cosine = float(unit[one] @ unit[other])
    assert null.p_value(cosine, one, other) == (1 + sum(p >= cosine - 1e-12 for p in pairs)) / (1 + len(pairs))


def test_neighbors_are_calibrated(generain) -> None:
    atlas = generain.atlas(None)
    neighbors = atlas.neighbors("RPL3", 12)
    table = calibrate(atlas, "RPL3", neighbors, all_pairs(atlas.space))
    assert table["mutual_rank"].to_numpy() == pytest.approx(np.sqrt(neighbors["rank"] * neighbors["reciprocal_rank"]))
    null = PairNull.of(atlas)
    for row in table.itertuples():
        wanted = null.p_value(row.cosine, atlas.space.row("RPL3"), atlas.space.row(row.gene))
        assert row.p_value == wanted
        assert row.p_adjusted == min(1.0, wanted * (len(atlas.space) - 1))


def test_random_pairs_have_uniform_p() -> None:
    atlas = toy.atlas(genes=240)
    null, rng = PairNull.of(atlas), np.random.default_rng(0)
    unit = atlas.space.unit(atlas.space.genes)
    pairs = [rng.permutation(240)[:2] for _ in range(400)]
    p_values = np.array([null.p_value(float(unit[a] @ unit[b]), int(a), int(b)) for a, b in pairs])
    assert 0.02 <= (p_values <= 0.05).mean() <= 0.08
    assert 0.45 < p_values.mean() < 0.55


def test_genes_of_one_program_are_explained_and_random_ones_are_not(generain) -> None:
    atlas = generain.atlas(None)
    near = explain(atlas, generain.predictions, ["RPL3", "RPS6"])
    assert "attribute" in [reason.kind for reason in near.reasons]
    rng = np.random.default_rng(4)
    silent = 0
    for _ in range(20):
        pair = [atlas.space.genes[row] for row in rng.permutation(len(atlas.space))[:2]]
        silent += [reason.kind for reason in explain(atlas, generain.predictions, pair).reasons] == ["none"]
    assert silent >= 18


def test_answers_are_the_same_before_and_after_all_pairs_and_ranks_were_made(generain) -> None:
    atlas, predictions = generain.atlas(None), generain.predictions
    unranked = replace(predictions, store=replace(predictions.store, fingerprint="without ranks"))
    assert unranked.store.below is None
    before = explain(atlas, unranked, ["RPL3", "RPS6"])
    all_pairs(atlas.space)
    after = explain(atlas, predictions, ["RPL3", "RPS6"])
    assert repr(before) == repr(after)
    assert {"attribute", "neighbors"} & {reason.kind for reason in after.reasons}


def test_neighbors_in_common_come_with_their_own_attributes(generain) -> None:
    atlas, store = generain.atlas(None), generain.predictions.store
    pair = ["RPL4", "RPL5"]
    result = explain(atlas, generain.predictions, pair)
    near = [set(atlas.neighbors(gene, NEAREST)["gene"]) for gene in pair]
    cosines = {gene: np.mean([atlas.space.similarity(gene, one)[0] for one in pair]) for gene in near[0] & near[1]}
    assert {each.gene for each in result.neighbors} == set(cosines)
    assert [each.cosine for each in result.neighbors] == pytest.approx(sorted(cosines.values(), reverse=True), abs=1e-5)
    percentiles = np.array([store.percentiles_of(place) for place in range(len(store.table))])
    for each in result.neighbors[:4]:
        own = percentiles[:, store.row(each.gene)]
        order = [place for place in np.argsort(-own, kind="stable") if own[place] >= 99]
        told: list[int] = []
        for place in order:
            if all(pearson(store.by_attribute[place], store.by_attribute[other]) < 0.95 for other in told):
                told.append(place)
        assert each.attributes == tuple(str(store.attributes[place]) for place in told[:3])
    high = percentiles[:, [store.row(gene) for gene in cosines]] >= 99
    [reason] = [reason for reason in result.reasons if reason.kind == "neighbors"]
    assert reason.attributes
    assert all(high[store.place(name)].mean() > 0.5 for name in reason.attributes)
    assert high[store.place(reason.attributes[0])].sum() == high.sum(axis=1).max()
    assert reason.text.endswith(f"most of them in the top 1 % for {reason.attributes[0]}")
    assert explain(atlas, generain.predictions, ["TP53", "RPL3"]).neighbors == ()


def test_a_list_of_thousands_is_refused(generain) -> None:
    with pytest.raises(GeneRAINError, match="up to 2,000"):
        explain(generain.atlas(None), None, generain.atlas(None).space.genes[: MOST_GENES + 1])


def test_a_list_is_explained(generain) -> None:
    result = generain.explain("RPL3,RPL4,RPL5,RPL6,RPS6")
    kinds = [reason.kind for reason in result.reasons]
    assert kinds[0] == "family"
    assert "4 are called RPL…" in result.sentence
    listed = GeneList(name="list", genes=result.genes, missing={})
    assert result.p_value == coherence(generain.atlas(), listed).p_value == 1 / 1000


def test_a_list_by_similarity_is_explained_without_p(generain) -> None:
    listed = "RPL3,RPL4,RPL5,RPL6,RPS6"
    result, own = generain.explain(listed, origin="neighbors"), generain.explain(listed)
    assert np.isnan([result.p_value, *(reason.p_value for reason in result.reasons)]).all()
    assert [(each.kind, each.text) for each in result.reasons] == [(each.kind, each.text) for each in own.reasons]
    assert "(p " in own.sentence
    assert "(p " not in result.sentence


def test_one_gene_is_not_alike(generain) -> None:
    with pytest.raises(GeneRAINError, match="two different"):
        explain(generain.atlas(None), None, ["RPL3", "RPL3"])


def test_corrected_similarity_by_hand() -> None:
    small = toy.atlas(genes=60)
    neighbors = small.space.neighbors("G3", 8)
    found = calibrate(small, "G3", neighbors, all_pairs(small.space))
    unit = small.space.unit(small.space.genes)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    near = np.sort(cosines, axis=1)[:, -10:].mean(axis=1)
    for gene, cosine, corrected in zip(found["gene"], found["cosine"], found["corrected"], strict=True):
        assert corrected == pytest.approx(2 * cosine - near[3] - near[small.space.row(gene)], abs=1e-5)


def test_chance_is_told_by_genes_with_predictions(generain, monkeypatch) -> None:
    """Where half of the genes have none, random pairs of all genes would share nothing, and p would be too small."""
    atlas, predictions = generain.atlas(None), generain.predictions
    genes = ["RPL3", "RPS6"]
    store = predictions.store
    rows = np.array([store.row(gene) for gene in genes])
    in_store = np.array([store.row(gene) if store.row(gene) % 2 == 0 or gene in genes else -1 for gene in atlas.space.genes])
    question = explanation._Question(
        atlas, tuple(genes), np.array([atlas.space.row(gene) for gene in genes]), np.empty((0, 2)), 0
    )
    random = explanation._random_with_predictions(question, predictions, in_store)
    assert 0 < len(random) < explanation.RANDOM_LISTS
    assert (in_store[random] >= 0).all()
    everybody = np.array([store.row(gene) for gene in atlas.space.genes])
    whole = explanation._random_with_predictions(question, predictions, everybody)
    classes = predictions.biotype_classes
    assert len(whole) == explanation.RANDOM_LISTS
    assert (classes[everybody[whole]] == classes[rows]).all()
