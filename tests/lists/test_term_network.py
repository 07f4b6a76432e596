import numpy as np
import pandas as pd

from generain_core.lists.term_network import term_network


def table(*genes: str) -> pd.DataFrame:
    return pd.DataFrame({"set": [f"s{i}" for i in range(len(genes))], "genes": [list(each) for each in genes]})


def test_terms_are_joined_by_the_genes_they_share() -> None:
    found = term_network(table("abcd", "abce", "", "xyz", "dxuvw"))
    assert found.terms["set"].tolist() == ["s0", "s1", "s3", "s4"]
    edges = {(row.one, row.other): row.shared for row in found.edges.itertuples()}
    assert edges == {(0, 1): 3 / 5}


def test_joined_terms_lie_nearer_and_the_drawing_is_the_same_each_time() -> None:
    terms = table("abcd", "abce", "abde", "pqrs", "pqrt", "pqst")
    found, again = term_network(terms), term_network(terms)
    places = found.terms[["x", "y"]].to_numpy()
    assert (places == again.terms[["x", "y"]].to_numpy()).all()
    far = np.linalg.norm(places[:, None] - places[None], axis=2)
    assert far[:3, :3].max() < far[:3, 3:].min()


def test_no_term_and_one_term_can_be_drawn() -> None:
    assert len(term_network(table()).terms) == 0
    assert len(term_network(table("ab")).terms) == 1
