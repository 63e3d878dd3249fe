"""What short bytes were read as: most stores hold the same roots, written alike."""

from typing import TypeVar

_Meaning = TypeVar("_Meaning")


class Recent(dict[bytes, _Meaning]):
    """What bytes of the last stores were read as; a look-up costs their hash.

    Long bytes are not kept, and of many, none of those before: so it stays within `most` times
    `longest` bytes.
    """

    most = 4096
    longest = 4096

    def keep(self, data: bytes, meaning: _Meaning) -> None:
        """Keep what `data` was read as."""
        if len(data) > self.longest or not self.most:
            return
        if len(self) >= self.most:
            self.clear()
        self[data] = meaning
