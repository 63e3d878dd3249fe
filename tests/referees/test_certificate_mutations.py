"""Certificates with changed fields: unpin says for each whether each JDK refuses it, and why.

The refusals of unpin and the JDK's exceptions stand side by side in `REASONS`, so that a certificate
refused for another reason than the JDK's counts as a disagreement.
"""

import re
import struct

import pytest

from tests.conformance.sampling import FULL
from tests.referees import comparing, jvm
from tests.referees.certificate_mutations import bits, drawn, sequence
from tests.referees.certificate_pools import CURVES, EC
from tests.referees.odd_certificates import assembled
from unpin.asn1.tlv import TlvError, encode_oid
from unpin.jdk.certificate import certificate_refusal
from unpin.jdk.known_identifiers import CURVE_BITS
from unpin.stores.java.data_streams import java_bytes

pytestmark = pytest.mark.referee

NUMBER = 40_000 if FULL else 2_000
SIZES = range(12, 80)
"""Octets of a coordinate: from below the smallest curve to above the largest."""

REASONS = {
    "EC key on a curve": "Unknown named curve",
    "explicit curve": "Only named ECParameters supported",
    "two signature algorithms differ": "Signature algorithm mismatch",
    "trailerField": "Unsupported trailerField value",
    "over a hash that Java does not take": "Unrecognized message digest algorithm",
    "parameters of X9.42": "Integer|not expected|zero length",
    "its issuer is empty": "Empty issuer DN",
    "its subject is empty, in version 1": "Empty subject DN",
    "no critical SubjectAltName": "subject field is empty",
    "fewer than 512": "RSA keys must be at least 512 bits",
    "more than 16384": "RSA keys must be no longer than 16384 bits",
    "exponent is below 3": "exponent is (larger|smaller) than",
    "does not fit its curve": "Invalid EC key",
    "compressed point": "Invalid EC key",
    "key without a curve": "EC domain parameters must be encoded",
    "twice": "Duplicate",
    "surrogate": "Illegal character in BMPString",
    "more fields than version 1": "no more data allowed for version 1",
    "only version 3 allows": "Extensions not allowed in v2",
    "a time that Java cannot read": "time|Time|Validity",
    "an iPAddress of": "Invalid IPAddressName",
    "a malformed URI": "invalid URI name",
    "without a scheme": "include scheme",
    "policy with an empty list": "No data available in policyQualifiers",
    "GeneralNames without a name": "No data available in passed DER",
    "distribution point without a name": "One of fullName",
    "ML-DSA or ML-KEM": "algorithm identifier has params",
    "HSS/LMS": "LMS",
    "bytes instead of": "key length must be|out of bounds",
    "a malformed BIT STRING": "padding bits|bit string|Not enough bytes in BitString",
    "truncated OBJECT IDENTIFIER": "not ended",
    "padded arc": "useless extra octet",
    "a NULL that is not empty": "invalid NULL",
    "not one octet": "getBoolean, invalid length",
    "more than 31 bits": "maximum valid value|minimum valid value",
    "with a mask generation function": "Only MGF1",
    "MGF1 without a hash": "Missing MGF1 parameters",
    "more than 4096 octets": "exceeds the restriction",
    "inside a definite one": "",
}
"""Words of unpin's refusal, and of the JDK's exception (a regular expression)."""


@pytest.fixture(scope="module")
def certificates():
    return drawn(20261128, NUMBER)


def answers(java, classes, file, slots):
    """What generateCertificate says of each: a list with the fingerprint, or the exception."""
    file.write_bytes(b"".join(struct.pack(">I", len(slot)) + slot for slot in slots))
    (answer,) = jvm.listed(java, classes, [("each", None, file)])
    return answer["each"]


def refusal(slot):
    try:
        return certificate_refusal(java_bytes(slot))
    except TlvError as error:
        return str(error)


def test_each_jdk_refuses_what_unpin_says(any_java, classes, tmp_path, certificates):
    found = answers(any_java, classes, tmp_path / "slots", certificates)
    wrong, other, unclear, seen = [], [], 0, set()
    for der, answer in zip(certificates, found, strict=True):
        said = refusal(der)
        refuses = comparing.refuses(said, any_java.version)
        unclear += refuses is None
        if refuses is not None and refuses != isinstance(answer, str):
            wrong.append((said, answer, der.hex()))
        for words, exception in REASONS.items():
            if refuses and words in said:
                seen.add(words)
                if not re.search(exception, answer):
                    other.append((said, answer, der.hex()))
    assert not wrong, (len(wrong), wrong[:3])
    assert len(other) <= NUMBER / 10_000, (len(other), other[:3])
    assert len(seen) > 30, REASONS.keys() - seen
    assert unclear < NUMBER / 50
    refused = sum(isinstance(answer, str) for answer in found)
    assert NUMBER / 2 < refused < NUMBER * 0.9


def test_every_curve_has_its_size(any_java, classes, tmp_path):
    keys = [(curve, size) for curve in CURVES for size in SIZES]
    made = [
        assembled(
            spki=sequence(
                sequence(encode_oid(EC), encode_oid(curve)), bits(b"\4" + bytes(2 * size))
            )
        )
        for curve, size in keys
    ]
    found = answers(any_java, classes, tmp_path / "slots", made)
    taken = {key for key, one in zip(keys, found, strict=True) if isinstance(one, list)}
    assert taken == {(curve, (bits + 7) // 8) for curve, bits in CURVE_BITS.items()}
