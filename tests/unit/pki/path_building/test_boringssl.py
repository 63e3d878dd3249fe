"""The verdicts of Bun 1.4.5, where BoringSSL does otherwise than OpenSSL."""

from datetime import UTC, datetime

import pytest
from tests.conformance.bystanders.odd_roots import root as odd_root
from tests.conformance.policy import der
from tests.conformance.policy.certs import ABSENT, CLIENT_AUTH, NOW, PAST, Key, issue, permitted
from tests.conformance.policy.pem import bundle

from unpin.catalogue.handshakes import Handshake
from unpin.catalogue.load import load_builtin
from unpin.catalogue.model import Phase
from unpin.model.certificate import Certificate
from unpin.pki.acceptance import printed_text, verdict_on
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import client_named
from unpin.pki.encoding_checks import find_flaws
from unpin.pki.encoding_flaws import Flaw
from unpin.pki.verdict import Reason
from unpin.rehearsal.rehearser import Rehearser
from unpin.stores.opening import open_bytes

BORINGSSL = client_named("boringssl")
ROOT = issue("R")
MIDDLE = issue("I", ROOT)
LEAF = issue("L", MIDDLE, ca=False)
EXPIRED = {"begins": PAST - 1, "ends": -10}


def view(made):
    return CertificateView.of(Certificate(made.der))


def verdict(store, chain, at=NOW):
    return verdict_on(BORINGSSL, [*map(view, store)], [*map(view, chain)], at)


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_namesakes_the_smaller_encoding_is_taken(turn):
    """[R], [R with another key]; R > I > L without key identifiers."""
    none = {"key_id": ABSENT, "authority": ABSENT}
    root = issue("R", **none)
    other = issue("R", key=Key("other R"), **none)
    middle = issue("I", root, **none)
    chain = [issue("L", middle, ca=False, **none), middle]

    found = verdict([root, other][::turn], chain)

    smaller = min(root, other, key=lambda made: made.der)
    assert found.accepted is (smaller is root)
    assert found.path[-1] == view(smaller)


@pytest.mark.parametrize("turn", [1, -1])
def test_a_valid_namesake_comes_before_an_expired_one(turn):
    """[R], [R, expired]; R > I > L, and I in the store, expired."""
    store = [ROOT, issue("R", **EXPIRED), issue("I", ROOT, **EXPIRED)]

    assert verdict(store[::turn], [LEAF, MIDDLE]).accepted


def test_a_self_issued_server_certificate_is_trusted_as_it_is():
    """[L], signed by itself, which may not sign; then beside a twin."""
    lone = issue("L", ca=False)
    twin = issue("L", ca=False, begins=PAST - 5)

    assert verdict([lone], [lone]).accepted
    assert verdict([twin, lone], [lone]).accepted
    assert verdict([twin], [lone]).reason is Reason.NO_ANCHOR
    assert verdict([LEAF], [LEAF, MIDDLE]).reason is Reason.NO_ANCHOR


def test_the_last_error_is_printed():
    """R > I > L: nothing in the store signed it, and each fault beside that comes later."""
    stranger = issue("X")
    expired = issue("L", MIDDLE, ca=False, **EXPIRED)
    client = issue("L", MIDDLE, ca=False, eku=(CLIENT_AUTH,))
    tight = issue("I", ROOT, constraints=permitted("example"))
    named = issue("L", tight, ca=False, **EXPIRED)

    def printed(chain):
        found = verdict([stranger], chain)
        assert found.accepted is False
        return printed_text(BORINGSSL, found)

    assert printed([LEAF]) == "unable to verify the first certificate"
    assert printed([LEAF, MIDDLE]) == "unable to get local issuer certificate"
    assert printed([client, MIDDLE]) == "unsupported certificate purpose"
    assert printed([client]) == "unable to verify the first certificate"
    assert printed([expired]) == "certificate has expired"
    assert printed([named, tight]) == "subtree violation"
    assert printed([LEAF, MIDDLE, ROOT]) == "self signed certificate in certificate chain"


def test_an_extension_that_cannot_be_parsed_hides_the_certificate():
    """[R, pathLenConstraint with CA:FALSE] > I > L, and a server certificate like it."""
    odd = issue("R", ca=False, path_length=0, usage=ABSENT)

    assert verdict([odd], [LEAF, MIDDLE]).reason is Reason.NO_ANCHOR
    server = issue("L", MIDDLE, ca=False, path_length=0)
    assert verdict([ROOT], [server, MIDDLE]).reason is Reason.UNREAD


def test_a_certificate_that_is_not_read_ends_the_handshake_wherever_it_stands():
    """R > I > L, and beside them a version 1 certificate with extensions."""
    strange = odd_root("strange", marker=b"")

    assert find_flaws(Certificate(strange)) == {Flaw.EXTENDED_VERSION_1}
    found = verdict_on(
        BORINGSSL,
        [view(ROOT)],
        [*map(view, (LEAF, MIDDLE)), CertificateView.of(Certificate(strange))],
        NOW,
    )
    assert (found.accepted, found.reason) == (False, Reason.UNREAD)


@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        (der.sequence(der.sequence(der.oid("2.5.29.32.0"))), True),
        (der.sequence(), None),
        (b"\x30\x03\x02", None),
        (der.sequence(*[der.sequence(der.oid("2.5.29.32.0"))] * 2), None),
    ],
)
def test_policies_that_are_no_list_of_different_ones_are_not_judged(value, accepted):
    """[R] > I > L, where I has certificatePolicies."""
    middle = issue("I", ROOT, more=(("2.5.29.32", False, value),))

    assert verdict([ROOT], [LEAF, middle]).accepted is accepted


def test_what_stands_before_an_unread_certificate_is_loaded():
    """[R, a root with a padded serial number], in both orders."""
    strange = odd_root("strange", serial=b"\x02\x04\x00\x00\x11\x22")
    handshake = Handshake(Phase.BOTH, "L", "", "as sent", (view(LEAF), view(MIDDLE)), seen=True)

    def told(*ders):
        held = open_bytes(bundle(ders).encode(), source="store.pem")
        return Rehearser(held, load_builtin(), NOW).verdict(BORINGSSL, handshake)

    assert told(ROOT.der, strange).accepted
    refused = told(strange, ROOT.der)
    assert (refused.accepted, printed_text(BORINGSSL, refused)) == (False, "Invalid CA")
    after = issue("R", begins=PAST - 2)
    assert told(issue("X").der, strange, after.der).reason is Reason.NO_ANCHOR


def test_dates_are_asked_of_every_certificate():
    then = datetime(2000, 1, 1, tzinfo=UTC)

    assert verdict([ROOT], [LEAF, MIDDLE], then).reason is Reason.NOT_YET_VALID
