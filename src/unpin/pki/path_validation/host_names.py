"""Match a host name with the names in a server certificate (RFC 9525)."""

import ipaddress
from enum import StrEnum

from unpin.model.certificate import Certificate


class NameMatch(StrEnum):
    """What the certificate says of the name."""

    YES = "the certificate names it"
    COMMON_NAME_ONLY = "only the subject's common name is this name"
    """libpq, Java and OpenSSL accept it where no DNS name is there; Go and rustls do not."""
    NO = "the certificate does not name it"


def match_host(certificate: Certificate, host: str) -> NameMatch:
    """Compare `host`, a DNS name or an IP address, with the names in `certificate`.

    A wildcard stands for exactly one whole left-most label, and never for an address (RFC 9525
    6.3, 6.5). Raises tlv.TlvError where `certificate.problem` is not None.
    """
    fields = certificate.fields
    try:
        address = ipaddress.ip_address(host.strip("[]")).packed
    except ValueError:
        pass
    else:
        return NameMatch.YES if address in fields.ip_addresses else NameMatch.NO
    wanted = _labels(host)
    if any(_matches(_labels(name), wanted) for name in fields.dns_names):
        return NameMatch.YES
    common = fields.subject.common_name
    if not fields.dns_names and common is not None and _matches(_labels(common), wanted):
        return NameMatch.COMMON_NAME_ONLY
    return NameMatch.NO


def _labels(name: str) -> list[str]:
    return name.lower().rstrip(".").split(".")


def _matches(pattern: list[str], wanted: list[str]) -> bool:
    if pattern[0] == "*" and len(pattern) > 2:
        return len(pattern) == len(wanted) and pattern[1:] == wanted[1:] and wanted[0] != ""
    return pattern == wanted
