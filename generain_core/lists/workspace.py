"""The lists that somebody works with: named, in the order in which they were used, and combined."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from generain_core.errors import GeneRAINError
from generain_core.lists.gene_list import GeneList

MOST_LISTS = 200
LONGEST_NAME = 80


@dataclass(eq=False)
class Workspace:
    """Named lists; the one used last comes first.

    A list that is kept again under its name with the same genes is that list; with other genes it gets a number.
    """

    _lists: dict[str, GeneList] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._lists)

    def __contains__(self, name: object) -> bool:
        return name in self._lists

    def __iter__(self) -> Iterator[GeneList]:
        """Yield the lists, the one used last first."""
        return reversed(list(self._lists.values()))

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names, the one used last first."""
        return tuple(reversed(self._lists))

    @property
    def current(self) -> GeneList | None:
        """Return the list used last, if there is any."""
        return next(iter(self), None)

    def get(self, name: str) -> GeneList:
        """Return a list by its name.

        Raises:
            GeneRAINError: there is none of this name.
        """
        try:
            return self._lists[name]
        except KeyError:
            known = ", ".join(f"“{each}”" for each in self.names[:5]) or "no list yet"
            raise GeneRAINError(f"There is no list “{name[:LONGEST_NAME]}”; there is {known}.") from None

    def keep(self, genes: GeneList) -> GeneList:
        """Keep a list as the one used last, and return it under the name that it has from now on.

        Raises:
            GeneRAINError: it has no gene, or there are too many lists.
        """
        if not genes.genes:
            raise GeneRAINError(f"“{genes.name[:LONGEST_NAME]}” has no gene, so there is no list to keep.")
        title = _title(genes.name)
        name, number = title, 1
        while name in self._lists and self._lists[name].genes != genes.genes:
            number += 1
            name = f"{title} ({number})"
        if name not in self._lists and len(self._lists) >= MOST_LISTS:
            raise GeneRAINError(f"{MOST_LISTS} lists are kept already; remove one first.")
        self._lists.pop(name, None)
        self._lists[name] = replace(genes, name=name)
        return self._lists[name]

    def change(self, genes: GeneList) -> None:
        """Put a list in the place of the one of its name.

        Raises:
            GeneRAINError: there is none of this name.
        """
        self.get(genes.name)
        self._lists[genes.name] = genes

    def use(self, name: str) -> GeneList:
        """Return a list and take it for the one used last.

        Raises:
            GeneRAINError: there is none of this name.
        """
        genes = self.get(name)
        self._lists[name] = self._lists.pop(name)
        return genes

    def rename(self, name: str, title: str) -> GeneList:
        """Give a list another name, and return it.

        Raises:
            GeneRAINError: there is none of this name, or the other name is empty or taken.
        """
        genes, new = self.get(name), _title(title)
        if not title.strip():
            raise GeneRAINError("A list needs a name; give a few letters.")
        if new != name and new in self._lists:
            raise GeneRAINError(f"There is a list “{new}” already; give another name.")
        del self._lists[name]
        self._lists[new] = replace(genes, name=new)
        return self._lists[new]

    def drop(self, name: str) -> None:
        """Remove a list, if it is there."""
        self._lists.pop(name, None)


def _title(text: str) -> str:
    words = " ".join(str(text).split()) or "list"
    return words if len(words) <= LONGEST_NAME else f"{words[: LONGEST_NAME - 1]}…"


def unique_title(title: str, taken: Collection[str]) -> str:
    """Return a title, with a number behind it where it is taken."""
    number, name = 1, title
    while name in taken:
        number += 1
        name = f"{title} ({number})"
    return name
