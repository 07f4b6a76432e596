"""Tables as programs and core facilities write them: read right or refused."""

import numpy as np
import pandas as pd
import pytest

from generain_core.errors import GeneRAINError
from tests.samples import test_field_tables as field
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
