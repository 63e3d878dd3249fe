"""The URIs that the JDK refuses in a GeneralName (sun.security.x509.URIName, java.net.URI)."""

import re
from typing import Final

from unpin.jdk.der_values import JavaRefusalError

_ALNUM: Final = "A-Za-z0-9"
_ESCAPED: Final = r"%[0-9A-Fa-f]{2}|[\x80-\xff]"  # an octet beyond ASCII becomes U+FFFD
_UNRESERVED: Final = rf"{_ALNUM}\-_.!~*'()"
_USER: Final = rf"(?:[{_UNRESERVED};:&=+$,]|{_ESCAPED})*"
_REGISTERED: Final = rf"(?:[{_UNRESERVED}$,;:@&=+]|{_ESCAPED})+"
_PATH: Final = rf"(?:[{_UNRESERVED}:@&=+$,;/]|{_ESCAPED})*"
_ANY: Final = rf"(?:[{_UNRESERVED};/?:@&=+$,\[\]]|{_ESCAPED})"
_REST: Final = rf"{_PATH}(?:\?{_ANY}*)?"
_LABEL: Final = rf"[{_ALNUM}](?:[{_ALNUM}\-]*[{_ALNUM}])?"

_URI: Final = re.compile(
    rf"(?:(?P<scheme>[A-Za-z][{_ALNUM}+\-.]*):(?!/)(?P<opaque>{_ANY}+)"
    rf"|(?:(?P<scheme2>[A-Za-z][{_ALNUM}+\-.]*):(?=/)|(?![^/?#]*:))"
    rf"(?P<rest>(?://(?:(?P<authority>[^/?#]+)|(?=[/?#])))?{_REST}))"
    rf"(?:\#{_ANY}*)?".encode()
)
_SERVER: Final = re.compile(
    rf"(?:{_USER}@)?"
    rf"(?:\[(?P<six>[0-9A-Fa-f:.]+)(?:%(?P<scope>[{_ALNUM}_.]+))?\]"
    rf"|(?P<four>(?:0*\d{{1,3}}\.){{3}}0*\d{{1,3}})"
    rf"|(?P<host>(?:{_LABEL}\.)*{_LABEL}\.?))"
    rf"(?::(?P<port>[0-9]*))?".encode()
)
_DNS: Final = re.compile(rf"[{_ALNUM}][{_ALNUM}\-]*(?:\.[{_ALNUM}][{_ALNUM}\-]*)*".encode())
_ESCAPE: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
_MAX_PORT: Final = 2**31


def check_uri(text: bytes) -> None:
    """URIName: a URI with a scheme, and a host that needs no look-up. Raises JavaRefusalError."""
    found = _URI.fullmatch(text)
    if found is None:
        raise JavaRefusalError("a malformed URI")
    if not (found["scheme"] or found["scheme2"]):
        raise JavaRefusalError("a URI without a scheme")
    _check_host(found["authority"])


def check_uri_constraint(text: bytes) -> None:
    """URIName.nameConstraint: a host, with a dot before it or not. Raises JavaRefusalError."""
    found = _URI.fullmatch(text)
    if found is None:
        raise JavaRefusalError("a malformed URI in nameConstraints")
    if found["scheme"] or found["scheme2"]:
        raise JavaRefusalError("a URI with a scheme in nameConstraints")
    _check_host(found["authority"])
    host = _ESCAPE.sub(lambda escape: bytes.fromhex(escape[1].decode("ascii")), found["rest"])
    if not _DNS.fullmatch(host.removeprefix(b".")):
        raise JavaRefusalError("a URI in nameConstraints that is not a host")


def _check_host(authority: bytes | None) -> None:
    if authority is None:
        return
    server = _SERVER.fullmatch(authority)
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
