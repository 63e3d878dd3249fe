"""How clients in Java compare the name that they dial (see host_name_rules)."""

import re
from typing import Final

from unpin.pki.path_validation.bearer_names import BearerNames, DialledName
from unpin.pki.path_validation.host_name_rules import unmapped


def https(names: BearerNames, host: DialledName) -> bool | None:
    """HostnameChecker of the JDK for HTTPS: stars in every label; the most specific CN.

    NOTE: a wildcard over a whole public suffix is refused under the JDK's own roots only. Java 25
    refuses stars behind the first label, and a certificate with an empty SubjectAltName; Java 17
    takes both.
    """
    if host.address is not None:
        return any(unmapped(host.address) == unmapped(name) for name in names.addresses)
    bare = host.text.lower().removesuffix(".")
    if not all(map(_STD3_LABEL.fullmatch, bare.split("."))):
        return False
    found = [name for name in names.dns or names.common_names[-1:] if _java_match(name, bare)]
    if found and (names.empty or all(_is_wide(name) or _is_deep(name) for name in found)):
        return None
    return bool(found)


_STD3_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_WIDE: Final = re.compile(
    r".*\*[^.]*\.(?!(lan|local|internal|corp|home|intranet|localdomain|localhost|test)$)"
    r"([a-z]+|(com?|org?|net|gov|edu|ac|gob|go|ne|mil)\.[a-z]{2})"
)


def _is_deep(pattern: str) -> bool:
    """Whether a star stands behind the first label."""
    return "*" in pattern.partition(".")[2]


def _is_wide(pattern: str) -> bool:
    """Whether a star of the pattern stands right before what may be a public suffix."""
    return _WIDE.fullmatch(pattern.lower()) is not None


def _java_match(pattern: str, host: str) -> bool:
    pattern = pattern.lower()
    labels = pattern.split(".")
    star = pattern.rfind("*")
    if star >= 0 and "." not in pattern[star:]:
        return False
    if not all(map(_STD3_LABEL.fullmatch, pattern.replace("*", "z").split("."))):
        return False
    own = host.split(".")
    return len(own) == len(labels) and all(
        _java_label(_u_label(one), _u_label(other)) for one, other in zip(labels, own, strict=True)
    )


def _u_label(label: str) -> str:
    """IDN.toUnicode: what is no A-label stays as it is."""
    try:
        return label.encode().decode("idna") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _java_label(pattern: str, label: str) -> bool:
    """HostnameChecker.matchWildCards: the first place that fits is taken, without a way back."""
    *parts, last = pattern.split("*")
    if not parts:
        return pattern == label
    for index, part in enumerate(parts):
        at = label.find(part)
        if at < 0 or (index == 0 and at != 0):
            return False
        label = label[at + len(part) :]
    return label.endswith(last)


def pgjdbc(names: BearerNames, host: DialledName) -> bool | None:
    """PgjdbcHostnameVerifier: names and addresses are compared as texts."""
    addresses = [_java_text(name) for name in names.addresses]
    if any(_pgjdbc_match(name, host.text) for name in (*names.dns, *addresses)):
        return True
    if names.dns or not names.common_names:
        return False
    found = {_pgjdbc_match(name, host.text) for name in names.common_names}
    return None if len(found) > 1 or (names.empty and True in found) else found.pop()


def _java_text(address: bytes) -> str:
    """An address of SubjectAltName as sun.security.x509.IPAddressName writes it."""
    if len(address) == 16:
        return ":".join(f"{int.from_bytes(address[at : at + 2]):x}" for at in range(0, 16, 2))
    return ".".join(map(str, address))


def _pgjdbc_match(pattern: str, host: str) -> bool:
    pattern, host = pattern.lower(), host.lower()
    if "*" not in pattern:
        return pattern == host
    if pattern.rfind("*") > 0 or "." not in pattern:
        return False
    covered = len(host) - len(pattern) + 1
    return covered >= 0 and host[covered:] == pattern[1:] and "." not in host[:covered]


def bouncycastle(names: BearerNames, host: DialledName) -> bool | None:
    """HostnameUtil of BouncyCastle's JSSE: the JDK's rules, and no dot at the end."""
    return False if host.text.endswith(".") else https(names, host)
