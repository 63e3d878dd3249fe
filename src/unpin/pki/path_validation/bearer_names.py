"""The names of a server in its certificate, and the name that a client dials (RFC 9525)."""

import ipaddress
import re
import unicodedata
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.model.certificate import Certificate
from unpin.model.errors import UsageError
from unpin.model.values import frozen
from unpin.model.x509 import Field

_DNS_NAME: Final = 0x82
_URI: Final = 0x86
_IP_ADDRESS: Final = 0x87
_MAPPED: Final = bytes(10) + b"\xff\xff"
"""The first octets of an IPv6 address that stands for one of IPv4 (RFC 4291 2.5.5.2)."""

_PLAIN: Final = re.compile(r"[A-Za-z0-9_*-]+(\.[A-Za-z0-9_*-]+)*\.?")
_PLAIN_URI: Final = re.compile(
    rb"[A-Za-z][A-Za-z0-9+.-]*://[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?"
)
_NO_PRINTABLE_STRING: Final = re.compile(r"[^A-Za-z0-9 '()+,./:=?*&-]")
"""What Go refuses in a PrintableString, and with it the certificate."""

_LABEL: Final = re.compile(r"[A-Za-z0-9_-]{1,63}")
_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_MAPPED_OTHERWISE: Final = frozenset("ßςſ\u200c\u200d")
"""Letters of which IDNA 2003 and IDNA 2008 make different names."""
_LONGEST: Final = 253


@frozen
class BearerNames:
    """What a certificate calls its bearer.

    `alternative` are the DNS names (text) and IP addresses (octets) of SubjectAltName in their
    order, `others` the tags of its names of other kinds, `common_names` the CNs of the subject in
    encoded order. `empty` says that SubjectAltName is there and has no name, `unreadable` that it
    cannot be read, and `odd` that a name which clients may look at is written in a way that some of
    them refuse, with the whole certificate.
    """

    alternative: tuple[str | bytes, ...]
    others: frozenset[int]
    common_names: tuple[str, ...]
    empty: bool = False
    unreadable: bool = False
    odd: bool = False

    @classmethod
    def of(cls, certificate: Certificate) -> "BearerNames":
        """Read the names. Raises tlv.TlvError where `certificate.problem` is not None."""
        fields = certificate.fields
        alternative: list[str | bytes] = []
        odd = unreadable = any(
            problem.field in (Field.SUBJECT_ALT_NAME, Field.EXTENSIONS, Field.REPEATED_EXTENSION)
            for problem in fields.problems
        )
        value = fields.extensions.get(oids.SUBJECT_ALT_NAME)
        if value is not None and not unreadable:
            odd = tlv.read(value).end != len(value)
        for tag, content in fields.alternative_names:
            if tag == _DNS_NAME:
                name = content.decode("latin-1")
                alternative.append(name)
                odd |= not _PLAIN.fullmatch(name)
            elif tag == _IP_ADDRESS:
                alternative.append(content)
                odd |= len(content) not in (4, 16) or content.startswith(_MAPPED)
            elif tag == _URI:
                odd |= not _PLAIN_URI.fullmatch(content)
        common = _common_names(certificate)
        names = tuple(name for _, name in common)
        if not any(isinstance(name, str) for name in alternative):
            odd |= any(
                tag not in (tlv.UTF8_STRING, tlv.PRINTABLE_STRING) or not _PLAIN.fullmatch(name)
                for tag, name in common
            )
        odd |= any(
            tag == tlv.PRINTABLE_STRING and _NO_PRINTABLE_STRING.search(name)
            for tag, name in common
        )
        others = frozenset(tag for tag, _ in fields.alternative_names) - {_DNS_NAME, _IP_ADDRESS}
        empty = value is not None and not fields.alternative_names
        return cls(tuple(alternative), others, names, empty, unreadable, bool(odd))

    @property
    def dns(self) -> tuple[str, ...]:
        """The DNS names of SubjectAltName."""
        return tuple(name for name in self.alternative if isinstance(name, str))

    @property
    def addresses(self) -> tuple[bytes, ...]:
        """The IP addresses of SubjectAltName."""
        return tuple(name for name in self.alternative if isinstance(name, bytes))

    @property
    def ascii(self) -> bool:
        """Whether no DNS name and no CN has letters beyond ASCII."""
        return all(name.isascii() for name in (*self.dns, *self.common_names))


def _common_names(certificate: Certificate) -> list[tuple[int, str]]:
    """The CNs of the subject with the tags of their strings."""
    subject = certificate.fields.subject
    texts = [(kind, value) for rdn in subject.rdns for kind, value, _ in rdn]
    if subject.problem is not None:
        return []
    tags = [
        node.sequence("name attribute", at_least=2)[1].tag
        for rdn in tlv.read(subject.der)
        for node in rdn
    ]
    return [
        (tag, value)
        for tag, (kind, value) in zip(tags, texts, strict=True)
        if kind == oids.COMMON_NAME
    ]


@frozen
class DialledName:
    """The name that a client dials: a DNS name in ASCII, or an address with its octets.

    Of a name that was `given` with letters beyond ASCII `text` has the A-labels (RFC 5890).
    `unsure` says that clients read it in more than one way.
    """

    given: str
    text: str
    address: bytes | None = None
    unsure: bool = False

    @property
    def international(self) -> bool:
        """Whether it was given with letters beyond ASCII."""
        return not self.given.isascii()

    @classmethod
    def of(cls, given: str) -> "DialledName":
        """Read a name or an address, in brackets or not.

        Raises UsageError for what is no name: a URL, a port behind it, a wildcard.
        """
        inner = given[1:-1] if given.startswith("[") and given.endswith("]") else given
        try:
            address = ipaddress.ip_address(inner)
        except ValueError:
            pass
        else:
            return cls(given, inner, address.packed, unsure="%" in inner)
        labels = given.removesuffix(".").split(".")
        ascii_labels = [_a_label(label) for label in labels]
        text = ".".join(label or given for label in ascii_labels)
        text += "." if given.endswith(".") else ""
        if not all(map(_is_label, labels)) or len(text) > _LONGEST:
            raise UsageError(
                f"{given!r} is no name that a client can dial",
                "give --host a DNS name or an IP address alone: db.example.org",
            )
        unsure = None in ascii_labels or _NUMBER.fullmatch(labels[-1]) is not None
        return cls(given, text, None, unsure)


def _is_label(label: str) -> bool:
    return _LABEL.fullmatch(label) is not None or (
        not label.isascii() and all(letter.isalnum() or letter in "-_\u3002" for letter in label)
    )


def _a_label(label: str) -> str | None:
    """The label in ASCII; None where clients do not agree on it.

    Some clients refuse an A-label that stands for no label of letters.
    """
    if label.isascii() and not label.lower().startswith("xn--"):
        return label
    try:
        letters = label if not label.isascii() else label.lower().encode().decode("idna")
        agreed = (
            not letters.isascii()
            and letters == letters.lower() == unicodedata.normalize("NFKC", letters)
            and not _MAPPED_OTHERWISE & set(letters)
            and all(letter.isalpha() or letter.isascii() for letter in letters)
        )
        encoded = letters.encode("idna").decode()
    except UnicodeError:
        return None
    return (label if encoded == label.lower() else encoded) if agreed else None
