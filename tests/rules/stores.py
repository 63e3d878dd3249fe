"""What the tests of the rules share: a small PKI, stores of it, and what the audit finds.

Some Root ── Some Issuing CA ── db.example.org
"""

from pathlib import Path

import pytest

import unpin
from tests.pki import NOW, Authority
from unpin.catalogue.load import load_builtin
from unpin.model.entries import TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.clients import choose_clients
from unpin.stores.opening import open_bytes

CATALOGUE = load_builtin()
SHARED = Path(__file__).parents[2].parent / "shared" / "certificates"
POSTGRESQL = "azure-postgresql"

ROOT = Authority("Some Root")
MIDDLE = Authority("Some Issuing CA", ROOT)
SERVER = Authority("db.example.org", MIDDLE, ca=False)


def shipped(slug):
    """A certificate of the catalogue whose bytes are in the project."""
    certificate = CATALOGUE.by_slug[slug].certificate
    assert certificate is not None, f"{slug} has no bytes"
    return certificate


def real(slug):
    """A certificate whose bytes may not be in the project."""
    path = SHARED / f"{slug}.pem"
    if not path.exists():
        pytest.skip(f"NOT RUN: the bytes of {slug} are not on this machine")
    return open_bytes(path.read_bytes(), source=slug).trusted[0].certificate


def roots(*without):
    """The roots of the default profile."""
    slugs = [root.slug for root in CATALOGUE.profile(POSTGRESQL).roots]
    return [shipped(slug) for slug in slugs if slug not in without]


def store(*certificates, format=Format.PEM, **kwargs):
    entries = tuple(
        TrustedEntry(f"entry{i}", certificate, certificate.der)
        for i, certificate in enumerate(certificates)
    )
    return Store("test", format, entries, **kwargs)


def findings(a_store, *, profile=None, clients="", now=NOW, **kwargs):
    chosen = choose_clients(clients) if clients else ()
    return unpin.audit(a_store, profile=profile, now=now, clients=chosen, **kwargs).findings


def found(a_store, **kwargs):
    """The (rule, severity) pairs of the audit."""
    return {(f.rule, str(f.severity)) for f in findings(a_store, **kwargs)}


def only(rule, a_store, **kwargs):
    """The one finding of `rule`."""
    (finding,) = [f for f in findings(a_store, **kwargs) if f.rule == rule]
    return finding
