"""Distinguished names: their text (RFC 4514) and their comparison (RFC 5280 7.1)."""

import re
from functools import lru_cache
from typing import Final, TypeAlias

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv

_SHORT: Final = {
    oids.COMMON_NAME: "CN",
    oids.SURNAME: "SN",
    oids.SERIAL_NUMBER: "serialNumber",
    oids.COUNTRY_NAME: "C",
    oids.LOCALITY_NAME: "L",
    oids.STATE_OR_PROVINCE_NAME: "ST",
    oids.STREET_ADDRESS: "STREET",
    oids.ORGANIZATION_NAME: "O",
    oids.ORGANIZATIONAL_UNIT_NAME: "OU",
    oids.TITLE: "title",
    oids.GIVEN_NAME: "GN",
    oids.ORGANIZATION_IDENTIFIER: "organizationIdentifier",
    oids.DOMAIN_COMPONENT: "DC",
    oids.USER_ID: "UID",
    oids.EMAIL_ADDRESS: "emailAddress",
}

_CODECS: Final = {
    tlv.UTF8_STRING: "utf-8",
    tlv.NUMERIC_STRING: "ascii",
    tlv.PRINTABLE_STRING: "ascii",
    tlv.TELETEX_STRING: "latin-1",
    tlv.IA5_STRING: "ascii",
    tlv.VISIBLE_STRING: "ascii",
    tlv.UNIVERSAL_STRING: "utf-32-be",
    tlv.BMP_STRING: "utf-16-be",
}

_OUTER_BLANKS: Final = re.compile(r"(?<==)(\\ )? *(?!$)|(?<! ) *(\\ )?(?=[,+]|$)")

_CONTROLS: Final = dict.fromkeys(range(1, 0x20), " ")

_ESCAPED: Final = re.compile(r'[,+"\\<>;=]')

_SHORT_NAME: Final = 512
"""The longest name in bytes that is remembered."""

_Attribute: TypeAlias = tuple[str, str, bool]
"""The OID of the type, the value, and True if the value is #hex (RFC 4514 2.4)."""


class Name:
    """A distinguished name. Two names are equal if they compare equal by RFC 5280 7.1.

    The comparison ignores string types, case, runs of blanks, compatible forms (NFKD) and the
    order within an RDN. Clients tell more names apart: pki.openssl_names, jdk.names. `der` are the
    bytes, which Go and webpki compare. `problem` says why the DER is malformed; it is set when
    `rdns` is first read.
    """

    __slots__ = ("_canonical", "_rdns", "der", "problem")

    def __init__(self, der: bytes) -> None:
        self.der = der
        self.problem: str | None = None
        self._rdns: tuple[tuple[_Attribute, ...], ...] | None = None
        self._canonical: str | None = None

    @property
    def rdns(self) -> tuple[tuple[_Attribute, ...], ...]:
        """The relative distinguished names as encoded; empty where the DER is malformed."""
        if self._rdns is None:
            try:
                self._rdns = tuple(
                    tuple(_attribute(node) for node in rdn.expect(tlv.SET, "RDN"))
                    for rdn in tlv.read(self.der).expect(tlv.SEQUENCE, "name")
                )
            except tlv.TlvError as error:
                self._rdns = ()
                self.problem = str(error)
        return self._rdns

    @property
    def common_name(self) -> str | None:
        """The most specific CN; None where there is no CN."""
        for rdn in reversed(self.rdns):
            for kind, value, _ in rdn:
                if kind == oids.COMMON_NAME:
                    return value
        return None

    @property
    def label(self) -> str:
        """The name for people: the CN, else the most specific attribute, else "(empty name)"."""
        if name := self.common_name:
            return name
        if self.rdns and self.rdns[-1]:
            return self.rdns[-1][0][1]
        return "(malformed name)" if self.problem else "(empty name)"

    @property
    def canonical(self) -> str:
        """The form in which names are compared: canonical_text of the RFC 4514 text."""
        if self._canonical is None:
            self._canonical = canonical_text(str(self))
        return self._canonical

    def __str__(self) -> str:
        """The RFC 4514 text: most specific RDN first, no blank after a comma.

        Malformed DER becomes #hex.
        """
        rdns = self.rdns
        if self.problem is not None:
            return "#" + self.der.hex()
        return ",".join(
            "+".join(
                f"{_SHORT.get(kind, kind)}={value if is_hex else _escape(value)}"
                for kind, value, is_hex in rdn
            )
            for rdn in reversed(rdns)
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Name) and (
            self.der == other.der or self.canonical == other.canonical
        )

    def __hash__(self) -> int:
        return hash(self.canonical)

    def __repr__(self) -> str:
        return f"Name({str(self)!r})"


def shared_name(der: bytes) -> Name:
    """The Name of `der`; the same object for equal short ones, as many certificates have them."""
    return Name(der) if is_long_name(der) else _remembered(der)


def is_long_name(der: bytes) -> bool:
    """Whether a name is so long that what is found out about it is not remembered."""
    return len(der) > _SHORT_NAME


_remembered = lru_cache(maxsize=1024)(Name)


def canonical_text(rfc4514: str) -> str:
    """Fold RFC 4514 text: names that are equal by RFC 5280 7.1 become equal strings.

    Case, runs of blanks, blanks at the ends of a value (which RFC 4514 escapes), compatible forms
    of letters (NFKD) and the order within an RDN are ignored.
    """
    text = rfc4514.casefold().translate(_CONTROLS)
    if not text.isascii():
        import unicodedata

        text = unicodedata.normalize("NFKD", text).casefold()
    if "+" in text:
        text = ",".join("+".join(sorted(_split("+", rdn))) for rdn in _split(",", text))
    return " ".join(_OUTER_BLANKS.sub("", text).split())


def _split(separator: str, text: str) -> list[str]:
    """The parts of RFC 4514 text between separators that are not escaped."""
    return re.findall(rf"(?:\\.|[^\\{separator}])+", text, re.DOTALL)


def _attribute(node: tlv.Node) -> _Attribute:
    kind, value = node.sequence("name attribute", at_least=2)[:2]
    oid = kind.oid()
    codec = _CODECS.get(value.tag)
    if codec is None:
        return oid, "#" + value.raw.hex(), True
    try:
        text = value.content.decode(codec)
    except UnicodeDecodeError:
        # NOTE: PrintableStrings with Latin-1 letters are common in old roots; keytool shows them.
        text = value.content.decode("utf-8" if codec == "ascii" else "latin-1", "replace")
    return oid, text, False


def _escape(value: str) -> str:
    out = _ESCAPED.sub(r"\\\g<0>", value).replace("\0", "\\00")
    if out.startswith((" ", "#")):
        out = "\\" + out
    if value.endswith(" ") and len(value) > 1:
        out = out[:-1] + "\\ "
    return out
