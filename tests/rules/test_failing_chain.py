"""failing-chain: what no missing root and no single entry explains."""

from tests.rules.stores import POSTGRESQL, found, shipped
from unpin.model.entries import TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store

RULE = "failing-chain"
G2 = "digicert-global-root-g2"


def java_store(*, g2_visible):
    """G2 with or without the trusted-key-usage attribute, beside another root that has it."""
    g2 = TrustedEntry("g2", shipped(G2), b"", trusted=g2_visible)
    other = TrustedEntry("ms", shipped("microsoft-rsa-root-ca-2017"), b"")
    return Store("test", Format.PKCS12, (g2, other))


def test_root_that_java_does_not_see():
    """[DigiCert Global Root G2, hidden from Java] > today's chain; [Microsoft RSA Root CA 2017]."""
    pairs = found(java_store(g2_visible=False), profile=POSTGRESQL)
    assert (RULE, "error") in pairs
    assert ("missing-root", "error") not in pairs


def test_root_that_java_sees():
    """[DigiCert Global Root G2] > today's chain; [Microsoft RSA Root CA 2017]."""
    rules = {rule for rule, _ in found(java_store(g2_visible=True), profile=POSTGRESQL)}
    assert RULE not in rules
