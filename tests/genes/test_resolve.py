import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generain_core.genes import GeneTable, Resolver

from .conftest import ensembl_row, ensg, hgnc_row

MODEL = (
    "TP53",
    "SEPTIN7",
    "MARCHF1",
    "MTARC1",
    "MARCHF3",
    "SELENOF",
    "POU5F1",
    "DELEC1",
    "BHLHE40",
    "ERBB2",
    "AbC",
    "aBC",
    "Or1x",
    ensg(99),
)


@pytest.fixture
def resolver(write_release):
    meta = [("protein_coding", ensg(i), gene) for i, gene in enumerate(MODEL[:-1], 1)]
    meta += [("protein_coding", ensg(77), "TP53"), ("lncRNA", ensg(99), ensg(99)), ("processed_pseudogene", ensg(50), "PSEU")]
    hgnc = [
        hgnc_row(1, "TP53", ensembl=ensg(1), alias="p53|LFS1"),
        hgnc_row(2, "SEPT7", ensembl=ensg(2), previous="CDC10"),
        hgnc_row(8, "DEC1", ensembl=ensg(8)),
        hgnc_row(9, "BHLHE40", ensembl=ensg(9), alias="DEC1|SHARED|PSEU"),
        hgnc_row(10, "ERBB2", ensembl=ensg(10), alias='"HER2|SHARED"', previous="OLD|MOVED"),
        hgnc_row(13, "Or1xNEW", ensembl=ensg(13), previous="Or1x|MOVED", alias="HER2|OLD"),
        hgnc_row(50, "PSEU", ensembl=ensg(50), locus="pseudogene", previous="WASPSEU", alias="LFS1"),
        hgnc_row(60, "GONE", previous="HALF", locus="RNA, micro"),
    ]
    return Resolver(GeneTable.build(write_release(meta=meta, hgnc=hgnc, ensembl=[ensembl_row(ensg(99), "LATER")]), MODEL))


@pytest.mark.parametrize(
    ("name", "status", "gene"),
    [
        ("TP53", "symbol", "TP53"),
        ("tp53", "symbol", "TP53"),
        ("AbC", "symbol", "AbC"),
        ("aBC", "symbol", "aBC"),
        (ensg(1), "ensembl", "TP53"),
        (ensg(1).lower() + ".18", "ensembl", "TP53"),
        (ensg(1) + ".18_PAR_Y", "ensembl", "TP53"),
        (ensg(1) + "_PAR_Y", "ensembl", "TP53"),
        (ensg(77), "ensembl", "TP53"),
        (ensg(99), "ensembl", ensg(99)),
        ("P53", "alias", "TP53"),
        ("SEPT7", "previous", "SEPTIN7"),
        ("sept7", "previous", "SEPTIN7"),
        ("CDC10", "previous", "SEPTIN7"),
        ("MARCH1", "previous", "MARCHF1"),
        ("MARC1", "previous", "MTARC1"),
        ("SEPT15", "previous", "SELENOF"),
        ("OCT4", "alias", "POU5F1"),
        ("Or1xNEW", "alias", "Or1x"),
        ("LATER", "alias", ensg(99)),
        ("DEC1", "previous", "DELEC1"),
        ("OLD", "previous", "ERBB2"),
        ("LFS1", "alias", "TP53"),
        ("1001", "alias", "TP53"),
        (1001, "alias", "TP53"),
        (1001.0, "alias", "TP53"),
        ("HGNC:1", "alias", "TP53"),
        ("hgnc:1", "alias", "TP53"),
    ],
)
def test_one_gene(resolver, name, status, gene):
    found = resolver.resolve(name)
    assert (found.status, found.gene, found.candidates) == (status, gene, (gene,))
    assert found.ensembl_gene == ensg(99 if gene == ensg(99) else 1 + MODEL.index(gene))
    assert found.suggestions == ()


def test_reasons_of_recognized_names(resolver):
    reasons = {
        name: resolver.resolve(name).reason for name in ("TP53", "P53", "DEC1", "HGNC:1", "1001", "Or1xNEW", "LFS1", ensg(77))
    }
    assert reasons["TP53"] == ""
    assert reasons["P53"] == "an alias of TP53"
    assert reasons["DEC1"] == "a previous symbol of DELEC1; also an alias of BHLHE40"
    assert "HGNC ID" in reasons["HGNC:1"]
    assert "Entrez gene ID" in reasons["1001"]
    assert reasons["Or1xNEW"] == "HGNC's current symbol of Or1x"
    assert reasons["LFS1"] == "an alias of TP53; also an alias of PSEU, not in the model"
    assert "further Ensembl ID" in reasons[ensg(77)]


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("abc", {"AbC", "aBC"}),
        ("SHARED", {"BHLHE40", "ERBB2"}),
        ("HER2", {"ERBB2", "Or1x"}),
        ("MOVED", {"ERBB2", "Or1x"}),
        ("1-Mar", {"MARCHF1", "MTARC1"}),
    ],
)
def test_ambiguous(resolver, name, candidates):
    found = resolver.resolve(name)
    assert found.status == "ambiguous"
    assert found.gene is None
    assert set(found.candidates) == candidates
    assert found.reason


def test_not_in_model_is_not_hidden_by_an_alias(resolver):
    found = resolver.resolve("PSEU")
    assert (found.status, found.gene, found.ensembl_gene, found.candidates) == ("not_in_model", None, ensg(50), ("BHLHE40",))
    assert "processed pseudogene" in found.reason
    assert "an alias of BHLHE40" in found.reason


@pytest.mark.parametrize("name", ["WASPSEU", "GONE", "HALF", ensg(50), "HGNC:60"])
def test_not_in_model_under_any_name(resolver, name):
    found = resolver.resolve(name)
    assert (found.status, found.gene, found.candidates) == ("not_in_model", None, ())
    assert "the model holds protein-coding and lncRNA genes only" in found.reason


@pytest.mark.parametrize(
    "date",
    [
        "7-Sep",
        "Sep-7",
        "Sep-07",
        "07-Sep",
        "7-Sep-23",
        "7-Sep-2023",
        "7. Sep",
        "7. Sept",
        "7-sept.",
        "7 sep",
        "2023-09-07",
        "2023-09-07 00:00:00",
        "2023-09-07T00:00:00",
        "9/7/2023",
        "07/09/2023",
        "07.09.2023",
        "7-SEP",
        "'7-Sep'",
    ],
)
def test_dates_of_one_gene(resolver, date):
    found = resolver.resolve(date)
    assert (found.status, found.gene) == ("previous", "SEPTIN7")
    assert found.reason == "Excel turned a gene name into a date: SEPT7, a previous symbol of SEPTIN7"


@pytest.mark.parametrize(
    "date", ["1-Mar", "Mar-01", "1. Mrz", "01. März", "1-mars", "3/1/2023", "01/03/2023", "1-Mar-23", "2023-03-01"]
)
def test_dates_of_two_genes(resolver, date):
    found = resolver.resolve(date)
    assert (found.status, found.candidates) == ("ambiguous", ("MARCHF1", "MTARC1"))
    assert "Excel turned a gene name into a date" in found.reason


@pytest.mark.parametrize(
    ("date", "gene"),
    [("3. Mrz", "MARCHF3"), ("15-Sep", "SELENOF"), ("4. Okt", "POU5F1"), ("1. Dez", "DELEC1"), ("1-déc", "DELEC1")],
)
def test_other_dates(resolver, date, gene):
    assert resolver.resolve(date).gene == gene


@pytest.mark.parametrize("date", ["31-Dec", "7-Jul", "2023-05-05", "12/12/2012"])
def test_dates_of_no_gene(resolver, date):
    found = resolver.resolve(date)
    assert found.status == "unknown"
    assert "is a date" in found.reason


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "nothing was given"),
        (None, "nothing was given"),
        (float("nan"), "nothing was given"),
        (" '' ", "nothing was given"),
        ("ENSMUSG00000059552.3", "an Ensembl ID of mouse; the model is human only"),
        ("ENST00000269305", "an Ensembl transcript ID; give the gene"),
        ("ENSP00000269305", "an Ensembl protein ID; give the gene"),
        (ensg(123456), f"no gene of the release or its annotation has the Ensembl ID '{ensg(123456)}'"),
        ("ENSG0001", "not a whole Ensembl gene ID"),
        ("ERCC-00002", "spike-in"),
        ("__no_feature", "counting programs"),
        ("N_unmapped", "counting programs"),
        ("99999999", "a bare number"),
        ("x" * 101, "a gene name has at most 100 characters in one line"),
        ("TP53\nSEPTIN7", "a gene name has at most 100 characters in one line"),
        ("TP\x0053", "a gene name has at most 100 characters in one line"),
        ("XYZ", "no gene, alias or Ensembl ID of this release is called 'XYZ'"),
    ],
)
def test_unknown(resolver, name, words):
    found = resolver.resolve(name)
    assert (found.status, found.gene, found.candidates) == ("unknown", None, ())
    assert words in found.reason
    assert len(found.reason) < 160
    assert "\n" not in found.reason


def test_suggestions(resolver):
    assert resolver.resolve("TP35").suggestions[0] == "TP53"
    assert resolver.suggest("SEPTN7", n=1) == ["SEPTIN7"]
    assert resolver.suggest(ensg(99)[:-1]) != []
    assert resolver.suggest("") == []
    assert resolver.suggest("qqqqqqqqqqqq") == []


def test_many_agrees_with_one(resolver):
    names = ["TP53", "tp53", "HER2", None, "1-Mar", "PSEU", "TP53", " p53 ", "nobody"]
    many = resolver.resolve_many(names)
    assert list(many.columns) == ["input", "status", "gene", "ensembl_gene", "candidates", "reason"]
    for name, row in zip(names, many.itertuples(index=False), strict=True):
        one = resolver.resolve(name)
        assert tuple(row) == (one.input, one.status, one.gene, one.ensembl_gene, one.candidates, one.reason)


def test_many_of_none(resolver):
    assert list(resolver.resolve_many([]).columns) == ["input", "status", "gene", "ensembl_gene", "candidates", "reason"]


NOISE = st.text(st.sampled_from(" \t\u00a0\u200b\ufeff\"'`“”‘’«»"), max_size=4)
NAMES = st.sampled_from(
    ["TP53", "p53", "SEPT7", "HER2", "MARCH1", "1-Mar", "PSEU", "nobody", ensg(1) + ".2", "OCT4", "1001", "ABC"]
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(
    name=NAMES,
    before=NOISE,
    after=st.tuples(NOISE, st.sampled_from(["", ",", ";", ", ", " ;"]), NOISE).map("".join),
    lower=st.booleans(),
)
def test_noise_never_changes_the_answer(resolver, name, before, after, lower):
    plain, noisy = resolver.resolve(name), resolver.resolve(before + (name.lower() if lower else name) + after)
    assert (noisy.status, noisy.gene, noisy.candidates) == (plain.status, plain.gene, plain.candidates)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(
    text=st.text(max_size=130)
    | st.text(string.printable, max_size=20)
    | st.from_regex(r"[0-9]{1,4}[-/. ][A-Za-z0-9]{1,4}([-/. ][0-9]{1,4})?")
)
def test_any_text_has_one_answer(resolver, text):
    found = resolver.resolve(text)
    assert (found.gene is not None) == (found.status in ("symbol", "ensembl", "alias", "previous"))
    assert found.gene is None or found.candidates == (found.gene,)
    assert found.reason or found.status in ("symbol", "ensembl")


def test_renames_work_without_annotation(write_release):
    resolver = Resolver(GeneTable.build(write_release(tokens=MODEL)))
    assert resolver.resolve("MARCH1").gene == "MARCHF1"
    assert resolver.resolve("7-Sep").gene == "SEPTIN7"
    assert resolver.resolve("1-Mar").candidates == ("MARCHF1", "MTARC1")


def test_a_model_with_old_names_keeps_them(write_release):
    resolver = Resolver(GeneTable.build(write_release(tokens=("SEPT7", "MARCH1"))))
    assert resolver.resolve("SEPT7").status == "symbol"
    assert resolver.resolve("7-Sep").gene == "SEPT7"
    march = resolver.resolve("1-Mar")
    assert (march.status, march.candidates) == ("ambiguous", ("MARCH1",))
    assert "MARCH1 or MTARC1" in march.reason


@pytest.mark.parametrize("date", ["3/10/2021", "10/03/2021", "3-Oct", "2021-10-03"])
def test_a_date_of_two_genes_is_ambiguous_though_a_release_knows_one(write_release, date):
    """A release of few genes gave the reads of MARCHF10 and of SLC22A3 to POU5F1, which it alone knows."""
    row = hgnc_row(1, "POU5F1", ensembl=ensg(1), alias="OCT3|OCT4")
    resolver = Resolver(GeneTable.build(write_release(tokens=("POU5F1", "COX10"), hgnc=[row])))
    found = resolver.resolve(date)
    assert (found.status, found.gene, found.candidates) == ("ambiguous", None, ("POU5F1",))
    assert resolver.resolve_many([date])["status"].tolist() == ["ambiguous"]
    assert resolver.resolve("4-Oct").gene == "POU5F1"
    assert resolver.resolve("OCT3").gene == "POU5F1"


def test_names_joined_with_one_that_is_not_in_the_model_are_ambiguous(resolver):
    """The reads of two genes went to the one that the model holds."""
    assert resolver.resolve("PSEU /// TP53").status == "ambiguous"
    assert resolver.resolve("TP53 /// PSEU").gene is None
    assert resolver.resolve("TP53 /// NOBODY1").status == "ambiguous"
    assert resolver.resolve("TP53 /// LFS1").gene == resolver.resolve("TP53 /// ---").gene == "TP53"
