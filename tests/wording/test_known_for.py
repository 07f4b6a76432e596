"""Which attributes a gene is a known member of, by name and not only by number."""

import pandas as pd

from generain_core.ui.attributes.evidence_view import KNOWN, in_words


def test_what_a_gene_is_known_for_is_named() -> None:
    table = pd.DataFrame({"attribute": [f"set {letter}" for letter in "abcdef"], "grade": ["C", *[KNOWN] * 5]})
    assert in_words(table).endswith(" It is a known member of set b, set c, set d, set e and 1 more.")
    assert in_words(table.head(2)).endswith(" It is a known member of set b.")
    assert "known member" not in in_words(table.head(1))
