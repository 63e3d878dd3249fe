"""unreadable-entry: what could not be judged is said."""

from tests.conformance.bystanders import odd_roots
from tests.conformance.bystanders.odd_roots import root
from tests.pki import pem
from tests.rules.stores import ROOT, findings, found, store
from tests.unit.stores import certs
from unpin.asn1 import tlv
from unpin.model.certificate import Certificate
from unpin.pki.encoding_flaws import Flaw
from unpin.pki.name_flaws import NameFlaw
from unpin.reports.audit_wording import remedy_text
from unpin.stores.opening import open_bytes

RULE = ("unreadable-entry", "error")
UNIVERSAL = odd_roots.names(
    ("2.5.4.3", odd_roots.der.tlv(tlv.UNIVERSAL_STRING, "odd".encode("utf-32-be")))
)
ASK_THE_CA = (
    "remove this block; a request is what a CA signs: ask the CA for the certificate that it issued"
)
BROKEN = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


def test_broken_block():
    """[Some Root]; [a broken block]."""
    assert RULE in found(open_bytes(pem(ROOT.certificate) + BROKEN, source="test"))


def test_whole_block():
    """[Some Root]."""
    assert RULE not in found(open_bytes(pem(ROOT.certificate), source="test"))


def test_certificate_for_which_a_client_refuses_the_store():
    """[Some Root]; [odd, with a padded serial number]."""
    odd = Certificate(root("odd", serial=b"\x02\x04\x00\x00\x11\x22"))
    told = [
        (one.location.index, one.message, one.clients)
        for one in findings(store(ROOT.certificate, odd), clients="openssl,go,dotnet")
        if one.rule == "unreadable-entry"
    ]

    assert told == [
        (
            1,
            f"this certificate has {Flaw.PADDED_SERIAL}: a client refuses the whole store for it",
            ("openssl", "dotnet"),
        )
    ]


def test_certificate_that_is_odd_to_nobody():
    """[Some Root]; [odd, with a negative serial number]."""
    negative = Certificate(root("odd", serial=b"\x02\x02\xee\x22"))

    assert RULE not in found(store(ROOT.certificate, negative))


def test_certificate_whose_name_a_client_refuses():
    """[Some Root]; [odd, called by a UniversalString]."""
    named = Certificate(root("odd", subject=UNIVERSAL))
    told = [
        (one.location.index, one.severity, one.message, one.clients)
        for one in findings(store(ROOT.certificate, named), clients="openssl,go,gnutls")
        if one.rule == "unreadable-entry"
    ]

    assert told == [
        (1, "warning", f"this certificate has {NameFlaw.STRING_TYPE}: Go refuses it", ("go",))
    ]


def test_a_request_is_a_note_with_its_own_cure():
    """[Some Root]; [a certificate signing request]."""
    request = b"-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n"
    told = of_other_block(request)

    assert told == [
        ("note", "this block is a certificate signing request, not a certificate", ASK_THE_CA)
    ]


def test_a_revocation_list_is_a_note_with_its_own_cure():
    """[Some Root]; [a revocation list]."""
    told = of_other_block(certs.revocation_list())

    assert [(severity, message) for severity, message, _ in told] == [
        ("note", "this block is a certificate revocation list, not a certificate")
    ]
    assert told[0][2].startswith("move this block to a file of its own")


def test_a_block_of_an_unknown_label():
    """[Some Root]; [a block that nobody knows]."""
    told = of_other_block(b"-----BEGIN ODD-----\nMIIB\n-----END ODD-----\n")

    assert told == [
        (
            "note",
            "this block is a block labelled 'ODD'",
            "remove this block, which is no certificate",
        )
    ]


def test_clients_that_skip_other_blocks_are_ready():
    """[Some Root]; [a certificate signing request]: OpenSSL passes over it, Java does not."""
    request = b"-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n"
    bundle = open_bytes(pem(ROOT.certificate) + request, source="test")

    assert "error" not in {severity for _, severity in found(bundle, clients="openssl")}
    assert ("encoding-fault", "error") in found(bundle, clients="java")


def of_other_block(block):
    return [
        (one.severity, one.message, remedy_text(one.remedy))
        for one in findings(open_bytes(pem(ROOT.certificate) + block, source="test"))
        if one.rule == "unreadable-entry"
    ]
