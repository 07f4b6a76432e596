"""From a gene to its attributes and back, against plain loops over the table."""

import numpy as np
import pytest

from generain_core.attributes.heatmap import heatmap
from generain_core.attributes.predictions import Predictions
from generain_core.attributes.similar import correlations, fold, similar
from generain_core.errors import GeneError, GeneRAINError
from tests.attributes.fixtures import open_predictions
from tests.attributes.make import names_of


def test_attributes_of_a_gene(predictions: Predictions, values: np.ndarray) -> None:
    table = predictions.of_gene("g8", 5)
    own = values[:, 8]
    best = sorted(range(12), key=lambda i: -own[i])[:5]
    assert table["attribute"].tolist() == [names_of(12)[i] for i in best]
    for n, i in enumerate(best):
        row = table.iloc[n]
        assert row["probability"] == own[i]
        assert row["percentile"] == 100 * sum(v < own[i] for v in values[i]) / 89
        assert row["rank"] == 1 + sum(v > own[i] for v in values[i])
        assert row["median"] == pytest.approx(np.median(values[i].astype(float)))
        assert row["library"] == f"Library {i % 3}"
        assert row["test_auroc"] == pytest.approx(np.linspace(0.5, 0.9, 12)[i])


def test_percentile_gives_another_order_than_probability(predictions, values) -> None:
    shares = [100 * sum(v < values[i, 8] for v in values[i]) / 89 for i in range(12)]
    table = predictions.of_gene("G8", 12, by="percentile")
    assert table["percentile"].tolist() == sorted(shares, reverse=True)
    assert table["attribute"].tolist() != predictions.of_gene("G8", 12)["attribute"].tolist()


def test_attributes_are_chosen_by_words_facets_and_reliability(predictions) -> None:
    assert predictions.chosen("PROCESS 3").sum() == 1
    assert predictions.chosen("process library").all()
    assert predictions.chosen("library 9").tolist() == [i == 9 for i in range(12)]
    assert predictions.chosen(facets={"library": ["Library 0", "Library 2"]}).sum() == 8
    assert predictions.chosen(facets={"library": []}).all()
    assert predictions.chosen(least_reliable=0.7).tolist() == (np.linspace(0.5, 0.9, 12) >= 0.7).tolist()
    assert not predictions.chosen("nothing like it").any()
    with pytest.raises(GeneRAINError, match="there is library"):
        predictions.chosen(facets={"color": ["red"]})
    assert predictions.store.roles.numbers == ("number_of_positive_genes",)
    within = predictions.chosen(ranges={"number_of_positive_genes": (12, 15)})
    assert within.tolist() == [12 <= 10 + i <= 15 for i in range(12)]
    with pytest.raises(GeneRAINError, match="no numbers “library”.*number_of_positive_genes"):
        predictions.chosen(ranges={"library": (0, 1)})
    table = predictions.of_gene("G8", 50, among=predictions.chosen(facets={"library": ["Library 2"]}))
    assert set(table["library"]) == {"Library 2"}


def test_genes_of_an_attribute(predictions, values) -> None:
    table = predictions.of_attribute("go:0000002", 90)
    expected = sorted(range(90), key=lambda i: -values[2, i])
    assert table["gene"].tolist() == [predictions.store.genes[i] for i in expected]
    for n in (0, 30, 89):
        own = values[2, expected[n]]
        assert table["rank"].iloc[n] == 1 + (values[2] > own).sum()
        assert table["percentile"].iloc[n] == pytest.approx(100 * (values[2] < own).sum() / 89)


def test_genes_of_a_kind_keep_their_rank_among_all(predictions, values) -> None:
    table = predictions.of_attribute("GO:0000002", 10, "lncRNA")
    assert set(table["biotype"]) == {"lncRNA"}
    for gene, place in zip(table["gene"], table["rank"], strict=True):
        own = values[2, predictions.store.row(gene)]
        assert place == 1 + (values[2] > own).sum()
    with pytest.raises(GeneError, match="biotype"):
        predictions.of_attribute("GO:0000002", 10, "snail")


def test_missing_probabilities_come_in_no_list(with_missing: Predictions) -> None:
    table = with_missing.of_attribute("GO:0000001", 90)
    assert len(table) == 88
    assert not {"G3", "G50.2"} & set(table["gene"])
    assert names_of(12)[1] not in with_missing.of_gene("G3", 12)["attribute"].tolist()
    assert len(with_missing.of_attribute("GO:0000004", 90)) == 0


@pytest.mark.parametrize("k", [0, -3])
def test_none_asked_for(predictions, k) -> None:
    for call in (lambda: predictions.of_gene("G8", k), lambda: predictions.of_attribute("GO:0000002", k)):
        with pytest.raises(GeneRAINError, match="ask for 1 or more"):
            call()


def test_unknown_genes_and_orders(predictions) -> None:
    with pytest.raises(GeneError, match="no gene"):
        predictions.of_gene("NOSUCH")
    with pytest.raises(GeneRAINError, match="probability or percentile"):
        predictions.of_gene("G8", by="color")


def test_similar_attributes_equal_numpy(predictions, values) -> None:
    expected = np.corrcoef(values.astype(float))[4]
    np.testing.assert_allclose(correlations(predictions.store, 4), expected, atol=1e-5)
    table = similar(predictions.store, 4, 3)
    best = [i for i in np.argsort(-expected) if i != 4][:3]
    assert table["attribute"].tolist() == [names_of(12)[i] for i in best]
    np.testing.assert_allclose(table["correlation"], expected[best], rtol=1e-12)


def test_similarity_is_over_genes_that_have_both(with_missing) -> None:
    values = np.asarray(with_missing.store.by_attribute, float)
    both = ~np.isnan(values[1])
    found = correlations(with_missing.store, 1)
    assert found[6] == pytest.approx(np.corrcoef(values[1, both], values[6, both])[0, 1])
    assert np.isnan(found[4])


def test_folding_is_of_near_twins_only(twins: Predictions) -> None:
    store = twins.store
    r = np.corrcoef(np.asarray(store.by_attribute, float))
    heads = fold(store, np.arange(12))
    for i, head in enumerate(heads):
        expected = next((j for j in range(i) if heads[j] == j and r[i, j] >= 0.95), i)
        assert head == expected
    assert heads[5] == 0
    assert heads[9] == 0
    assert heads[8] == 8
    table = twins.of_gene("G8", 12, folded=True)
    assert len(table) == 10
    shown = table[table["alike"] > 0]
    assert shown["alike"].tolist() == [2]
    group = {names_of(12)[i] for i in (0, 5, 9)}
    assert {shown["attribute"].iloc[0], *shown["alike_attributes"].iloc[0].split("; ")} == group


def test_heatmap_shows_what_a_list_shares(predictions, values) -> None:
    genes = ["G8", "G22", "G33", "G8"]
    drawn = heatmap(predictions, genes, most=4)
    assert sorted(drawn.genes) == ["G22", "G33", "G8"]
    shares = np.array([[100 * sum(v < values[a, g] for v in values[a]) / 89 for a in range(12)] for g in (8, 22, 33)])
    best = set(np.argsort(-shares.mean(axis=0))[:4])
    assert {names_of(12).index(a) for a in drawn.attributes} == best
    for i, gene in enumerate(drawn.genes):
        for j, attribute in enumerate(drawn.attributes):
            a = names_of(12).index(attribute)
            assert drawn.percentiles[i, j] == shares[["G8", "G22", "G33"].index(gene), a]
            assert drawn.probabilities[i, j] == values[a, predictions.store.row(gene)]
    varied = heatmap(predictions, genes, way="varied", most=4)
    assert {names_of(12).index(a) for a in varied.attributes} == set(np.argsort(-shares.std(axis=0))[:4])
    assert len(drawn.table()) == 12


def test_heatmap_of_chosen_attributes_and_of_nothing(predictions) -> None:
    drawn = heatmap(predictions, ["G8"], names_of(12)[3:5])
    assert set(drawn.attributes) == set(names_of(12)[3:5])
    with pytest.raises(GeneRAINError, match="1 to 300 genes"):
        heatmap(predictions, [])
    with pytest.raises(GeneRAINError, match="no attribute called"):
        heatmap(predictions, ["G8"], ["nothing"])
    with pytest.raises(GeneError, match="no predicted attributes"):
        heatmap(predictions, ["NOSUCH"])


def test_a_gene_without_predictions_in_a_heatmap_is_named(tmp_path, fresh_cache, values) -> None:
    values[:, 9] = np.nan
    predictions = open_predictions(tmp_path, values)
    with pytest.raises(GeneRAINError, match="leave out G9"):
        heatmap(predictions, ["G8", "G9", "G11"])
    assert len(predictions.of_gene("G9")) == 0
    assert heatmap(predictions, ["G8", "G11"]).percentiles.shape[0] == 2
