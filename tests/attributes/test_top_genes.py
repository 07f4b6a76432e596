"""Genes at the top of attributes, against their percentiles."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from generain_core.attributes.store.attribute_store import AttributeStore
from generain_core.attributes.top_genes import percentiles_at, thresholds


def store_of(values: np.ndarray, name: str) -> AttributeStore:
    attributes, genes = values.shape
    counts = (~np.isnan(values)).sum(axis=1)
    numbers = {each: np.zeros(attributes) for each in ("medians", "means", "deviations")}
    table = pd.DataFrame(index=pd.Index([f"A{i}" for i in range(attributes)], name="attribute"))
    names = tuple(f"G{i}" for i in range(genes))
    arrays = {"by_attribute": values, "by_gene": np.ascontiguousarray(values.T), "counts": counts}
    return AttributeStore(names, table, **arrays, **numbers, layout="", notes=(), fingerprint=name)


@pytest.mark.parametrize("percentile", [50.0, 90.0, 99.0, 100.0])
def test_those_above_are_those_of_the_percentile(percentile) -> None:
    rng = np.random.default_rng(3)
    values = np.round(rng.uniform(0, 1, (40, 301)), 2).astype(np.float32)  # many ties
    values[rng.random(values.shape) < 0.1] = np.nan
    values[5], values[6, 1:], values[7] = np.nan, np.nan, 0.5
    store = store_of(values, f"tops {percentile}")
    found = store.by_gene > thresholds(store, percentile)
    wanted = np.array([np.nan_to_num(store.percentiles(gene)) >= percentile for gene in store.genes])
    assert (found == wanted).all()
    assert found.any()
    assert (thresholds(replace(store), percentile) == thresholds(store, percentile))[8:].all()


def test_percentiles_at_some_places_are_the_same() -> None:
    values = np.random.default_rng(1).uniform(0, 1, (12, 50)).astype(np.float32)
    values[2, 3] = np.nan
    store, rows, places = store_of(values, "some places"), np.array([4, 3, 9]), np.array([2, 11, 0])
    wanted = np.array([store.percentiles(store.genes[row])[places] for row in rows])
    assert np.array_equal(percentiles_at(store, rows, places), wanted, equal_nan=True)
    ranked = store_of(values, "some places, ranked")
    ranked.__dict__["ranks"] = (store.by_gene[:, None, :] > store.by_gene[None, :, :]).sum(axis=1)
    assert ranked.below is not None
    assert np.array_equal(percentiles_at(ranked, rows, places), wanted, equal_nan=True)
    assert percentiles_at(store, rows, places[:0]).shape == (3, 0)
