"""The flaws of one certificate, and what a family does with a store that holds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.bystanders.odd_roots import draw, root
from tests.examples import examples
from tests.pki import Authority

from unpin.model.certificate import Certificate
from unpin.model.entries import TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.model.x509 import Field
from unpin.pki import encoding_checks
from unpin.pki.certificate_features import Oddity, PathPosition, features
from unpin.pki.clients import CLIENTS
from unpin.pki.clients.rules import Loading
from unpin.pki.encoding_checks import find_flaws
from unpin.pki.encoding_flaws import Flaw
from unpin.pki.trust_anchors import damaged, loading
from unpin.pki.verdict import Reason

RULES = {client.ident: client for client in CLIENTS}
FLAWS = {
    "length: long form, of the extensions": {Flaw.LONG_LENGTH},
    "length: long form, of the names": {Flaw.LONG_LENGTH},
    "length: long form, of all": {Flaw.LONG_LENGTH},
    "length: indefinite, of the extensions": {Flaw.INDEFINITE_LENGTH},
    "length: indefinite, of all": {Flaw.INDEFINITE_LENGTH},
    "serial: negative": {Flaw.NEGATIVE_SERIAL},
    "serial: not minimal": {Flaw.PADDED_SERIAL},
    "serial: empty": {Flaw.EMPTY_SERIAL},
    "path length: negative": {Flaw.NEGATIVE_PATH_LENGTH},
    "path length: of 9 octets": {Flaw.HUGE_PATH_LENGTH},
    "unreadable: BasicConstraints": {Flaw.BASIC_CONSTRAINTS},
    "unreadable: KeyUsage": {Flaw.KEY_USAGE},
    "unreadable: SubjectKeyIdentifier": {Flaw.KEY_ID},
    "unreadable: AuthorityKeyIdentifier": {Flaw.KEY_ID},
    "unreadable: ExtendedKeyUsage": {Flaw.PURPOSES},
    "unreadable: SubjectAltName": {Flaw.ALTERNATIVE_NAMES},
    "unreadable: NameConstraints": {Flaw.NAME_CONSTRAINTS},
    "unreadable: CRLDistributionPoints": {Flaw.CRL_POINTS},
    "unreadable: critical ExtendedKeyUsage": {Flaw.PURPOSES, Flaw.CRITICAL_PURPOSES},
    "unreadable: the extensions": {Flaw.EXTENSIONS},
    "unreadable: public key": {Flaw.PUBLIC_KEY},
    "extension: twice": {Flaw.REPEATED_EXTENSION},
    "extension: BasicConstraints twice": {Flaw.REPEATED_EXTENSION},
    "extension: critical TRUE as 01": {Flaw.LAX_CRITICAL},
    "extension: trailing byte in BasicConstraints": {Flaw.EXTRA_CONSTRAINTS},
    "trailing: one zero": {Flaw.TRAILING},
    "trailing: two octets": {Flaw.TRAILING},
    "trailing: a line's end": {Flaw.TRAILING},
    "version: 1 with extensions": {Flaw.EXTENDED_VERSION_1},
    "version: 1 written": {Flaw.WRITTEN_VERSION_1},
    "version: 2 with extensions": {Flaw.EXTENDED_VERSION_2},
    "version: 2 without extensions": {Flaw.VERSION_2},
    "version: 4": {Flaw.LATE_VERSION},
    "version: -1": {Flaw.NEGATIVE_VERSION},
    "unique identifiers": {Flaw.UNIQUE_IDS},
    "time: UTCTime without seconds": {Flaw.UTC_SHORT},
    "time: UTCTime with an offset": {Flaw.UTC_OFFSET},
    "time: UTCTime without Z": {Flaw.UTC_LOCAL},
    "time: GeneralizedTime without seconds": {Flaw.GENERALIZED_SHORT},
    "time: GeneralizedTime with a fraction": {Flaw.GENERALIZED_FRACTION},
    "time: GeneralizedTime with an offset": {Flaw.GENERALIZED_OFFSET},
    "time: GeneralizedTime without Z": {Flaw.GENERALIZED_LOCAL},
    "time: 30 February": {Flaw.NO_SUCH_DAY},
    "time: second 60": {Flaw.LEAP_SECOND},
    "time: no digits": {Flaw.NO_TIME},
    "name: empty": {Flaw.EMPTY_NAME},
    "name: UTF8String not UTF-8": {Flaw.UTF8_NAME},
    "name: BMPString of odd length": {Flaw.BMP_NAME},
    "name: an INTEGER for a CN": {Flaw.NAME_TYPE},
    "algorithm: differs within and without": {Flaw.TWO_ALGORITHMS},
    "algorithm: explicit curve": {Flaw.EXPLICIT_CURVE},
    "algorithm: unknown curve": {Flaw.UNKNOWN_CURVE},
    "algorithm: RSA exponent 1": {Flaw.RSA_EXPONENT},
}
"""Of the odd roots; the others have none."""


def store_of(*ders, format=Format.PKCS7):
    entries = (TrustedEntry(f"e{at}", Certificate(der), der) for at, der in enumerate(ders))
    return Store("test", format, tuple(entries))


def odd(kind):
    return draw()[kind]


def test_the_flaws_of_every_odd_root():
    found = {kind: find_flaws(Certificate(der)) for kind, der in draw().items()}

    assert {kind: set(one) for kind, one in found.items() if one} == FLAWS


def test_every_field_that_may_be_unreadable_is_a_flaw_or_has_its_own_check():
    assert set(encoding_checks._BY_FIELD) == set(Field)


def test_a_name_that_is_no_name_has_a_flaw_that_nobody_measured():
    broken = Certificate(root("odd", subject=b"\x30\x03\x31\x01\x05"))

    assert Flaw.OTHER in find_flaws(broken)


@pytest.mark.parametrize(
    ("kind", "odd_on_path"),
    [
        ("nothing", False),
        ("serial: negative", True),
        ("name: UTF8String not UTF-8", True),
        ("version: 2 without extensions", False),
        ("algorithm: explicit curve", False),
    ],
)
def test_a_flaw_leaves_a_path_open_unless_a_policy_judges_it(kind, odd_on_path):
    found = features(Certificate(odd(kind))).oddities[PathPosition.ANCHOR]

    assert (Oddity.ENCODING in found) is odd_on_path


NEGATIVE, PADDED, TRAILING = "serial: negative", "serial: not minimal", "trailing: one zero"


@pytest.mark.parametrize(
    ("client", "kind", "found"),
    [
        *((client.ident, NEGATIVE, None) for client in CLIENTS),
        ("openssl", PADDED, Reason.UNREADABLE_ENTRY),
        ("dotnet", PADDED, Reason.UNREADABLE_ENTRY),
        ("boringssl", PADDED, Reason.NOT_MODELLED),
        ("go", PADDED, None),
        ("gnutls", PADDED, None),
        ("openssl", TRAILING, Reason.NOT_MODELLED),
    ],
)
def test_one_odd_certificate_in_a_store(client, kind, found):
    store = store_of(odd("nothing"), odd(kind))

    assert loading(RULES[client], (damage for _, damage in damaged(store))) is found


def test_the_entry_is_named():
    store = store_of(odd("nothing"), odd(PADDED), odd(NEGATIVE))

    assert list(damaged(store)) == [
        (1, frozenset({Flaw.PADDED_SERIAL})),
        (2, frozenset({Flaw.NEGATIVE_SERIAL})),
    ]


@pytest.mark.parametrize("format", [Format.JKS, Format.PKCS12])
def test_java_leaves_what_follows_a_certificate_in_a_key_store(format):
    assert list(damaged(store_of(odd(TRAILING), format=format))) == []


def test_a_refusal_comes_before_a_doubt():
    found = loading(RULES["openssl"], [frozenset({Flaw.OTHER}), frozenset({Flaw.UTF8_NAME})])

    assert found is Reason.UNREADABLE_ENTRY


@pytest.mark.parametrize("client", ["openssl", "rustls", "gnutls", "dotnet", "boringssl", "nss"])
def test_what_was_not_measured_is_not_known(client):
    assert RULES[client].loading.with_entry(frozenset({Flaw.OTHER})) is Loading.UNKNOWN


ROOT = Authority("Some Root").certificate.der


@examples(1000)
@given(st.floats(0, 1, exclude_max=True), st.integers(0, 255))
def test_no_certificate_that_parses_is_too_odd_to_describe(place, octet):
    """One octet other than it was: what cannot be read is a flaw, never an exception."""
    der = bytearray(ROOT)
    der[int(place * len(der))] = octet
    certificate = Certificate(bytes(der))
    if certificate.problem is None:
        features(certificate)
