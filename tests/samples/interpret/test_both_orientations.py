"""The same 50 samples as two files, filtered and turned: bins agree gene by gene wherever the inputs agree."""

from dataclasses import replace

import numpy as np
import pytest

from generain_core.release.files import FILES, Release
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.binning.bins import bin_samples
from generain_core.samples.binning.normalize import Normalized, normalize
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.interpret.expression import Expression
from tests.conftest import SHARED
from tests.samples.known import Known


class Exact(Known):
    """Knows Ensembl IDs, each its own gene."""

    def resolve_many(self, names):
        found = super().resolve_many(names)
        gene = found["input"].where(found["status"] == "ensembl")
        return found.assign(gene=gene, ensembl_gene=gene, candidates="", reason="")


@pytest.fixture(scope="module")
def both() -> tuple[Expression, Expression]:
    folder = SHARED / "data/bulk_ensembl"
    if not folder.is_dir():
        pytest.skip("the folder ../shared with real data is not here")
    names = (folder / "tb_suscept_subread_counts_samples_x_genes.txt").read_text().partition("\n")[0].split()[3:]
    rows = read_expression(folder / "tb_suscept_counts.txt", Exact(names))
    columns = read_expression(folder / "tb_suscept_subread_counts_samples_x_genes.txt", Exact(names))
    place = {gene: i for i, gene in enumerate(columns.identifiers)}
    shared = [i for i, gene in enumerate(rows.identifiers) if gene in place]
    theirs = {tuple(v): i for i, v in enumerate(columns.values[:, [place[rows.identifiers[i]] for i in shared]])}
    order = [theirs[tuple(v)] for v in rows.values[:, shared]]
    assert sorted(order) == list(range(50))
    turned = replace(columns, values=columns.values[order], samples=rows.samples, obs=columns.obs.iloc[order])
    return rows, turned


@pytest.fixture(scope="module")
def release(both, tmp_path_factory) -> Release:
    root, genes = tmp_path_factory.mktemp("tb"), both[1].identifiers
    path, names = (root / FILES[key][0] for key in ("boundaries/coding_lncrna", "boundaries/coding_lncrna/genes"))
    path.parent.mkdir(parents=True)
    np.save(
        path, np.asfortranarray(np.sort(np.random.default_rng(0).normal(2.5, 1, (200, len(genes))).clip(0), axis=0), np.float32)
    )
    names.write_text("\n".join(genes))
    return Release.open(root)


def binned(expression: Expression, release: Release) -> Normalized:
    return normalize(expression, release, Exact(expression.identifiers))


def of_genes(expression: Expression, genes: list[str]) -> Expression:
    place = {gene: i for i, gene in enumerate(expression.identifiers)}
    return replace(expression, values=expression.values[:, [place[g] for g in genes]], identifiers=tuple(genes))


def test_the_genes_of_both_files_have_the_same_bins(both, release) -> None:
    rows, columns = both
    there = set(columns.identifiers)
    genes = [gene for gene in rows.identifiers if gene in there]
    assert len(genes) > 11_000
    first = binned(of_genes(rows, genes), release).adata
    second = binned(of_genes(columns, sorted(genes)), release).adata
    assert first.shape == (50, len(genes))
    np.testing.assert_array_equal(first.layers["bins"], second[:, first.var_names.tolist()].layers["bins"])


def test_whole_files_differ_by_their_depth_alone(both, release) -> None:
    """The file that was not filtered has more counts, so a lower share for each gene; with its totals, the bins are the same."""
    rows, columns = both
    first, second = binned(rows, release).adata, binned(columns, release).adata
    there = set(second.var_names)
    genes = [gene for gene in first.var_names if gene in there]
    small, large = first[:, genes], second[:, genes]
    np.testing.assert_array_equal(small.X, large.X)
    assert (large.obs["total_counts"].to_numpy() > small.obs["total_counts"].to_numpy()).all()
    assert (small.layers["bins"] >= large.layers["bins"]).all()
    boundaries = Boundaries.open(release)
    depth = large.obs["total_counts"].to_numpy()
    again = bin_samples(np.asarray(small.X, float), depth, boundaries, boundaries.columns(genes))
    np.testing.assert_array_equal(again, large.layers["bins"])
