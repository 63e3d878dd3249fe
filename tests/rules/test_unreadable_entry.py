"""unreadable-entry: what could not be judged is said."""

from tests.conformance.bystanders import odd_roots
from tests.conformance.bystanders.odd_roots import root
from tests.pki import pem
from tests.rules.stores import ROOT, findings, found, store
from unpin.asn1 import tlv
from unpin.model.certificate import Certificate
from unpin.pki.encoding_flaws import Flaw
from unpin.pki.name_flaws import NameFlaw
from unpin.stores.opening import open_bytes

RULE = ("unreadable-entry", "error")
UNIVERSAL = odd_roots.names(
    ("2.5.4.3", odd_roots.der.tlv(tlv.UNIVERSAL_STRING, "odd".encode("utf-32-be")))
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
