import pandas as pd
import pytest

from generain_core.attributes.gmt import gmt_bytes
from generain_core.errors import GeneRAINError
from generain_core.generain import open as open_generain
from generain_core.lists.families import family_of
from generain_core.lists.gene_list import GeneList, Origin, combine, resolve_list
from generain_core.lists.list_files import read_list_file, read_lists, split_names
from generain_core.lists.ranked.ranking_files import read_ranking
from generain_core.release.provenance import csv_bytes
from generain_core.settings import DEMO_RELEASE


@pytest.fixture(scope="module")
def resolver():
    return open_generain(DEMO_RELEASE).resolver


def some(name: str, genes: str, **missing: str) -> GeneList:
    return GeneList(name=name, genes=tuple(genes), missing=missing)


def test_names_are_split_at_anything() -> None:
    assert split_names("TP53, RPL3;GAS5\tXIST\n\nCD3E 'CD8A' \"CD4\"") == ["TP53", "RPL3", "GAS5", "XIST", "CD3E", "CD8A", "CD4"]


def test_names_in_any_form_are_one_gene_each(resolver) -> None:
    genes = resolve_list(["RPL3", "rpl3", "RPL3", "nothing at all", "RPS6"], resolver, name="mine")
    assert (genes.name, genes.genes, list(genes.missing)) == ("mine", ("RPL3", "RPS6"), ["nothing at all"])
    assert resolve_list(["RPL3", "RPS6"], resolver, within=["RPS6"]).genes == ("RPS6",)


@pytest.mark.parametrize(("operation", "genes"), [("union", "abcde"), ("intersection", "b"), ("difference", "ac")])
def test_lists_are_combined(operation, genes) -> None:
    lists = [some("one", "abc"), some("two", "bd", zz="unknown"), some("three", "be")]
    assert combine(lists, operation).genes == tuple(genes)
    assert combine(lists, operation).missing == {"zz": "unknown"}


def test_combining_refuses_what_it_does_not_know() -> None:
    with pytest.raises(GeneRAINError, match="union, intersection, difference"):
        combine([some("one", "a")], "sum")
    with pytest.raises(GeneRAINError, match="No list"):
        combine([], "union")


def test_an_origin_by_similarity_stays_in_whatever_the_list_is_combined_with() -> None:
    near = GeneList(name="n", genes=("a",), missing={}, origin=Origin.NEIGHBORS)
    assert combine([near, near], "union").origin is Origin.NEIGHBORS
    assert combine([some("m", "ab"), near], "intersection").origin is Origin.NEIGHBORS
    assert combine([some("m", "b"), some("n", "b")], "union").origin is Origin.USER


def test_a_combination_could_have_held_what_its_lists_could() -> None:
    tested = GeneList(name="t", genes=("a",), missing={}, origin=Origin.MOVED, background=("a", "b", "c"))
    other = GeneList(name="o", genes=("b",), missing={}, origin=Origin.MOVED, background=("b", "c", "d"))
    assert combine([tested, other], "union").background == ("a", "b", "c", "d")
    assert combine([tested, other], "intersection").background == ("b", "c")
    assert combine([tested, other], "difference").background == ("a", "b", "c")
    assert combine([tested, some("all", "ab")], "union").background == ()
    assert combine([tested, some("all", "ab")], "intersection").background == ("a", "b", "c")


@pytest.mark.parametrize(
    "content",
    [
        "RPL3\nRPS6\nGAS5\n",
        "gene\nRPL3\nRPS6\nGAS5\n",
        "RPL3,RPS6,GAS5",
        "n,symbol\n1,RPL3\n2,RPS6\n3,GAS5\n",
        "1\tRPL3\n2\tRPS6\n3\tGAS5\n",
    ],
)
def test_a_list_is_read_from_text_and_tables(tmp_path, resolver, content) -> None:
    path = tmp_path / "mine.txt"
    path.write_text(content)
    assert read_lists(path, resolver) == {"mine": ("RPL3", "RPS6", "GAS5")}


def test_a_list_is_read_from_a_spreadsheet(tmp_path, resolver) -> None:
    import pandas as pd

    pd.DataFrame({"fold": [1.5, 2.5], "Gene": ["RPL3", "RPS6"]}).to_excel(tmp_path / "mine.xlsx", index=False)
    assert read_lists(tmp_path / "mine.xlsx", resolver) == {"mine": ("RPL3", "RPS6")}


def test_sets_of_a_gmt_file(tmp_path, resolver) -> None:
    path = tmp_path / "sets.gmt"
    path.write_text("one\tx\tRPL3\tRPS6\ntwo\t\tGAS5\n")
    assert read_lists(path, resolver) == {"one": ("RPL3", "RPS6"), "two": ("GAS5",)}
    assert read_lists(path, resolver, "two") == {"two": ("GAS5",)}
    with pytest.raises(GeneRAINError, match="no set 'three'; it has one, two"):
        read_lists(path, resolver, "three")


def test_an_empty_file_is_refused(tmp_path, resolver) -> None:
    (tmp_path / "empty.txt").write_text("\n \n")
    with pytest.raises(GeneRAINError, match="empty"):
        read_lists(tmp_path / "empty.txt", resolver)


@pytest.mark.parametrize(
    "content", ["gene,score\nRPL3,2.5\nRPS6,-1\nGAS5,nan\nRPL3,9\n", "p\tname\tscore\n.1\tRPL3\t2.5\n.2\tRPS6\t-1\n"]
)
def test_a_ranking_is_read(tmp_path, resolver, content) -> None:
    path = tmp_path / "ranked.csv"
    path.write_text(content)
    assert read_ranking(path, resolver) == {"RPL3": 2.5, "RPS6": -1.0}


def test_a_table_that_was_taken_away_from_here_comes_back(tmp_path, resolver) -> None:
    table = pd.DataFrame({"gene": ["RPL3", "RPS6"], "cosine": [0.5, 0.25]})
    path = tmp_path / "neighbors.csv"
    path.write_bytes(b"# made, by; hand\n#\n" + csv_bytes(table, "SIMULATED; release demo, neighbors of RPL4, k = 2"))
    assert read_lists(path, resolver) == {"neighbors": ("RPL3", "RPS6")}
    assert read_ranking(path, resolver) == {"RPL3": 0.5, "RPS6": 0.25}


DESEQ = "gene,baseMean,log2FoldChange,stat,padj\nRPL3,900,2.5,7,.001\nRPS6,9,-1,-4,.2\n"


def test_of_several_columns_one_is_named(tmp_path, resolver) -> None:
    path = tmp_path / "deseq.csv"
    path.write_text(DESEQ)
    with pytest.raises(GeneRAINError, match=r"4 columns of numbers \(baseMean, log2FoldChange, stat, padj\); say which"):
        read_ranking(path, resolver)
    assert read_ranking(path, resolver, "stat") == {"RPL3": 7.0, "RPS6": -4.0}
    with pytest.raises(GeneRAINError, match="called 'nothing' to rank by; it has baseMean"):
        read_ranking(path, resolver, "nothing")


P_VALUES = ["p", "P.Value", "pvalue", "padj", "FDR", "q-value", "p_val_adj", "pvals_adj", "p.adjust", "NOM p-val", "FDR q-val"]
P_VALUES += ["Adjusted P-value", "pval_adj", "svalue", "adj.P.Val", "FWER p-val", "Pr(>|z|)", "p_val", "pvals"]


@pytest.mark.parametrize("title", P_VALUES)
def test_p_values_are_no_ranking(tmp_path, resolver, title) -> None:
    path = tmp_path / "p.csv"
    path.write_text(f"gene,{title}\nRPL3,.001\nRPS6,.2\n")
    with pytest.raises(GeneRAINError, match="strongest genes would come last"):
        read_ranking(path, resolver)


@pytest.mark.parametrize("title", ["score", "-log10(p)", "neg_log10_pval", "logFC", "stat", "t", "signed_p_rank", "NES", "PC1"])
def test_what_is_highest_for_the_strongest_ranks(tmp_path, resolver, title) -> None:
    (tmp_path / "r.csv").write_text(f"gene,{title}\nRPL3,3\nRPS6,-2\n")
    assert list(read_ranking(tmp_path / "r.csv", resolver).values()) == [3, -2]


def test_a_column_may_be_named_beside_one_called_score(tmp_path, resolver) -> None:
    path = tmp_path / "r.csv"
    path.write_text("gene,score,stat\nRPL3,3,1\nRPS6,2,5\n")
    assert read_ranking(path, resolver)["RPS6"] == 2
    assert read_ranking(path, resolver, "stat")["RPS6"] == 5


def test_a_list_is_no_ranking(tmp_path, resolver) -> None:
    (tmp_path / "list.txt").write_text("RPL3\nRPS6\n")
    with pytest.raises(GeneRAINError, match="columns gene and score"):
        read_ranking(tmp_path / "list.txt", resolver)


@pytest.mark.parametrize(
    ("symbol", "family"),
    [
        ("RPL3", "RPL"),
        ("RPL10A", "RPL"),
        ("GATA3-AS1", "GATA"),
        ("TP53", ""),
        ("LINC00152", ""),
        ("ZNF92", ""),
        ("HOXA1", "HOXA"),
        ("XIST", ""),
    ],
)
def test_families_by_name(symbol, family) -> None:
    assert family_of(symbol) == family


def test_files_keep_how_their_lists_came_about(tmp_path) -> None:
    sets = {"near": ("RPL3", "RPS6"), "own": ("TP53",), "near ": ("MYC",)}
    notes = {"near": Origin.NEIGHBORS.note, "own": Origin.USER.note}
    gmt = tmp_path / "lists.gmt"
    others = b"third\tMSigDB\tRPL3\nagain\t\tRPL3\nagain\tlist origin: rule\tRPL4\n"
    gmt.write_bytes(gmt_bytes(sets, "release x; list origin", notes) + others)
    file = read_list_file(gmt)
    origins = {name: file.origin_of(name) for name in file.sets}
    user = Origin.USER
    assert origins == {"near": Origin.NEIGHBORS, "own": user, "near (2)": user, "third": user, "again": Origin.RULE}
    table = pd.DataFrame({"gene": ["RPL3", "RPS6"]})
    for words, origin in (("a; list origin: lasso; b", Origin.LASSO), ("list origin: heaven", user), ("here", user)):
        path = tmp_path / "list.csv"
        path.write_bytes(csv_bytes(table, words))
        assert read_list_file(path).origin_of("list") is origin


def test_one_origin_by_similarity_counts_before_others() -> None:
    assert Origin.noted("list origin: user; list origin: neighbors") is Origin.NEIGHBORS
    assert Origin.noted("list origin: moved; list origin: user") is Origin.MOVED
    assert Origin.noted("neighbors of RPL3") is None
    assert all(Origin.noted(f"x; {each.note}; y") is each for each in Origin)


def test_a_table_of_several_rankings_is_asked_about(tmp_path, resolver) -> None:
    genes = resolver.table.model.index.tolist()[:40]
    rows = [f"{c},{gene},{i * (1 if c == '0' else -1) + 0.5}" for c in ("0", "1") for i, gene in enumerate(genes)]
    path = tmp_path / "markers.csv"
    path.write_text("\n".join(["cluster,gene,t", *rows]))
    with pytest.raises(GeneRAINError, match="holds 2 rankings, which its column 'cluster' tells apart \\(0, 1\\)"):
        read_ranking(path, resolver, "t")
    assert read_ranking(path, resolver, "t", "1")[genes[3]] == -2.5
    with pytest.raises(GeneRAINError, match="no ranking of '7'"):
        read_ranking(path, resolver, "t", "7")
    probes = tmp_path / "probes.csv"
    probes.write_text("\n".join(["probe,gene,t", *(f"p{i},{genes[i % 25]},{i + 0.5}" for i in range(50))]))
    with pytest.raises(GeneRAINError, match=f"of 25 names .such as '{genes[0]}': 0.5, 25.5.*one row a gene"):
        read_ranking(probes, resolver, "t")
    probes.write_text("\n".join(["probe,gene,t", *(f"p{i},{genes[i % 25]},{i % 25 + 0.5}" for i in range(50))]))
    assert read_ranking(probes, resolver, "t")[genes[3]] == 3.5
    with pytest.raises(GeneRAINError, match="holds one ranking"):
        read_ranking(probes, resolver, "t", "p1")


SEVERAL = {
    "whole as fractions": ("cluster", ["0.0", "1.0", "3.0"], 40),
    "doses": ("dose", ["0.1", "1", "10"], 40),
    "two columns": ("cell,contrast", ["T,a", "T,b", "B,a", "B,b"], 40),
    "few rows each": ("cluster", [str(i) for i in range(30)], 4),
    "no titles": ("", ["KOA", "KOB"], 40),
    "no titles, two columns": ("", ["T,a", "T,b", "B,a"], 40),
}


@pytest.mark.parametrize("kind", SEVERAL)
def test_rankings_of_one_table_are_told_apart_whatever_they_are_called(tmp_path, resolver, kind) -> None:
    titles, labels, number = SEVERAL[kind]
    genes = resolver.table.model.index.tolist()[:number]
    rows = [f"{label},{gene},{i + 0.25 + 100 * n}" for n, label in enumerate(labels) for i, gene in enumerate(genes)]
    path = tmp_path / "several.csv"
    path.write_text("\n".join([*([f"{titles},gene,t"] if titles else []), *rows]))
    with pytest.raises(GeneRAINError, match=f"holds {len(labels)} rankings"):
        read_ranking(path, resolver, "t" if titles else None)
    for n, label in enumerate(labels):
        expected = {gene: i + 0.25 + 100 * n for i, gene in enumerate(genes)}
        of = label.replace(",", " / ")
        assert read_ranking(path, resolver, None if not titles else "t", of) == expected


def test_one_ranking_with_a_row_a_term_is_one(tmp_path, resolver) -> None:
    genes = resolver.table.model.index.tolist()[:40]
    path = tmp_path / "terms.csv"
    path.write_text("\n".join(["term,gene,t", *(f"{term},{gene},{i + 0.5}" for term in "ab" for i, gene in enumerate(genes))]))
    assert read_ranking(path, resolver) == {gene: i + 0.5 for i, gene in enumerate(genes)}
