"""The generated tables about clients: who survives with which store, who says what and why."""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from unpin.catalogue.handshakes import NO_BRIDGE, handshake_under, view_of
from unpin.catalogue.load import load_builtin
from unpin.pki.acceptance import verdict_on
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import CLIENTS, MODELLED, client_named
from unpin.pki.clients.rules import ClientRules, Loading
from unpin.pki.encoding_flaws import Flaw
from unpin.pki.path_validation.bearer_names import BearerNames, DialledName
from unpin.pki.path_validation.host_names import MEMBERS

CATALOGUE = load_builtin()
AT = datetime.combine(CATALOGUE.date_seen, datetime.min.time(), UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

G2 = "digicert-global-root-g2"
MS2017 = "microsoft-rsa-root-ca-2017"
LEGACY = "digicert-global-root-ca"
OLD_CA = "microsoft-azure-rsa-tls-issuing-ca-03-xsign"
OLD_CA_TWIN = "microsoft-azure-rsa-tls-issuing-ca-03-ms"
SIBLING = "microsoft-azure-rsa-tls-issuing-ca-04-xsign"
NEW_CA = "microsoft-tls-g2-rsa-ca-ocsp-02"
NEW_ROOT = "microsoft-tls-rsa-root-g2"
BRIDGE = "microsoft-tls-rsa-root-g2-xsign"

CHAINS = (
    handshake_under(CATALOGUE, CATALOGUE.chain("current"), OLD_CA),
    handshake_under(CATALOGUE, CATALOGUE.chain("new"), NEW_CA),
    handshake_under(CATALOGUE, CATALOGUE.chain("new"), NEW_CA, NO_BRIDGE),
)
SERVERS = {"old": CHAINS[0].certificates[0], "new": CHAINS[1].certificates[0]}

STORES: Sequence[tuple[str, Sequence[str]]] = (
    ("DigiCert Global Root G2", (G2,)),
    ("the three roots of azure-postgresql", (G2, MS2017, LEGACY)),
    ("DigiCert Global Root G2 and the self-signed Microsoft TLS RSA Root G2", (G2, NEW_ROOT)),
    ("only the self-signed Microsoft TLS RSA Root G2", (NEW_ROOT,)),
    ("only Microsoft RSA Root CA 2017", (MS2017,)),
    ("only today's issuing CA", (OLD_CA,)),
    ("only a sibling of today's issuing CA", (SIBLING,)),
    ("only the new issuing CA", (NEW_CA,)),
    ("only the cross-signed bridge", (BRIDGE,)),
    ("only today's server certificate", ("server old",)),
    ("the root and today's issuing CA", (G2, OLD_CA)),
    ("the root and today's server certificate", (G2, "server old")),
    ("the root and an expired issuing CA", (G2, f"expired {OLD_CA}")),
    ("the root and the issuing CA's twin from another root", (G2, OLD_CA_TWIN)),
    ("the root and the new issuing CA, whose issuer is absent", (G2, NEW_CA)),
    ("the root and an expired bridge", (G2, f"expired {BRIDGE}")),
    ("Microsoft RSA Root CA 2017 and today's issuing CA's twin under it", (MS2017, OLD_CA_TWIN)),
    ("only an expired DigiCert Global Root G2", (f"expired {G2}",)),
    ("the bridge before the self-signed Microsoft TLS RSA Root G2", (BRIDGE, NEW_ROOT)),
    ("the self-signed Microsoft TLS RSA Root G2 before the bridge", (NEW_ROOT, BRIDGE)),
)
FEW = ("openssl", "openssl-partial-chain", "java", "go", "rustls")
TELLING = (0, 5, 9, 10, 12, 13, 14)
"""The rows for docs/why-pinning-breaks.md, by position in STORES."""


def view(name: str) -> CertificateView:
    """A certificate of the catalogue, an expired one, or the server's ("server old")."""
    if name.startswith("server "):
        return SERVERS[name.removeprefix("server ")]
    found = view_of(CATALOGUE, CATALOGUE.certificate(name.removeprefix("expired ")))
    if name.startswith("expired "):
        return replace(found, id=name, not_after=LONG_AGO, certificate=None)
    return found


def marks(client: ClientRules, store: Sequence[str]) -> str:
    """A plus or a minus for each of CHAINS."""
    views = [view(name) for name in store]
    return "".join(
        "+" if verdict_on(client, views, chain.certificates, chain.moment(AT)).accepted else "-"
        for chain in CHAINS
    )


def matrix(clients: Sequence[ClientRules], rows: Iterable[int]) -> Iterator[str]:
    """The lines of a Markdown table: stores by clients."""
    yield "| the store holds | " + " | ".join(client.title for client in clients) + " |"
    yield "|---" * (len(clients) + 1) + "|"
    for row in rows:
        title, store = STORES[row]
        cells = (f"`{marks(client, store)}`" for client in clients)
        yield f"| {title} | " + " | ".join(cells) + " |"


def few() -> Iterator[str]:
    """The short table of docs/why-pinning-breaks.md."""
    return matrix([client_named(ident) for ident in FEW], TELLING)


_MARKS = {Loading.REFUSES: "`-`", Loading.UNKNOWN: "`?`", Loading.LOADS: ""}


def odd_certificates() -> Iterator[str]:
    """The lines of a Markdown table: flaws by the families that some flaw keeps from a store."""
    minding = [
        client
        for client in CLIENTS
        if client.loading.refuses or client.loading.unsure_of - {Flaw.OTHER}
    ]
    yield "| the certificate has | " + " | ".join(client.title for client in minding) + " |"
    yield "|---" * (len(minding) + 1) + "|"
    for flaw in Flaw:
        if flaw is not Flaw.OTHER:
            cells = (_MARKS[client.loading.with_entry(frozenset({flaw}))] for client in minding)
            yield f"| {flaw} | " + " | ".join(cells) + " |"


NAMES: Sequence[tuple[str, str, Sequence[str], Sequence[str]]] = (
    ("DNS name `db.example.org`", "DB.Example.ORG", ("db.example.org",), ()),
    ("DNS name `db.example.org`", "db.example.org.", ("db.example.org",), ()),
    ("DNS name `db.example.org.`", "db.example.org", ("db.example.org.",), ()),
    ("DNS name `db_1.example.org`", "db_1.example.org", ("db_1.example.org",), ()),
    ("DNS name `*.example.org`", "db.example.org", ("*.example.org",), ()),
    ("DNS name `*.example.org`", "db_1.example.org", ("*.example.org",), ()),
    ("DNS name `*.example.org`", "a.db.example.org", ("*.example.org",), ()),
    ("DNS name `*.example.org`", "xn--bcher-kva.example.org", ("*.example.org",), ()),
    ("DNS name `*.lan`", "db.lan", ("*.lan",), ()),
    ("DNS name `*`", "db", ("*",), ()),
    ("DNS name `d*.example.org`", "db.example.org", ("d*.example.org",), ()),
    ("DNS name `*b.example.org`", "db.example.org", ("*b.example.org",), ()),
    ("DNS name `db.*.org`", "db.example.org", ("db.*.org",), ()),
    ("DNS name `xn--bcher-kva.org`", "bücher.org", ("xn--bcher-kva.org",), ()),
    ("IP address 192.0.2.1", "192.0.2.1", ("ip 192.0.2.1",), ()),
    ("IP address 2001:db8::1", "2001:db8::1", ("ip 2001:db8::1",), ()),
    ("DNS name `192.0.2.1`", "192.0.2.1", ("192.0.2.1",), ()),
    ("only the CN `db.example.org`", "db.example.org", (), ("db.example.org",)),
    ("only the CN `*.example.org`", "db.example.org", (), ("*.example.org",)),
    ("only the CN `192.0.2.1`", "192.0.2.1", (), ("192.0.2.1",)),
    ("the CN `db.lan`, and an IP address", "db.lan", ("ip 192.0.2.1",), ("db.lan",)),
    ("the CN `db.lan`, and another DNS name", "db.lan", ("a.lan",), ("db.lan",)),
    ("two CNs, `db.lan` first", "db.lan", (), ("db.lan", "a.lan")),
    ("two CNs, `db.lan` last", "db.lan", (), ("a.lan", "db.lan")),
)  # fmt: skip
"""What a certificate has, the host, the names of SubjectAltName and the CNs."""

_NAME_MARKS = {True: "`+`", False: "`-`", None: "`?`"}


def host_names() -> Iterator[str]:
    """The lines of a Markdown table: names in certificates and hosts by clients."""
    yield "| the certificate has | host | " + " | ".join(one.title for one in MEMBERS) + " |"
    yield "|---" * (len(MEMBERS) + 2) + "|"
    for title, host, alternative, common in NAMES:
        names = BearerNames(
            alternative=tuple(
                ipaddress.ip_address(one.removeprefix("ip ")).packed
                if one.startswith("ip ")
                else one
                for one in alternative
            ),
            others=frozenset(),
            common_names=tuple(common),
        )
        marks = (_NAME_MARKS[one.accepts(names, DialledName.of(host))] for one in MEMBERS)
        yield f"| {title} | `{host}` | " + " | ".join(marks) + " |"


def clients() -> str:
    """docs/clients.md."""
    lines = [
        "# What clients do with a trust store",
        "",
        "Generated from the rules that unpin judges by (`make docs`); tests/conformance holds them",
        "against real handshakes.",
        "",
        "## The families",
        "",
        "`--client` takes these names, and those of programs and drivers, in any case: `psql`,",
        "`pgjdbc`, `npgsql`, `lib/pq`; `unpin explain --clients` lists them. `all` is each.",
        "",
        "| `--client` | family | who belongs to it | rules learnt from |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{client.ident}` | {client.title} | {client.who} | {client.source} |"
        for client in CLIENTS
    ]
    lines += [
        "",
        "Python's cryptography (cryptography.x509.verification) belongs to no family. unpin does",
        "not model its verifier: of 917 measured handshakes that connect by the rules of Go, it",
        "refused 99. Python's ssl module is OpenSSL.",
        "",
        "## Who survives with which store",
        "",
        "Three marks a cell: today's chain (Issuing CA 03), the chain after the rotation (OCSP 02)",
        "as documented, and the same from a server that omits the cross-signed bridge. `+`",
        "connects, `-` does not; each chain is judged while it is valid.",
        "",
        *matrix(MODELLED, range(len(STORES))),
        "",
        "## One odd certificate in the store",
        "",
        "A certificate that has nothing to do with the handshake may still keep a client from the",
        "whole store, if the client cannot read it. `-`: it does; `?`: it may (Node and Bun read",
        "the certificates before it; unpin models that for Bun); an empty cell: it does not. A",
        "negative serial number (EC-ACC in certifi of 2020 and 2021) harms no client. The table",
        "leaves out the JDK, which unpin models check by check, and Python's cryptography, which",
        "refuses more when it loads a bundle. `unpin audit` names the entry.",
        "",
        *odd_certificates(),
        "",
        "## Names",
        "",
        "Whether the server's certificate bears the name that is dialled, each client decides by",
        "its own rules: `+` connects, `-` does not, `?` differs between versions. Only sslmode",
        "verify-full and its like compare names. `unpin rehearse --host` says so of one",
        "certificate; other clients of these families (MariaDB and Microsoft's JDBC drivers, PHP,",
        "Ruby) have rules of their own, which were not measured.",
        "",
        *host_names(),
        "",
        "| client | `--client` | rules learnt from |",
        "|---|---|---|",
        *(
            f"| {one.title} | {', '.join(f'`{family}`' for family in sorted(one.families))} | "
            f"{one.measured} |"
            for one in MEMBERS
        ),
        "",
        "## What clients print, and what it means",
        "",
        "See [Error texts](error-texts.md).",
    ]
    return "\n".join(lines) + "\n"
