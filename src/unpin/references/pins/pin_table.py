"""What pins may name: the certificates of a catalogue by digest, serial number, key and name."""

import re
from functools import lru_cache
from typing import Final

from unpin.catalogue.model import Catalogue, CatalogueCertificate
from unpin.model.values import frozen

UNKNOWN_KEY: Final = "the catalogue has no such key: whether the rotation breaks it is not known"
"""The note of a pin that no certificate of the catalogue has."""


@frozen(slots=False)
class PinTable:
    """What pins may name: the certificates of a catalogue by digest, serial number and name.

    `signs` begin their names, in lower case.
    """

    digests: dict[str, tuple[str, tuple[CatalogueCertificate, ...]]]
    serials: dict[int, tuple[CatalogueCertificate, ...]]
    spki: dict[str, tuple[CatalogueCertificate, ...]]
    names: re.Pattern[str]
    whole_names: re.Pattern[str]
    signs: tuple[bytes, ...]
    records: tuple[CatalogueCertificate, ...]

    def serial(self, *numbers: int) -> tuple[CatalogueCertificate, ...]:
        """The certificates with one of these serial numbers."""
        return next((self.serials[each] for each in numbers if each in self.serials), ())

    def named(self, text: str) -> tuple[CatalogueCertificate, ...]:
        """The certificates whose name a literal has; those of a name without number, else."""
        folded = _plain(text)
        whole = [
            each
            for each in self.records
            if re.search(rf"{re.escape(_plain(each.name))}(?!\d)", folded)
        ]
        return tuple(whole or (each for each in self.records if _stem(each.name) in folded))


_NUMBER: Final = re.compile(r"(?:\s(?:OCSP\s)?\d+|\sG\d+)+\Z")


def _plain(text: str) -> str:
    return re.sub(r"\\s[+*]?|[\s_.\\]+", " ", text).lower().strip()


def _stem(name: str) -> str:
    """The name without its number: Microsoft Azure RSA TLS Issuing CA."""
    return _plain(_NUMBER.sub("", name))


@lru_cache(maxsize=4)
def pin_table(catalogue: Catalogue) -> PinTable:
    """The table of a catalogue."""
    from base64 import b64encode

    digests: dict[str, tuple[str, tuple[CatalogueCertificate, ...]]] = {}
    serials: dict[int, tuple[CatalogueCertificate, ...]] = {}
    spki: dict[str, tuple[CatalogueCertificate, ...]] = {}
    stems = set()
    for each in catalogue.certificates:
        of_certificate = {
            each.sha1: "sha1",
            each.sha256: "sha256",
            each.spki_sha256: "spki-sha256",
            f"{each.serial:032x}": "serial",
        }
        for digest, kind in of_certificate.items():
            if len(digest) in {32, 40, 64} and digest.strip("0"):
                known = digests.get(digest, (kind, ()))
                digests[digest] = known[0], (*known[1], each)
        serials[each.serial] = (*serials.get(each.serial, ()), each)
        pin = b64encode(bytes.fromhex(each.spki_sha256)).decode()
        spki[pin] = (*spki.get(pin, ()), each)
        stems.add(_NUMBER.sub("", each.name))
    words = _words_of(stems)
    names = re.compile("|".join([*words, _ALTERNATIVES]))
    whole = re.compile(rf"(?:{'|'.join(words)})(?: (?:OCSP )?\d+)?" if words else r"(?!)")
    signs = {" ".join(_plain(stem).split()[:2]).encode() for stem in stems}
    return PinTable(
        digests, serials, spki, names, whole, tuple(sorted(signs)), catalogue.certificates
    )


_ALTERNATIVES: Final = (
    r"Microsoft(?:\s|\\s[+*]?|[_.+\\ ]){1,4}(?:Azure|IT|RSA|ECC|TLS|\()[^\"'`\n]{0,60}?"
    r"(?:CA|TLS|Issuing)"
)
"""Names of Microsoft's CAs as regular expressions write them: "(RSA|ECC) TLS Issuing CA \\d+"."""


def _words_of(stems: set[str]) -> list[str]:
    return [
        r"(?:\s|\\s[+*]?|[_.+])+".join(re.escape(word) for word in stem.split())
        for stem in sorted(stems, key=len, reverse=True)
        if len(stem.split()) > 1
    ]


def is_in_use(record: CatalogueCertificate) -> bool:
    """Whether it is a root to which servers have chains."""
    return record.is_root and record.retired is None


def titles_of(records: tuple[CatalogueCertificate, ...]) -> tuple[str, ...]:
    """The names; of a copy that another CA signed with that, if no root has the name."""
    roots = {each.name for each in records if each.is_root}
    crossed = (
        f"{each.name} (cross-signed)"
        if each.role == "cross-signed" and each.name not in roots
        else each.name
        for each in records
    )
    return tuple(dict.fromkeys(crossed))


def reason_of_retirement(records: tuple[CatalogueCertificate, ...]) -> str:
    """Why the roots among them are out of use; "" where a root is in use, or none is one."""
    if any(map(is_in_use, records)):
        return ""
    return "; ".join(
        dict.fromkeys(each.retired for each in records if each.is_root and each.retired)
    )
