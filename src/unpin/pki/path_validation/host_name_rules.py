"""How clients compare the name that they dial with a certificate: one function a rule set.

Each names the client's own function, and was held against the client itself
(tests/conformance/host_names).
"""

import ipaddress
import re
from typing import Final

from unpin.pki.path_validation.bearer_names import BearerNames, DialledName


def openssl(names: BearerNames, host: DialledName, *, partial: bool = True) -> bool:
    """SSL_set1_host (X509_check_host, X509_check_ip); without `partial` as Python calls it.

    One star in the first label, at its start or end, at least two labels behind it; the CNs, all of
    them, where there is no DNS name.
    """
    if host.address is not None:
        return host.address in names.addresses
    return any(
        _openssl_match(pattern.lower(), host.text.lower(), partial=partial)
        for pattern in names.dns or names.common_names
    )


_OPENSSL_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_LETTERS_OF_A_STAR: Final = re.compile(r"[a-z0-9-]*")


def _openssl_match(pattern: str, host: str, *, partial: bool) -> bool:
    first, _, rest = pattern.partition(".")
    before, star, after = first.partition("*")
    labels = rest.split(".")
    valid = (
        star
        and len(labels) >= 2
        and all(map(_OPENSSL_LABEL.fullmatch, labels))
        and (partial or first == "*")
        and _is_one_sided(before, after)
    )
    if not valid:
        return pattern == host
    matched = len(host) - len(before) - len(after) - 1 - len(rest)
    if matched < 0 or not (host.startswith(before) and host.endswith(f"{after}.{rest}")):
        return False
    if (matched == 0) if first == "*" else host.startswith("xn--"):
        return False
    return _LETTERS_OF_A_STAR.fullmatch(host[len(before) :][:matched]) is not None


def _is_one_sided(before: str, after: str) -> bool:
    """Whether a star stands at the start or the end of its label, beside what a label may have."""
    if after:
        return not before and re.fullmatch(r"[a-z0-9-]*[a-z0-9]", after) is not None
    return not before or (_OPENSSL_LABEL.fullmatch(before) is not None and before[:4] != "xn--")


def python(names: BearerNames, host: DialledName) -> bool:
    """ssl.SSLContext.check_hostname: OpenSSL's, with whole labels as wildcards only."""
    return openssl(names, host, partial=False)


def libpq(names: BearerNames, host: DialledName, *, addresses: bool = True) -> bool:
    """pq_verify_peer_name_matches_certificate; before libpq 15 without `addresses`.

    A DNS name may also be an address in letters. The first CN counts where SubjectAltName has no
    name of the kind that is dialled.
    """
    kind = bytes if addresses and host.address is not None else str
    for name in names.alternative:
        if isinstance(name, str):
            if _libpq_match(name, host.text):
                return True
        elif addresses and name == host.address:
            return True
    if any(isinstance(name, kind) for name in names.alternative):
        return False
    return any(_libpq_match(name, host.text) for name in names.common_names[:1])


def libpq_14(names: BearerNames, host: DialledName) -> bool:
    """Libpq before 15: no name of SubjectAltName is an address."""
    return libpq(names, host, addresses=False)


def _libpq_match(pattern: str, host: str) -> bool:
    pattern, host = pattern.lower(), host.lower()
    if pattern == host:
        return True
    if len(pattern) < 3 or not pattern.startswith("*."):
        return False
    return len(pattern) <= len(host) and host.partition(".")[2] == pattern[2:]


def curl(names: BearerNames, host: DialledName) -> bool:
    """Curl_ossl_verifyhost: without DNS names and addresses the last CN counts."""
    if names.alternative:
        if host.address is not None:
            return host.address in names.addresses
        return any(_curl_match(name, host.text) for name in names.dns)
    text = host.text if host.address is None else str(ipaddress.ip_address(host.address))
    return any(_curl_match(name, text) for name in names.common_names[-1:])


def _curl_match(pattern: str, host: str) -> bool:
    pattern, host = (name.lower().removesuffix(".") for name in (pattern, host))
    if pattern.startswith("*.") and pattern.count(".") >= 2:
        return not _is_address(host) and host.partition(".")[2] == pattern[2:]
    return pattern == host


def go(names: BearerNames, host: DialledName) -> bool | None:
    """x509.Certificate.VerifyHostname: never the CN.

    NOTE: of a lone star 1.19 and 1.27 say different things.
    """
    if host.address is not None:
        return any(unmapped(host.address) == unmapped(name) for name in names.addresses)
    if any(_go_match(name.lower(), host.text.lower()) for name in names.dns):
        return True
    return None if "*" in names.dns and "." not in host.text[:-1] else False


_GO_LABEL: Final = re.compile(r"[a-z0-9_][a-z0-9_-]*")


def _go_match(pattern: str, host: str) -> bool:
    bare = host.removesuffix(".")
    labels = pattern.split(".")
    start = 1 if labels[0] == "*" and len(labels) > 1 else 0
    valid = all(map(_GO_LABEL.fullmatch, labels[start:])) and all(
        map(_GO_LABEL.fullmatch, bare.split("."))
    )
    if not valid:
        return pattern == host
    return labels[start:] == bare.split(".")[start:] and len(labels) == bare.count(".") + 1


def unmapped(address: bytes) -> bytes:
    """An IPv4 address in IPv6 as an IPv4 address."""
    return address[12:] if address[:12] == b"\0" * 10 + b"\xff\xff" else address


def bun(names: BearerNames, host: DialledName) -> bool:
    """tls.checkServerIdentity of Bun: the CNs, all of them, where there is no DNS name."""
    if host.address is not None:
        return host.address in names.addresses
    return any(
        _node_match(pattern.lower(), host.text.lower())
        for pattern in names.dns or names.common_names
    )


def node(names: BearerNames, host: DialledName) -> bool | None:
    """tls.checkServerIdentity of Node: Bun's.

    NOTE: Node 24.19 takes no IPv6 address, Node 20 does.
    """
    found = bun(names, host)
    return None if found and host.address is not None and len(host.address) == 16 else found


def _node_match(pattern: str, host: str) -> bool:
    pattern, host = pattern.removesuffix("."), host.removesuffix(".")
    first, _, rest = pattern.partition(".")
    own, _, others = host.partition(".")
    if "" in pattern.split(".") or rest != others or pattern.count(".") != host.count("."):
        return False
    if "*" not in first or "xn--" in first:
        return own == first
    before, _, after = first.partition("*")
    if "*" in after or "." not in rest or len(before) + len(after) > len(own):
        return False
    return own.startswith(before) and own.endswith(after)


def gnutls(names: BearerNames, host: DialledName) -> bool | None:
    """gnutls_x509_crt_check_hostname2: a CN if it is the only one and no other name is there.

    NOTE: gnutls-cli drops a dot at the end of the host, and other programs do not.
    """
    if host.address is not None:
        return host.address in names.addresses
    patterns = names.dns
    if not patterns and not names.addresses and not names.others & _NO_COMMON_NAME:
        patterns = names.common_names if len(names.common_names) == 1 else ()
    own = host.text.lower()
    found = any(_gnutls_match(pattern.lower(), own) for pattern in patterns)
    dotless = own.removesuffix(".")
    return found if any(_gnutls_match(p.lower(), dotless) for p in patterns) is found else None


_NO_COMMON_NAME: Final = frozenset({0xA0, 0x86})
"""Other names and URIs."""


def _gnutls_match(pattern: str, host: str) -> bool:
    if not pattern.startswith("*"):
        return pattern == host
    if pattern.count(".") < 2 or pattern.endswith("."):
        return False
    end = host.find(".") if "." in host else len(host)
    return any(host[start:] == pattern[1:] for start in range(end + 1))


def rustls(names: BearerNames, host: DialledName) -> bool:
    """webpki: never the CN; a whole label as wildcard, at least two labels behind it."""
    if host.address is not None:
        return host.address in names.addresses
    own = host.text.lower().removesuffix(".")
    if not all(map(_WEBPKI_LABEL.fullmatch, own.split("."))):
        return False
    return any(_webpki_match(name.lower(), own) for name in names.dns)


_WEBPKI_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?")


def _webpki_match(pattern: str, host: str) -> bool:
    first, _, rest = pattern.partition(".")
    if first == "*":
        return "." in rest and host.partition(".")[2] == rest
    return pattern == host


def nss(names: BearerNames, host: DialledName) -> bool | None:
    """CERT_VerifyCertName: a star at the end of the first label, two labels behind it."""
    if host.address is not None and names.addresses:
        return any(unmapped(host.address) == unmapped(name) for name in names.addresses)
    if host.address is None and names.dns:
        return any(_nss_match(name.lower(), host.text.lower()) for name in names.dns)
    match = _nss_match if host.address is None else str.__eq__
    found = {match(name.lower(), host.text.lower()) for name in names.common_names}
    return None if len(found) > 1 else found == {True}


def _nss_match(pattern: str, host: str) -> bool:
    first, _, rest = pattern.partition(".")
    before, star, after = first.partition("*")
    if star and not after and "*" not in rest and re.fullmatch(r"[^.]+\..+", rest):
        own, _, others = host.partition(".")
        if own.startswith("xn--") and before:
            return False
        return own.startswith(before) and others == rest
    return pattern == host


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
