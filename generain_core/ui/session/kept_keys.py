"""Which widgets' values survive a reload of the page: each view registers its own, where it spells their keys."""

_STARTS: set[str] = set()


def survives_reload(start: str) -> str:
    """Register keys that begin so as to be kept over a reload, and return what was given."""
    _STARTS.add(start)
    return start


def is_registered(key: str) -> bool:
    """Say whether a view registered this key, or how it begins."""
    return key.startswith(tuple(_STARTS))
