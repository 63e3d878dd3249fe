"""Name constraints as BouncyCastle applies them (PKIXNameConstraintValidator of bcprov)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from unpin.asn1 import object_identifiers as oids
from unpin.pki.bouncycastle_names import Rdns, folded_name
from unpin.pki.path_validation.name_constraints import (
    CertificateNames,
    GeneralName,
    GeneralNameType,
    NameConstraints,
    Ruling,
    canonical_subject,
)

_DNS, _DIRECTORY = GeneralNameType.DNS, GeneralNameType.DIRECTORY
_NOT_MODELLED = (GeneralNameType.EMAIL, GeneralNameType.URI)
_OTHER_NAME = 0xA0
_SERIAL_NUMBER = f"{oids.SERIAL_NUMBER}="


@dataclass(slots=True)
class Subtrees:
    """What the CAs above allow: of each type the bases permitted by each CA, and the excluded ones.

    `common` are the permitted bases of each type as bcprov 1.72 and 1.80 merge them. `sure` is
    False once a CA constrains in a way that is not modelled: other names, or what cannot be parsed.
    """

    permitted: dict[int, list[list[bytes]]] = field(default_factory=dict)
    common: dict[int, list[bytes]] = field(default_factory=dict)
    excluded: list[GeneralName] = field(default_factory=list)
    sure: bool = True

    @property
    def constrained(self) -> set[int]:
        """The types of which names are constrained, by their tags."""
        return {*self.permitted, *(tag for tag, _ in self.excluded)}

    def narrow(self, constraints: NameConstraints) -> Ruling:
        """Add the constraints of the next CA (prepareNextCertG); VIOLATED if it refuses them."""
        every = constraints.permitted + constraints.excluded
        types = {tag for tag, _ in every}
        if types - {*GeneralNameType, _OTHER_NAME}:
            return Ruling.VIOLATED
        if not every or _OTHER_NAME in types:
            self.sure = self.sure and constraints.plain
        for kind in {tag for tag, _ in constraints.permitted}:
            bases = [base for tag, base in constraints.permitted if tag == kind]
            self.common[kind] = self._common(kind, bases) if kind in self.permitted else bases
            self.permitted.setdefault(kind, []).append(bases)
        self.excluded += constraints.excluded
        return Ruling.SATISFIED

    def _common(self, kind: int, bases: Iterable[bytes]) -> list[bytes]:
        """The bases within both; of addresses that is not modelled.

        NOTE: two equal DNS names have nothing in common here, and in 1.86.2 they have.
        """
        found = []
        for base in bases if kind in {_DNS, _DIRECTORY} else ():
            for other in self.common[kind]:
                if _narrower(kind, base, other):
                    found.append(base)
                elif _narrower(kind, other, base):
                    found.append(other)
        return found

    def ruling(self, names: CertificateNames) -> Ruling:
        """Hold the names of a certificate against the subtrees (processCertBC)."""
        constrained = self.constrained
        if _DIRECTORY in constrained and self._names_serial_number():
            return Ruling.UNSURE
        own = [(int(_DIRECTORY), names.subject), *names.alternative]
        rulings = {self._of(kind, name) for kind, name in own if kind in constrained}
        if GeneralNameType.EMAIL in constrained and _has_email(names.subject):
            rulings.add(Ruling.UNSURE)
        for ruling in (Ruling.VIOLATED, Ruling.UNSURE):
            if ruling in rulings:
                return ruling
        return Ruling.SATISFIED if self.sure else Ruling.UNSURE

    def _of(self, kind: int, name: bytes) -> Ruling:
        # NOTE: of a DNS name with an empty label, versions judge differently.
        if kind in _NOT_MODELLED or (kind == _DNS and b"" in name.split(b".")):
            return Ruling.UNSURE
        if any(tag == kind and _within(kind, name, base) for tag, base in self.excluded):
            return Ruling.VIOLATED
        for bases in self.permitted.get(kind, ()):
            if not any(_within(kind, name, base) for base in bases):
                return Ruling.VIOLATED
        common = self.common.get(kind)
        if common is None or any(_within(kind, name, base) for base in common):
            return Ruling.SATISFIED
        return Ruling.UNSURE

    def _names_serial_number(self) -> bool:
        """Of a serialNumber BouncyCastle compares the beginning (GSMA SGP.22)."""
        bases = [base for several in self.permitted.get(_DIRECTORY, ()) for base in several]
        bases += [base for tag, base in self.excluded if tag == _DIRECTORY]
        return any(
            text.startswith(_SERIAL_NUMBER)
            for base in bases
            for rdn in folded_name(base)
            for text in rdn
        )


def _has_email(subject: bytes) -> bool:
    return f"{oids.EMAIL_ADDRESS}=" in canonical_subject(subject)


def _narrower(kind: int, base: bytes, other: bytes) -> bool:
    """Whether `base` lies within `other`; of DNS names, strictly."""
    if kind == _DIRECTORY:
        return _within_directory(folded_name(base), folded_name(other))
    return _within_domain(base, other)


def _within(kind: int, name: bytes, base: bytes) -> bool:
    match kind:
        case GeneralNameType.DNS:
            return name.lower() == base.lower() or _within_domain(name, base)
        case GeneralNameType.ADDRESS:
            size = len(base) // 2
            network, mask = base[:size], base[size:]
            return len(name) == size and all(
                a & m == n & m for a, n, m in zip(name, network, mask, strict=False)
            )
        case _:
            return _within_directory(folded_name(name), folded_name(base))


def _within_domain(name: bytes, domain: bytes) -> bool:
    """Is there a label more in `name` than in `domain`?"""
    wanted, own = _labels(domain.lower().removeprefix(b".")), _labels(name.lower())
    more = len(own) - len(wanted)
    return more > 0 and own[more:] == wanted and own[more - 1] != b""


def _labels(name: bytes) -> list[bytes]:
    """Strings.split: from a label that would be empty on, the rest is one label."""
    found = []
    while (dot := name.find(b".")) > 0:
        found.append(name[:dot])
        name = name[dot + 1 :]
    return [*found, name]


def _within_directory(name: Rdns, base: Rdns) -> bool:
    """Do the RDNs of `base` follow each other in `name`, from the first that is its first?"""
    if not base or base[0] not in name:
        return False
    start = name.index(base[0])
    return name[start : start + len(base)] == base
