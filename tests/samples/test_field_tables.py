"""Tables as other tools and sites write them: read right, asked about or refused; none is wrong in silence."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from scipy import sparse

import generain_core
from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.release.files import choose
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.binning.gene_counts import gene_counts
from generain_core.samples.binning.gene_matching import match_genes
from generain_core.samples.interpret.correction import read_expression

GENES = 1200
SAMPLES = ["s1", "s2", "s3", "s4", "s5", "s6"]
RNG = np.random.default_rng(11)


@pytest.fixture(scope="module")
def opened():
    generain = generain_core.open()
    return generain, Boundaries.open(generain.release, "coding_lncrna")


@pytest.fixture(scope="module")
def counts(opened) -> pd.DataFrame:
    demo = pd.read_csv(choose().path("demo/counts"), index_col=0)
    known = demo[~demo.index.str.contains(r"[.]|^ENSG") & ~demo.index.duplicated(keep=False) & demo.index.isin(opened[1].genes)]
    known = known[known.max(axis=1) > 1]
    return known.iloc[:GENES, :6].set_axis(SAMPLES, axis=1).rename_axis("gene").astype(float)


Text = Callable[[pd.DataFrame], str]


def cpm(t: pd.DataFrame) -> pd.DataFrame:
    return t / t.sum() * 1e6


def csv(change: Callable[[pd.DataFrame], pd.DataFrame], **options: object) -> Text:
    return lambda t: change(t).to_csv(**options)


def whole(t: pd.DataFrame) -> pd.DataFrame:
    return t.astype(int)


def above(*lines: str, change: Callable[[pd.DataFrame], pd.DataFrame] = whole) -> Text:
    """Return a table with lines of its own in place of its header."""
    return lambda t: "\n".join([*lines, change(t).to_csv(header=False)])


def melted(*values: str, sample: str = "Tissue") -> Text:
    def make(t: pd.DataFrame) -> str:
        long = t.reset_index().melt("gene", var_name=sample, value_name=values[0]).rename(columns={"gene": "Gene name"})
        for i, value in enumerate(values[1:], 2):
            long[value] = long[values[0]] * i
        return long.sort_values(["Gene name", sample]).to_csv(sep="\t", index=False)

    return make


def ranks(t: pd.DataFrame) -> pd.DataFrame:
    return t.rank(method="first")


def log2(t: pd.DataFrame) -> pd.DataFrame:
    with np.errstate(divide="ignore"):
        return np.log2(t)


def scores(t: pd.DataFrame) -> pd.DataFrame:
    varied = t[t.std(axis=1) > 0]
    return varied.sub(varied.mean(axis=1), axis=0).div(varied.std(axis=1), axis=0)


def lengths(t: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    kept = rng.lognormal(7.5, 0.8, (len(t), 1)) * rng.normal(1, 0.003, t.shape)
    return pd.DataFrame(kept, t.index, t.columns).round(3)


def results(t: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    p = rng.random(len(t))
    return pd.DataFrame({"logCPM": rng.uniform(0, 12, len(t)), "LR": rng.chisquare(1, len(t)), "PValue": p, "FDR": p}, t.index)


def one_logged(t: pd.DataFrame) -> pd.DataFrame:
    return t.assign(s3=np.log2(t["s3"] + 1))


def stringtie(t: pd.DataFrame) -> str:
    chromosomes = [str(1 + i % 22) if i % 9 else "X" for i in range(len(t))]
    start = np.arange(len(t)) * 1000 + 5
    table = {
        "Gene ID": t.index,
        "Gene Name": t.index,
        "Reference": chromosomes,
        "Strand": "+",
        "Start": start,
        "End": start + 900,
    }
    values = {"Coverage": t["s1"] / 7, "FPKM": cpm(t)["s1"] * 2, "TPM": cpm(t)["s1"]}
    return pd.DataFrame(table | {name: each.to_numpy() for name, each in values.items()}).to_csv(sep="\t", index=False)


@dataclass(frozen=True)
class Kind:
    """A kind of table: as text; what is right of it: counts as they are or by a million, what is asked, what is refused."""

    text: Text
    right: Callable[[pd.DataFrame], pd.DataFrame] | None = None
    asked: str = ""
    refused: str = ""
    name: str = "table.csv"


ONE = "\t".join


KINDS = {
    "firehose, a line of units": Kind(
        lambda t: "\n".join(
            [ONE(["Hybridization REF", *t]), ONE(["gene_id", *["normalized_count"] * 6]), t.to_csv(sep="\t", header=False)]
        ),
        lambda t: t,
    ),
    "units under the samples": Kind(above("gene," + ",".join(SAMPLES), ",reads,reads,reads,reads,reads,reads"), lambda t: t),
    "two headers": Kind(above(",a,a,a,b,b,b", "gene,r1,r2,r3,r1,r2,r3"), lambda t: t),
    "a header of groups": Kind(above("gene,a,,,b,,", ",r1,r2,r3,r1,r2,r3"), lambda t: t),
    "pandas' columns of two levels": Kind(
        above("group,a,a,a,b,b,b", "sample,s1,s2,s3,s4,s5,s6", "gene,,,,,,", change=whole), lambda t: t
    ),
    "groups and sexes under the samples": Kind(
        above("gene," + ",".join(SAMPLES), "treatment,a,b,a,b,a,b", "sex,m,m,f,f,m,f"), lambda t: t
    ),
    "a first gene not detected": Kind(above("gene," + ",".join(SAMPLES), "TP53,ND,ND,ND,ND,ND,ND"), asked="missing_as_zero"),
    "numbers of rows, saved twice": Kind(lambda t: whole(t).reset_index().reset_index(names="Unnamed: 0").to_csv(), lambda t: t),
    "StringTie with chromosome X": Kind(stringtie, lambda t: cpm(t)[["s1"]], name="s1_gene_abund.tab"),
    "a protein atlas, one value": Kind(melted("nTPM"), lambda t: t),
    "a protein atlas, three values": Kind(melted("TPM", "pTPM", "nTPM"), lambda t: t),
    "a long table of unknown titles": Kind(melted("level", "level2", sample="Brick"), refused="is a long table"),
    "ranks": Kind(csv(ranks), refused="ranks or percentiles"),
    "percentiles": Kind(csv(lambda t: ranks(t) / len(t) * 100), refused="ranks or percentiles"),
    "square roots": Kind(csv(np.sqrt), refused="roots of counts"),
    "square roots, 3 decimals": Kind(csv(lambda t: np.sqrt(t).round(3)), refused="roots of counts"),
    "cube roots": Kind(csv(np.cbrt), refused="cube roots"),
    "Anscombe's": Kind(csv(lambda t: 2 * np.sqrt(t + 0.375)), refused="roots of counts"),
    "one sample of logs among counts": Kind(csv(one_logged), asked="value_kind"),
    "means beside counts, called as groups": Kind(
        csv(lambda t: t.assign(ctrl=t[["s1", "s2", "s3"]].mean(axis=1), drug=t[["s4", "s5"]].mean(axis=1))), lambda t: t
    ),
    "ratios to a control": Kind(csv(lambda t: (cpm(t) + 1).div(cpm(t)["s1"] + 1, axis=0)), asked="value_kind"),
    "copy numbers": Kind(csv(lambda t: t * 0 + 2 + RNG.normal(0, 0.3, t.shape).clip(-2)), asked="back_transform"),
    "methylation": Kind(csv(lambda t: t * 0 + RNG.beta(0.6, 0.6, t.shape)), asked="value_kind|back_transform"),
    "scaled to 0 and 1": Kind(csv(lambda t: t.div(t.max(axis=1), axis=0)), asked="value_kind|back_transform"),
    "voom": Kind(csv(lambda t: np.log2((t + 0.5) / (t.sum() + 1) * 1e4)), lambda t: 2 * t, asked="back_transform"),
    "Xena": Kind(csv(lambda t: np.log2(cpm(t) + 0.001).round(6)), lambda t: cpm(t), asked="back_transform"),
    "logs of edgeR": Kind(csv(lambda t: np.log2(cpm(t) + 0.09)), lambda t: cpm(t), asked="back_transform"),
    "minus infinity for zero": Kind(csv(lambda t: log2(cpm(t))), lambda t: cpm(t), asked="back_transform"),
    "centered logs": Kind(csv(lambda t: log2(t + 1).sub(log2(t + 1).mean(axis=1), axis=0)), refused="z-scores|negative"),
    "ranks, equal ones shared": Kind(csv(lambda t: t.rank()), refused="ranks or percentiles"),
    "ranks, equal ones first": Kind(csv(lambda t: t.rank(method="min")), refused="ranks or percentiles"),
    "ranks without gaps": Kind(csv(lambda t: t.rank(method="dense")), refused="ranks or percentiles|no expression"),
    "shares of ranks": Kind(csv(lambda t: t.rank(pct=True)), refused="ranks or percentiles"),
    "square roots of CPM": Kind(csv(lambda t: np.sqrt(cpm(t))), refused="roots of counts"),
    "square roots of CPM, 2 decimals": Kind(csv(lambda t: np.sqrt(cpm(t)).round(2)), refused="roots of counts"),
    "z-scores without sign": Kind(csv(lambda t: scores(t).abs()), refused="z-scores"),
    "lengths": Kind(csv(lengths), asked="value_kind"),
    "results of edgeR": Kind(csv(results), refused="results of a test"),
    "a sentence below": Kind(lambda t: whole(t).to_csv() + "Note: two samples of low quality were removed,,,,,,\n", lambda t: t),
    "separated by bars": Kind(csv(lambda t: t, sep="|"), lambda t: t),
    "dashes for nothing": Kind(csv(lambda t: whole(t).astype(object).replace(0, "-")), asked="missing_as_zero"),
    "damaged formulas": Kind(csv(lambda t: whole(t).astype(object).replace(0, "#DIV/0!")), asked="missing_as_zero"),
    "shares of a whole": Kind(csv(lambda t: cpm(t) / 1e6), lambda t: cpm(t) / 1e6),
    "European decimals": Kind(csv(lambda t: cpm(t).round(4), sep=";", decimal=","), lambda t: cpm(t).round(4)),
    "thousands by points": Kind(
        lambda t: whole(t * 300).map(lambda v: f"{v:,}".replace(",", ".")).to_csv(sep=";"), lambda t: t * 300
    ),
    "thousands by commas": Kind(lambda t: whole(t * 300).map(lambda v: f"{v:,}").to_csv(sep="\t"), lambda t: t * 300),
    "a total below": Kind(csv(lambda t: pd.concat([t, t.sum().to_frame("Summe").T])), lambda t: t),
    "CCLE": Kind(
        lambda t: np.log2(cpm(t) + 1).set_axis([f"{g} ({i + 900_000_000})" for i, g in enumerate(t.index)]).T.to_csv(),
        lambda t: cpm(t),
        asked="back_transform",
    ),
    "several genes a cell, joined": Kind(
        lambda t: cpm(t).map(lambda v: f"{v:.1f},{v:.1f},{v:.1f}").to_csv(sep="\t"), refused="no column of expression"
    ),
}


def read(path: Path, opened, **options) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Return the samples as they are called, and their counts by gene."""
    generain, boundaries = opened
    expression = read_expression(path, generain.resolver, **options)
    match = match_genes(expression.identifiers, generain.resolver, boundaries.genes)
    found = gene_counts(expression.values, match)
    dense = found.toarray() if sparse.issparse(found) else found
    return expression.samples, pd.DataFrame(dense.T, list(match.genes))


@pytest.mark.parametrize("name", KINDS)
def test_a_table_of_the_field(tmp_path, counts, opened, name) -> None:
    kind = KINDS[name]
    path = tmp_path / kind.name
    path.write_text(kind.text(counts))
    options: dict[str, object] = {}
    if kind.refused or kind.asked:
        with pytest.raises(GeneRAINError, match=kind.refused or None) as problem:
            read(path, opened)
        assert isinstance(problem.value, NeedsConsent) == bool(kind.asked)
        if kind.asked:
            assert set(kind.asked.split("|")) & set(problem.value.options)
        options = {"back_transform": True, "base": 2.0}
    if kind.right is not None:
        samples, found = read(path, opened, **options)
        expected = kind.right(counts).sort_index()
        assert len(samples) == expected.shape[1]
        pd.testing.assert_frame_equal(found.sort_index(), expected.set_axis(found.columns, axis=1), check_names=False)


def test_lines_below_the_header_describe_the_samples(tmp_path, counts, opened) -> None:
    path = tmp_path / "table.csv"
    path.write_text(KINDS["groups and sexes under the samples"].text(counts))
    expression = read_expression(path, opened[0].resolver)
    assert expression.samples == tuple(SAMPLES)
    assert expression.obs["treatment"].tolist() == ["a", "b"] * 3
    assert expression.obs["sex"].tolist() == ["m", "m", "f", "f", "m", "f"]
    path.write_text(KINDS["a header of groups"].text(counts))
    assert read_expression(path, opened[0].resolver).samples == ("a r1", "a r2", "a r3", "b r1", "b r2", "b r3")


def test_a_wide_sheet_with_two_headers_dates_and_gaps(tmp_path, counts, opened) -> None:
    """Rows of more than 32 cells are kept in little room; what they hold beside numbers is kept as it was."""
    wide = pd.concat([(counts + np.arange(len(counts))[:, None] % (i + 2)).add_suffix(f"_{i}") for i in range(6)], axis=1).iloc[
        :300
    ]
    book = openpyxl.Workbook()
    book.active.append(["gene", *wide.columns])
    book.active.append(["group", *["a", "b"] * 18])
    for gene, row in zip(wide.index, wide.to_numpy().tolist(), strict=True):
        book.active.append([gene, *row])
    book.active["C5"].number_format = "yyyy-mm-dd"
    book.active["C5"] = 2803
    book.active["D6"] = None
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(NeedsConsent, match="no value in 1 cell"):
        read_expression(tmp_path / "a.xlsx", opened[0].resolver)
    expression = read_expression(tmp_path / "a.xlsx", opened[0].resolver, missing_as_zero=True)
    wide.iloc[2, 1], wide.iloc[3, 2] = 2803, 0
    np.testing.assert_array_equal(expression.values, wide.T)
    assert expression.samples == tuple(wide.columns)
    assert expression.obs["group"].tolist() == ["a", "b"] * 18
