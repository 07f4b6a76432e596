"""Metadata from a table beside predictions that have none."""

import numpy as np
import pytest

from generain_core.attributes import convert, open_store
from generain_core.errors import ReleaseError
from generain_core.release.files import Release
from tests.attributes.fixtures import open_predictions
from tests.attributes.make import metadata_of, names_of, path_of, put


def beside(root, content: str) -> Release:
    path_of(root, "annotation/attributes").write_text(content, encoding="utf-8")
    return Release.open(root)


def test_one_row_a_gene_gets_facets_and_reliability_from_a_table(tmp_path, fresh_cache, values) -> None:
    release = put(tmp_path / "plain", values, "transposed")
    bare = open_store(release)
    assert (bare.roles.facets, bare.roles.reliability) == ((), "")
    rows = metadata_of(12).iloc[::-1].assign(attribute=lambda f: f["attribute"].str.upper() + " ")
    release = beside(tmp_path / "plain", rows.to_csv(sep="\t", index=False))
    store = open_store(release)
    whole = open_store(put(tmp_path / "list", values))
    assert store.fingerprint != bare.fingerprint
    assert store.attributes.tolist() == names_of(12)
    assert store.table[list(whole.table.columns)].equals(whole.table)
    assert (store.roles.facets, store.roles.reliability) == (("library",), "test_auroc")
    np.testing.assert_array_equal(store.by_attribute, values)


def test_what_the_table_lacks_stays_empty_and_what_the_predictions_have_stays(tmp_path, fresh_cache, values) -> None:
    put(tmp_path, values)
    store = open_store(beside(tmp_path, f"term\tlibrary\tsource\tsize\n{names_of(12)[3]}\tother\tpaper\t7\nelsewhere\t\t\t\n"))
    assert store.table["library"].tolist() == [f"Library {i % 3}" for i in range(12)]
    assert store.table["source"].tolist() == ["paper" if i == 3 else "" for i in range(12)]
    assert store.table["size"].notna().tolist() == [i == 3 for i in range(12)]
    assert store.table["size"].iloc[3] == 7


@pytest.mark.parametrize("content", ["", "attribute\tlibrary\nnone of them\tx\n", "a\tb\n1\t2\n", "a\tb\n1\t2\t3\t4\n\x00"])
def test_a_table_of_something_else(tmp_path, fresh_cache, values, content) -> None:
    put(tmp_path, values)
    with pytest.raises(ReleaseError, match=r"attributes\.tsv.*tab-separated table") as told:
        convert(beside(tmp_path, content))
    assert len(str(told.value)) < 400


def test_facets_of_the_table_choose(tmp_path, fresh_cache, values) -> None:
    root = tmp_path / "release"
    beside(
        root, "attribute\tkind\n" + "".join(f"{name}\t{'even' if i % 2 == 0 else 'odd'}\n" for i, name in enumerate(names_of(12)))
    )
    predictions = open_predictions(root, values)
    assert predictions.chosen(facets={"kind": ["odd"]}).tolist() == [i % 2 == 1 for i in range(12)]
