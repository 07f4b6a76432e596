"""Kinds of tables × formats: each cell is read right, asked about or refused as it should be; none is wrong in silence."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import generain_core
from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.release.files import choose
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.binning.examination import examine
from generain_core.samples.binning.gene_counts import gene_counts
from generain_core.samples.interpret.correction import read_expression

FORMATS = ("csv", "tsv", "xlsx", "parquet", "h5ad")
GENES = 240


@pytest.fixture(scope="module")
def plain() -> pd.DataFrame:
    demo = pd.read_csv(choose().path("demo/counts"), index_col=0)
    known = demo[(demo > 0).all(axis=1) & ~demo.index.str.contains(r"[.]|^ENSG") & ~demo.index.duplicated(keep=False)]
    return known.iloc[:GENES, :4].rename_axis("gene").astype(float)


@pytest.fixture(scope="module")
def opened():
    generain = generain_core.open()
    return generain, Boundaries.open(generain.release, "coding_lncrna")


def write(table: pd.DataFrame, path: Path) -> Path:
    """Write genes × samples in the format of the path's ending."""
    kind = path.suffix
    if kind in (".csv", ".tsv"):
        table.to_csv(path, sep="," if kind == ".csv" else "\t", na_rep="NA")
    elif kind == ".xlsx":
        table.to_excel(path)
    elif kind == ".parquet":
        frame = table.set_axis(table.columns.astype(str), axis=1)
        frame.set_axis(frame.index.astype(str), axis=0).to_parquet(path)
    else:
        numbers = table.select_dtypes("number")
        names = [pd.DataFrame(index=pd.Index(map(str, axis), dtype=object)) for axis in (numbers.columns, numbers.index)]
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Variable names are not unique")
            anndata.AnnData(numbers.T.to_numpy(np.float64), obs=names[0], var=names[1]).write_h5ad(path)
    return path


def renamed(change: Callable[[str], str]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda table: table.set_axis([change(name) for name in table.index], axis=0).rename_axis("gene")


def with_rows(names: list[str]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return a change that appends rows of 500 under names of no gene."""
    return lambda table: pd.concat([table, pd.DataFrame(500.0, names, table.columns)]).rename_axis("gene")


def logs(base: float, decimals: int) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda table: (np.log(table / table.sum() * 1e6 + 1) / np.log(base)).round(decimals)


def repeated(mark: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return a change that halves the first ten genes into two rows, the second marked as a repeat."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        first, second = table.copy(), table.iloc[:10].copy()
        second = second // 3
        first.iloc[:10] -= second.to_numpy()
        return pd.concat([first, second.set_axis([f"{name}{mark}" for name in second.index], axis=0)]).rename_axis("gene")

    return change


@dataclass(frozen=True)
class Kind:
    """A kind of table.

    Attributes:
        change: from the plain table.
        refused: what the refusal says; '' if it is read.
        asked: the option that is asked for.
        more: what each sample's total is larger by.
        endings: of the formats that can hold it.
    """

    change: Callable[[pd.DataFrame], pd.DataFrame]
    refused: str = ""
    asked: str = ""
    more: float = 0
    endings: tuple[str, ...] = FORMATS


def written(spell: Callable[[float], str]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return a change that writes numbers as texts, as people and spreadsheets do."""
    return lambda table: table.map(spell).rename_axis("gene")


def below_each_other(table: pd.DataFrame) -> pd.DataFrame:
    """Return two tables that were saved with numbers of their rows, one below the other."""
    halves = [half.reset_index() for half in (table.iloc[:100], table.iloc[100:])]
    return pd.concat(halves).rename_axis("Unnamed: 0")


TEXTS = FORMATS[:4]
"""Formats whose numbers may be texts."""
RIKEN = [f"{1_700_000 + i}A0{i % 9}RIK" for i in range(12)] + [f"GM{3000 + i}" for i in range(12)]
KINDS = {
    "plain": Kind(lambda t: t),
    "repeats by suffix -1": Kind(repeated("-1")),
    "repeats by suffix .1": Kind(repeated(".1")),
    "names in small letters": Kind(renamed(str.lower)),
    "names mangled by R": Kind(renamed(lambda name: name.replace("-", "."))),
    "prefix gene-": Kind(renamed(lambda name: f"gene-{name}")),
    "prefix of a genome": Kind(renamed(lambda name: f"GRCh38_{name}")),
    "joined names": Kind(renamed(lambda name: f"{name} /// {name}")),
    "placeholders": Kind(with_rows(["NA", "nan", "None", "null", "#N/A", "?", "-"] * 3)),
    "footers of htseq": Kind(with_rows(["__no_feature", "__ambiguous", "__not_aligned"])),
    "unknown rows": Kind(with_rows([f"Novel{i}" for i in range(5)]), more=2500),
    "a total of the samples": Kind(lambda t: t.assign(Total=t.sum(axis=1))),
    "a mean of the samples": Kind(lambda t: t.assign(mean=t.mean(axis=1))),
    "sums of groups": Kind(lambda t: t.assign(A=t.iloc[:, :2].sum(axis=1), B=t.iloc[:, 2:].sum(axis=1))),
    "sums of groups and of all": Kind(lambda t: t.assign(A=t.iloc[:, 1:3].sum(axis=1), Total=t.sum(axis=1))),
    "rounded means of groups": Kind(
        lambda t: t.assign(A=t.iloc[:, :2].mean(axis=1).round(), B=t.iloc[:, 1:].mean(axis=1).round())
    ),
    "an order of the rows": Kind(lambda t: t.assign(order=np.random.default_rng(1).permutation(len(t)) + 1.0)),
    "lengths without a telling name": Kind(lambda t: t.assign(kb=np.random.default_rng(2).lognormal(8, 0.7, len(t)).round())),
    "clusters": Kind(lambda t: t.assign(kmeans=np.random.default_rng(3).integers(1, 9, len(t)) * 1.0)),
    "rows that stand twice": Kind(lambda t: pd.concat([t, t.iloc[:20]]).rename_axis("gene")),
    "a mouse's genes among a human's": Kind(with_rows([f"ENSMUSG{i:011d}" for i in range(20)])),
    "results of a test": Kind(lambda t: t.assign(log2FoldChange=0.25, pvalue=0.5, padj=0.75)),
    "lengths": Kind(lambda t: t.assign(Length=np.arange(len(t)) * 37.0 + 900)),
    "FPKM beside counts": Kind(lambda t: t.add_suffix("_count").join((t * 0.37).add_suffix("_FPKM"))),
    "counts divided by a number": Kind(lambda t: t / 4),
    "CPM": Kind(lambda t: t / t.sum() * 1e6),
    "thousands by commas": Kind(written(lambda v: f"{v * 1000 + 40:,.0f}"), endings=TEXTS),
    "thousands by points": Kind(written(lambda v: f"{v * 1000 + 40:,.0f}".replace(",", ".")), endings=TEXTS),
    "thousands by apostrophes": Kind(written(lambda v: f"{v * 1000 + 40:,.0f}".replace(",", "\u2019")), endings=TEXTS),
    "thousands and decimals": Kind(written(lambda v: f"{v / 4:,.2f}"), endings=TEXTS),
    "decimal commas": Kind(written(lambda v: f"{v / 4:.3f}".replace(".", ",")), endings=TEXTS),
    "names as formulas": Kind(renamed(lambda name: f'="{name}"'), endings=("csv", "tsv", "parquet")),
    "tables below each other": Kind(below_each_other, endings=FORMATS[:3]),
    "Entrez numbers": Kind(
        lambda t: t.set_axis([str(i * 37 % 90_000 + 100_000_000) for i in range(len(t))], axis=0).rename_axis("GeneID"),
        refused="no gene name|Entrez",
    ),
    "no names": Kind(
        lambda t: t.set_axis(range(1, len(t) + 1), axis=0).rename_axis("gene"), refused="no gene name|only numbered"
    ),
    "names of a mouse": Kind(with_rows(RIKEN), refused="holds genes of mouse"),
    "mouse IDs": Kind(
        lambda t: t.set_axis([f"ENSMUSG{i:011d}" for i in range(len(t))], axis=0).rename_axis("gene"),
        refused="holds genes of mouse",
    ),
    "probes": Kind(lambda t: t.set_axis([f"{i}_at" for i in range(len(t))], axis=0).rename_axis("gene"), refused="probe"),
    "RefSeq": Kind(lambda t: t.set_axis([f"NM_{i:06d}.2" for i in range(len(t))], axis=0).rename_axis("gene"), refused="RefSeq"),
    "z-scores": Kind(lambda t: t.sub(t.mean(axis=1), axis=0).div(t.std(axis=1), axis=0), refused="z-scores|negative"),
    "negative": Kind(lambda t: t - 100, refused="negative"),
    "zeros": Kind(lambda t: t * 0, refused="zeros"),
    "log2, 1 decimal": Kind(logs(2, 1), asked="back_transform"),
    "log2, 3 decimals": Kind(logs(2, 3), asked="back_transform"),
    "ln, in full": Kind(logs(np.e, 12), asked="back_transform"),
    "log10, 2 decimals": Kind(logs(10, 2), asked="back_transform"),
    "log2, whole": Kind(logs(2, 0), asked="value_kind"),
    "missing cells": Kind(lambda t: t.mask(t.index.to_series() == t.index[3]), asked="missing_as_zero"),
}


SCALES = {"counts divided by a number": 0.25, "thousands and decimals": 0.25, "decimal commas": 0.25}
ADDED = {f"thousands by {mark}": (1000, 40) for mark in ("commas", "points", "apostrophes")}


@pytest.mark.parametrize(("name", "ending"), [(name, ending) for name, kind in KINDS.items() for ending in kind.endings])
def test_a_kind_in_a_format(tmp_path, plain, opened, name, ending) -> None:
    generain, boundaries = opened
    kind, scaled = KINDS[name], SCALES.get(name, 1.0)
    path = write(kind.change(plain), tmp_path / f"table.{ending}")
    if kind.refused or kind.asked:
        with pytest.raises(GeneRAINError, match=kind.refused or None) as problem:
            read_expression(path, generain.resolver)
        assert kind.asked in getattr(problem.value, "options", ("",))
        assert isinstance(problem.value, NeedsConsent) == bool(kind.asked)
        return
    expression = read_expression(path, generain.resolver)
    examined = examine(expression, boundaries, generain.resolver, min_genes=10)
    counts = gene_counts(expression.values, examined.match)
    dense = counts.toarray() if sparse.issparse(counts) else counts
    assert expression.samples == tuple(plain.columns)
    assert sorted(examined.match.genes) == sorted(plain.index)
    expected = plain / plain.sum() * 1e6 if name == "CPM" else plain * scaled
    expected = plain * ADDED[name][0] + ADDED[name][1] if name in ADDED else expected
    np.testing.assert_allclose(dense, expected.loc[list(examined.match.genes)].T, rtol=1e-9)
    np.testing.assert_allclose(examined.acceptance["total_counts"], expected.sum().to_numpy() + kind.more, rtol=1e-9)


@pytest.mark.parametrize("ending", FORMATS[:4])
def test_samples_in_rows_with_what_is_known_of_them(tmp_path, plain, opened, ending) -> None:
    turned = plain.T.rename_axis("sample")
    turned["nCount_RNA"] = turned.sum(axis=1)
    turned["RIN"] = [7.5, 8.1, 6.0, 9.9]
    turned["OS.time"] = [100.0, 2000.0, 50.0, 730.0]
    turned.insert(0, "treatment", ["NA", "null", "none", "drug"])
    expression = read_expression(write(turned, tmp_path / f"table.{ending}"), opened[0].resolver)
    assert expression.identifiers == tuple(plain.index)
    np.testing.assert_array_equal(expression.values, plain.T)
    assert {"nCount_RNA", "RIN", "OS.time"} <= set(expression.obs.columns)
    assert expression.obs["treatment"].tolist() == ["NA", "null", "none", "drug"]


def beside(table: pd.DataFrame, column: int, names: list[str], path: Path) -> Path:
    """Write a table with a second column of names among its columns."""
    path = write(table.pipe(lambda t: t.assign(other=names)[[*t.columns[:column], "other", *t.columns[column:]]]), path)
    return path


@pytest.mark.parametrize("ending", FORMATS[:4])
def test_blocks_side_by_side_are_joined_by_their_own_names(tmp_path, plain, opened, ending) -> None:
    """The right block got the left one's names: 95 % of its cells were another gene's."""
    resolver, order = opened[0].resolver, np.random.default_rng(0).permutation(len(plain))
    right = plain.iloc[order, 2:]
    both = plain.iloc[:, :2].join(right.set_axis(plain.index, axis=0))
    expression = read_expression(beside(both, 2, list(right.index), tmp_path / f"two.{ending}"), resolver)
    assert expression.samples == tuple(plain.columns)
    np.testing.assert_array_equal(expression.values, plain.loc[list(expression.identifiers)].T)
    assert any("joined by its own names" in note for note in expression.notes)
    names = [*right.index[:-1], "Another"]
    with pytest.raises(GeneRAINError, match="two tables side by side whose columns of genes"):
        read_expression(beside(both, 2, names, tmp_path / f"less.{ending}"), resolver)


@pytest.mark.parametrize("ending", FORMATS)
def test_columns_of_names_that_contradict_each_other_are_asked_about(tmp_path, plain, opened, ending) -> None:
    """One of two columns of names was sorted alone, and the table was read by either, in silence."""
    resolver, path = opened[0].resolver, tmp_path / f"table.{ending}"
    ids = resolver.resolve_many(plain.index)["ensembl_gene"].tolist()
    for shifted, asked in ((ids, False), ([*ids[:200], *ids[201:], ids[200]], True)):
        if ending == "h5ad":
            var = pd.DataFrame({"gene_ids": shifted}, plain.index)
            anndata.AnnData(plain.T.to_numpy(), pd.DataFrame(index=plain.columns), var).write_h5ad(path)
        else:
            beside(plain, 0, shifted, path)
        if not asked:
            assert read_expression(path, resolver).values.shape == plain.T.shape
            continue
        with pytest.raises(NeedsConsent, match="in 40 of 240 rows") as problem:
            read_expression(path, resolver)
        assert problem.value.options == ("gene_column",)
        assert len(problem.value.choices) == 2
        by_symbol = next(each for each in problem.value.choices if each not in ("gene_ids", "other"))
        read = read_expression(path, resolver, gene_column=by_symbol)
        np.testing.assert_array_equal(read.values, plain.loc[list(read.identifiers)].T)


@pytest.mark.parametrize("ending", FORMATS[:4])
def test_blocks_that_are_named_otherwise_are_refused_whichever_names_are_chosen(tmp_path, plain, opened, ending) -> None:
    """It was asked about; whichever column was chosen, half of the samples got other genes' names."""
    resolver, order = opened[0].resolver, np.random.default_rng(0).permutation(len(plain))
    right = plain.iloc[order, 2:]
    both = plain.iloc[:, :2].join(right.set_axis(plain.index, axis=0))
    ids = resolver.resolve_many(right.index)["ensembl_gene"].tolist()
    path = beside(both, 2, ids, tmp_path / f"two.{ending}")
    for options in ({}, {"gene_column": "other"}):
        with pytest.raises(GeneRAINError, match="two tables side by side") as problem:
            read_expression(path, resolver, **options)
        assert not isinstance(problem.value, NeedsConsent)
    ids = resolver.resolve_many(plain.index)["ensembl_gene"].tolist()
    alike = read_expression(beside(plain, 2, ids, tmp_path / f"one.{ending}"), resolver)
    np.testing.assert_array_equal(alike.values, plain.T)


@pytest.mark.parametrize("ending", FORMATS)
def test_transcripts_that_name_their_genes_are_summed(tmp_path, plain, opened, ending) -> None:
    """As GENCODE's sequences are called, by which salmon and kallisto name what they count."""
    resolver, boundaries = opened[0].resolver, opened[1]
    ids = resolver.resolve_many(plain.index)["ensembl_gene"].tolist()
    names = [f"ENST{i:011d}.1|{g}.2|OTTHUMG00000002860.3|OTTHUMT00000362751.1|X-201|X|1657|lncRNA|" for i, g in enumerate(ids)]
    more = [name.replace("ENST000", "ENST001") for name in names]
    parts = pd.concat([(plain // 3).set_axis(names, axis=0), (plain - plain // 3).set_axis(more, axis=0)]).rename_axis("Name")
    expression = read_expression(write(parts, tmp_path / f"table.{ending}"), resolver)
    examined = examine(expression, boundaries, resolver, min_genes=10)
    counts = np.asarray(gene_counts(expression.values, examined.match))
    assert sorted(examined.match.genes) == sorted(plain.index)
    np.testing.assert_array_equal(counts, plain.loc[list(examined.match.genes)].T)
    assert any("transcripts of one gene are summed" in note for note in expression.notes)
