"""Read the SafeBags of a PKCS12 store (RFC 7292 4.2) and give each key the chain Java gives it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from unpin.model import tlv
from unpin.model.certificate import Certificate
from unpin.model.entries import Attribute
from unpin.model.errors import LimitExceededError
from unpin.stores.pbe import octet_string, parts

MAX_BAGS: Final = 100_000
"""Most SafeBags of one store."""

MAX_ATTRIBUTES: Final = 1_000
"""Most attributes of one SafeBag."""

MAX_CHAIN_CERTIFICATES: Final = 200_000
"""Most certificates in the chains of all keys together."""

FRIENDLY_NAME: Final = "1.2.840.113549.1.9.20"
LOCAL_KEY_ID: Final = "1.2.840.113549.1.9.21"
TRUSTED_KEY_USAGE: Final = "2.16.840.1.113894.746875.1.1"
_X509: Final = "1.2.840.113549.1.9.22.1"
_TIME: Final = re.compile(rb"Time ([+-]?[0-9]{1,19})")
_EXPLICIT: Final = 0xA0


class BagKind(StrEnum):
    """The bag types by the last arc of 1.2.840.113549.1.12.10.1."""

    KEY = "1"
    SHROUDED_KEY = "2"
    CERTIFICATE = "3"
    CRL = "4"
    SECRET = "5"  # noqa: S105 - a bag type
    SAFE_CONTENTS = "6"


_BAG_ARC: Final = "1.2.840.113549.1.12.10.1."
_KEYS: Final = frozenset({BagKind.KEY, BagKind.SHROUDED_KEY, BagKind.SECRET})


@dataclass(frozen=True, slots=True)
class Bag:
    """One SafeBag; `first` is True for the first of its SafeContents, which Java treats apart.

    `kind` is None and `reason` says why where it could not be read; the rest is best effort.
    `sealed` is the bag's value where that is a key.
    """

    raw: bytes
    kind: BagKind | None
    first: bool
    alias: str | None = None
    local_key_id: bytes | None = None
    trusted: bool = False
    attributes: tuple[Attribute, ...] = ()
    certificate: Certificate | None = None
    reason: str = ""
    sealed: bytes = b""

    @property
    def created_ms(self) -> int | None:
        """The JDK's creation date, which it hides in a key's localKeyID as "Time <ms>"."""
        match = _TIME.fullmatch(self.local_key_id or b"")
        if match is None:
            return None
        value = int(match[1])
        return value if -(1 << 63) <= value < 1 << 63 else None


def read_bags(safe_contents: bytes, *, source: str, room: int = MAX_BAGS) -> list[Bag]:
    """Read a SafeContents. Raises tlv.TlvError, LimitExceededError beyond `room` bags."""
    bags: list[Bag] = []
    outer = tlv.only(safe_contents, "SafeContents").expect(tlv.SEQUENCE, "SafeContents")
    for bag in _bags(outer):
        if len(bags) == room:
            raise LimitExceededError(f"{source}: more than {MAX_BAGS} bags")
        bags.append(bag)
    return bags


def _bags(outer: tlv.Node) -> Iterator[Bag]:
    for index, node in enumerate(outer):
        try:
            fields = parts(node, "SafeBag", 2)
            kind = _kind(fields[0].oid())
            value = explicit(fields[1], "bag value")
        except tlv.TlvError as error:
            yield Bag(node.raw, None, index == 0, reason=str(error))
            continue
        if kind is BagKind.SAFE_CONTENTS and value.tag == tlv.SEQUENCE:
            yield from _bags(value)
        else:
            yield _bag(node.raw, kind, value, fields, first=index == 0)


def _bag(
    raw: bytes, kind: BagKind | None, value: tlv.Node, fields: list[tlv.Node], *, first: bool
) -> Bag:
    if kind is None:
        return Bag(raw, None, first, reason=f"bag of unknown type {fields[0].oid()}")
    try:
        attributes = tuple(_attributes(fields[2])) if len(fields) > 2 else ()
        alias, local_key_id = _text(attributes), _octets(attributes)
    except tlv.TlvError as error:
        return Bag(raw, None, first, reason=f"attributes: {error}")
    certificate: Certificate | None = None
    if kind is BagKind.CERTIFICATE:
        try:
            certificate = _certificate(value)
        except tlv.TlvError as error:
            return Bag(raw, None, first, alias, reason=str(error))
    trusted = any(attribute.oid == TRUSTED_KEY_USAGE for attribute in attributes)
    sealed = value.raw if kind in _KEYS else b""
    return Bag(
        raw, kind, first, alias, local_key_id, trusted, attributes, certificate, sealed=sealed
    )


def explicit(node: tlv.Node, what: str) -> tlv.Node:
    """The one element inside [0] EXPLICIT."""
    for child in node.expect(_EXPLICIT, what):
        return child
    raise tlv.TlvError(f"empty {what} at byte {node.start}")


def _kind(oid: str) -> BagKind | None:
    try:
        return BagKind(oid.removeprefix(_BAG_ARC)) if oid.startswith(_BAG_ARC) else None
    except ValueError:
        return None


def _certificate(value: tlv.Node) -> Certificate:
    fields = parts(value, "CertBag", 2)
    oid = fields[0].oid()
    if oid != _X509:
        raise tlv.TlvError(f"certificate of unknown type {oid}")
    der = octet_string(explicit(fields[1], "certificate value"), "certificate")
    tlv.read(der).expect(tlv.SEQUENCE, "certificate")
    return Certificate(der)


def _attributes(node: tlv.Node) -> Iterator[Attribute]:
    for count, child in enumerate(node.expect(tlv.SET, "bag attributes")):
        if count == MAX_ATTRIBUTES:
            raise tlv.TlvError(f"more than {MAX_ATTRIBUTES} attributes")
        fields = parts(child, "attribute", 2)
        yield Attribute(fields[0].oid(), fields[1].expect(tlv.SET, "attribute values").raw)


def _first_value(attributes: Sequence[Attribute], oid: str) -> tlv.Node | None:
    for attribute in attributes:
        if attribute.oid == oid:
            for value in tlv.read(attribute.values):
                return value
            raise tlv.TlvError(f"attribute {oid} has no value")
    return None


def _text(attributes: Sequence[Attribute]) -> str | None:
    value = _first_value(attributes, FRIENDLY_NAME)
    if value is None:
        return None
    if value.tag == tlv.UTF8_STRING:
        return value.content.decode("utf-8", "replace")
    return value.expect(tlv.BMP_STRING, "friendlyName").content.decode("utf-16-be", "replace")


def _octets(attributes: Sequence[Attribute]) -> bytes | None:
    value = _first_value(attributes, LOCAL_KEY_ID)
    return None if value is None else octet_string(value, "localKeyID")


class ChainBuilder:
    """Java's matching of keys and certificates (PKCS12KeyStore.loadSafeContents, findIssuer).

    Java counts the keys as it reads: a bag without localKeyID gets the identifier "01" while
    exactly one key has been seen, a certificate only as the first bag of its SafeContents.
    """

    def __init__(self, bags: Sequence[Bag], *, source: str) -> None:
        self._source = source
        self._total = 0
        self._key_names: dict[int, tuple[bytes, str]] = {}
        self._certificates: list[Certificate] = []
        self._by_both: dict[tuple[bytes | None, str], Certificate] = {}
        self._by_id: dict[bytes, Certificate] = {}
        self._by_alias: dict[str, Certificate] = {}
        self._issuers: _Issuers | None = None
        self._collect(bags)

    def _collect(self, bags: Sequence[Bag]) -> None:
        keys = unnamed = 0
        for index, bag in enumerate(bags):
            implied = b"01" if keys == 1 else None
            if bag.kind is BagKind.SHROUDED_KEY:
                keys += 1
                key_id = bag.local_key_id
                if key_id is None and keys == 1:
                    key_id = b"01"
                if key_id is None:
                    continue
                if bag.alias is None:
                    unnamed += 1
                alias = str(unnamed) if bag.alias is None else bag.alias
                self._key_names[index] = key_id, alias.lower()
            elif bag.kind is BagKind.SECRET or (bag.certificate is not None and bag.trusted):
                unnamed += bag.alias is None
            if bag.certificate is None:
                continue
            self._certificates.append(bag.certificate)
            if not bag.trusted:
                key_id = bag.local_key_id
                if key_id is None and bag.first:
                    key_id = implied
                self._offer(bag.certificate, key_id, bag.alias)

    def _offer(self, certificate: Certificate, key_id: bytes | None, alias: str | None) -> None:
        if key_id is not None:
            self._by_id[key_id] = certificate
        if alias is not None:
            self._by_both.setdefault((key_id, alias.lower()), certificate)
            self._by_alias[alias.lower()] = certificate

    def chain(self, index: int) -> tuple[Certificate, ...]:
        """The chain of the key that is bag number `index`; empty where Java gives it none.

        Raises LimitExceededError if the chains grow beyond `MAX_CHAIN_CERTIFICATES`.
        """
        if index not in self._key_names:
            return ()
        key_id, alias = self._key_names[index]
        current = (
            self._by_both.get((key_id, alias))
            or self._by_id.get(key_id)
            or self._by_alias.get(alias)
        )
        if self._issuers is None:
            self._issuers = _Issuers(self._certificates)
        chain: dict[Certificate, None] = {}
        while current is not None and current not in chain:
            chain[current] = None
            self._total += 1
            if self._total > MAX_CHAIN_CERTIFICATES:
                raise LimitExceededError(
                    f"{self._source}: key chains of more than {MAX_CHAIN_CERTIFICATES} certificates"
                )
            current = self._issuers.issuer(current)
        return tuple(chain)


class _Issuers:
    """PKCS12KeyStore.findIssuer over an index: by key identifiers, else by name alone."""

    def __init__(self, certificates: Sequence[Certificate]) -> None:
        self._first: dict[str, Certificate] = {}
        self._without_id: dict[str, Certificate] = {}
        self._exact: dict[tuple[str, bytes], Certificate] = {}
        for certificate in certificates:
            if certificate.problem is not None:
                continue
            fields = certificate.fields
            subject = fields.subject.canonical
            self._first.setdefault(subject, certificate)
            if fields.subject_key_id is None:
                self._without_id[subject] = certificate
            else:
                self._exact.setdefault((subject, fields.subject_key_id), certificate)

    def issuer(self, certificate: Certificate) -> Certificate | None:
        """The next certificate of a chain; None after a self-issued one, and where none fits."""
        if certificate.problem is not None:
            return None
        fields = certificate.fields
        wanted = fields.authority_key_id
        issuer = fields.issuer.canonical
        # NOTE: Java verifies the signature here; another key identifier shows the same: a root's
        # name, another key's signature (a rollover certificate, RFC 4210 4.4).
        if issuer == fields.subject.canonical and wanted in (None, fields.subject_key_id):
            return None
        if wanted is None:
            return self._first.get(issuer)
        return self._exact.get((issuer, wanted)) or self._without_id.get(issuer)
