"""Words that label samples are no targets, though genes have them as aliases or in other capitals."""

from __future__ import annotations

import pandas as pd
import pytest

from generain_core.perturbations.design.labels import clean_labels

GENES = {
    "LPS": ("IRF6", "alias"),
    "HET": ("SAFB", "alias"),
    "KO": ("KRT8", "alias"),
    "HD": ("HTT", "alias"),
    "DM": ("DMPK", "alias"),
}
GENES |= {"REST": ("REST", "symbol"), "TP53": ("TP53", "symbol"), "SAFB": ("SAFB", "symbol")}


class Words:
    def resolve_many(self, names):
        found = [GENES.get(name.upper(), (None, "unknown")) for name in names]
        return pd.DataFrame({"gene": [gene for gene, _ in found], "status": [status for _, status in found]})


@pytest.mark.parametrize("label", ["LPS", "het", "KO", "HD", "DM", "rest", "Rest"])
def test_a_word_is_no_target(label) -> None:
    row = clean_labels(["wt", label], "wt", Words()).set_index("as_written").loc[label]
    assert (row["label"], row["target"]) == (label, "")


@pytest.mark.parametrize(("label", "target"), [("TP53", "TP53"), ("tp53", "TP53"), ("REST", "REST"), ("sgREST-1", "REST")])
def test_a_symbol_and_a_guide_are(label, target) -> None:
    assert clean_labels(["wt", label], "wt", Words()).set_index("as_written").loc[label, "target"] == target
