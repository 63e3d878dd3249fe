"""Stores that are values of another file: of YAML, JSON, properties, an environment file."""

from enum import StrEnum

from unpin.model.values import frozen


class EmbeddingKind(StrEnum):
    """The kinds of files that hold stores as values; part of the machine output."""

    YAML = "YAML"
    JSON = "JSON"
    PROPERTIES = "properties"
    ENVIRONMENT = "environment variables"
    PROGRAM = "a program"

    __hash__ = str.__hash__


@frozen
class Embedding:
    """The place of a store in another file.

    `key` names the value: "data.ca.crt". `line` is the line (1-based) on which it begins. `data`
    is what a client gets that reads the setting, without escapes and indentation. `base64` says
    that the file holds the base64 of `data`.
    """

    kind: EmbeddingKind
    key: str
    line: int
    data: bytes
    base64: bool = False
