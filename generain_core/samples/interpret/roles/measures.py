"""Several columns a sample, such as counts beside FPKM and TPM: one of them is taken, the one nearest to counts."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_MEASURES = (
    (
        "counts",
        r"(?:raw[ _.-]*)?(?:read[ _.-]*|umi[ _.-]*)?counts?|raw|reads?|numreads|umis?|nreads|total[ _.-]*gene[ _.-]*reads",
    ),
    ("estimated counts", r"expected[ _.-]*counts?|est[ _.-]*counts?|estimated[ _.-]*counts?"),
    ("", r""),
    ("CPM", r"cpm|rpm|counts[ _.-]*per[ _.-]*million"),
    ("normalized counts", r"norm(?:alized|alised)?[ _.-]*(?:counts?)?|deseq2?|tmm"),
    ("TPM", r"tpm|abundance|transcripts[ _.-]*per[ _.-]*million"),
    ("FPKM", r"fpkm(?:[ _.-]*uq)?|rpkm"),
    ("scaled estimates", r"scaled[ _.-]*estimates?"),
    ("logs", r"log2?|log2?[ _.-]*(?:tpm|cpm|fpkm|rpkm|counts?|expr)|ln|log1p|vst|rlog|rld|vsd"),
)
_NEVER_ELSE = (
    (
        "confidence limit",
        r"conf[ _.-]*(?:lo|hi|low|high|int)\w*|ci[ _.-]*(?:lower|upper|lo|hi)|(?:lower|upper)[ _.-]*(?:ci|bound)",
    ),
    ("length", r"(?:eff(?:ective)?[ _.-]*)?length"),
    ("coverage", r"coverage|cov"),
    ("status", r"status|quant[ _.-]*status"),
    ("variance", r"(?:posterior[ _.-]*)?(?:var|variance|sd|stdev|stderr|se|sem|cv)"),
    ("share", r"iso[ _.-]*pct|isopct|pct|percent|rank|ratio[ _.-]+of[ _.-].*"),
)
_PART = (
    "part of the reads",
    r"unique[ _.-]*gene[ _.-]*reads|(?:unique|total)[ _.-]*(?:exon(?:-exon)?|intron)[ _.-]*reads|intron[ _.-]*reads",
)
_NEVER = (_PART, *_NEVER_ELSE)
_ALL = [_PART, *(each for each in _MEASURES if each[0]), *_NEVER_ELSE]
_GAP = r"(?:[ _.:|-]+\(?|\()"
_PATTERN = {
    name: re.compile(rf"(?:{words}){_GAP}(?P<behind>.+?)\)?|(?P<before>.+?){_GAP}(?:{words})\)?", re.IGNORECASE)
    for name, words in _ALL
}
_ALONE = {name: re.compile(words, re.IGNORECASE) for name, words in _ALL}
_RANK = {name: i for i, (name, _) in enumerate(_MEASURES)}
_SHARED = 0.5


@dataclass(frozen=True)
class Choice:
    """The measure that was taken.

    Attributes:
        measure: its name.
        measures: all of the table that could be taken, best first.
        called: column → the sample's name without the measure; of the columns taken.
        beside: every other column → what it is.
    """

    measure: str
    measures: tuple[str, ...]
    called: Mapping[int, str]
    beside: Mapping[int, str]


def choose_measure(titles: Sequence[str], wanted: str = "") -> Choice | None:
    """Tell the measures of a table by its columns' names and choose one; None where samples have one column each.

    ``c1_count, c2_count, c1_fpkm, c2_fpkm``, ``counts.c1, abundance.c1, length.c1`` and ``Coverage, FPKM, TPM`` hold several:
    the same samples stand behind two words at least.

    Args:
        titles: names of columns.
        wanted: the measure to take; the one nearest to counts without it.
    """
    read = [_read(title) for title in titles]
    of_measure: dict[str, dict[int, str]] = {}
    for i, (measure, sample) in enumerate(read):
        of_measure.setdefault(measure, {})[i] = sample
    held = [set(samples.values()) for name, samples in of_measure.items()]
    if len(held) < 2:
        return None
    tagged = {name: set(samples.values()) for name, samples in of_measure.items() if name}
    common = Counter(sample for name in tagged for sample in tagged[name])
    common.update(of_measure.get("", {}).values())
    shared = {sample for sample, count in common.items() if count > 1}
    usable = {
        name: samples
        for name, samples in of_measure.items()
        if name in _RANK and samples and len(shared & set(samples.values())) >= _SHARED * len(set(samples.values()))
    }
    if not usable:
        return None
    ordered = sorted(usable, key=lambda name: _RANK[name])
    measure = next((name for name in ordered if _word(name).casefold() == wanted.casefold()), ordered[0])
    taken = usable[measure]
    words = _word(measure)
    beside = {
        i: (f"the {name} of a sample" if name in dict(_NEVER) else f"{name}, beside the {words}")
        if name
        else f"no {words}, beside the columns of {words}"
        for i, (name, _) in enumerate(read)
        if i not in taken
    }
    unique = len(set(taken.values())) == len(taken) and all(taken.values())
    called = taken if unique else {i: titles[i] for i in taken}
    return Choice(words, tuple(map(_word, ordered)), called, beside)


def quantity_named(titles: Sequence[str], wanted: str) -> str:
    """Return which of some titles holds a quantity, such as ``tpm_unstranded`` for TPM; '' if none does.

    Args:
        titles: as written in the file, the likeliest first.
        wanted: one of them, or a measure; ``counts`` for estimated ones too.
    """
    plain = wanted.casefold()
    exact = [title for title in titles if title.casefold() == plain]
    measures = {title: _read(title)[0].casefold() for title in titles}
    alike = [title for title, measure in measures.items() if measure and measure in (plain, f"estimated {plain}")]
    return next(iter(exact + alike), "")


def quantities_alone(titles: Sequence[str]) -> list[int]:
    """Return the places of titles that are a measure and nothing else, the one nearest to counts first; [] if one is no measure.

    Lengths, coverage and the like beside them are left out.
    """
    read = [_read(title) for title in titles]
    if any(sample or not name for name, sample in read):
        return []
    return sorted((i for i, (name, _) in enumerate(read) if name in _RANK), key=lambda i: _RANK[read[i][0]])


def alone(title: str) -> bool:
    """Say whether a title is a measure's name and nothing else, so that it names no sample."""
    return any(pattern.fullmatch(title.strip()) for name, pattern in _ALONE.items() if name in _RANK)


def _word(measure: str) -> str:
    return measure or "plain columns"


def _read(title: str) -> tuple[str, str]:
    """Return the measure and the sample that a column's name holds: ``c1_FPKM`` is FPKM of c1."""
    plain = title.strip()
    for name, pattern in _ALONE.items():
        if pattern.fullmatch(plain):
            return name, ""
    for name, pattern in _PATTERN.items():
        if match := pattern.fullmatch(plain):
            return name, (match["behind"] or match["before"]).strip()
    return "", plain
