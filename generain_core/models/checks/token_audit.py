"""Token audit: which genes of a sample a model read, in which order, and which it did not."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import torch

from generain_core.errors import GeneRAINError
from generain_core.models.model import Model
from generain_core.models.tokens import model_input

if TYPE_CHECKING:
    import anndata


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What a model read of one sample.

    Attributes:
        sample: its name.
        entered: the genes that were read, in the order in which they went in. Columns: gene, token (what the model reads at
            this place: the gene's index, or its expression bin in BERT_Pred_Expr), position (0, 1, 2 …, or the gene's index
            in BERT_Pred_Expr), bin (1 to 2,000), expressed (False: masked, it doesn't count).
        cut: expressed genes that found no place any more, by bin: gene, bin.
        cut_bin: the lowest bin that was read where some were cut; None if all expressed genes entered.
        tied: how many of the cut genes have that same bin, and were left out for their place in the model's token index alone.
        not_read: how many genes of the table the model doesn't read: they have no token or too little expression.
        words: what happened, one sentence each.
    """

    sample: str
    entered: pd.DataFrame
    cut: pd.DataFrame
    cut_bin: int | None
    tied: int
    not_read: int
    words: tuple[str, ...]


def audit_tokens(model: Model, adata: "anndata.AnnData", sample: str) -> Audit:
    """Return what a model reads of a sample (a name of ``adata.obs_names``) with bins in ``layers["bins"]``.

    Raises:
        GeneRAINError: there is no such sample; as `Model.read`.
    """
    if sample not in adata.obs_names:
        raise GeneRAINError(f"There is no sample {sample[:60]!r}; choose one of the {adata.n_obs:,} that were binned.")
    read = model.read(adata)
    row = adata.obs_names.get_loc(sample)
    bins = np.ascontiguousarray(read.bins[row : row + 1])
    inputs = model_input(torch.from_numpy(bins), torch.from_numpy(read.tokens), model.network.family, model.network.most_genes)
    columns = inputs.columns[0].numpy()
    names = np.array(read.genes, dtype=object)
    entered = pd.DataFrame(
        {
            "gene": names[columns],
            "token": inputs.tokens[0].numpy(),
            "position": inputs.positions[0].numpy(),
            "bin": bins[0, columns].astype(int),
            "expressed": inputs.mask[0].numpy().astype(bool),
        }
    )
    out = np.ones(len(names), dtype=bool)
    out[columns] = False
    out &= bins[0] > 1
    cut = pd.DataFrame({"gene": names[out], "bin": bins[0, out].astype(int)})
    cut = cut.sort_values("bin", ascending=False, kind="stable", ignore_index=True)
    last = int(entered["bin"].iloc[-1]) if len(cut) else None
    tied = int((cut["bin"] == last).sum()) if last is not None else 0
    not_read = adata.n_vars - len(names)
    return Audit(
        sample=sample,
        entered=entered,
        cut=cut,
        cut_bin=last,
        tied=tied,
        not_read=not_read,
        words=_words(model, entered, cut, last, tied, not_read),
    )


def _words(model: Model, entered: pd.DataFrame, cut: pd.DataFrame, last: int | None, tied: int, not_read: int) -> tuple[str, ...]:
    expressed = int(entered["expressed"].sum())
    sentences = [f"{model.name} read {expressed:,} expressed genes of this sample."]
    if len(entered) > expressed:
        sentences.append(f"{len(entered) - expressed:,} places were filled with unexpressed genes, which are masked.")
    if last is not None:
        sentences.append(f"{len(cut):,} expressed genes found no place among the {len(entered):,} of the highest bins.")
        sentences.append(
            f"The lowest bin that was read is {last:,}; {tied:,} genes of it were cut, as the order of the model's genes decides."
        )
    if not_read:
        sentences.append(f"{not_read:,} genes of the table are not read by the model.")
    return tuple(sentences)
