"""Columns of gene names that name different genes in the same rows, as after one of them alone was sorted."""

from collections.abc import Callable, Mapping, Sequence

from generain_core.errors import GeneRAINError
from generain_core.release.readers.annotation import is_ensembl_id
from generain_core.samples.interpret.ambiguity import Question
from generain_core.samples.interpret.identifiers import LOOK, GeneNames, Resolves
from generain_core.samples.io.raw_table import RawTable
from generain_core.text import listed

_KNOWN, _FEWEST, _SHARE = 0.02, 20, 0.05
"""Annotations of other years differ in about one name of a hundred; more than one of twenty is no matter of these."""


def asks_names(
    looked: Sequence[GeneNames], axis: str, column: str, names_in: Callable[[str], Sequence[str]], resolver: Resolves
) -> dict[str, Question]:
    """Return the question which column names the genes, if another along the axis names different ones in many rows.

    It stands under the option that answers it; there is none where the columns agree.

    Args:
        looked: the columns that were looked up.
        axis: along which the genes are.
        column: the one that is taken.
        names_in: returns the names in a column.
        resolver: knows genes.
    """
    others = [each.name for each in looked if each.axis == axis and each.name != column and each.recognized > _KNOWN]
    own = names_in(column) if others else ()
    sentences, choices = [], [column]
    for other in others:
        theirs = names_in(other)
        step = max(1, len(own) // LOOK)
        differing, compared = _compared(own[::step], theirs[::step], resolver)
        if compared < _FEWEST or differing <= _SHARE * compared:
            continue
        if step > 1:
            differing, compared = _compared(own, theirs, resolver)
        sentences.append(f"{column} and {other} in {differing:,} of {compared:,} rows that can be compared")
        choices.append(other)
    if not sentences:
        return {}
    question = Question(
        f"names different genes by {listed(sentences)}, as after one column alone was sorted: say which holds, or, where two "
        "tables stand side by side, give each in a file of its own",
        tuple(choices),
    )
    return {"gene_column": question}


def check_blocks(raw: RawTable, column: str, questions: Mapping[str, Question]) -> None:
    """Refuse two tables side by side that are named otherwise and in another order: whichever names are taken, one is read wrong.

    Args:
        raw: the file.
        column: whose names are taken.
        questions: which columns contradict each other, as `asks_names` has it.

    Raises:
        GeneRAINError: one of them stands among the values.
    """
    contradicting = [name for question in questions.values() for name in question.choices if name != column]
    second = [name for name in contradicting if name in raw.among or column in raw.among]
    if second:
        raise GeneRAINError(
            f"{raw.source} holds two tables side by side, it seems, whose genes stand in another order: {column} names those of "
            f"one, {second[0]} those of the other; give each in a file of its own, or delete the column that is wrong."
        )


def _compared(own: Sequence[str], theirs: Sequence[str], resolver: Resolves) -> tuple[int, int]:
    """Return in how many rows two columns name different genes, and in how many both name one."""
    differing = compared = 0
    for one, other in zip(_genes(own, resolver), _genes(theirs, resolver), strict=True):
        compared += bool(one and other)
        differing += bool(one and other and one != other)
    return differing, compared


def _genes(names: Sequence[str], resolver: Resolves) -> list[str]:
    """Return each name's Ensembl ID: its own, or that of the gene it is known to be; '' where there is none."""
    table = resolver.resolve_many(names)
    if "ensembl_gene" not in table:
        return [""] * len(names)
    ids = [str(known) if isinstance(known, str) else "" for known in table["ensembl_gene"].tolist()]
    bare = [name.upper().split(".")[0] for name in names]
    return [known or (name if is_ensembl_id(name) else "") for known, name in zip(ids, bare, strict=True)]
