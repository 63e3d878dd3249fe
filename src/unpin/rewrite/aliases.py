"""Aliases for new entries: readable, in the style of the user, and never taken."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from unpin.model.certificate import Certificate

_LONGEST: Final = 200
"""The most characters of a new alias: it fits a JKS (65,535 bytes), a BMPString, a file name."""

_ONE_BY_ONE: Final = 16
"""Smaller numbers are tried in turn, so that there is no gap."""

_UNDECOMPOSED: Final = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",
    }
)
"""Latin letters that Unicode does not decompose into a letter and a mark."""

_AUTHORITY: Final = re.compile(r"\b(certificate|certification) authority\b")
_BETWEEN: Final = re.compile(r"[^a-z0-9]+")


class AliasStyle(StrEnum):
    """The choices of `--alias-style`."""

    SLUG = "slug"
    """The subject's name as in the catalogue: digicert-global-root-g2."""
    SUBJECT = "subject"
    """The whole subject: cn=digicert global root g2,ou=www.digicert.com,o=digicert inc,c=us."""
    FINGERPRINT = "fingerprint"
    """The SHA-256 of the certificate, 64 hexadecimal digits."""


def folded_alias(alias: str) -> str:
    """The form in which aliases collide.

    The JDK keeps or looks up aliases in lower case (JavaKeyStore and PKCS12KeyStore.convertAlias,
    Locale.ENGLISH), so aliases that differ only in case are the same alias.
    """
    return alias.lower()


def folded_aliases(aliases: Iterable[str]) -> set[str]:
    """The folded aliases, for the parameter `taken` of `fresh_alias` and `free_alias`."""
    return {folded_alias(alias) for alias in aliases}


def fresh_alias(certificate: Certificate, style: AliasStyle, taken: set[str]) -> str:
    """A free alias for a new entry; it is added to `taken`.

    `taken` are the aliases in use, as `folded_aliases` returns them. The alias is in lower case,
    since Java looks up the aliases of a JKS only in lower case.
    """
    return free_alias(_styled(certificate, style), taken)


def free_alias(alias: str, taken: set[str]) -> str:
    """`alias`, or `alias-2`, `alias-3` if it is taken; the result is added to `taken`."""

    def is_taken(number: int) -> bool:
        return folded_alias(_numbered(alias, number)) in taken

    free = next((number for number in range(1, _ONE_BY_ONE) if not is_taken(number)), 0)
    if not free:
        free = _beyond(_ONE_BY_ONE - 1, is_taken)
    chosen = _numbered(alias, free)
    taken.add(folded_alias(chosen))
    return chosen


def _beyond(used: int, is_taken: Callable[[int], bool]) -> int:
    """A free number above `used`, found by bisection: thousands of entries may share a name."""
    free = used * 2
    while is_taken(free):
        used, free = free, free * 2
    while free - used > 1:
        middle = (used + free) // 2
        if is_taken(middle):
            used = middle
        else:
            free = middle
    return free


def _numbered(alias: str, number: int) -> str:
    return alias if number == 1 else f"{alias}-{number}"


def slug(text: str) -> str:
    """`text` in ASCII letters, digits and hyphens, "certificate authority" as ca; may be empty."""
    letters = unicodedata.normalize("NFKD", text.lower().translate(_UNDECOMPOSED))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _BETWEEN.sub("-", _AUTHORITY.sub("ca", plain))[:_LONGEST].strip("-")


def _styled(certificate: Certificate, style: AliasStyle) -> str:
    match style:
        case AliasStyle.SLUG:
            # A name in another script leaves no letters.
            name = slug(certificate.label)
            named = any(letter.isalpha() for letter in name)
            return name if named else f"certificate-{certificate.sha256[:16]}"
        case AliasStyle.SUBJECT:
            if certificate.problem is None and (subject := str(certificate.fields.subject)):
                return subject.lower()[:_LONGEST]
            return f"certificate-{certificate.sha256[:16]}"
        case AliasStyle.FINGERPRINT:
            return certificate.sha256
