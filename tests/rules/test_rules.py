"""Each rule: the smallest store that fires, and its nearest store that does not."""

from datetime import timedelta
from pathlib import Path

import pytest

import unpin
from tests.pki import NOW, Authority, pem
from unpin.catalogue.load import load_builtin
from unpin.judge.rules import RULES
from unpin.model.entries import TrustedEntry
from unpin.model.store import EncodingFault, Format, Integrity, Protection, Store
from unpin.pki.choosing import choose_clients
from unpin.stores.opening import open_bytes

CATALOGUE = load_builtin()
SHARED = Path(__file__).parents[2].parent / "shared" / "certificates"


def shipped(slug):
    certificate = CATALOGUE.by_slug[slug].certificate
    assert certificate is not None, f"{slug} has no bytes"
    return certificate


def real(slug):
    """A certificate whose bytes may not be in the project."""
    path = SHARED / f"{slug}.pem"
    if not path.exists():
        pytest.skip(f"NOT RUN: the bytes of {slug} are not on this machine")
    return open_bytes(path.read_bytes(), source=slug).trusted[0].certificate


def store(*certificates, format=Format.PEM, **kwargs):
    entries = tuple(
        TrustedEntry(f"entry{i}", certificate, certificate.der)
        for i, certificate in enumerate(certificates)
    )
    return Store("test", format, entries, **kwargs)


def found(a_store, *, profile=None, clients="", **kwargs):
    result = unpin.audit(
        a_store,
        profile=profile,
        now=NOW,
        clients=choose_clients(clients) if clients else (),
        **kwargs,
    )
    return {(f.rule, str(f.severity)) for f in result.findings}


ROOT = Authority("Some Root")
MIDDLE = Authority("Some Issuing CA", ROOT)
SERVER = Authority("db.example.org", MIDDLE, ca=False)
G2 = "digicert-global-root-g2"


def test_a_folder_of_rules_is_the_tuple():
    import unpin.judge.rules as package

    files = {p.stem.replace("_", "-") for p in Path(package.__file__).parent.glob("[a-z]*.py")}
    assert files == {rule.ident for rule in RULES}
    for rule in RULES:
        for section in ("What it does", "Why it matters", "Example", "Remedy", "References"):
            assert f"\n\n{section}\n" in rule.page, (rule.ident, section)


def test_private_root_is_no_finding():
    assert found(store(ROOT.certificate)) == set()


def test_pinned_intermediate():
    assert found(store(MIDDLE.certificate)) == {("pinned-intermediate", "error")}


def test_redundant_intermediate():
    assert found(store(ROOT.certificate, MIDDLE.certificate)) == {
        ("redundant-intermediate", "warning")
    }


def test_pinned_server_certificate():
    assert found(store(SERVER.certificate)) == {("pinned-server-certificate", "error")}


def test_self_signed_server_certificate():
    own = Authority("dev.example.org", ca=False)
    assert found(store(own.certificate)) == {("self-signed-server-certificate", "warning")}


def test_expired_root_is_a_note_and_expired_pin_a_warning():
    old = Authority("Old Root", ends=NOW - timedelta(days=1))
    assert found(store(old.certificate)) == {("expired-anchor", "note")}
    pin = Authority("Old Issuing CA", ROOT, ends=NOW - timedelta(days=1))
    assert ("expired-anchor", "warning") in found(store(ROOT.certificate, pin.certificate))


def test_expiring_anchor():
    soon = Authority("Soon Root", ends=NOW + timedelta(days=10))
    assert found(store(soon.certificate)) == {("expiring-anchor", "warning")}
    assert found(store(soon.certificate), expires_within=timedelta(days=9)) == set()


def test_duplicate_certificate():
    assert found(store(ROOT.certificate, ROOT.certificate)) == {("duplicate-certificate", "note")}


def test_missing_root_by_profile():
    everything = [shipped(r.slug) for r in CATALOGUE.profile("azure-postgresql").roots]
    assert found(store(*everything), profile="azure-postgresql") == set()
    without_g2 = [c for c in everything if c != shipped(G2)]
    assert found(store(*without_g2), profile="azure-postgresql") == {("missing-root", "error")}


def test_missing_optional_roots_are_no_errors():
    severities = {s for _, s in found(store(shipped(G2)), profile="azure-postgresql")}
    assert "error" not in severities
    assert severities


def test_lookalike_by_name_and_by_ecc():
    fake = Authority("DigiCert Global Root G2")
    assert found(store(fake.certificate)) == set()  # only a CN in common
    ecc = shipped("microsoft-ecc-root-ca-2017")
    profile = "azure-postgresql"
    assert ("lookalike-certificate", "warning") in found(store(ecc), profile=profile)
    both = store(ecc, shipped("microsoft-rsa-root-ca-2017"))
    assert ("lookalike-certificate", "warning") not in found(both, profile=profile)


def test_retired_root():
    assert ("retired-root", "note") in found(store(shipped("baltimore-cybertrust-root")))


def test_invisible_to_java():
    visible = TrustedEntry("a", ROOT.certificate, b"")
    hidden = TrustedEntry("b", Authority("Other").certificate, b"", trusted=False)
    mixed = Store("test", Format.PKCS12, (visible, hidden))
    assert found(mixed) == {("invisible-to-java", "warning")}
    assert found(Store("test", Format.PKCS12, (hidden,))) == {("invisible-to-java", "error")}


def test_alias_collision():
    one = TrustedEntry("Same", ROOT.certificate, b"")
    two = TrustedEntry("same", Authority("Other").certificate, b"")
    rules = {rule for rule, _ in found(Store("test", Format.PKCS12, (one, two)))}
    assert rules == {"alias-collision", "invisible-to-java"}


def test_unreadable_entry():
    broken = open_bytes(pem(ROOT.certificate) + b"-----BEGIN CERTIFICATE-----\nAAAA\n"
                        b"-----END CERTIFICATE-----\n", source="test")  # fmt: skip
    assert ("unreadable-entry", "error") in found(broken)


def test_unchecked_integrity():
    unchecked = Protection(integrity=Integrity.NOT_CHECKED)
    assert found(store(ROOT.certificate, format=Format.JKS, protection=unchecked)) == {
        ("unchecked-integrity", "note")
    }


def test_encoding_fault_counts_for_the_clients_it_hits():
    fault = EncodingFault("utf-8-bom", "it begins with a byte order mark", refused_by=("go",))
    marked = store(ROOT.certificate, faults=(fault,))
    assert found(marked, clients="go") == {("encoding-fault", "error")}
    assert found(marked, clients="openssl") == {("encoding-fault", "note")}


def test_weak_store_protection():
    weak = Protection(weaknesses=("the certificates are encrypted with RC2-40",))
    assert found(store(ROOT.certificate, format=Format.PKCS12, protection=weak)) == {
        ("weak-store-protection", "note")
    }


def test_azure_pin_alone_breaks_java():
    """The rotation outage: works today in Java, dead after."""
    pin = real("microsoft-azure-rsa-tls-issuing-ca-03-xsign")
    result = unpin.audit(store(pin, format=Format.JKS), now=NOW)
    finding = next(f for f in result.findings if f.rule == "pinned-intermediate")
    assert finding.clients == ("java",)
    assert "Microsoft Azure RSA TLS Issuing CA 03" in finding.message


def test_orphan_beside_the_right_roots_breaks_openssl_only():
    """G2 + MS 2017 + DigiCert CA, and OCSP 02 whose issuer is absent."""
    roots = [shipped(r.slug) for r in CATALOGUE.profile("azure-postgresql").roots]
    orphan = real("microsoft-tls-g2-rsa-ca-ocsp-02")
    bundle = store(*roots, orphan)
    assert ("orphan-intermediate", "error") in found(
        bundle, profile="azure-postgresql", clients="openssl"
    )
    assert found(bundle, profile="azure-postgresql", clients="java") == {
        ("orphan-intermediate", "warning")
    }


def test_the_other_twin_of_a_presented_intermediate_is_an_orphan():
    """G2 and the Microsoft-signed Issuing CA 03, whose issuer is absent: OpenSSL stops there."""
    pin = real("microsoft-azure-rsa-tls-issuing-ca-03-ms")
    roots = [shipped(r.slug) for r in CATALOGUE.profile("azure-postgresql").roots]
    twin = store(*[c for c in roots if c != shipped("microsoft-rsa-root-ca-2017")], pin)
    rules = found(twin, profile="azure-postgresql", clients="openssl")
    assert ("orphan-intermediate", "error") in rules
