"""What the tests of the rules share: two small PKIs, stores of them, and what the audit finds.

    Some Root > Some Issuing CA > db.example.org        in no catalogue
    Old Root > Old CA 1 and the others of tests/rotation.py, with a catalogue of their own

The docstring of a test draws its chains as tests/pki.py says. The store holds its certificates in the
order of the docstring.
"""

import unpin
from tests.pki import NOW, Authority
from tests.rotation import rotation
from unpin.catalogue.load import load_builtin
from unpin.model.entries import TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.clients import choose_clients

CATALOGUE = load_builtin()
POSTGRESQL = "azure-postgresql"

ROOT = Authority("Some Root")
MIDDLE = Authority("Some Issuing CA", ROOT)
SERVER = Authority("db.example.org", MIDDLE, ca=False)

ROTATION = rotation()
AT_ROTATION = {"catalogue": ROTATION.catalogue, "profile": "test"}
"""Audits with the rotation's catalogue: Old Root is needed, Other Root is optional."""


def shipped(slug):
    """A certificate of the catalogue whose bytes are in the project."""
    certificate = CATALOGUE.by_slug[slug].certificate
    assert certificate is not None, f"{slug} has no bytes"
    return certificate


def rotating(*names, format=Format.PEM):
    """A store of the rotation's certificates."""
    return store(*(ROTATION[name] for name in names), format=format)


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


def findings(a_store, *, profile="none", clients="", now=NOW, **kwargs):
    chosen = choose_clients(clients) if clients else ()
    return unpin.audit(a_store, profile=profile, now=now, clients=chosen, **kwargs).findings


def found(a_store, **kwargs):
    """The (rule, severity) pairs of the audit."""
    return {(f.rule, str(f.severity)) for f in findings(a_store, **kwargs)}


def only(rule, a_store, **kwargs):
    """The one finding of `rule`."""
    (finding,) = [f for f in findings(a_store, **kwargs) if f.rule == rule]
    return finding
