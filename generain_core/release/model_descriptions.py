"""What the released models are called, what kind of network each is, and which genes it reads."""

from dataclasses import dataclass
from typing import Literal

from generain_core.errors import GeneRAINError

Family = Literal["gpt", "bert_genes", "bert_expression"]


@dataclass(frozen=True, kw_only=True)
class ModelDescription:
    """A released model.

    Attributes:
        name: as in the name of its file.
        family: what kind of network it is.
        gene_set: ``coding_lncrna`` or ``gene2vec``: whose token index and boundaries it uses.
        title: its name for people.
        summary: what it reads and predicts, in one sentence.
    """

    name: str
    family: Family
    gene_set: str
    title: str
    summary: str

    @property
    def files(self) -> tuple[str, str]:
        """Return the keys of its released files: checkpoint and token index."""
        return f"model/{self.name}", f"index/{self.gene_set}"


MODELS = (
    ModelDescription(
        name="GPT_protein_coding_lncRNAs",
        family="gpt",
        gene_set="coding_lncrna",
        title="GPT, coding genes and lncRNAs",
        summary="Reads genes from the highest bin down and predicts the next one; knows lncRNAs too.",
    ),
    ModelDescription(
        name="GPT_Binning_By_Gene",
        family="gpt",
        gene_set="gene2vec",
        title="GPT",
        summary="Reads genes from the highest bin down and predicts the next one.",
    ),
    ModelDescription(
        name="BERT_Pred_Expr_Binning_By_Gene",
        family="bert_expression",
        gene_set="gene2vec",
        title="BERT that predicts expression",
        summary="Reads genes with how strongly each is expressed; predicts that of hidden ones.",
    ),
    ModelDescription(
        name="BERT_Pred_Genes_Binning_By_Gene",
        family="bert_genes",
        gene_set="gene2vec",
        title="BERT that predicts genes",
        summary="Reads genes from the highest bin down and predicts hidden ones from all others.",
    ),
)
"""The models of the release, in the order in which they are offered."""

MODEL_NAMES = tuple(model.name for model in MODELS)


def describe_model(name: str) -> ModelDescription:
    """Return the description of a released model.

    Raises:
        GeneRAINError: there is no model of that name; the message lists those that there are.

    Examples:
        >>> describe_model("GPT_Binning_By_Gene").gene_set
        'gene2vec'
    """
    for model in MODELS:
        if model.name == name:
            return model
    raise GeneRAINError(f"There is no model {name!r}; choose {', '.join(MODEL_NAMES)}.")
