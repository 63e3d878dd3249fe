"""Match a host name with the names in a server certificate (RFC 9525), as each client does."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from enum import Enum, auto
from typing import Final, TypeAlias

from unpin.model.certificate import Certificate
from unpin.model.values import frozen
from unpin.pki.path_validation import host_name_rules as rules
from unpin.pki.path_validation import host_name_rules_java as java
from unpin.pki.path_validation.bearer_names import BearerNames, DialledName

Rules: TypeAlias = Callable[[BearerNames, DialledName], bool | None]
"""Whether the names fit; None where the versions of the client differ."""


class International(Enum):
    """What a client compares for a name with letters beyond ASCII."""

    A_LABELS = auto()
    AS_GIVEN = auto()
    UNSURE = auto()
    """It depends on the version, the build or the locale."""


@frozen
class Member:
    """A client, or several with the same rules for names.

    `families` are the idents of the client families (unpin.pki.clients) of which it is; a family's
    members agree on paths, not on names. `rules` is None where nobody measured them; `measured`
    names what they were held against. `current` is False for a version that is no longer supported:
    unpin says what it does, and does not count it.
    """

    ident: str
    title: str
    families: frozenset[str]
    rules: Rules | None
    measured: str = ""
    international: International = International.AS_GIVEN
    current: bool = True

    def accepts(self, names: BearerNames, host: DialledName) -> bool | None:
        """Whether it takes the certificate for `host`; None where that is not known."""
        if self.rules is None or names.unreadable or host.unsure:
            return None
        found = self.rules(names, host)
        if host.international and self.international is not International.A_LABELS:
            as_given = self.rules(names, replace(host, text=host.given))
            if self.international is International.AS_GIVEN or found == as_given:
                found = as_given
            else:
                found = None
        if names.odd and (found or not names.ascii or (host.address and names.addresses)):
            return None
        return found


_OPENSSL: Final = frozenset({"openssl", "openssl-partial-chain", "openssl-strict"})
_JAVA: Final = frozenset({"java", "java-sunx509"})

MEMBERS: Final = (
    Member(
        "java", "Java's HTTPS rules", _JAVA, java.https, "OpenJDK 17.0.15, Temurin 25.0.3",
        International.A_LABELS,
    ),
    Member(
        "pgjdbc", "pgJDBC", _JAVA, java.pgjdbc, "pgJDBC 42.5.5, 42.7.13", International.A_LABELS
    ),
    Member(
        "libpq", "libpq (psql, psycopg)", frozenset({"openssl"}), rules.libpq, "libpq 15.18, 18"
    ),
    Member(
        "libpq-14", "libpq up to 14", frozenset({"openssl"}), rules.libpq_14, "libpq 11.5, 14.1",
        current=False,
    ),
    Member(
        "openssl", "OpenSSL", _OPENSSL, rules.openssl,
        "OpenSSL 3.0.19: SSL_set1_host, s_client -verify_hostname and -verify_ip",
    ),
    Member(
        "python", "Python", _OPENSSL, rules.python, "Python 3.11.7, 3.12.1, 3.13.0",
        International.A_LABELS,
    ),
    Member(
        "node", "Node", frozenset({"openssl", "openssl-partial-chain"}), rules.node,
        "Node 20.20.2, 24.19.0; pg 8.23.1", International.UNSURE,
    ),
    Member(
        "curl", "curl", frozenset({"openssl-partial-chain"}), rules.curl, "curl 7.88.1",
        International.UNSURE,
    ),
    Member(
        "go", "Go", frozenset({"go"}), rules.go, "Go 1.19.8, 1.27.3"
    ),
    Member(
        "rustls", "rustls", frozenset({"rustls"}), rules.rustls,
        "pyreqwest 0.15.1, Deno 2.9.8", International.UNSURE,
    ),
    Member(
        "gnutls", "GnuTLS", frozenset({"gnutls"}), rules.gnutls, "GnuTLS 3.7.9",
        International.A_LABELS,
    ),
    Member(
        "bun", "Bun", frozenset({"boringssl"}), rules.bun, "Bun 1.4.5", International.UNSURE
    ),
    Member("nss", "NSS", frozenset({"nss"}), rules.nss, "NSS 3.87.1: CERT_VerifyCertName"),
    Member(
        "bcjsse", "BouncyCastle JSSE", frozenset({"bouncycastle"}), java.bouncycastle,
        "bctls 1.72 on OpenJDK 17, HTTPS rules", International.A_LABELS,
    ),
)  # fmt: skip
"""Every client whose rules for names were measured (tests/conformance/host_names)."""


@frozen
class NameVerdict:
    """What one member says of the name; `accepted` is None where that is not known."""

    member: Member
    accepted: bool | None


def members_of(family: str, title: str) -> tuple[Member, ...]:
    """The members of a client family; a family of which no member was measured is one itself."""
    found = tuple(member for member in MEMBERS if family in member.families)
    return found or (Member(family, title, frozenset({family}), None),)


def name_verdicts(
    certificate: Certificate, host: DialledName, families: Iterable[tuple[str, str]]
) -> Sequence[NameVerdict]:
    """What the members of `families` (ident and title) say of `host`, each member once.

    Raises tlv.TlvError where `certificate.problem` is not None.
    """
    names = BearerNames.of(certificate)
    found = dict.fromkeys(member for family in families for member in members_of(*family))
    return tuple(NameVerdict(member, member.accepts(names, host)) for member in found)
