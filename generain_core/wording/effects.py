"""What came of a perturbation experiment, in a sentence that answers the question."""

import numpy as np
import pandas as pd

from generain_core.perturbations.effects.permutations import ALPHA
from generain_core.perturbations.similarity.shift_similarity import ShiftSimilarity, neighboring_perturbations
from generain_core.text import echo, listed, significant, with_noun

_IN = {"embedding": "in the model's space", "expression": "in plain expression"}


def ranking_sentence(table: pd.DataFrame, spaces: tuple[str, ...], control: str) -> str:
    """Return which perturbations move the samples, and where; '' where none could be tested.

    Args:
        table: of a result, the strongest evidence first.
        spaces: whose rankings it holds, in the order of its columns.
        control: what they were compared with.
    """
    columns = {space: "fdr" if i == 0 else f"{space}_fdr" for i, space in enumerate(spaces)}
    tested = {space: table[column].notna() for space, column in columns.items()}
    if not any(rows.any() for rows in tested.values()):
        return ""
    if len(table) == 1:
        return _one(table.iloc[0], spaces, control)
    found = {space: table[column] <= ALPHA for space, column in columns.items()}
    either = np.logical_or.reduce([rows.to_numpy() for rows in found.values()])
    count, every = int(either.sum()), int(np.logical_or.reduce([rows.to_numpy() for rows in tested.values()]).sum())
    total = f"{every:,} perturbations" if every == len(table) else f"{every:,} perturbations that could be tested"
    if not count:
        return f"None of {total} is shown to move the samples at a false discovery rate of 5 %{_by_tail(table, spaces)}."
    verb = "moves" if count == 1 else "move"
    p = np.min([table[column.replace("fdr", "p_value")].fillna(2).to_numpy() for column in columns.values()], axis=0)
    first = _name(str(table["perturbation"].to_numpy()[np.argmin(np.where(either, p, 3))]))
    alone = (p[either] == p[either].min()).sum() == 1
    where = _where(found, count)
    surest = f"{'the surest is' if alone else 'first of the surest, all of the same p, is'} {first}{_by_tail(table, spaces)}"
    return f"{count:,} of {total} {verb} the samples{where}, at a false discovery rate of 5 %; {surest}."


def _by_tail(table: pd.DataFrame, spaces: tuple[str, ...]) -> str:
    """Return how many the tail fitted to the controls finds, where they judge."""
    columns = [name for name in ("tail_fdr", *(f"{space}_tail_fdr" for space in spaces[1:])) if name in table]
    if not columns:
        return ""
    return f"; by the tail fitted to the controls, {int((table[columns] <= ALPHA).any(axis=1).sum()):,}"


def _name(text: str) -> str:
    """Return a name fit for a sentence: in one line, and not too long."""
    return echo(text)[1:-1]


def _where(found: dict[str, "pd.Series[bool]"], count: int) -> str:
    if len(found) == 1:
        return f" {_IN[next(iter(found))]}"
    model, plain = (rows.to_numpy() for rows in found.values())
    parts = {
        "in both spaces": model & plain,
        "in the model's space alone": model & ~plain,
        "in plain expression alone": plain & ~model,
    }
    there = {words: int(rows.sum()) for words, rows in parts.items() if rows.any()}
    if len(there) == 1:
        return f" {next(iter(there))}"
    return f" ({listed([f'{n:,} {words}' for words, n in there.items()])})"


def _one(row: pd.Series, spaces: tuple[str, ...], control: str) -> str:
    """Return whether the only perturbation moves the samples, with its p-values."""
    p = {space: float(row["p_value" if i == 0 else f"{space}_p_value"]) for i, space in enumerate(spaces)}
    found = [space for space in spaces if p[space] <= ALPHA]
    others = [space for space in spaces if p[space] > ALPHA]
    name = _name(str(row["perturbation"]))
    if found:
        where = " and ".join(f"{_IN[space]} (p {significant(p[space])})" for space in found)
        rest = "".join(f"; {_IN[space]} that is not shown (p {significant(p[space])})" for space in others)
        return f"{name} moves the samples away from {_name(control)} {where}{rest}."
    where = " and ".join(f"p {significant(p[space])} {_IN[space]}" for space in others)
    return (
        f"It is not shown that {name} moves the samples away from {_name(control)}: {where}. That does not show that it does not."
    )


def alike_sentence(of: ShiftSimilarity, name: str, other: ShiftSimilarity | None = None) -> str:
    """Return which perturbation acts most alike one, and whether it does so in the other space.

    Args:
        of: the perturbations, in the space that is shown.
        name: the one.
        other: the same in the other space, if there is one.
    """
    nearest = neighboring_perturbations(of, name, 1).iloc[0]
    if not nearest["cosine"] > 0:
        return f"No perturbation acts like {_name(name)} {_IN[of.space]}: the highest cosine is {_cosine(nearest['cosine'])}."
    near = str(nearest["perturbation"])
    words = f"{_name(near)} acts most like {_name(name)}: cosine {_cosine(nearest['cosine'])} {_IN[of.space]}"
    if other is not None and {name, near} <= set(other.perturbations):
        table = neighboring_perturbations(other, name, len(other.perturbations)).set_index("perturbation")
        first = str(table.index[0])
        cosine = f"{_cosine(float(table['cosine'][near]))} {_IN[other.space]}"
        there = (
            f", and {cosine}"
            if first == near
            else f"; {cosine}, where {_name(first)} is nearer ({_cosine(table['cosine'].iloc[0])})"
        )
        words += there
    signal = of.signal[of.perturbations.index(name)]
    weak = " The shift of the one asked for is mostly noise, so its direction says little." if not signal >= 0.5 else ""
    return f"{words}.{weak}"


def attributes_sentence(table: pd.DataFrame, most: int = 3) -> str:
    """Return in which predicted attributes moved genes stand out.

    Args:
        table: of `MovedAttributes`, the surest first.
        most: attributes to name on either side.
    """
    tested = bool(table["p_adjusted"].notna().any())
    found = table[table["p_adjusted"] <= ALPHA] if tested else table.head(most)
    if not len(found):
        return "In no predicted attribute do moved genes stand out (adjusted p of 0.05)."
    usual = found["expected"] if tested else 50.0
    parts = []
    for words, rows in (("higher", found["place"] > usual), ("lower", found["place"] < usual)):
        if rows.any():
            names = [_name(str(name)) for name in found["attribute"][rows]]
            parts.append(f"{words} than usual in {listed(names, most=most)}")
    start = f"Moved genes stand out in {with_noun(len(found), 'predicted attribute')} (adjusted p of 0.05)"
    return f"{start if tested else 'Moved genes stand farthest out, without a p-value'}: {'; '.join(parts)}."


def _cosine(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")  # no minus before a zero


def genes_sentence(found: pd.DataFrame, tested: int, perturbation: str) -> str:
    """Return how many genes a perturbation moves, with the surest.

    Args:
        found: genes with a false discovery rate of 5 %, the surest first, with their change.
        tested: how many were tested.
        perturbation: its name.
    """
    if not len(found):
        return (
            f"No gene of {tested:,} is shown to be moved by {_name(perturbation)} at a false discovery rate of 5 %. That does "
            "not show that none is."
        )
    up = found["change"] > 0
    surest = [
        f"{gene} {'up' if change > 0 else 'down'}" for gene, change in zip(found["gene"][:3], found["change"][:3], strict=True)
    ]
    return (
        f"{_name(perturbation)} moves {with_noun(len(found), 'gene')} of {tested:,} at a false discovery rate of 5 %: "
        f"{int(up.sum()):,} up, {int((~up).sum()):,} down; the surest: {listed(surest)}."
    )
