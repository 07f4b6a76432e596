"""Tables as programs and core facilities write them: read right or refused."""

import numpy as np
import pandas as pd
import pytest

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import read_expression
from tests.samples import test_field_tables as field
from tests.samples.known import Known
from tests.samples.test_field_tables import Kind, cpm, read, whole

opened, counts = field.opened, field.counts


def firehose(table: pd.DataFrame) -> str:
    """Three columns a sample under one name: counts, shares and transcripts, as the second line says."""
    shares = table / table.sum()
    rows = [["Hybridization REF", *np.repeat(table.columns, 3)]]
    rows.append(["gene_id", *["raw_count", "scaled_estimate", "transcript_id"] * table.shape[1]])
    for i, gene in enumerate(table.index):
        parts = [(f"{a:.2f}", f"{b:.10g}", f"uc{i:03d}abc.1") for a, b in zip(table.loc[gene], shares.loc[gene], strict=True)]
        rows.append([f"{gene}|{700_000_000 + i}", *(cell for part in parts for cell in part)])
    return "".join("\t".join(map(str, row)) + "\n" for row in rows)


def htg(table: pd.DataFrame) -> str:
    """Lines on the samples below the header, of which one says the same of all, and their totals."""
    count = table.shape[1]
    above = [["Well", *(f"A{i}" for i in range(count))], ["Date Parsed", *["March 1 2021"] * count]]
    above.append(["Total Counts", *(f"{v:.0f}" for v in table.sum())])
    header, _, body = table.rename_axis("Sample ID").to_csv().partition("\n")
    return header + "\n" + "".join(",".join(row) + "\n" for row in above) + body


def clc(table: pd.DataFrame) -> str:
    """Reads of genes, those that fit nowhere else, and what is made of them; several columns a sample."""
    parts = [table, (table * 0.95).round(), cpm(table) / 2, cpm(table)]
    words = ["Total gene reads", "Unique gene reads", "RPKM", "TPM"]
    named = [part.add_suffix(f" (GE) - {word}") for part, word in zip(parts, words, strict=True)]
    return pd.concat([part[[part.columns[i]]] for i in range(table.shape[1]) for part in named], axis=1).to_csv()


def gct(table: pd.DataFrame) -> str:
    """A GCT with numbers of its rows before the two columns of names."""
    named = table.astype(int).rename_axis("Name").reset_index()
    named.insert(1, "Description", table.index)
    return f"#1.2\n{len(table)}\t{table.shape[1]}\n" + named.rename_axis("id").to_csv(sep="\t")


KINDS = {
    "lines of prose above": Kind(
        lambda t: f"Supplementary Table 2. Raw counts of airway cells\nContact: core@uni.edu, tel 123\n\n{whole(t).to_csv()}",
        lambda t: t,
    ),
    "Firehose's RSEM": Kind(firehose, lambda t: t),
    "HTG": Kind(htg, lambda t: t),
    "CLC, samples side by side": Kind(clc, lambda t: t),
    "recount3": Kind(
        lambda t: "##annotation=G026\n##date.generated=2020-11-17\n" + (whole(t) * 100).to_csv(sep="\t"), lambda t: t * 100
    ),
    "GTEx by tissue": Kind(
        gct,
        lambda t: t,
    ),
    "long, samples called by files": Kind(
        lambda t: whole(t).reset_index().melt("gene", var_name="File", value_name="Reads").to_csv(index=False), lambda t: t
    ),
    "exons of DEXSeq": Kind(
        lambda t: whole(t).set_axis([f"ENSG{i // 3:011d}:E{i % 3 + 1:03d}" for i in range(len(t))]).to_csv(),
        refused="counts exons",
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_table_of_a_program(tmp_path, counts, opened, name) -> None:
    kind = KINDS[name]
    path = tmp_path / ("table.gct" if kind.text is gct else "table.txt")
    path.write_text(kind.text(counts))
    if kind.refused:
        with pytest.raises(GeneRAINError, match=kind.refused):
            read(path, opened)
        return
    samples, found = read(path, opened)
    assert len(samples) == counts.shape[1]
    expected = kind.right(counts).sort_index().set_axis(found.columns, axis=1)
    pd.testing.assert_frame_equal(found.sort_index(), expected, check_names=False)


@pytest.mark.parametrize("order", ["ascending", "shuffled"])
@pytest.mark.parametrize("scale", ["counts", "TPM", "FPKM"])
def test_counts_of_ncbi_are_named_by_entrez_ids(tmp_path, opened, scale, order) -> None:
    """As GEO offers them (raw_counts_GRCh38.p13_NCBI.tsv.gz): a first column GeneID of numbers, a column GSM… a sample."""
    frame = opened[0].resolver.table.frame
    genes, rng = frame[frame["entrez"] != ""], np.random.default_rng(0)
    news = np.arange(105_369_000, 105_369_040)
    ids = [*genes["entrez"].astype(int), *news]
    values = pd.DataFrame(rng.negative_binomial(2, 0.01, (len(ids), 4)) + 1.0, ids, [f"GSM{i}" for i in range(4)])
    lengths = rng.lognormal(7.5, 0.6, (len(ids), 1))
    values = {"counts": values, "TPM": cpm(values / lengths), "FPKM": cpm(values) / lengths * 1e3}[scale].rename_axis("GeneID")
    values = values.sort_index() if order == "ascending" else values.sample(frac=1, random_state=0)
    path = tmp_path / f"GSE1_{scale}_GRCh38.p13_NCBI.tsv.gz"
    values.to_csv(path, sep="\t", float_format=None if scale == "counts" else "%.4g")
    expression = read_expression(path, opened[0].resolver)
    assert expression.samples == tuple(values.columns)
    assert expression.identifiers == tuple(map(str, values.index))
    np.testing.assert_allclose(np.asarray(expression.values), values.T, rtol=1e-3)
    status = opened[0].resolver.resolve_many(expression.identifiers).set_index("input")
    known = status.loc[genes["entrez"], "gene"].fillna("")
    assert (known[genes["in_model"].to_numpy()] == genes.index[genes["in_model"]]).all()
    assert (status.loc[map(str, news), "status"] == "unknown").all()


def test_numbers_of_rows_are_no_entrez_ids_whatever_their_column_is_called(tmp_path, counts, opened) -> None:
    path = tmp_path / "table.tsv"
    whole(counts).set_axis(range(1, len(counts) + 1), axis=0).rename_axis("GeneID").to_csv(path, sep="\t")
    with pytest.raises(GeneRAINError, match="only numbered"):
        read_expression(path, opened[0].resolver)


def test_entrez_ids_that_a_release_does_not_know_are_told_what_to_bring(tmp_path, counts) -> None:
    path = tmp_path / "table.tsv"
    whole(counts).set_axis(np.arange(len(counts)) * 31 + 7157, axis=0).rename_axis("GeneID").to_csv(path, sep="\t")
    with pytest.raises(GeneRAINError, match=r"Entrez numbers.*hgnc_complete_set.txt.*data/annotation"):
        read_expression(path, Known())
