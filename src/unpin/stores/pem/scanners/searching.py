"""Find the next place of a text, again and again, in linear time."""


class Finder:
    """Remembers for each text where it was found last: a search from before there is not made."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._known: dict[bytes, tuple[int, int]] = {}

    def next(self, text: bytes, start: int) -> int:
        """As bytes.find."""
        begun, found = self._known.get(text, (0, 0))
        if begun <= start and (found < 0 or start <= found) and text in self._known:
            return found
        found = self._data.find(text, start)
        self._known[text] = start, found
        return found
