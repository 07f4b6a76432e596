"""What a process has once, whatever a visitor asks of Streamlit: its caches can be emptied by any of them."""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

_T = TypeVar("_T")
_MADE: "list[Once[Any]]" = []


class Once(Generic[_T]):
    """Makes a value when it is first asked for, and gives the same one from then on."""

    def __init__(self, make: Callable[[], _T]) -> None:
        self._make, self._lock = make, threading.RLock()
        self._value: list[_T] = []
        self.__doc__ = make.__doc__
        _MADE.append(self)

    def __call__(self) -> _T:
        """Return the value."""
        with self._lock:
            if not self._value:
                self._value.append(self._make())
            return self._value[0]

    def clear(self) -> None:
        """Forget the value; the next call makes another."""
        with self._lock:
            self._value.clear()


def start_anew() -> None:
    """Forget all such values, as a server that was just started has none."""
    for each in _MADE:
        each.clear()
