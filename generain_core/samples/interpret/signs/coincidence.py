"""How little chance explains that two rows of expression are equal."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from generain_core.samples.interpret.expression import Matrix

_MOST_SAMPLES = 32


def information(values: Matrix, genes: list[int]) -> NDArray[np.float64]:
    """Return of some genes the information in their values, in bits: how unlikely another gene has the same ones by chance.

    Two Poisson counts of mean m agree with the probability exp(-2m) I0(2m), whose logarithms are summed over samples. Of
    fractions, as CPM and logs are, a value's place among the different values above zero of its sample stands for the count; of
    values that are the same in all samples, there is none.

    Args:
        values: samples × genes; of many samples, 32 evenly spaced ones are looked at.
        genes: their places.
    """
    bits, steady = np.zeros(len(genes)), np.ones(len(genes), dtype=bool)
    first: NDArray[np.float64] | None = None
    for sample in range(0, values.shape[0], -(-values.shape[0] // _MOST_SAMPLES)):
        line = values[[sample]]
        row = np.nan_to_num(np.asarray(line.toarray() if sparse.issparse(line) else line, np.float64)).ravel()
        there = row[genes]
        whole = bool((row == np.rint(row)).all())
        reads = np.maximum(there, 0) if whole else np.searchsorted(np.unique(row[row > 0]), there, side="right")
        bits -= np.log2(special.ive(0, 2.0 * reads))
        first = there if first is None else first
        steady &= there == first
    bits[steady] = 0.0
    return bits
