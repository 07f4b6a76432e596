"""The store holds what the parquet holds, whatever its layout; ranks and percentiles equal plain counting."""

import numpy as np
import pyarrow as pa
import pytest

from generain_core.attributes import convert, find_attribute, is_converted, open_store
from generain_core.attributes.store.array_files import turn_file
from generain_core.attributes.store.attribute_store import is_ranked
from generain_core.attributes.store.rank_store import add_ranks
from generain_core.attributes.store.summaries import lower_counts
from generain_core.errors import GeneRAINError
from tests.attributes.make import LAYOUTS, gene_names, metadata_of, names_of, probabilities, put, put_genes, put_table


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_values(made, values, layout) -> None:
    store = made(values, layout)
    assert store.layout == layout
    assert store.genes == tuple(gene_names(90))
    assert store.attributes.tolist() == names_of(12)
    np.testing.assert_array_equal(store.by_attribute, values)
    np.testing.assert_array_equal(store.by_gene, values.T)
    if layout != "transposed":
        assert store.table["library"].tolist() == [f"Library {i % 3}" for i in range(12)]
        assert store.table["number_of_positive_genes"].tolist() == list(range(10, 22))
        assert store.roles.reliability == "test_auroc"
        assert store.roles.facets == ("library",)


@pytest.mark.parametrize("separator", [", ", ";", " ", "|"])
def test_numbers_as_text_in_several_hands(made, values, separator) -> None:
    np.testing.assert_array_equal(made(values, "string", separator=separator).by_attribute, values)


def test_double_precision_is_rounded_to_single(made, values) -> None:
    exact = np.random.default_rng(0).random((4, 90))
    np.testing.assert_array_equal(made(exact).by_attribute, exact.astype(np.float32))


def test_ranks_equal_plain_counting(store, values) -> None:
    for gene in (0, 7, 11, 25):
        for attribute in range(12):
            lower = sum(other < values[attribute, gene] for other in values[attribute])
            assert store.below[gene, attribute] == lower
            assert store.percentiles(store.genes[gene])[attribute] == 100 * lower / 89
    np.testing.assert_allclose(store.medians, np.median(values.astype(float), axis=1))
    np.testing.assert_allclose(store.deviations, values.astype(float).std(axis=1))


def test_missing_probabilities_are_kept_and_not_counted(made, values) -> None:
    values[1, [3, 50]] = np.nan
    values[4, :] = np.nan
    store = made(values)
    np.testing.assert_array_equal(store.by_attribute, values)
    assert store.counts.tolist() == [90, 88, 90, 90, 0, *[90] * 7]
    assert np.isnan(store.percentiles("G3")[1])
    filled = values[1, ~np.isnan(values[1])]
    assert store.below[8, 1] == (filled < values[1, 8]).sum()
    assert store.medians[1] == pytest.approx(np.median(filled.astype(float)))


def test_before_ranks_are_made_answers_are_the_same(tmp_path, fresh_cache, values) -> None:
    values[1, [3, 50]] = np.nan
    values[4, :] = np.nan
    release = put(tmp_path / "release", values)
    store = open_store(release, ranked=False)
    assert is_converted(release)
    assert not is_ranked(release)
    assert store.below is None
    counted = [store.percentiles(gene) for gene in store.genes]
    add_ranks(store.fingerprint)
    assert is_ranked(release)
    assert store.below is not None  # the same store sees them
    for gene, before in zip(store.genes, counted, strict=True):
        np.testing.assert_array_equal(store.percentiles(gene), before)


def test_damaged_ranks_are_made_anew(tmp_path, fresh_cache, values) -> None:
    release = put(tmp_path / "release", values)
    key = convert(release)
    whole = np.array(add_ranks(key))
    (fresh_cache / "attribute-ranks" / key / "below.npy").write_bytes(b"cut")
    np.testing.assert_array_equal(open_store(release).below, whole)


@pytest.mark.parametrize("shape", [(1, 1), (65, 513), (130, 1024)])
def test_turning_a_file_equals_turning_an_array(tmp_path, shape) -> None:
    array = np.random.default_rng(0).random(shape).astype(np.float32)
    np.save(tmp_path / "one.npy", array)
    told: list[float] = []
    turn_file(tmp_path / "one.npy", tmp_path / "other.npy", told.append)
    np.testing.assert_array_equal(np.load(tmp_path / "other.npy"), array.T)
    assert told[-1] == 1


def test_ranking_takes_minus_zero_for_zero() -> None:
    block = np.array([[0.5, -0.0, 0.0, 1.0]], np.float32)
    assert lower_counts(block).tolist() == [[2, 0, 0, 3]]


def test_blocks_are_the_rows(store, values) -> None:
    found = list(store.blocks(size=4 * 90 * 5))
    assert [start for start, _ in found] == [0, 5, 10]
    np.testing.assert_array_equal(np.concatenate([block for _, block in found]), values)


def test_repeated_names_get_names_of_their_own(made, values) -> None:
    metadata = metadata_of(12)
    metadata.loc[[1, 2, 5], "attribute"] = "process 0 (GO:0000000)"
    metadata.loc[5, "library"] = "Library 0"
    names = made(values, metadata=metadata).attributes
    assert names.is_unique
    start = "process 0 (GO:0000000)"
    assert [names[i] for i in (0, 1, 2, 5)] == [f"{start} [Library {i}]" for i in (0, 1, 2)] + [f"{start} [Library 0] (2)"]


def test_lists_as_long_as_the_genes_are_no_metadata(tmp_path, fresh_cache) -> None:
    values = probabilities(4, 1500)
    put_genes(tmp_path, gene_names(1500))
    table = {
        "term": ["a", "b", "c", "d"],
        "members": [["G1", "G2"], ["G3"], [], []],
        "order": [[f"X{i}" for i in range(1500)]] * 4,
    }
    table |= {"words": [letter * 30_000 for letter in "abcd"], "p": list(values)}
    store = open_store(put_table(tmp_path, pa.table(table)))
    np.testing.assert_array_equal(store.by_attribute, values)
    assert store.table["members"].tolist() == ["G1, G2", "G3", "", ""]
    assert list(store.table.columns) == ["members"]
    assert "order, words" in store.notes[0]


def test_without_names_attributes_are_numbered(made, values) -> None:
    store = made(values, metadata=metadata_of(12)[["number_of_positive_genes"]])
    assert store.attributes[3] == "attribute 4"


def test_an_attribute_is_found_by_its_name_in_any_case_or_a_part_of_it(store) -> None:
    assert find_attribute(store, " PROCESS  3 (go:0000003) ") == "process 3 (GO:0000003)"
    assert find_attribute(store, "GO:0000011") == "process 11 (GO:0000011)"
    with pytest.raises(GeneRAINError, match="12 attributes have"):
        find_attribute(store, "process")
    with pytest.raises(GeneRAINError, match="Close to it: “process 3"):
        find_attribute(store, "proces 3 GO:0000003")
