"""What the audit says of expired entries, Java's trust managers do with servers that send them."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose

from tests import fixed_keys
from tests.pki import NOW, Authority
from tests.referees import jvm
from tests.rules.stores import CATALOGUE, MIDDLE, ROOT, only, store
from unpin.model.certificate import Certificate
from unpin.model.formats import Format
from unpin.rehearsal.rehearser import Rehearser
from unpin.rewrite.dependents import irreplaceable

pytestmark = pytest.mark.referee

FAMILIES = {"PKIX": "java", "SunX509": "java-sunx509"}
ENDED = {"ends": NOW - timedelta(days=400)}


def purposes(*oids):
    return x509.ExtendedKeyUsage(oids)


def plain():
    """Self-signed without BasicConstraints and KeyUsage, as many tools make it."""
    key = fixed_keys.private_key("plain")
    name = x509.Name.from_rfc4514_string("CN=db.example.org")
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), 7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(ENDED["ends"])
    )
    return Certificate(fixed_keys.signed(builder, key, hashes.SHA256()).public_bytes(Encoding.DER))


ENTRIES = {
    "a server's": Authority("db.example.org", MIDDLE, ca=False, **ENDED).certificate,
    "a server's, by purpose": Authority(
        "db.example.org", MIDDLE, ca=False, extensions=(purposes(Purpose.SERVER_AUTH),), **ENDED
    ).certificate,
    "a client's": Authority(
        "db.example.org", MIDDLE, ca=False, extensions=(purposes(Purpose.CLIENT_AUTH),), **ENDED
    ).certificate,
    "self-signed": Authority("db.example.org", ca=False, **ENDED).certificate,
    "self-signed, plain": plain(),
}
"""Expired, each of a server that goes on sending it."""


def test_java_accepts_what_the_audit_says_it_keeps_trusting(java, classes):
    jobs = [
        (how, [entry.der, ROOT.certificate.der], [entry.der])
        for how in FAMILIES
        for entry in ENTRIES.values()
    ]
    jobs += [(how, [ROOT.certificate.der], chain) for how, _, chain in jobs]
    answers = jvm.judged(java, classes, jobs)
    half = len(jobs) // 2
    assert answers[:half] == ["ok"] * half
    assert "ok" not in answers[half:]


@pytest.mark.parametrize("name", ENTRIES)
def test_the_audit_says_so_and_does_not_advise_to_remove_it(name):
    finding = only("expired-anchor", store(ENTRIES[name]), clients=",".join(FAMILIES.values()))
    assert finding.message.endswith(": Java and Java with SunX509 keep trusting it")
    assert finding.remedy.kind == "renew-server-certificate"


@pytest.mark.parametrize("name", ENTRIES)
def test_fix_keeps_it_although_its_root_is_in_the_store(name):
    held = store(ROOT.certificate, MIDDLE.certificate, ENTRIES[name], format=Format.JKS)
    assert irreplaceable(Rehearser(held, CATALOGUE, NOW), {1, 2}, ()) == {2}
