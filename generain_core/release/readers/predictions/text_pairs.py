"""Pairs of a gene and its number as text: ``TP53:0.9, MYC:0.1``, ``TP53 (0.9); MYC (0.1)``, ``{"TP53": 0.9}``."""

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_AROUND = "[](){}<> \n\t\r\"'"
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|nan|NaN|NA|null|None"
_NAME = r"(?=[^\s:=(),;|]*[A-Za-z])[^\s:=(),;|\"'\[\]{}<>]+"
_PAIR = re.compile(rf"({_NAME})([\s\"']*[:=(,|\t ][\s\"']*)({_NUMBER})(?![\w.])")
_MISSING = ("", "NA", "null", "None")


@dataclass(frozen=True)
class Marks:
    """What stands between a name and its number (`within`), and between a pair and the next (`between`)."""

    within: str
    between: str


def marks_of(text: str) -> Marks | None:
    """Return how pairs are written in a text; None if it holds other things, or fewer than three of them."""
    start = text[:4000].lstrip(_AROUND)
    pairs = list(_PAIR.finditer(start))[:50]
    if len(pairs) < 3 or pairs[0].start() != 0:
        return None
    within = {_bare(pair[2]) for pair in pairs}
    gaps = {_bare(start[one.end() : other.start()]) for one, other in pairwise(pairs)}
    if len(within) != 1 or len(gaps) != 1 or not next(iter(gaps)):
        return None
    return Marks(next(iter(within)), next(iter(gaps)))


def names_and_numbers(column: pa.Array, marks: Marks) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return the names and numbers (float32) of a text column of pairs, all rows one after another, and how many each row has.

    Raises:
        pyarrow.ArrowInvalid: something is no pair, or a number is none.
    """
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    text = pc.utf8_trim(column.cast(pa.large_string()), characters=f"{_AROUND},;|")
    pairs = pc.split_pattern(text, marks.between)
    flat = pc.utf8_trim(pairs.flatten(), characters=_AROUND)
    parts = pc.split_pattern(flat, marks.within, max_splits=1, reverse=True)
    if pc.any(pc.not_equal(parts.value_lengths(), 2)).as_py():
        odd = flat.filter(pc.not_equal(parts.value_lengths(), 2))[0].as_py()
        raise pa.ArrowInvalid(f"“{str(odd)[:40]}” is no gene with its number")
    halves = parts.flatten()
    names, words = (pc.utf8_trim(halves.take(pa.array(np.arange(first, len(halves), 2))), characters=_AROUND) for first in (0, 1))
    missing = pc.is_in(words, value_set=pa.array(_MISSING, words.type))
    return names, pc.if_else(missing, "nan", words).cast(pa.float32()), pairs.value_lengths()


def _bare(mark: str) -> str:
    """Return a mark without blanks, quotes and closing brackets around it; a blank if nothing else is there."""
    return mark.strip(" \t\n\r\"')]}") or next((c for c in mark if c.isspace()), "")
