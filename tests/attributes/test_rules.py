"""Rules: read, written, and held against a loop over all genes."""

import numpy as np
import pytest

from generain_core.attributes.gmt import gmt_bytes, gmt_descriptions, read_gmt
from generain_core.attributes.rule_text import parse
from generain_core.attributes.rules import And, Biotype, Known, Level, Not, Or, chosen_genes, counted, holds
from generain_core.errors import GeneRAINError

A, B = "process 1 (GO:0000001)", "process 2 (GO:0000002)"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"P({A}) > 0.9", Level("P", A, ">", 0.9)),
        ("p( a ) >= .5", Level("P", "a", ">=", 0.5)),
        ("P(a) > 90%", Level("P", "a", ">", 0.9)),
        ("percentile(a) ≥ 99", Level("percentile", "a", ">=", 99)),
        ("expression < 2.5", Level("expression", "", "<", 2.5)),
        ("biotype = lncRNA", Biotype("lncRNA")),
        ("biotype != lncRNA", Not(Biotype("lncRNA"))),
        ('biotype = "IG C gene"', Biotype("IG C gene")),
        ("known(a)", Known("a")),
        ("not not P(a) > 0", Not(Not(Level("P", "a", ">", 0)))),
        (
            "P(a) > 0.9 and not P(b) > 0.5 and biotype = lncRNA",
            And((Level("P", "a", ">", 0.9), Not(Level("P", "b", ">", 0.5)), Biotype("lncRNA"))),
        ),
        (
            "P(a) > 0.1 or P(b) > 0.2 and P(c) > 0.3",
            Or((Level("P", "a", ">", 0.1), And((Level("P", "b", ">", 0.2), Level("P", "c", ">", 0.3))))),
        ),
        (
            "(P(a) > 0.1 OR P(b) > 0.2) AND P(c) > 0.3",
            And((Or((Level("P", "a", ">", 0.1), Level("P", "b", ">", 0.2))), Level("P", "c", ">", 0.3))),
        ),
        ('P("odd ) name \\"x\\"") > 0.1', Level("P", 'odd ) name "x"', ">", 0.1)),
        ("P(and or not) > 0.1", Level("P", "and or not", ">", 0.1)),
        ("P(a) > 0.9999999", Level("P", "a", ">", 0.9999999)),
    ],
)
def test_a_rule_is_read_and_written_again(text, rule) -> None:
    assert parse(text) == rule
    assert parse(str(rule)) == rule


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "at its end"),
        ("P(a)", "> or < and a number"),
        ("P(a) > ", "number"),
        ("P(a) > x", "number"),
        ("P(a) > 1.5", "from 0 to 1"),
        ("percentile(a) > 101", "from 0 to 100"),
        ("P() > 0.5", "name of an attribute"),
        ("P(a > 0.5", "closing parenthesis"),
        ("(P(a) > 0.5", "closing parenthesis"),
        ("P(a) > 0.5 P(b) > 0.5", "“and” or “or”"),
        ("P(a) > 0.5 and", "at its end"),
        ("biotype lncRNA", "biotype"),
        ("<script>", "at “<script>”"),
        ("not " * 60 + "P(a) > 0.5", "nested"),
        ("(" * 60 + "P(a) > 0.5" + ")" * 60, "nested"),
        ("P(a) > 0.5 and " * 1000, "characters"),
    ],
)
def test_a_rule_that_cannot_be_read_says_where(text, said) -> None:
    with pytest.raises(GeneRAINError) as told:
        parse(text)
    assert said in str(told.value)
    assert len(str(told.value)) < 300


def test_a_rule_chooses_what_a_loop_chooses(predictions, values) -> None:
    text = f"P({A}) > 0.2 and not P({B}) > 0.25 and (biotype = lncRNA or percentile(process 3 (GO:0000003)) >= 80)"
    expected = []
    for i in range(90):
        share = 100 * sum(v < values[3, i] for v in values[3]) / 89
        if values[1, i] > np.float32(0.2) and not values[2, i] > np.float32(0.25) and (i >= 60 or share >= 80):
            expected.append(i)
    mask = holds(parse(text), predictions)
    assert np.flatnonzero(mask).tolist() == expected
    assert 3 < len(expected) < 60
    table = chosen_genes(parse(text), predictions)
    assert set(table["gene"]) == {predictions.store.genes[i] for i in expected}
    assert table[f"P({A})"].is_monotonic_decreasing
    row = table.iloc[2]
    assert row[f"P({B})"] == values[2, predictions.store.row(row["gene"])]


def test_a_limit_is_the_number_as_it_is_published(predictions, values) -> None:
    level = values[2, 25]
    assert level == np.float32(0.25)
    assert holds(parse(f"P({B}) >= 0.25"), predictions)[25]
    assert not holds(parse(f"P({B}) > 0.25"), predictions)[25]


def test_what_is_missing_is_neither_above_nor_below(with_missing) -> None:
    above, not_above = (holds(parse(f"{word} P({A}) > 0.1"), with_missing) for word in ("", "not"))
    assert not above[3]
    assert not not_above[3]
    assert (above | not_above).sum() == 88
    assert holds(parse(f"P({A}) > 0.1 or biotype = coding"), with_missing)[3]
    assert not holds(parse(f"not (P({A}) > 0.1 and biotype = coding)"), with_missing)[3]


def test_nothing_and_everything(predictions) -> None:
    nothing = chosen_genes(parse(f"P({A}) > 0.5 and P({A}) < 0.4"), predictions)
    assert len(nothing) == 0
    assert list(nothing.columns) == ["gene", "ensembl_gene", "biotype", f"P({A})", f"percentile({A})"]
    assert len(chosen_genes(parse(f"P({A}) >= 0"), predictions)) == 90
    told = counted(parse(f"P({A}) > 0.5 and P({A}) < 0.4"), predictions)
    assert told["condition"].tolist() == [f"P({A}) > 0.5", f"P({A}) < 0.4"]
    assert (told["genes"] > 0).all()


@pytest.mark.parametrize(
    ("text", "said"), [("P(nobody) > 0.5", "no attribute"), ("biotype = snail", "biotype"), (f"known({A})", "No gene set")]
)
def test_what_a_rule_names_must_be_there(predictions, text, said) -> None:
    with pytest.raises(GeneRAINError, match=said):
        holds(parse(text), predictions)


def test_members_of_a_gene_set(predictions) -> None:
    members = np.arange(90) < 10
    rule = parse(f"P({A}) >= 0 and not known({A})")
    assert holds(rule, predictions, lambda attribute: members if attribute == A else None).sum() == 80


def test_gene_sets_are_written_and_read() -> None:
    sets = {f"P({A}) > 0.5": ["G1", "G2"], "tab\there": ["G3"]}
    content = gmt_bytes(sets, "from\there")
    assert read_gmt(content, "x") == {f"P({A}) > 0.5": ("G1", "G2"), "tab here": ("G3",)}
    assert read_gmt(b"a\t\tG1,1.0\tG1\t\nshort\nb\tx\n", "x") == {"a": ("G1",)}
    for bad in (b"", b"no tabs here", b"\xff\xfe\x00"):
        with pytest.raises(GeneRAINError):
            read_gmt(bad, "x")


def test_gene_sets_are_gmt_by_its_definition() -> None:
    """Broad: a set a line; name (unique), description and genes, split by tabs; no blank fields."""
    sets = {f"P({A}) > 0.5": ["G1", "G2", "G1"], "tab\there": ["G3"], "tab here": ["G4\n"], "": ["G5", ""], "two\nlines": ["É1"]}
    rows = [line.split("\t") for line in gmt_bytes(sets, "release\tx\r\nSIMULATED").decode("utf-8").split("\n")]
    assert rows.pop() == [""]
    read = {name: (description, genes) for name, description, *genes in rows}
    assert list(read) == [f"P({A}) > 0.5", "tab here", "tab here (2)", "set", "two lines"]
    assert {description for description, _ in read.values()} == {"release x SIMULATED"}
    assert [genes for _, genes in read.values()] == [["G1", "G2"], ["G3"], ["G4"], ["G5"], ["É1"]]


def test_a_rule_as_gmt_holds_its_genes(predictions) -> None:
    table = chosen_genes(parse(f"P({A}) > 0.2"), predictions)
    (line,) = gmt_bytes({f"P({A}) > 0.2": list(table["gene"])}, "here").decode().splitlines()
    values = predictions.store.by_attribute[predictions.store.place(A)]
    expected = {gene for gene, value in zip(predictions.store.genes, values.tolist(), strict=True) if value > np.float32(0.2)}
    assert len(expected) > 3
    assert set(line.split("\t")[2:]) == expected


def test_lines_of_one_title_are_one_set() -> None:
    """80,000 lines of one title: where each copies what came before, this takes minutes."""
    lines = [f"one\t{'by similarity' if i % 2 else 'of a file'}\tG{i}\tG0" for i in range(80_000)]
    content = "\n".join([*lines, "two\t\tG1", "two\tnoted\tG2"]).encode()
    assert gmt_descriptions(content) == {"one": "of a file; by similarity", "two": "noted"}
    sets = read_gmt(content, "x")
    assert sets["two"] == ("G1", "G2")
    assert sets["one"] == tuple(f"G{i}" for i in range(80_000))
