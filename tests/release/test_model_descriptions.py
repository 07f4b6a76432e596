"""What the released models are."""

import pytest

from generain_core.errors import GeneRAINError
from generain_core.release.files import FILES, GENE_SETS
from generain_core.release.model_descriptions import MODEL_NAMES, MODELS, describe_model


def test_each_model_has_its_files_and_a_gene_set() -> None:
    for model in MODELS:
        assert describe_model(model.name) is model
        assert set(model.files) <= set(FILES)
        assert model.gene_set in GENE_SETS
        assert model.title
        assert model.summary.endswith(".")


def test_titles_differ() -> None:
    assert len({model.title for model in MODELS}) == len(MODELS) == 4


def test_an_unknown_name_is_answered_with_the_list() -> None:
    with pytest.raises(GeneRAINError, match="There is no model 'GPT'; choose ") as problem:
        describe_model("GPT")
    assert all(name in str(problem.value) for name in MODEL_NAMES)
