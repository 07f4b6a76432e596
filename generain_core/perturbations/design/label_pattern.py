"""The pattern of sample labels, and which words of a label say what by it."""

import re
from dataclasses import dataclass

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.label_split import words_of
from generain_core.perturbations.design.label_words import Role, has_form, is_control, same_control, syntax_of

CONTROL = "control"
_JOINERS = "+|&"


@dataclass(frozen=True, kw_only=True)
class LabelPattern:
    """How the labels of a screen are built.

    Attributes:
        separator: between fields; '' where a label is one field.
        fields: what each field says, in order; several targets are a combination.
        prefix: taken off a target, as ``sg``.
        suffix: taken off a target; ``#`` stands for digits, which are the guide, as ``-#``.
        control: the word that controls are called by in the result.
        controls: further words that mean this control, any number behind them. Other usual names of controls (wild type beside
            non-targeting guides, say) stay conditions of their own.
    """

    separator: str
    fields: tuple[Role, ...]
    prefix: str = ""
    suffix: str = ""
    control: str = CONTROL
    controls: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no label can be read by.

        Raises:
            GeneRAINError: no field names a target or compound, or several fields have nothing between them.
        """
        if not {Role.TARGET, Role.COMPOUND} & set(self.fields):
            raise GeneRAINError("No field of the labels is the target or the compound; say which one is.")
        if len(self.fields) > 1 and not self.separator:
            raise GeneRAINError(f"{len(self.fields)} fields need a separator between them; give one, such as _.")

    def says_control(self, word: str) -> bool:
        """Say whether a word means control, whichever."""
        return is_control(word) or self.is_the_control(word)

    def is_the_control(self, word: str) -> bool:
        """Say whether a word means the control that is compared with, any number behind it."""
        return same_control(word) in {same_control(each) for each in (self.control, *self.controls)}

    @property
    def words(self) -> str:
        """Return the pattern in words."""
        parts = [self.separator.join(self.fields) or "the whole label"]
        parts += [f"prefix {self.prefix}"] if self.prefix else []
        parts += [f"suffix {self.suffix}"] if self.suffix else []
        return ", ".join([*parts, f"control {self.control}"])


def split_label(label: str, pattern: LabelPattern) -> dict[Role, list[str]] | None:
    """Return the words of a label by what they say; None where it does not fit.

    A combination of controls alone is one. A label with another number of fields, as those of controls often are, fits if
    each word finds a field by its form.
    """
    words = words_of(label, pattern.separator)
    if not label.strip() or not any(words):
        return None
    parts = combined(label)
    if len(parts) > 1 and all(pattern.says_control(part) for part in parts):
        return {Role.TARGET if Role.TARGET in pattern.fields else Role.COMPOUND: [label.strip()]}
    if len(words) == len(pattern.fields):
        placed = _placed(words, pattern.fields)
        if placed is not None and all(pattern.says_control(w) or has_form(w, r) for r, ws in placed.items() for w in ws):
            return placed
    return _aligned([w for w in words if w], pattern)


def _placed(words: list[str], fields: tuple[Role, ...]) -> dict[Role, list[str]] | None:
    placed: dict[Role, list[str]] = {}
    for word, role in zip(words, fields, strict=True):
        placed.setdefault(role, []).append(word)
    for role in (Role.TARGET, Role.COMPOUND):
        named = placed.get(role, [])
        if any(map(is_control, named)) and all(is_control(word) or word.isdigit() for word in named):
            placed[role] = [word for word in named if not word.isdigit()]  # a control's number is no second target
    return placed if all(placed.get(role, [""])[0] for role in (Role.TARGET, Role.COMPOUND) if role in placed) else None


def _aligned(words: list[str], pattern: LabelPattern) -> dict[Role, list[str]] | None:
    free, placed = list(pattern.fields), dict[Role, list[str]]()
    controlled = any(pattern.says_control(word) for word in words)
    if len(words) > len(free) and not controlled:
        return None
    main = Role.TARGET if Role.TARGET in free else Role.COMPOUND
    kept = controlled and free.count(main) == 1
    for word in words:
        form = syntax_of(word)
        wanted = [main] if pattern.says_control(word) else [form] if form else [Role.OTHER] if kept else [main, Role.OTHER]
        wanted += [Role.GUIDE, Role.REPLICATE] if form is Role.NUMBER else []
        role = next((role for role in wanted if role in free), None)
        if role is None:
            if pattern.says_control(word) or (placed.get(main) and all(pattern.says_control(w) for w in placed[main])):
                continue
            return None
        free.remove(role)
        placed.setdefault(role, []).append(word)
    return placed if placed.get(main) else None


def combined(word: str) -> list[str]:
    """Return the parts of a combination such as A+B or A|B."""
    return [part.strip() for part in re.split(f"[{re.escape(_JOINERS)}]", word) if part.strip()]
