"""Spell the key of a setting as its file has it."""

import re
from typing import Final

from unpin.configurations.model import Document, Setting
from unpin.references.store_names import shown_key

_NO_KEY: Final = re.compile(r"(?:bundle |-D)|.*(?:\s|\A(?:URL|environment|ODBC|Pqopt)\Z)")
"""Origins of settings that are no key of the file."""

_WITHOUT_KEY: Final = frozenset({"store", "certs", "location"})
"""Keys of unpin's own, which stand in no file."""


class SpelledKeys:
    """The keys of a document by their lines and values: a connection may have thousands of them."""

    def __init__(self, document: Document) -> None:
        self._on_line: dict[int, list[Setting]] = {}
        self._shown: set[tuple[int, str]] = set()
        self._with_value: dict[tuple[int, str], str] = {}
        for each in document.settings:
            self._on_line.setdefault(each.line, []).append(each)
            self._shown.add((each.line, shown_key(each)))
            if "\n" not in each.value:
                self._with_value.setdefault((each.line, each.value), shown_key(each))

    def of(self, setting: Setting) -> str:
        """The key as the file has it, of YAML and JSON the whole path."""
        named = setting.origin and not _NO_KEY.match(setting.origin)
        if named and (setting.line, setting.origin) in self._shown:
            return setting.origin
        if (setting.line, setting.value) in self._with_value and "\n" not in setting.value:
            return self._with_value[setting.line, setting.value]
        on_line = self._on_line.get(setting.line, [])
        if setting.value.startswith("Secret "):  # Secret NAME/KEY that a manifest names
            for each in on_line:
                if setting.value.startswith(f"Secret {each.value}/"):
                    return shown_key(each)
        if named:
            return setting.origin
        if setting.key in _WITHOUT_KEY and len(on_line) == 1:
            return shown_key(on_line[0])
        return setting.key.removeprefix("context.")
