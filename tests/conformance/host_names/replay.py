"""Which measured clients stand for which member, and what unpin says of a certificate and a host."""

import json
from functools import cache

from tests.conformance.host_names.certificates import certificate
from tests.conformance.host_names.record import FILE, answers_of, designed, drawn

from unpin.model.certificate import Certificate
from unpin.model.errors import UsageError
from unpin.pki.path_validation.bearer_names import BearerNames, DialledName
from unpin.pki.path_validation.host_names import MEMBERS

CLIENTS_OF = {
    "java": ("java17", "java25"),
    "pgjdbc": ("pgjdbc-42.5", "pgjdbc-42.7"),
    "libpq": ("libpq15", "libpq18"),
    "libpq-14": ("libpq11", "libpq14"),
    "openssl": ("openssl",),
    "python": ("python3.11", "python3.12", "python3.13"),
    "node": ("node20", "node24"),
    "curl": ("curl",),
    "go": ("go1.19", "go1.27"),
    "rustls": ("pyreqwest", "deno"),
    "gnutls": ("gnutls",),
    "bun": ("bun",),
    "nss": ("nss",),
    "bcjsse": ("bcjsse",),
}
BY_IDENT = {member.ident: member for member in MEMBERS}


@cache
def measured():
    """The answers of each client to the designed pairs and to the random ones."""
    rows = json.loads(FILE.read_text("utf-8"))["clients"]
    return {client: answers_of(row) for client, row in rows.items()}


def answers(client):
    """The pairs that `client` was asked about, each with whether it takes it."""
    found, random = measured()[client]
    pairs = [*designed(), *drawn()]
    for pair, answer in zip(pairs, (*found, *random), strict=True):
        if answer != "?":
            yield pair, answer == "+"


@cache
def names(bearer):
    return BearerNames.of(Certificate(certificate(bearer)))


@cache
def dialled(host):
    """The host as unpin reads it; None for what it refuses as no name."""
    try:
        return DialledName.of(host)
    except UsageError:
        return None


@cache
def verdict(member, bearer, host):
    """What unpin says: True, False, or None where it does not."""
    name = dialled(host)
    return None if name is None else BY_IDENT[member].accepts(names(bearer), name)
