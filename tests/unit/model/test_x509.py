"""The parser agrees with cryptography's on sound certificates, and reads past faults in others."""

import warnings
from datetime import UTC
from ipaddress import ip_address

import pytest
from cryptography import x509 as referee
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.pki import Authority
from tests.referees.odd_certificates import certificates as odd

from unpin.catalogue.load import load_builtin
from unpin.model.certificate import Certificate
from unpin.model.x509 import Field

BUILTIN = {one.slug: one.certificate for one in load_builtin().certificates if one.certificate}


def extension(certificate, kind):
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except referee.ExtensionNotFound:
        return None


@pytest.mark.parametrize("slug", BUILTIN)
def test_every_field_of_the_catalogue_is_as_cryptography_reads_it(slug):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # serial 0, and keys that are announced to go
        theirs = referee.load_der_x509_certificate(BUILTIN[slug].der)
        key = theirs.public_key()
    ours = BUILTIN[slug].fields
    assert ours.problems == ()
    assert (ours.version, ours.serial) == (theirs.version.value + 1, theirs.serial_number)
    assert ours.subject.der == theirs.subject.public_bytes()
    assert ours.issuer.der == theirs.issuer.public_bytes()
    assert ours.not_before.astimezone(UTC) == theirs.not_valid_before_utc
    assert ours.not_after.astimezone(UTC) == theirs.not_valid_after_utc
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert (ours.public_key.der, ours.public_key.bits) == (spki, key.key_size)
    assert ours.signature_oid == theirs.signature_algorithm_oid.dotted_string
    assert ours.signature_algorithm.lower() == theirs.signature_algorithm_oid._name.lower()
    assert (ours.signature, ours.tbs) == (theirs.signature, theirs.tbs_certificate_bytes)
    assert {one.oid.dotted_string for one in theirs.extensions} == set(ours.extensions)
    critical = {one.oid.dotted_string for one in theirs.extensions if one.critical}
    assert critical == ours.critical_extensions
    basic = extension(theirs, referee.BasicConstraints)
    assert (ours.ca, ours.path_length) == (
        (None, None) if basic is None else (basic.ca, basic.path_length)
    )
    usage = extension(theirs, referee.KeyUsage)
    assert ours.key_cert_sign == (None if usage is None else usage.key_cert_sign)
    purposes = extension(theirs, referee.ExtendedKeyUsage)
    assert ours.extended_key_usage == (
        None if purposes is None else tuple(one.dotted_string for one in purposes)
    )
    own = extension(theirs, referee.SubjectKeyIdentifier)
    assert ours.subject_key_id == (None if own is None else own.digest)
    authority = extension(theirs, referee.AuthorityKeyIdentifier)
    assert ours.authority_key_id == (None if authority is None else authority.key_identifier)


def test_alternative_names():
    names = referee.SubjectAlternativeName(
        [
            referee.DNSName("a.example"),
            referee.RFC822Name("a@example"),
            referee.IPAddress(ip_address("192.0.2.1")),
            referee.DNSName("*.b.example"),
            referee.IPAddress(ip_address("2001:db8::1")),
        ]
    )
    fields = Authority("a.example", ca=False, extensions=(names,)).certificate.fields
    assert fields.dns_names == ("a.example", "*.b.example")
    assert [len(address) for address in fields.ip_addresses] == [4, 16]
    assert [tag for tag, _ in fields.alternative_names] == [0x82, 0x81, 0x87, 0x82, 0x87]


PROBLEMS = {
    "serial empty": [Field.SERIAL],
    "time of month 13": [Field.NOT_BEFORE, Field.NOT_AFTER],
    "time of day 31 in February": [Field.NOT_BEFORE, Field.NOT_AFTER],
    "extension twice": [Field.REPEATED_EXTENSION],
    "known extension twice": [Field.REPEATED_EXTENSION],
    "broken keyUsage": [Field.KEY_USAGE],
    "broken critical keyUsage": [Field.KEY_USAGE],
    "critical broken subjectKeyIdentifier": [Field.SUBJECT_KEY_IDENTIFIER],
    "broken known extension twice": [Field.REPEATED_EXTENSION, Field.KEY_USAGE],
    "extension of 4097 octets of OID": [Field.EXTENSIONS],
}
UNREADABLE = {
    "PEM", "empty", "text", "cut off", "empty sequence", "no certificate", "a SET", "only a key",
}  # fmt: skip


@pytest.mark.parametrize("name", odd())
def test_a_faulty_field_hides_no_other(name):
    certificate = Certificate(odd()[name])
    assert (certificate.problem is not None) == (name in UNREADABLE)
    if certificate.problem is None:
        problems = [problem.field for problem in certificate.fields.problems]
        assert problems == PROBLEMS.get(name, [])
