"""STAR's ReadsPerGene: three countings of a sample, of which the one that fits the library's strand is taken."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.samples.io.columns import Column
from generain_core.samples.io.raw_table import Layer, Parsed, no_texts
from generain_core.text import listed

PROGRAM = "STAR ReadsPerGene"
COUNTINGS = ("unstranded", "forward", "reverse")
"""STAR's columns 2 to 4: htseq-count's -s no, yes and reverse (STAR manual 2.7, section 8)."""
FOOTERS = ("N_unmapped", "N_multimapping", "N_noFeature", "N_ambiguous")
_STRANDED = 0.8
_EVEN = 0.1


def is_star(columns: Sequence[Column]) -> bool:
    """Say whether columns are those of a ReadsPerGene file, which has no header."""
    names = columns[0][1] if columns else np.empty(0)
    return len(columns) == 4 and names.dtype == object and tuple(names[:4]) == FOOTERS


def star_table(columns: Sequence[Column], sample: str, notes: Sequence[str]) -> Parsed:
    """Return one sample and its three countings as layers, the one to take first."""
    genes = tuple(str(name).strip() for name in columns[0][1][len(FOOTERS) :])
    whole = {name: np.asarray(values, np.float64)[None, :] for name, (_, values) in zip(COUNTINGS, columns[1:], strict=True)}
    countings = {name: values[:, len(FOOTERS) :] for name, values in whole.items()}
    layers, said, unclear = by_strand(countings, genes, [sample])
    return Parsed(
        layers={name: Layer(values, genes, no_texts(len(genes))) for name, values in layers.items()},
        rows=(sample,),
        row_texts=pd.DataFrame({name: whole["unstranded"][:, i] for i, name in enumerate(FOOTERS)}),
        rows_named=True,
        format=PROGRAM,
        notes=(*notes, f"The file is one sample, {sample}.", *said),
        not_read=tuple(unclear),
        chosen=next(iter(layers)),
    )


def by_strand(
    countings: Mapping[str, NDArray[np.float64]], genes: Sequence[str], samples: Sequence[str]
) -> tuple[dict[str, NDArray[np.float64]], list[str], list[str]]:
    """Put the counting first that fits the strand of all samples' libraries; the unstranded one where they don't agree.

    Of a stranded library at least 80 % of the reads that are counted on either strand are on one; of an unstranded one 40 to
    60 % are on each.

    Args:
        countings: by the names in `COUNTINGS`, each samples × genes.
        genes: names, STAR's footers among them.
        samples: names.

    Returns:
        The countings; notes; and those of the notes that should be seen.
    """
    kept = np.array([name not in FOOTERS for name in genes])
    forward, reverse = (np.nansum(countings[name][:, kept], axis=1) for name in COUNTINGS[1:])
    both = forward + reverse
    share = np.divide(reverse, both, out=np.full(len(both), 0.5), where=both > 0)
    strands = [_strand(each) if total > 0 else "unstranded" for each, total in zip(share.tolist(), both.tolist(), strict=True)]
    agreed = strands[0] if len(set(strands)) == 1 and strands[0] else ""
    taken = agreed or "unstranded"
    order = (taken, *(name for name in COUNTINGS if name != taken))
    percent = _range(100 * share)
    several = len(samples) > 1
    about = f"{percent} of the reads counted on a strand are on the reverse one{' in every sample' if several else ''}"
    if agreed:
        sentence = f"Of STAR's three countings the {taken} one was taken: {about}. The others are layers."
        return {name: countings[name] for name in order}, [sentence], []
    unlike = listed([f"{name} ({strand or 'unclear'})" for name, strand in zip(samples, strands, strict=True)])
    why = f"libraries differs: {unlike}" if several else f"library is unclear: {about}"
    sentence = (
        f"Of STAR's three countings the unstranded one was taken, as the strand of the {why}. Check how they were made; the "
        "others are layers."
    )
    return {name: countings[name] for name in order}, [sentence], [sentence]


def _strand(share: float) -> str:
    if share >= _STRANDED:
        return "reverse"
    if share <= 1 - _STRANDED:
        return "forward"
    return "unstranded" if abs(share - 0.5) <= _EVEN else ""


def _range(percents: NDArray[np.float64]) -> str:
    low, high = round(float(percents.min())), round(float(percents.max()))
    return f"{low} %" if low == high else f"{low} to {high} %"
