"""The names that the JDK refuses: distinguished names, GeneralNames and the URIs in them.

The classes are those of sun.security.x509, and java.net.URI.
"""

import re
from typing import Final

from unpin.asn1 import tlv
from unpin.jdk import der_values
from unpin.jdk.der_values import JavaRefusalError
from unpin.jdk.known_identifiers import KNOWN_EXTENSIONS

_ADDRESS_OCTETS: Final = (4, 8, 16, 32)
_STRINGS: Final = frozenset(
    {
        tlv.UTF8_STRING,
        tlv.PRINTABLE_STRING,
        tlv.TELETEX_STRING,
        tlv.IA5_STRING,
        tlv.UNIVERSAL_STRING,
        tlv.BMP_STRING,
        tlv.GENERAL_STRING,
    }
)


def check_name(node: tlv.Node) -> bool:
    """X500Name.parseDER: whether the name has an attribute. Raises JavaRefusalError or TlvError."""
    filled = False
    for rdn in der_values.sequence(node, "name"):
        filled |= check_rdn(rdn)
    return filled


def check_rdn(rdn: tlv.Node) -> bool:
    """RDN and AVA: whether the relative name has an attribute."""
    attributes = list(der_values.sequence(rdn, "RDN", tlv.SET))
    for attribute in attributes:
        parts = list(der_values.sequence(attribute, "name attribute"))
        if len(parts) != 2:
            raise JavaRefusalError(f"a name attribute of {len(parts)} fields instead of 2")
        der_values.oid(parts[0])
        if parts[1].tag == tlv.BMP_STRING:
            _check_bmp(parts[1].content)
    return bool(attributes)


def _check_bmp(content: bytes) -> None:
    """DerValue.validateBMPString; half of a pair becomes U+FFFD before, which is no surrogate."""
    text = content.decode("utf-16-be", "replace")
    if any(ord(character) > 0xFFFF for character in text):
        raise JavaRefusalError("a surrogate in a BMPString, which Java 17 and 21 still accept")


def check_general_names(node: tlv.Node) -> None:
    """GeneralNames in `node`, at least one. Raises JavaRefusalError or TlvError."""
    if not node.content:
        raise JavaRefusalError("GeneralNames without a name")
    for name in der_values.elements(node):
        check_general_name(name)


def check_general_name(node: tlv.Node, *, constraint: bool = False) -> None:
    """GeneralName; `constraint` says that it is one of nameConstraints."""
    number = node.tag & 0x1F
    if number > 8:
        raise JavaRefusalError(f"a GeneralName with tag {node.tag:#04x}")
    if der_values.context(node) != (number, number in _CONSTRUCTED):
        raise JavaRefusalError(f"a {_KINDS[number]} with tag {node.tag:#04x}")
    match number:
        case 0:
            _check_other_name(node)
        case 1:
            _check_mail(node.content)
        case 4:
            _check_directory_name(node)
        case 5:
            _check_edi(node)
        case 6:
            (check_uri_constraint if constraint else check_uri)(node.content)
        case 7:
            if len(node.content) not in _ADDRESS_OCTETS:
                raise JavaRefusalError(f"an iPAddress of {len(node.content)} octets")
        case 8:
            der_values.oid(der_values.with_tag(node, tlv.OID))
        case _:
            pass  # dNSName and x400Address can be anything


_CONSTRUCTED: Final = (0, 3, 4, 5)
_KINDS: Final = (
    "otherName",
    "rfc822Name",
    "dNSName",
    "x400Address",
    "directoryName",
    "ediPartyName",
    "uniformResourceIdentifier",
    "iPAddress",
    "registeredID",
)


def _check_other_name(node: tlv.Node) -> None:
    fields = der_values.elements(node)
    oid = der_values.oid(der_values.take(fields, "otherName"))
    if der_values.context(der_values.take(fields, "value of an otherName")) != (0, True):
        raise JavaRefusalError(
            "an otherName whose value is not tagged [0], which Java 17 still accepts"
        )
    if oid in KNOWN_EXTENSIONS:
        raise JavaRefusalError(f"an otherName of the type {oid}, an extension")


def _check_mail(text: bytes) -> None:
    if text[text.find(b"@") + 1 :] in {b"", b"."}:
        raise JavaRefusalError("an rfc822Name without a domain")


def _check_directory_name(node: tlv.Node) -> None:
    """A Name, or its RDNs without the SEQUENCE around them (X500Name.parseDER)."""
    try:
        name = der_values.first(node, "directoryName")
        list(der_values.sequence(name, "directoryName"))
    except (JavaRefusalError, tlv.TlvError):
        name = der_values.with_tag(node, tlv.SEQUENCE)
    check_name(name)


def _check_edi(node: tlv.Node) -> None:
    parts = list(der_values.elements(node))
    if len(parts) not in (1, 2):
        raise JavaRefusalError(f"an ediPartyName of {len(parts)} fields")
    found: dict[tuple[int, bool] | None, bool] = {}
    for part in parts:
        tag = der_values.context(part)
        if tag in ((0, False), (1, False)):
            text = der_values.first(part, "ediPartyName")
            if found.get(tag):
                raise JavaRefusalError("an ediPartyName with a field twice")
            found[tag] = text.tag in _STRINGS
    if not found.get((1, False)):
        raise JavaRefusalError("an ediPartyName without a partyName")


_ALNUM: Final = "A-Za-z0-9"
_ESCAPED: Final = r"%[0-9A-Fa-f]{2}|[\x80-\xff]"  # an octet beyond ASCII becomes U+FFFD
_UNRESERVED: Final = rf"{_ALNUM}\-_.!~*'()"
_USER: Final = rf"(?:[{_UNRESERVED};:&=+$,]|{_ESCAPED})*"
_REGISTERED: Final = rf"(?:[{_UNRESERVED}$,;:@&=+]|{_ESCAPED})+"
_PATH: Final = rf"(?:[{_UNRESERVED}:@&=+$,;/]|{_ESCAPED})*"
_ANY: Final = rf"(?:[{_UNRESERVED};/?:@&=+$,\[\]]|{_ESCAPED})"
_REST: Final = rf"{_PATH}(?:\?{_ANY}*)?"
_LABEL: Final = rf"[{_ALNUM}](?:[{_ALNUM}\-]*[{_ALNUM}])?"

_URI: Final = (
    rf"(?:(?P<scheme>[A-Za-z][{_ALNUM}+\-.]*):(?!/)(?P<opaque>{_ANY}+)"
    rf"|(?:(?P<scheme2>[A-Za-z][{_ALNUM}+\-.]*):(?=/)|(?![^/?#]*:))"
    rf"(?P<rest>(?://(?:(?P<authority>[^/?#]+)|(?=[/?#]))|(?!//)){_REST}))"
    rf"(?:\#{_ANY}*)?"
).encode()
"""As text: `re` compiles it for the first certificate that has a URI."""
_SERVER: Final = (
    rf"(?:{_USER}@)?"
    rf"(?:\[(?P<six>[0-9A-Fa-f:.]+)(?:%(?P<scope>[{_ALNUM}_.]+))?\]"
    rf"|(?P<four>(?:0*\d{{1,3}}\.){{3}}0*\d{{1,3}})"
    rf"|(?P<host>(?:{_LABEL}\.)*{_LABEL}\.?))"
    rf"(?::(?P<port>[0-9]*))?"
).encode()
_DNS: Final = rf"[{_ALNUM}][{_ALNUM}\-]*(?:\.[{_ALNUM}][{_ALNUM}\-]*)*".encode()
_ESCAPE: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
_MAX_PORT: Final = 2**31


def check_uri(text: bytes) -> None:
    """URIName: a URI with a scheme, whose host needs no look-up. Raises JavaRefusalError."""
    found = re.fullmatch(_URI, text)
    if found is None:
        raise JavaRefusalError("a malformed URI")
    if not (found["scheme"] or found["scheme2"]):
        raise JavaRefusalError("a URI without a scheme")
    _check_host(found["authority"])


def check_uri_constraint(text: bytes) -> None:
    """URIName.nameConstraint: a host, with a dot before it or not. Raises JavaRefusalError."""
    found = re.fullmatch(_URI, text)
    if found is None:
        raise JavaRefusalError("a malformed URI in nameConstraints")
    if found["scheme"] or found["scheme2"]:
        raise JavaRefusalError("a URI with a scheme in nameConstraints")
    _check_host(found["authority"])
    host = _ESCAPE.sub(lambda escape: bytes.fromhex(escape[1].decode("ascii")), found["rest"])
    if not re.fullmatch(_DNS, host.removeprefix(b".")):
        raise JavaRefusalError("a URI in nameConstraints that is not a host")


def _check_host(authority: bytes | None) -> None:
    if authority is None:
        return
    server = re.fullmatch(_SERVER, authority)
    if server is None or not _is_server(server):
        if re.fullmatch(_REGISTERED.encode(), authority):
            return  # the authority of a registry, without a host
        raise JavaRefusalError("a malformed URI")
    if (server["host"] or b"").endswith(b"."):
        raise JavaRefusalError("a URI whose host Java would look up")
    if server["scope"] and not server["scope"].isdigit():
        raise JavaRefusalError("a URI whose host Java would look up")


def _is_server(server: re.Match[bytes]) -> bool:
    if server["port"] and int(server["port"]) >= _MAX_PORT:
        return False
    if server["six"]:
        return _is_ipv6(server["six"])
    if server["four"]:
        return all(int(part) < 256 for part in server["four"].split(b"."))
    labels = server["host"].removesuffix(b".").split(b".")
    return len(labels) == 1 or not labels[-1][:1].isdigit()


def _is_ipv6(text: bytes) -> bool:
    from ipaddress import IPv6Address

    try:
        IPv6Address(text.decode("ascii"))
    except ValueError:
        return False
    return True
