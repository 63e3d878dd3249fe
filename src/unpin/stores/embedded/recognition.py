"""Say whether a file holds stores as values, and which."""

import binascii
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from unpin.model.embedding import Embedding, EmbeddingKind
from unpin.model.values import frozen
from unpin.stores.embedded.assignments import assigned_values
from unpin.stores.embedded.first_look import has_binary_values, may_hold_values
from unpin.stores.embedded.json_document import json_values
from unpin.stores.embedded.program_strings import program_values
from unpin.stores.embedded.values import BEGIN_MARKER, TextValue
from unpin.stores.embedded.yaml_document import yaml_values
from unpin.stores.formats import decoder_of

_DEEPEST: Final = 3
"""Most files within files: a YAML file as a value of a ConfigMap."""
_BEGIN: Final = BEGIN_MARKER.encode("ascii")
_CERTIFICATES: Final = re.compile(
    r"-----BEGIN (?:(?:TRUSTED |X509 )?CERTIFICATE|PKCS7|PKCS #7 SIGNED DATA|CMS)-----"
)
_MARKERS: Final = re.compile(r"-----BEGIN[ \r\n\\]")
"""BEGIN markers as they stand in a file: YAML may break a line in one."""
_COMMENTED: Final = re.compile(r"(?m)^[ \t]*#.*?-----BEGIN ")
_BINARY_VALUES: Final = frozenset({"data", "binaryData"})


@frozen
class Step:
    """A value on the way to a store, and what it holds: `data`, perhaps as `base64`."""

    value: TextValue
    data: bytes
    base64: bool


@frozen
class EmbeddedValue:
    """A store in a file: its place, and from which lines of the file its lines come.

    `steps` lead to it: the value of the file, then the value in that value.
    """

    embedding: Embedding
    lines: tuple[int, ...]
    steps: tuple[Step, ...] = ()


@lru_cache(maxsize=1)
def embedded_values(data: bytes) -> tuple[EmbeddedValue, ...]:
    """The stores that a file holds as values, in their order; empty if it is no such file.

    It is one only if every BEGIN marker in it, comments aside, stands in a value of its language.
    Values without a certificate, such as keys, are left out.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ()
    return tuple(_with_unique_keys(_found(text, _DEEPEST)))


def _found(text: str, depth: int) -> list[EmbeddedValue]:
    kind, values = _values(text)
    if kind is None:
        return []
    binary = has_binary_values(text.encode("utf-8", "replace"))
    found: list[EmbeddedValue] = []
    for value in values:
        found += _stores(kind, value, depth, binary=binary)
    return found


def _values(text: str) -> tuple[EmbeddingKind | None, Sequence[TextValue]]:
    """The language of the text, and its values; None if a BEGIN marker stands in no value."""
    if text.lstrip()[:1] in {"{", "["}:
        values = json_values(text)
        if values is not None:
            return EmbeddingKind.JSON, values
    values = yaml_values(text)
    if values and _covers(text, values):
        return EmbeddingKind.YAML, values
    values, environment = assigned_values(text)
    if values and _covers(text, values):
        kind = EmbeddingKind.ENVIRONMENT if environment else EmbeddingKind.PROPERTIES
        return kind, values
    values = program_values(text)
    if values and _covers(text, values):
        return EmbeddingKind.PROGRAM, values
    return None, ()


def _covers(text: str, values: Sequence[TextValue]) -> bool:
    total = len(_MARKERS.findall(text)) - len(_COMMENTED.findall(text))
    within = sum(value.markers - len(_COMMENTED.findall(value.text)) for value in values)
    return within == total


def _stores(
    kind: EmbeddingKind, value: TextValue, depth: int, *, binary: bool
) -> Iterator[EmbeddedValue]:
    if BEGIN_MARKER in value.text:
        yield from _of_text(kind, value, value.text, depth, base64=False)
        return
    in_manifest = binary and not _BINARY_VALUES.isdisjoint(value.path)
    if not value.may_be_base64 or not (in_manifest or value.is_base64_of_pem):
        return
    try:
        inner = binascii.a2b_base64("".join(value.text.split()), strict_mode=True)
    except binascii.Error:
        return
    if _BEGIN in inner:
        try:
            yield from _of_text(kind, value, inner.decode("utf-8"), depth, base64=True)
        except UnicodeDecodeError:
            return
    elif inner and decoder_of(inner) is not None:
        embedding = Embedding(kind, value.key, value.lines[0], inner, base64=True)
        yield EmbeddedValue(embedding, value.lines[:1], (Step(value, inner, True),))


def _of_text(
    kind: EmbeddingKind, value: TextValue, text: str, depth: int, *, base64: bool
) -> Iterator[EmbeddedValue]:
    """The value, or the values in it, if it is such a file itself."""
    lines = value.lines[:1] if base64 else value.lines
    step = Step(value, text.encode("utf-8", "surrogatepass"), base64)
    if depth and may_hold_values(text.encode("utf-8", "replace")):
        inner = _found(text, depth - 1)
        for found in inner:
            place = found.embedding
            yield EmbeddedValue(
                replace(
                    place,
                    key=f"{value.key}.{place.key}",
                    line=_outer(place.line, lines),
                    base64=base64 or place.base64,
                ),
                tuple(_outer(line, lines) for line in found.lines),
                (step, *found.steps),
            )
        if inner:
            return
    if _CERTIFICATES.search(text):
        place = Embedding(kind, value.key, value.lines[0], step.data, base64)
        yield EmbeddedValue(place, lines, (step,))


def _outer(line: int, lines: Sequence[int]) -> int:
    return lines[min(line, len(lines)) - 1]


def _with_unique_keys(found: Sequence[EmbeddedValue]) -> Iterator[EmbeddedValue]:
    """The values; the line is added to a key that several have."""
    keys = Counter(value.embedding.key for value in found)
    for value in found:
        place = value.embedding
        several = keys[place.key] > 1
        key = f"{place.key}:{place.line}" if several else place.key
        yield replace(value, embedding=replace(place, key=key))
