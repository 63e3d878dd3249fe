"""Read typed values out of a TOML table; an error names the table and the key."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Final

from unpin.model.errors import CatalogueError

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HEX: Final = re.compile(r"[0-9a-f]+")


class TomlTable:
    """A table of a catalogue; `where` is its name in messages.

    Each method reads the value of a key and raises CatalogueError for a wrong value. A method
    whose name begins with "optional" returns None for a missing key.
    """

    def __init__(self, where: str, values: Mapping[str, object]) -> None:
        self.where = where
        self._values = values

    def wrong(self, sentence: str) -> CatalogueError:
        """The error to raise, with the name of the table in front of `sentence`."""
        return CatalogueError(f"{self.where}: {sentence}")

    def only(self, allowed: Iterable[str]) -> None:
        """Refuse keys that are not in `allowed`: a misspelt key must not be ignored."""
        extra = sorted(set(self._values) - set(allowed))
        if extra:
            raise self.wrong(f"unknown key {extra[0]!r}")

    def has(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str) -> str:
        value = self._values.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f"{key!r} must be a non-empty text")
        return value

    def optional_text(self, key: str) -> str | None:
        return self.text(key) if key in self._values else None

    def word(self, key: str) -> str:
        value = self.text(key)
        if SLUG.fullmatch(value) is None:
            raise self.wrong(f"{key!r} must be lower-case letters, digits and hyphens")
        return value

    def optional_word(self, key: str) -> str | None:
        return self.word(key) if key in self._values else None

    def one_of(self, key: str, allowed: Iterable[str]) -> str:
        value = self.text(key)
        if value not in (choices := tuple(allowed)):
            raise self.wrong(f"{key!r} must be one of {', '.join(choices)}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.wrong(f"{key!r} must be a list of texts")
        return tuple(value)

    def digest(self, key: str, octets: int) -> str:
        value = self.text(key)
        if len(value) != 2 * octets or _HEX.fullmatch(value) is None:
            raise self.wrong(f"{key!r} must be {2 * octets} lower-case hexadecimal digits")
        return value

    def octets(self, key: str) -> bytes | None:
        if key not in self._values:
            return None
        value = self.text(key)
        if len(value) % 2 or _HEX.fullmatch(value) is None:
            raise self.wrong(f"{key!r} must be pairs of lower-case hexadecimal digits")
        return bytes.fromhex(value)

    def hexadecimal(self, key: str) -> int:
        value = self.text(key)
        if len(value) > 64 or _HEX.fullmatch(value) is None:
            raise self.wrong(f"{key!r} must be lower-case hexadecimal digits")
        return int(value, 16)

    def flag(self, key: str) -> bool:
        value = self._values.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(f"{key!r} must be true or false")
        return value

    def optional_count(self, key: str) -> int | None:
        value = self._values.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.wrong(f"{key!r} must be a non-negative number")
        return value

    def moment(self, key: str) -> datetime:
        value = self._values.get(key)
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise self.wrong(f"{key!r} must be a date and time with an offset")
        try:
            return value.astimezone(UTC)
        except OverflowError:
            raise self.wrong(f"{key!r} is outside the years 1 to 9999") from None

    def day(self, key: str) -> date:
        value = self._values.get(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(f"{key!r} must be a date")
        return value

    def address(self, key: str) -> str | None:
        if key not in self._values:
            return None
        value = self.text(key)
        if not value.startswith(("https://", "http://")) or " " in value:
            raise self.wrong(f"{key!r} must be an http or https address")
        return value

    def tables(self, key: str, what: str) -> tuple["TomlTable", ...]:
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(f"{key!r} must be an array of tables")
        return tuple(
            TomlTable(f"{self.where}: {_label(item, f'{what} {number}')}", item)
            for number, item in enumerate(value, 1)
        )

    def table(self, key: str) -> "TomlTable":
        value = self._values.get(key)
        if not isinstance(value, dict):
            raise self.wrong(f"table [{key}] is missing")
        return TomlTable(f"{self.where}: [{key}]", value)


def _label(values: Mapping[str, object], number: str) -> str:
    name = values.get("slug") or values.get("name")
    return f"{number.partition(' ')[0]} {name}" if isinstance(name, str) else number
