"""What one person types for one gene: Greek letters, blanks, accessions, Excel's numbers; and what begins so."""

from datetime import date

import pytest

from generain_core.genes import GeneTable, Resolver
from generain_core.genes.spelling.spoken import spellings, words_of

HEADER = "hgnc_id\tsymbol\tname\tstatus\talias_symbol\tprev_symbol\tentrez_id\tensembl_gene_id\tuniprot_ids\trefseq_accession\n"
ROWS = """\
HGNC:132\tACTB\tactin beta\tApproved\t\t\t60\tENSG00000075624\tP60709\tNM_001101
HGNC:1100\tBRCA1\tBRCA1 DNA repair associated\tApproved\t\t\t672\tENSG00000012048\tP38398\tNM_007294
HGNC:4931\tHLA-A\tmajor histocompatibility complex, class I, A\tApproved\t\t\t3105\tENSG00000206503\tP04439|P30443\tNM_002116
HGNC:5992\tIL1B\tinterleukin 1 beta\tApproved\t\t\t3553\tENSG00000125538\tP01584\tNM_000576
HGNC:11892\tTNF\ttumor necrosis factor\tApproved\tDIF|TNFSF2\tTNFA\t7124\tENSG00000232810\tP01375\tNM_000594
HGNC:7553\tMYC\tMYC proto-oncogene\tApproved\tbHLHe39\t\t4609\tENSG00000136997\tP01106\tNM_002467
HGNC:26077\tMARCHF1\tmembrane associated ring-CH-type finger 1\tApproved\t\tMARCH1\t55016\tENSG00000145416\tQ8TCQ1\tNM_017923
HGNC:24338\tLOST\tis withdrawn\tEntry Withdrawn\t\t\t\t\tP99999\tNM_999999
HGNC:9\tOUT\tnot among the genes of the model\tApproved\t\t\t9\tENSG00000000009\tQ99999\tNM_000009
"""
GENES = ["ACTB", "BRCA1", "HLA-A", "IL1B", "TNF", "MYC", "MARCHF1"]


@pytest.fixture
def known(write_release, tmp_path):
    release = write_release(hgnc=[])
    path = release.path("annotation/hgnc")
    path.write_text(HEADER + ROWS)
    resolver = Resolver(GeneTable.build(release, GENES))
    resolver.accessions = path
    return resolver


@pytest.mark.parametrize(
    ("text", "gene", "said"),
    [
        ("β-actin", "ACTB", "the full name of ACTB"),
        ("beta-actin", "ACTB", "the full name of ACTB"),
        ("Actin, beta", "ACTB", "the full name of ACTB"),
        ("BRCA 1", "BRCA1", "read as BRCA1"),
        ("HLA A", "HLA-A", "read as HLA-A"),
        ("IL-1β", "IL1B", "read as IL1B"),
        ("TNF-alpha", "TNF", "read as TNFA; a previous symbol of TNF"),
        ("TNFα", "TNF", "read as TNFA"),
        ("c-Myc", "MYC", "read as Myc"),
        ("P60709", "ACTB", "a UniProt accession of ACTB, by HGNC"),
        ("P30443-2", "HLA-A", "a UniProt accession of HLA-A"),
        ("NM_007294.4", "BRCA1", "a RefSeq accession of BRCA1"),
    ],
)
def test_what_is_typed_for_one_gene_leads_to_it_and_says_how(known, text, gene, said) -> None:
    found = known.resolve(text)
    assert (found.gene, found.status) == (gene, "alias")
    assert found.reason.startswith(said)
    assert known.resolve_many([text, "ACTB"])["gene"].tolist()[0] is None  # of a table's rows nothing is guessed


def test_excels_number_of_a_date_is_asked_about(known) -> None:
    number = str((date(2021, 3, 1) - date(1899, 12, 30)).days)
    found = known.resolve(number)
    assert (found.status, found.gene, found.candidates) == ("ambiguous", None, ("MARCHF1",))
    assert "1 March 2021" in found.reason
    assert known.resolve(str(int(number) + 40)).status == "unknown"  # 10 April: no gene was ever called so here


@pytest.mark.parametrize(
    ("text", "said"),
    [("P99999", "does not have it"), ("NM_999999", "does not have it"), ("NP_000537.3", "does not have it")],
)
def test_an_accession_that_hgnc_lacks_says_so(known, text, said) -> None:
    found = known.resolve(text)
    assert found.gene is None
    assert said in found.reason


def test_an_accession_of_a_gene_outside_the_model_says_so_and_without_the_table_what_is_needed(known) -> None:
    assert known.resolve("Q99999").status == "not_in_model"
    bare = Resolver(known.table)
    assert "generain download --hgnc" in bare.resolve("P60709").reason


def test_what_begins_so_symbols_first(known) -> None:
    assert known.typed.begin("t") == [("TNF", "")]
    assert known.typed.begin("dif") == [("TNF", "DIF")]
    assert known.typed.begin("M") == [("MARCHF1", ""), ("MYC", "")]
    assert known.typed.begin("M", 1) == [("MARCHF1", "")]
    assert known.typed.begin("zz") == known.typed.begin(" ") == []


def test_nothing_is_made_of_a_number_or_a_letter_alone() -> None:
    assert list(spellings("1-2")) == []
    assert list(spellings("A-1")) == []
    assert list(spellings("x" * 50 + " 1")) == []
    assert words_of("β-actin 2") == words_of("actin, 2, beta") == ("2", "actin", "beta")
