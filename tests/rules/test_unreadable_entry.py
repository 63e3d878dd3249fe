"""unreadable-entry: what could not be judged is said."""

from tests.pki import pem
from tests.rules.stores import ROOT, found
from unpin.stores.opening import open_bytes

RULE = ("unreadable-entry", "error")
BROKEN = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


def test_broken_block():
    assert RULE in found(open_bytes(pem(ROOT.certificate) + BROKEN, source="test"))


def test_whole_block():
    assert RULE not in found(open_bytes(pem(ROOT.certificate), source="test"))
