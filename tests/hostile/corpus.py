"""The corpus: what is made by hand, then whole files broken by a seed, kind after kind, until there are enough."""

import itertools
from collections.abc import Iterator

from tests.hostile.files import Good, good_files
from tests.hostile.harm import harmed
from tests.hostile.made import made_files
from tests.hostile.own_files import broken_under_its_seal
from tests.hostile.workbooks import workbooks


def corpus(number: int, seed: int = 0) -> Iterator[Good]:
    """Return so many files at least: reader, name, content."""
    made = made_files() + workbooks()
    yield from made
    good = good_files()
    for i, (reader, name, content) in itertools.islice(enumerate(itertools.cycle(good)), max(0, number - len(made))):
        stem = f"{seed + i}-" if reader != "record" else ""
        yield reader, f"{stem}{name}", broken(reader, content, seed + i)


def broken(reader: str, content: bytes, seed: int) -> bytes:
    """Return a file broken by a seed; every other sealed one under its seal."""
    return broken_under_its_seal(content, seed) if reader in ("work", "probe") and seed % 2 else harmed(content, seed)
