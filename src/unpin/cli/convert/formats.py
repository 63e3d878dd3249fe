"""The choices of a conversion, and its format: `--to`, or the extension of the output."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from unpin.model.errors import UsageError
from unpin.model.formats import Format

if TYPE_CHECKING:
    from unpin.stores.encoding import ProtectionScheme

STANDARD_OUTPUT: Final = "-"


class TargetFormat(StrEnum):
    """The choices of `--to`."""

    PEM = "pem"
    DER = "der"
    PKCS7 = "pkcs7"
    JKS = "jks"
    JCEKS = "jceks"
    PKCS12 = "pkcs12"
    BKS = "bks"
    BCFKS = "bcfks"

    @property
    def kind(self) -> Format:
        """The store format."""
        return Format[self.name]

    @property
    def extension(self) -> str:
        """The usual one of its files."""
        return {TargetFormat.PKCS7: ".p7b", TargetFormat.PKCS12: ".p12"}.get(self, f".{self}")


class SummaryFormat(StrEnum):
    """The choices of `--format` where a command writes files."""

    TABLE = "table"
    JSON = "json"


class SchemeChoice(StrEnum):
    """The choices of `--scheme`: how a PKCS12 output is protected (ProtectionScheme)."""

    MODERN = "modern"
    JDK8 = "jdk8"
    PASSWORD_LESS = "password-less"  # noqa: S105  (the name of a scheme)

    @property
    def scheme(self) -> ProtectionScheme:
        """The same for the encoder."""
        from unpin.stores.encoding import ProtectionScheme

        return ProtectionScheme(self.value)


EXTENSIONS: Final = {
    ".pem": Format.PEM,
    ".crt": Format.PEM,
    ".cer": Format.PEM,
    ".cert": Format.PEM,
    ".ca-bundle": Format.PEM,
    ".der": Format.DER,
    ".p7b": Format.PKCS7,
    ".p7c": Format.PKCS7,
    ".jks": Format.JKS,
    ".jceks": Format.JCEKS,
    ".p12": Format.PKCS12,
    ".pfx": Format.PKCS12,
    ".pkcs12": Format.PKCS12,
    ".bks": Format.BKS,
    ".bcfks": Format.BCFKS,
}


def choose_format(to: TargetFormat | None, out: str) -> Format:
    """The format of the output; PEM for standard output unless `to` says otherwise.

    Raises UsageError for an extension that says nothing, and for binary data on a terminal.
    """
    if to is not None:
        chosen = to.kind
    elif out == STANDARD_OUTPUT:
        chosen = Format.PEM
    else:
        extension = Path(out).suffix.lower()
        if extension not in EXTENSIONS:
            raise UsageError(
                f"{out}: the extension does not say which format is wanted",
                f"give --to: {', '.join(TargetFormat)}",
            )
        chosen = EXTENSIONS[extension]
    if out == STANDARD_OUTPUT and chosen is not Format.PEM and sys.stdout.isatty():
        raise UsageError(f"{chosen} is not written to a terminal", "give -o FILE, or pipe it on")
    return chosen
