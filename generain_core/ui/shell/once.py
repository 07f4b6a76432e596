"""What a process has once, whatever a visitor asks of Streamlit: its caches can be emptied by any of them."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Once(Generic[_T]):
    """Makes a value when it is first asked for, and gives the same one from then on."""

    def __init__(self, make: Callable[[], _T]) -> None:
        self._make, self._lock = make, threading.RLock()
        self._value: list[_T] = []
        self.__doc__ = make.__doc__

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
