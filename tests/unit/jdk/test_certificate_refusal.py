"""Why Java refuses a certificate, in words; tests/referees holds each case against the JVMs."""

import pytest
from tests.referees.odd_certificates import certificates

from unpin.jdk.certificate import certificate_refusal

REFUSED = {
    "trailing bytes": "4 bytes after the certificate",
    "empty": "truncated at byte 0",
    "text": "element at byte 0 claims 101 bytes, 3 remain",
    "empty sequence": "a certificate of 0 fields instead of 3",
    "no certificate": "a certificate of 1 fields instead of 3",
    "a SET": "certificate expected at byte 0, found tag 0x31",
    "only a key": "a certificate of 2 fields instead of 3",
    "version 1 with extensions": "it has more fields than version 1 allows",
    "version 2 with extensions": "it has extensions, which only version 3 allows",
    "serial empty": "empty INTEGER at byte 11",
    "algorithms differ": "its two signature algorithms differ",
    "no issuer": "its issuer is empty",
    "issuer of empty RDNs": "its issuer is empty",
    "no subject, SAN": "its subject is empty, and it has no critical SubjectAltName",
    "surrogate in a BMPString": "a surrogate in a BMPString, which Java 17 and 21 still accept",
    "time without Z": "a time that Java cannot read",
    "time of month 13": "a time that Java cannot read",
    "three times": "a validity of 3 times instead of 2",
    "RSA of 504 bits": "an RSA key of 504 bits, fewer than 512",
    "RSA of 16385 bits": "an RSA key of 16385 bits, more than 16384",
    "RSA with exponent 1": "an RSA key whose exponent is below 3 or beyond its modulus",
    "RSA with a long exponent": "an RSA key of more than 3072 bits with an exponent of more than 64",
    "EC on brainpoolP256t1": "an EC key on a curve that Java does not know (1.3.36.3.3.2.8.1.1.8)",
    "EC on SM2": "an EC key on a curve that Java does not know (1.2.156.10197.1.301)",
    "DH of X9.42": "a DH key with parameters of X9.42, not of PKCS #3",
    "EC on FRP256v1": "an EC key on a curve that Java does not know (1.2.250.1.223.101.256.1)",
    "RSASSA-PSS over MGF1 with MD5": (
        "RSASSA-PSS with MGF1 over a hash that Java does not take (1.2.840.113549.2.5)"
    ),
    "RSASSA-PSS with trailerField 2": "RSASSA-PSS with trailerField 2 instead of 1",
    "critical nameConstraints with a URI": "a URI with a scheme in nameConstraints",
    "critical otherName without [0]": (
        "an otherName whose value is not tagged [0], which Java 17 still accepts"
    ),
    "critical broken subjectKeyIdentifier": "element at byte 0 claims 101 bytes, 1 remain",
    "extension of 4097 octets of OID": "an OBJECT IDENTIFIER of more than 4096 octets",
    "EC with a spelled-out curve": "an EC key with explicit curve parameters",
    "EC with a compressed point": "an EC key with a compressed point",
    "EC without a curve": "an EC key without a curve",
    "EC with a short point": "an EC key whose point does not fit its curve",
    "Ed25519 of 31 octets": "an Ed25519 key of 31 bytes instead of 32",
    "extension twice": "it has the extension 1.2.3 twice",
    "known extension twice": "it has the extension 2.5.29.15 twice",
    "broken critical keyUsage": "truncated at byte 0",
    "broken critical basicConstraints": "1 bytes after the critical extension 2.5.29.19",
    "no bits": "a malformed BIT STRING",
    "a fourth field": "a certificate of 4 fields instead of 3",
}
OF_VARYING_LENGTH = {"two in a row", "indefinite with a tail", "PEM", "cut off"}


@pytest.mark.parametrize("name", sorted(certificates().keys() - OF_VARYING_LENGTH))
def test_a_refusal_says_why(name):
    assert certificate_refusal(certificates()[name]) == REFUSED.get(name)


@pytest.mark.parametrize("name", sorted(OF_VARYING_LENGTH))
def test_what_is_more_or_less_than_a_certificate_is_refused(name):
    assert certificate_refusal(certificates()[name]) is not None
