"""Rules as people write them: a small grammar, with messages that say where it went wrong.

    rule       any of the alternatives: both or …; both: each of the parts: one and …
    one        not one | (rule) | P(NAME) > 0.9 | percentile(NAME) >= 99 | expression > 1 | biotype = lncRNA | known(NAME)

Names stand as they are, or in quotes where their parentheses don't pair.
"""

import re

from generain_core.attributes.rules import And, Biotype, Known, Level, Not, Or, Rule
from generain_core.errors import GeneRAINError

LONGEST = 8000
DEEPEST = 40
_MEASURES = {"p": "P", "probability": "P", "percentile": "percentile"}
_SIGNS = {"≥": ">=", "≤": "<="}
_EXAMPLE = "P(some attribute) > 0.9 and not P(another) > 0.5 and biotype = lncRNA"


def parse(text: str) -> Rule:
    """Read a rule.

    Raises:
        GeneRAINError: it can't be understood; the message shows where.
    """
    if len(text) > LONGEST:
        raise GeneRAINError(f"The rule has {len(text):,} characters; at most {LONGEST:,} are read.")
    reader = _Reader(text)
    rule = reader.alternatives(0)
    reader.skip()
    if reader.at < len(text):
        raise reader.fault("“and” or “or”")
    return rule


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def fault(self, wanted: str) -> GeneRAINError:
        rest = " ".join(self.text[self.at :].split())
        where = f"at “{rest[:30]}”" if rest else "at its end"
        return GeneRAINError(f"The rule can't be read {where}: {wanted} is expected there, as in {_EXAMPLE}.")

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def take(self, pattern: str) -> str | None:
        self.skip()
        match = re.compile(pattern, re.IGNORECASE).match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        return match[0]

    def alternatives(self, depth: int) -> Rule:
        parts = [self.all_of(depth)]
        while self.take(r"or\b|\|\|?"):
            parts.append(self.all_of(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def all_of(self, depth: int) -> Rule:
        parts = [self.one(depth)]
        while self.take(r"and\b|&&?"):
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def one(self, depth: int) -> Rule:
        if depth > DEEPEST:
            raise GeneRAINError(f"The rule is nested more than {DEEPEST} deep; write it simpler.")
        if self.take(r"not\b|!"):
            return Not(self.one(depth + 1))
        if self.take(r"\("):
            rule = self.alternatives(depth + 1)
            if not self.take(r"\)"):
                raise self.fault("a closing parenthesis")
            return rule
        return self.condition()

    def condition(self) -> Rule:
        word = self.take(r"(p|probability|percentile|known|biotype|expression)\b")
        if word is None:
            raise self.fault("P(…), percentile(…), known(…), expression or biotype")
        word = word.lower()
        if word == "biotype":
            return self.kind()
        if word == "expression":
            return self.level("expression", "")
        name = self.name()
        return Known(name) if word == "known" else self.level(_MEASURES[word], name)

    def kind(self) -> Rule:
        sign = self.take(r"==?|!=|is\b")
        found = sign and self.take(r"\"[^\"]+\"|[\w.-]+")
        if not found:
            raise self.fault("= and a biotype")
        rule = Biotype(found.strip('"'))
        return Not(rule) if sign == "!=" else rule

    def level(self, measure: str, name: str) -> Level:
        sign = self.take(r">=|<=|>|<|≥|≤")
        number = sign and self.take(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?")
        if not sign or not number:
            raise self.fault("> or < and a number")
        percent = self.take("%")
        value = float(number) / (100 if percent and measure == "P" else 1)
        top = {"P": 1.0, "percentile": 100.0}.get(measure, float("inf"))
        if not 0 <= value <= top:
            raise GeneRAINError(f"{measure}({name[:60]}) is compared with {number}; a number from 0 to {top:g} is expected.")
        return Level(measure, name, _SIGNS.get(sign, sign), value)

    def name(self) -> str:
        if not self.take(r"\("):
            raise self.fault("a name in parentheses")
        written = self.take(r'"(\\.|[^"\\])*"')
        if written is not None:
            name = re.sub(r"\\(.)", r"\1", written[1:-1])
            if not self.take(r"\)"):
                raise self.fault("a closing parenthesis")
        else:
            name = self.balanced()
        if not name.strip():
            raise self.fault("the name of an attribute")
        return name.strip()

    def balanced(self) -> str:
        depth, start = 1, self.at
        while self.at < len(self.text):
            letter = self.text[self.at]
            depth += (letter == "(") - (letter == ")")
            self.at += 1
            if depth == 0:
                return self.text[start : self.at - 1]
        self.at = start
        raise self.fault("a closing parenthesis behind the name")
