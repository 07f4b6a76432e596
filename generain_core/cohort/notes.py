"""What has to be known to read the result of a cohort, in codes; `generain_core.wording` has the sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class CohortNoteKind(StrEnum):
    """What a note is about."""

    FROM_SPECIES = "samples of another species"
    TAKEN_FOR = "kind of outcome"
    SPELLINGS_MERGED = "spellings merged"
    DECIMAL_COMMAS = "decimal commas"
    THOUSANDS = "thousands separators"
    UNIT = "a unit taken off"
    STAND_IN = "a number that may stand for nothing"
    LOOKS_LIKE_DATES = "numbers that may be dates"
    TIME_WITHOUT_EVENT = "a time without an event"
    EVENT_CODED = "event coded 1 and 2"
    EVENT_BESIDE_OTHERS = "an event beside several other values"
    WITHOUT_OUTCOME = "samples without an outcome"
    SMALL_CLASS_LEFT_OUT = "classes of too few donors left out"
    FEW_DONORS = "classes of few donors"
    GROUPS = "groups"
    NO_GROUPS = "no groups"
    LIKE_DONORS = "a column repeats as donors do"
    TWINS = "samples far nearer to each other than to others"
    COPIES_LEFT_OUT = "samples of the file that are copies of others"
    GROUPS_IGNORED = "repeated donors split, as asked"
    FEWER_FOLDS = "fewer folds"
    CLASS_MISSING_IN_FOLD = "a class is missing in some folds"
    BATCH_DETERMINES = "batch determines outcome"
    BATCH_PREDICTS = "batch predicts outcome as well"
    TECHNICAL_PREDICTS = "library size or coverage predict outcome as well"
    SAME_AS_COLUMN = "outcome is the same as a column"
    NEARLY_A_COLUMN = "a column tells the outcome almost exactly"
    LOOKS_LIKE_IDENTIFIER = "outcome looks like an identifier"
    COVARIATE_LEFT_OUT = "covariate gives the outcome away"
    NO_COVARIATES = "no covariates"
    ADJUSTED = "adjusted"
    SAMPLES_DROPPED = "samples that can't be binned"
    EMBEDDED_BEFORE = "embeddings used again"
    EMBEDDED_OTHERS = "embeddings at hand are of other samples"
    NOTHING_COMPARED = "both sides predict the same for all samples"
    NULL_HARDLY_MOVES = "outcomes that can be exchanged in few samples only"
    NEITHER_PREDICTS = "nothing predicts the outcome"
    BELOW_CHANCE = "scores below chance"
    MODEL_BETTER_YET_CHANCE = "better than expression and yet no better than chance"


@dataclass(frozen=True)
class CohortNote:
    """Something to know, and the facts that its sentence needs."""

    kind: CohortNoteKind
    facts: Mapping[str, Any] = field(default_factory=dict)
