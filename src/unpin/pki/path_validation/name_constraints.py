"""Read name constraints, and say whether names satisfy them (RFC 5280 4.2.1.10)."""

from enum import IntEnum, StrEnum
from typing import Final, TypeAlias

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.model import x509
from unpin.model.names import Name
from unpin.model.values import frozen

_EMAIL: Final = f"{oids.EMAIL_ADDRESS}="


class GeneralNameType(IntEnum):
    """The tag of a GeneralName to which constraints may apply (RFC 5280 4.2.1.6)."""

    EMAIL = 0x81
    DNS = 0x82
    DIRECTORY = 0xA4
    URI = 0x86
    ADDRESS = 0x87


GeneralName: TypeAlias = tuple[int, bytes]


class Ruling(StrEnum):
    """Whether names satisfy constraints; UNSURE where libraries read them differently."""

    SATISFIED = "satisfied"
    VIOLATED = "violated"
    UNSURE = "unsure"


@frozen
class NameConstraints:
    """The extension of that name. `plain` is False for what verifiers read differently.

    That is: a minimum or maximum, an empty base or none at all, a name of another type than
    GeneralNameType's, and what cannot be parsed. `limited` are the tags of the bases with a minimum
    or a maximum.
    """

    permitted: tuple[GeneralName, ...]
    excluded: tuple[GeneralName, ...]
    plain: bool
    limited: frozenset[int] = frozenset()

    def has(self, kind: GeneralNameType) -> bool:
        return any(tag == kind for tag, _ in self.permitted + self.excluded)


@frozen
class CertificateNames:
    """The names of a certificate: subjectAltName's, and the subject as DER."""

    alternative: tuple[GeneralName, ...]
    subject: bytes

    def of(self, kind: GeneralNameType) -> tuple[bytes, ...]:
        return tuple(value for tag, value in self.alternative if tag == kind)


def parse_name_constraints(value: bytes | None) -> NameConstraints | None:
    """Read the value of the extension; None where there is none."""
    if value is None:
        return None
    lists: dict[int, list[GeneralName]] = {tlv.CONTEXT_0: [], tlv.CONTEXT_1: []}
    limited: set[int] = set()
    try:
        for subtrees in tlv.read(value).sequence("NameConstraints"):
            for subtree in subtrees:
                base, *limits = subtree.sequence("GeneralSubtree", at_least=1)
                lists[subtrees.tag].append((base.tag, base.content))
                if limits:
                    limited.add(base.tag)
    except (tlv.TlvError, KeyError):
        return NameConstraints((), (), plain=False)
    permitted, excluded = tuple(lists[tlv.CONTEXT_0]), tuple(lists[tlv.CONTEXT_1])
    every = permitted + excluded
    known = set(GeneralNameType)
    sound = bool(every) and all(tag in known and _sound(tag, base) for tag, base in every)
    return NameConstraints(permitted, excluded, sound and not limited, frozenset(limited))


def certificate_names(fields: x509.Fields) -> CertificateNames:
    """The names that constraints are held against; those that cannot be read count as email."""
    unreadable = any(problem.field is x509.Field.SUBJECT_ALT_NAME for problem in fields.problems)
    names = fields.alternative_names
    return CertificateNames(
        ((GeneralNameType.EMAIL, b""),) if unreadable else names, fields.subject.der
    )


def evaluate(constraints: NameConstraints, names: CertificateNames) -> Ruling:
    """Say whether the DNS names, addresses and subject satisfy `constraints`.

    UNSURE where the constraints are not plain, or concern wildcards, names of other types, an
    email address in the subject, or a common name that stands in for a DNS name.
    """
    if not constraints.plain or _beyond(constraints, names):
        return Ruling.UNSURE
    for kind in (GeneralNameType.DNS, GeneralNameType.ADDRESS, GeneralNameType.DIRECTORY):
        own = (names.subject,) if kind is GeneralNameType.DIRECTORY else names.of(kind)
        permitted = [base for tag, base in constraints.permitted if tag == kind]
        excluded = [base for tag, base in constraints.excluded if tag == kind]
        for name in own:
            if any(_within(kind, name, base) for base in excluded):
                return Ruling.VIOLATED
            if permitted and not any(_within(kind, name, base) for base in permitted):
                return Ruling.VIOLATED
    return Ruling.SATISFIED


def _beyond(constraints: NameConstraints, names: CertificateNames) -> bool:
    mail_in_subject = _EMAIL in canonical_subject(names.subject)
    if constraints.has(GeneralNameType.EMAIL) and (
        names.of(GeneralNameType.EMAIL) or mail_in_subject
    ):
        return True
    if constraints.has(GeneralNameType.URI) and names.of(GeneralNameType.URI):
        return True
    if constraints.has(GeneralNameType.DIRECTORY) and names.of(GeneralNameType.DIRECTORY):
        return True
    if constraints.has(GeneralNameType.DNS):
        own = names.of(GeneralNameType.DNS)
        return not own or any(b"*" in name or name.endswith(b".") for name in own)
    return False


def canonical_subject(der: bytes) -> str:
    """The name as Name.canonical has it, with the OID of an email address spelled out."""
    return Name(der).canonical.replace("emailaddress=", _EMAIL)


def _sound(tag: int, base: bytes) -> bool:
    match tag:
        case GeneralNameType.ADDRESS:
            return len(base) in {8, 32}
        case GeneralNameType.DIRECTORY:
            return len(base) > 2
        case _:
            return bool(base)


def _within(kind: GeneralNameType, name: bytes, base: bytes) -> bool:
    match kind:
        case GeneralNameType.DNS:
            wanted, own = base.lower(), name.lower()
            if wanted.startswith(b"."):
                return own.endswith(wanted)
            return own == wanted or own.endswith(b"." + wanted)
        case GeneralNameType.ADDRESS:
            size = len(base) // 2
            network, mask = base[:size], base[size:]
            return len(name) == size and all(
                a & m == n & m for a, n, m in zip(name, network, mask, strict=True)
            )
        case _:
            own_parts, base_parts = _parts(name), _parts(base)
            return own_parts[: len(base_parts)] == base_parts


def _parts(der: bytes) -> list[frozenset[tuple[str, str]]]:
    return [
        frozenset((kind, " ".join(value.casefold().split())) for kind, value, _ in rdn)
        for rdn in Name(der).rdns
    ]
