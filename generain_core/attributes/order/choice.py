"""The one order of genes that can be proved, for predictions whose genes nothing names."""

from collections.abc import Sequence

import numpy as np

from generain_core.attributes.order.candidates import GeneOrder, candidate_orders
from generain_core.attributes.order.proof import OrderProof, judging_vectors, prove
from generain_core.attributes.released_sets import released_sets
from generain_core.errors import ReleaseError
from generain_core.release.files import Release
from generain_core.text import listed

_CURE = "put the list of genes that belongs to the table beside it, as genes_clf_pred_results.genes.txt"


def choose_order(
    release: Release, values: np.ndarray, attributes: Sequence[str], name: str
) -> tuple[tuple[str, ...], OrderProof]:
    """Return the genes of a table that names none, and the proof of their order.

    Args:
        release: its files offer orders, and vectors to prove them by.
        values: probabilities of some attributes, attributes × genes.
        attributes: their names.
        name: what to call the table.

    Raises:
        ReleaseError: no order of this length, none that can be proved, or several that can and disagree.
    """
    size, orders = values.shape[1], candidate_orders(release)
    fitting = [order for order in orders if len(order.genes) == size]
    if not fitting:
        raise ReleaseError(
            f"{name} has {size:,} values an attribute and names no genes, and nothing in the release lists as many "
            f"({_lengths(orders)}); {_CURE}."
        )
    space, sets = judging_vectors(release), released_sets(release)
    proofs = [prove(values, attributes, each.genes, listed(list(each.sources)), space, sets) for each in fitting]
    proved = [(order, proof) for order, proof in zip(fitting, proofs, strict=True) if proof.proved]
    if not proved:
        raise ReleaseError(
            f"{name} names no genes, and no order that the release has can be proved to be that of its values: "
            f"{'; '.join(map(str, proofs[:3]))}. To use it, {_CURE}."
        )
    if len(proved) > 1:
        (one, first), (other, second) = proved[:2]
        differ = [i for i in range(size) if one.genes[i] != other.genes[i]]
        raise ReleaseError(
            f"{name} names no genes, and two orders can be proved that disagree on {len(differ):,} genes, first on value "
            f"{differ[0] + 1:,} ({one.genes[differ[0]][:30]} or {other.genes[differ[0]][:30]}): {first}; {second}. Neither is "
            f"taken; {_CURE}."
        )
    return proved[0][0].genes, proved[0][1]


def check_listed_order(
    release: Release, values: np.ndarray, attributes: Sequence[str], genes: Sequence[str], name: str, source: str
) -> None:
    """Refuse the order of a list beside a table that names no genes, where another order is proved and this one is not.

    Args:
        release: its files offer other orders, and vectors to prove them by.
        values: probabilities of some attributes, attributes × genes.
        attributes: their names.
        genes: as the list has them.
        name: what to call the table.
        source: what to call the list.

    Raises:
        ReleaseError: so it is.
    """
    space, sets = judging_vectors(release), released_sets(release)
    own = prove(values, attributes, genes, source, space, sets)
    if own.proved or own.agreement is None:
        return
    for order in candidate_orders(release):
        if len(order.genes) == len(genes) and order.genes != tuple(genes):
            other = prove(values, attributes, order.genes, listed(list(order.sources)), space, sets)
            if other.proved:
                raise ReleaseError(
                    f"{source} is not the order of the genes in {name}: {own}; but {other}. Take {source} and the table from "
                    f"one download, or leave {source} out."
                )


def _lengths(orders: list[GeneOrder]) -> str:
    told = [f"{len(order.genes):,} in {order.sources[0]}" for order in orders[:5]]
    return "it has " + ", ".join(told) if told else "it lists none"
