"""A sample's bins are the same alone, in any batch, and in any order of samples and of rows: from the table to the bins."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse

from generain_core.release.files import FILES, Release
from generain_core.samples.binning.gene_counts import gene_counts
from generain_core.samples.binning.gene_matching import match_genes
from generain_core.samples.binning.normalize import normalize
from generain_core.samples.interpret.expression import Expression
from tests.samples.toy import ToyResolver, table

GENES = [f"G{i}" for i in range(60)] + ["TP53"]


@pytest.fixture(scope="module")
def release(tmp_path_factory) -> Release:
    root = tmp_path_factory.mktemp("company")
    rng = np.random.default_rng(0)
    path, names = (root / FILES[key][0] for key in ("boundaries/coding_lncrna", "boundaries/coding_lncrna/genes"))
    path.parent.mkdir(parents=True)
    reference = np.sort(rng.normal(5, 1, (300, len(GENES))).clip(0).astype(np.float32), axis=0)
    np.save(path, np.asfortranarray(reference))
    names.write_text("\n".join(GENES))
    return Release.open(root)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Expression, np.ndarray, np.ndarray]:
    """Draw a table with genes in several rows, spike-ins and unknown names; and an order of samples and of rows."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    names = [*GENES, *rng.choice([*GENES, "P53", "ERCC-00002", "what"], 40)]
    values = rng.poisson(rng.choice([1, 50, 5000], (draw(st.integers(1, 6)), len(names)))).astype(float)
    if draw(st.booleans()):
        values = values * rng.random(values.shape)
    values[:, 0] += 1
    made = table(values, names, [f"s{i}" for i in range(len(values))])
    if draw(st.booleans()):
        made = replace(made, values=sparse.csr_matrix(made.values))
    samples = np.array(draw(st.permutations(range(len(values)))))[: draw(st.integers(1, len(values)))]
    return made, samples, rng.permutation(len(names))


@given(tables())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bins_do_not_depend_on_company_or_order(release: Release, case: tuple[Expression, np.ndarray, np.ndarray]) -> None:
    made, samples, rows = case
    whole = normalize(made, release, ToyResolver(), min_genes=5).adata
    part = replace(
        made,
        values=made.values[samples][:, rows],
        samples=tuple(made.samples[i] for i in samples),
        identifiers=tuple(made.identifiers[i] for i in rows),
        obs=made.obs.iloc[samples],
    )
    other = normalize(part, release, ToyResolver(), min_genes=5).adata
    assert set(other.var_names) == set(whole.var_names)
    expected = whole[other.obs_names.tolist(), other.var_names.tolist()]
    np.testing.assert_array_equal(other.layers["bins"], expected.layers["bins"])
    np.testing.assert_array_equal(other.obs["total_counts"], expected.obs["total_counts"])


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])
def test_fractions_of_one_gene_sum_to_the_same_in_any_order(form) -> None:
    rng = np.random.default_rng(1)
    names = ["G1"] * 7 + ["G2", "G2"]
    values = 10.0 ** rng.uniform(-9, 9, (200, len(names))) * (rng.random((200, len(names))) > 0.2)
    sums = []
    for order in (np.arange(9), np.arange(9)[::-1], rng.permutation(9)):
        match = match_genes([names[i] for i in order], ToyResolver(), GENES)
        counts = gene_counts(form(values[:, order]), match)
        counts = counts.toarray() if sparse.issparse(counts) else counts
        sums.append(counts[:, [match.genes.index("G1"), match.genes.index("G2")]])
    np.testing.assert_array_equal(sums[0], sums[1])
    np.testing.assert_array_equal(sums[0], sums[2])
    np.testing.assert_allclose(sums[0], np.stack([values[:, :7].sum(1), values[:, 7:].sum(1)], axis=1), rtol=1e-12)
    plain = [values[:, :7] @ np.ones(7), values[:, :7][:, ::-1] @ np.ones(7)]
    assert (plain[0] != plain[1]).any()
