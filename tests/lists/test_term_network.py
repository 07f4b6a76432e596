import numpy as np
import pandas as pd

from generain_core.lists.term_network import term_network
from generain_core.ui.lists.enrichment import charts


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


def test_sets_that_all_share_genes_do_not_lie_on_one_another() -> None:
    terms = term_network(table(*(f"abcdefgh{letter}" for letter in "pqrstuvwxyz1234567890")))
    places = terms.terms[["x", "y"]].to_numpy()
    far = np.linalg.norm(places[:, None] - places[None], axis=2) + np.eye(len(places))
    assert far.min() > 0.05 * np.ptp(places)


def test_names_of_the_best_sets_are_drawn_where_they_have_room() -> None:
    names = [f"A_RATHER_LONG_NAME_{i}" for i in range(60)]
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 60))
    labels, sides = charts._labels(names, x, y, 560)
    assert labels[0] == names[0]
    assert 5 <= sum(map(bool, labels)) < 40
    across, down = 340 / (1.36 * np.ptp(x)) * (x - (x.max() + x.min()) / 2), 560 / (1.36 * np.ptp(y)) * y
    drawn = [i for i, label in enumerate(labels) if label]
    letters = 6.2 * len(names[0])
    across += np.array([{"top right": 0.5, "top left": -0.5}.get(side, 0) for side in sides]) * letters
    assert np.abs(across[drawn]).max() + letters / 2 <= 170
    for i in drawn:
        assert all(abs(across[i] - across[j]) > letters or abs(down[i] - down[j]) > 14 for j in drawn if j != i)
    assert charts._labels([], np.empty(0), np.empty(0), 220) == ([], [])


def test_long_names_are_broken_between_words() -> None:
    assert charts._in_lines("HALLMARK_HYPOXIA") == "HALLMARK_HYPOXIA"
    assert charts._in_lines("WP_METABOLIC_REPROGRAMMING_IN_COLON_CANCER") == "WP_METABOLIC_<br>REPROGRAMMING_IN_COLON_CA…"
    assert charts._in_lines("<b>" + "x" * 60).startswith("&lt;b&gt;xxx")


def test_colors_are_told_by_the_rate_that_they_stand_for() -> None:
    bar = charts._bar(np.array([166.0, 3.0]))
    assert bar["tickvals"] == [0, 5, 10, 15, 20]
    assert bar["ticktext"] == ["FDR 1", *(f"10<sup>−{power}</sup>" for power in (5, 10, 15)), "10<sup>−20</sup> or less"]
    assert charts._bar(np.array([0.4]))["ticktext"] == ["FDR 1", "10<sup>−1</sup>", "10<sup>−2</sup>"]
    assert charts._coloring(np.array([166.0]))["cmax"] == 20
