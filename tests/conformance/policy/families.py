"""Which measured clients stand for which family, and what unpin says of a case."""

import json
from pathlib import Path

from tests.conformance.policy.certs import NOW

from unpin.model.certificate import Certificate
from unpin.pki.acceptance import verdict_on
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import CLIENTS

RULES = {client.ident: client for client in CLIENTS}


class Table:
    """A table of what clients said of cases, as record.py writes it."""

    def __init__(self, name):
        read = json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
        self.cases, self.clients, self._texts = read["cases"], read["clients"], read["texts"]
        self._at = {case: index for index, case in enumerate(self.cases)}

    def said(self, client, case):
        """What the measured `client` said of `case`: "ok" or its error."""
        return self._texts[self.clients[client]["results"][self._at[case]]]


DESIGNED = Table("measured.json")
MEMBERS = {
    "java": ("java17", "java25"),
    "java-sunx509": ("java17-sunx509", "java25-sunx509"),
    "openssl": ("openssl", "node20"),
    "openssl-partial-chain": ("openssl-partial",),
    "openssl-strict": ("openssl-strict",),
    "go": ("go119", "go127"),
    "rustls": ("reqwest",),
    "gnutls": ("gnutls",),
    "dotnet": ("dotnet",),
    "boringssl": ("bun",),
    "nss": ("nss",),
    "bouncycastle": ("bcjsse",),
    "mbedtls": ("mbedtls",),
    "wolfssl": ("wolfssl",),
}
"""A family connects where all its members do: some take what others refuse."""

JUDGED = (
    "java", "java-sunx509", "openssl", "openssl-partial-chain", "openssl-strict", "go", "rustls",
    "gnutls", "boringssl", "bouncycastle", "dotnet",
)  # fmt: skip
"""The families whose judgement of oddities is modelled; of the others unpin says so."""


BY_ENCODING = frozenset(
    {
        "path length: twins of one root, tight first",
        "path length: twins of one root, tight last",
        "eku: root clientAuth before its good twin",
        "eku: root clientAuth after its good twin",
        "namesakes: wrong root first, without key ids",
        "namesakes: wrong root last, without key ids",
        "namesakes: wrong root with the right key id, first",
        "namesakes: wrong root with the right key id, last",
        "self-issued: all in the store, with key ids",
        "self-issued: successor pinned beside the old root, without key ids",
        "self-issued: old root beside the pinned successor, without key ids",
        "self-issued: both ways in the store, without key ids",
        "self-issued: all in the store, without key ids",
    }
)
"""The cases in which Bun takes the namesake with the smaller encoding. Signatures and dates make it
another one in each run: there the record says nothing, and Bun has to be asked (test_referees.py)."""


def is_settled(family, name):
    """Whether the record of the designed case `name` holds for certificates that are made anew."""
    return family != "boringssl" or name not in BY_ENCODING


def said(client, name):
    """What the measured `client` said of the designed case `name`: "ok" or its error."""
    return DESIGNED.said(client, name)


def views(made):
    return [CertificateView.of(Certificate(one.der)) for one in made]


def verdict(family, case):
    return verdict_on(RULES[family], views(case.store), views(case.chain), NOW)
