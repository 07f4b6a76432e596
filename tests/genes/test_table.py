import numpy as np
import pytest

from generain_core.errors import ReleaseError
from generain_core.genes import GeneTable

from .conftest import ensembl_row, ensg, hgnc_row


def test_default_model_genes_are_expressed_and_in_index_order(write_release):
    statistics = [("LOW", 0.1, 1, True), ("B", 2, 1, "true"), ("A", 1, 1, 1), ("DUP", 3, 1, "False")]
    table = GeneTable.build(write_release(tokens=("A", "LOW", "B", "DUP", "NOSTAT"), statistics=statistics))
    assert list(table.model.index) == ["A", "B"]
    assert table.frame.loc["LOW", "left_out"] == "its mean expression in ARCHS4, 0.1, is not above the cut-off of 0.1"
    assert table.frame.loc["NOSTAT", "left_out"] == "it has a token but is too little expressed to be in any model input"
    assert not table.frame["left_out"].iloc[:2].any()
    assert table.frame["left_out"].iloc[2:].all()


def test_without_statistics_the_whole_index_is_the_model(write_release):
    assert list(GeneTable.build(write_release(tokens=("B", "A"))).model.index) == ["B", "A"]


def test_gene2vec_index_stands_in(write_release):
    assert list(GeneTable.build(write_release(tokens=("B",), gene_set="gene2vec")).model.index) == ["B"]


def test_given_model_genes_keep_their_order(write_release):
    table = GeneTable.build(write_release(tokens=("A", "B", "C")), ["C", "A"])
    assert list(table.frame.index) == ["C", "A", "B"]
    assert table.frame["in_model"].tolist() == [True, True, False]


def test_nothing_says_which_genes(write_release):
    with pytest.raises(ReleaseError, match="which genes the model has"):
        GeneTable.build(write_release(tokens=None, meta=[("protein_coding", ensg(1), "A")]))


def test_model_gene_twice(write_release):
    with pytest.raises(ReleaseError, match="A is listed twice"):
        GeneTable.build(write_release(), ["A", "B", "A"])


def test_bytes_symbols_and_position_join_choose_the_id_of_the_kept_row(write_release):
    release = write_release(
        tokens=("A", "B"),
        meta=[("lncRNA", ensg(1), "A"), ("protein_coding", ensg(2), "A"), ("protein_coding", ensg(3) + ".4", "b'B'")],
        statistics=[("b'A'", 0.5, 0.2, False), ("b'A'", 1.5, 0.3, True), ("b'B'", 2, 1, True)],
    )
    table = GeneTable.build(release)
    a = table.frame.loc["A"]
    assert (a["ensembl_gene"], a["biotype"], a["mean"], a["sd"]) == (ensg(2), "protein_coding", 1.5, 0.3)
    assert table.frame.loc["B", "ensembl_gene"] == ensg(3)
    assert dict(table.ensembl_ids) == {ensg(1): "A", ensg(2): "A", ensg(3): "B"}


def test_statistics_in_another_order_join_by_symbol(write_release):
    meta = [("lncRNA", ensg(1), "A"), ("protein_coding", ensg(2), "B")]
    table = GeneTable.build(write_release(tokens=("A", "B"), meta=meta, statistics=[("B", 2, 1, True), ("A", 1, 1, True)]))
    assert table.frame["mean"].tolist() == [1, 2]


def test_meta_columns_by_position(write_release, tmp_path):
    release = write_release(meta=[("lncRNA", ensg(1), "A")])
    path = release.path("genes_meta")
    path.write_text(path.read_text().replace("biotype\tensembl_gene\tsymbol", "x\ty\tz"))
    frame = GeneTable.build(release).frame
    assert frame.loc["A", ["biotype", "ensembl_gene"]].tolist() == ["lncRNA", ensg(1)]


def test_gene_named_by_its_id(write_release):
    table = GeneTable.build(write_release(tokens=(ensg(7),)))
    assert table.frame.loc[ensg(7), "ensembl_gene"] == ensg(7)
    assert np.isnan(table.frame.loc[ensg(7), "mean"])


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("processed_pseudogene", ensg(2), "P"), "a processed pseudogene: the model holds"),
        (("unprocessed_pseudogene", ensg(2), "P"), "an unprocessed pseudogene: the model holds"),
        (("miRNA", ensg(2), "P"), "a microRNA: the model holds"),
        (("IG_C_gene", ensg(2), "P"), "an immunoglobulin C gene: the model holds"),
        (("TR_V_gene", ensg(2), "P"), "a T cell receptor V gene: the model holds"),
        (("protein_coding", ensg(2), "P"), "its mean expression in ARCHS4, 0.03, is not above"),
    ],
)
def test_left_out_by_kind_before_expression(write_release, row, words):
    meta = [("protein_coding", ensg(1), "A"), row]
    table = GeneTable.build(write_release(meta=meta, statistics=[("A", 1, 1, True), ("P", 0.03, 1, True)]))
    assert table.frame.loc["P", "left_out"].startswith(words)


def test_left_out_without_a_gene_row(write_release):
    table = GeneTable.build(write_release(hgnc=[hgnc_row(1, "NEW"), hgnc_row(2, "LINC9", locus="RNA, long non-coding")]))
    assert (
        table.frame.loc["NEW", "left_out"] == "a protein-coding gene that is not among the gene rows this release was made from"
    )
    assert table.frame.loc["LINC9", "left_out"] == "an lncRNA that is not among the gene rows this release was made from"


@pytest.mark.parametrize("biotype", ["lncRNA", "lincRNA", "antisense", "processed_transcript", "sense_intronic", "antisense_RNA"])
def test_all_spellings_of_lncrna(write_release, biotype):
    table = GeneTable.build(write_release(meta=[(biotype, ensg(1), "A")]))
    assert table.biotype_class("A") == "lncRNA"
    assert table.biotype_classes["A"] == "lncRNA"
    assert table.biotype_class("nobody") == "unknown"


def test_hgnc_joins_by_id_before_symbol(write_release):
    release = write_release(
        tokens=("SEPTIN7", "X"),
        meta=[("protein_coding", ensg(1), "SEPTIN7"), ("protein_coding", ensg(2), "X")],
        hgnc=[hgnc_row(1, "SEPT7", ensembl=ensg(1)), hgnc_row(2, "X", ensembl=ensg(9)), hgnc_row(3, "Y", ensembl=ensg(2))],
    )
    frame = GeneTable.build(release).frame
    assert frame.loc["SEPTIN7", "hgnc_id"] == "HGNC:1"
    assert frame.loc["X", "hgnc_id"] == "HGNC:3"
    assert frame.loc[ensg(9), "hgnc_id"] == "HGNC:2"
    assert frame.loc["X", "aliases"] == "Y"


def test_hgnc_without_ids_joins_by_rename_and_by_previous_symbol(write_release):
    release = write_release(
        tokens=("SEPTIN7", "OLD"), hgnc=[hgnc_row(1, "SEPT7", ensembl=ensg(1)), hgnc_row(2, "NEW", previous='"OLD|ELD"')]
    )
    table = GeneTable.build(release)
    assert table.frame["hgnc_id"].tolist() == ["HGNC:1", "HGNC:2"]
    assert table.frame.loc["SEPTIN7", "ensembl_gene"] == ensg(1)
    kinds = dict(zip(table.names["name"], table.names["kind"], strict=True))
    assert kinds == {"SEPT7": "previous", "NEW": "hgnc_symbol", "ELD": "previous"} | {
        name: kind for name, kind in kinds.items() if kind in ("hgnc_id", "entrez")
    }


def test_withdrawn_entries_are_skipped(write_release):
    assert "W" not in GeneTable.build(write_release(hgnc=[hgnc_row(1, "W", status="Entry Withdrawn")])).frame.index


def test_primary_assembly_and_own_id_first(write_release):
    release = write_release(
        tokens=("A", "B"),
        meta=[("protein_coding", ensg(5), "B")],
        ensembl=[
            ensembl_row(ensg(2), "A", chromosome="CHR_HSCHR6_MHC_COX", start=50),
            ensembl_row(ensg(1), "A", chromosome="6", start=70),
            ensembl_row(ensg(4), "B", start=80),
            ensembl_row(ensg(5), "B", start=90),
        ],
    )
    table = GeneTable.build(release)
    a, b = table.frame.loc["A"], table.frame.loc["B"]
    assert (a["ensembl_gene"], a["chromosome"], a["start"], a["end"], a["strand"]) == (ensg(1), "6", 70, 79, "-")
    assert a["description"] == "A by Ensembl"
    assert (b["ensembl_gene"], b["start"]) == (ensg(5), 90)
    assert table.ensembl_ids[ensg(2)] == "A"


def test_gene_rows_with_a_symbol_or_an_id_alone_are_genes_of_the_release(write_release):
    meta = [("protein_coding", ensg(1), "A"), ("protein_coding", ensg(2), ""), ("lncRNA", "", "C"), ("lncRNA", ensg(4), "D")]
    table = GeneTable.build(write_release(tokens=("A",), meta=meta), ["A"])
    assert table.frame.index.tolist() == ["A", ensg(2), "C", "D"]
    assert table.ensembl_ids[ensg(2)] == ensg(2)
    assert all("is among the gene rows of this release" in table.frame.loc[gene, "left_out"] for gene in (ensg(2), "C", "D"))


def test_a_gene_of_annotation_alone_is_not_among_the_gene_rows(write_release):
    release = write_release(tokens=("A",), meta=[("protein_coding", ensg(1), "A")], ensembl=[ensembl_row(ensg(9), "Z")])
    assert "is not among the gene rows this release was made from" in GeneTable.build(release, ["A"]).frame.loc["Z", "left_out"]


def test_symbol_that_moved_to_another_id_is_another_gene(write_release):
    release = write_release(
        meta=[("protein_coding", ensg(1), "A")], ensembl=[ensembl_row(ensg(2), "A"), ensembl_row(ensg(1), "Z")]
    )
    table = GeneTable.build(release)
    assert table.ensembl_ids[ensg(2)] == ensg(2)
    assert table.frame.loc["A", "aliases"] == "Z"


@pytest.mark.parametrize(
    ("key", "content", "words"),
    [
        ("annotation/hgnc", b"hgnc_id\tname\nHGNC:1\tx\n", "hgnc_complete_set.txt should have a column symbol"),
        ("annotation/hgnc", b"\x1f\x8b\x08\x00broken", "complete gzip file"),
        ("annotation/hgnc", b"PK\x00\x01\x02", "holds binary data"),
        ("annotation/ensembl", b"ensgene\tsymbol\nENSG1\tA\tx\n", "2 tab-separated fields"),
        ("annotation/ensembl", b"", "should have a column ensgene"),
        ("gene_statistics", b"gene_symbol\tgene_mean\tgene_std\tmax_mean_nondup\nA\thigh\t1\tTrue\n", "line 2 has 'high'"),
        ("genes_meta", b"biotype,ensembl,symbol\n", "genes_meta.tsv should have a column biotype"),
        ("index/coding_lncrna", b"[1, 2]", "JSON of the form"),
        ("index/coding_lncrna", b"{", "JSON of the form"),
    ],
)
def test_malformed_file_is_one_sentence(write_release, key, content, words):
    release = write_release(meta=[("lncRNA", ensg(1), "A")], statistics=[("A", 1, 1, True)], hgnc=[], ensembl=[])
    release.path(key).write_bytes(content)
    with pytest.raises(ReleaseError, match=words) as caught:
        GeneTable.build(release, ["A"])
    assert "\n" not in str(caught.value)
    table = GeneTable.build(release, ["A"], tolerant=True)
    assert table.problems == (str(caught.value),)
    assert list(table.model.index) == ["A"]


def test_truncated_gzip(write_release):
    release = write_release(ensembl=[ensembl_row(ensg(i), f"G{i}") for i in range(200)])
    path = release.path("annotation/ensembl")
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ReleaseError, match="cut off or damaged"):
        GeneTable.build(release)


def test_latin_1_and_windows_line_ends_are_read(write_release):
    release = write_release(hgnc=[hgnc_row(1, "A", alias="Á|KAPPA")])
    path = release.path("annotation/hgnc")
    path.write_bytes(path.read_text(encoding="utf-8").replace("\n", "\r\n").encode("latin-1"))
    assert "KAPPA" in GeneTable.build(release).frame.loc["A", "aliases"]


def test_na_is_no_symbol(write_release):
    table = GeneTable.build(write_release(ensembl=[ensembl_row(ensg(3), "NA")]))
    assert list(table.frame.index) == ["A", ensg(3)]
