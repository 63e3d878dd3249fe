"""Plans: what the catalogue replaces goes, its roots come, everything else stays."""

from dataclasses import replace
from itertools import permutations

from tests.pki import NOW
from tests.rotation import rotation
from tests.rules.stores import (
    CATALOGUE,
    MIDDLE,
    POSTGRESQL,
    ROOT,
    SERVER,
    roots,
    shipped,
    store,
)

from unpin.model.certificate import Certificate
from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.clients.openssl import OPENSSL
from unpin.rehearsal.rehearser import Rehearser
from unpin.rewrite.plan import make_plan, planned
from unpin.rewrite.removal_candidates import PlanOptions

PROFILE = CATALOGUE.profile(POSTGRESQL)


def plan(a_store):
    return make_plan(Rehearser(a_store, CATALOGUE, NOW), PROFILE)


def test_a_good_store_needs_nothing():
    assert plan(store(*roots())).is_empty


def test_a_pin_of_the_catalogue_goes_and_the_roots_come():
    one = plan(store(shipped("digicert-tls-rsa-sha256-2020-ca1")))
    assert [(r.index, r.reason) for r in one.remove] == [(0, "an intermediate")]
    assert [record.certificate for record in one.add] == roots()


def test_what_the_catalogue_does_not_replace_stays():
    own = store(*roots(), ROOT.certificate, MIDDLE.certificate, SERVER.certificate)
    assert plan(own).is_empty


def test_a_cross_signed_copy_goes_and_its_root_stays():
    """[Old Root]; [Other Root]; [New Root]; Old Root > [New Root]."""
    rotated = rotation()
    records = tuple(
        replace(one, role="cross-signed") if one.slug == "new-root-x" else one
        for one in rotated.catalogue.certificates
    )
    known = replace(rotated.catalogue, certificates=records)
    twins = store(*(rotated[n] for n in ("old-root", "other-root", "new-root", "new-root-x")))
    one = make_plan(Rehearser(twins, known, NOW), known.profile("test"))
    assert [(r.index, r.reason) for r in one.remove] == [(3, "a cross-signed copy")]


def test_a_cross_signed_copy_stays_under_a_ca_that_stays():
    """OpenSSL finds the CA in the store and goes on from it there alone, whatever servers send."""
    rotated = rotation()
    names = ("old-root", "new-root-x", "new-ca-2")
    for order in permutations(names):
        held = store(*(rotated[name] for name in order))
        one = make_plan(Rehearser(held, rotated.catalogue, NOW), rotated.catalogue.profile("test"))
        assert one.remove == ()
        assert {order[line.index]: line.reason for line in one.keep} == {
            "new-root-x": "an intermediate, but no root in the store replaces it for every client",
            "new-ca-2": "an intermediate that is not in the catalogue",
        }


def test_only_what_a_ca_that_stays_needs_stays_with_it():
    rotated = rotation()
    names = ("old-root", "new-root-x", "new-ca-2", "old-ca-1", "new-root-x-ended", "server")
    held = store(*(rotated[name] for name in names))
    one = make_plan(Rehearser(held, rotated.catalogue, NOW), rotated.catalogue.profile("test"))
    assert [names[line.index] for line in one.remove] == ["old-ca-1", "new-root-x-ended", "server"]


def test_what_a_pin_that_stays_would_hide_does_not_leave_either():
    """Java needs the copy whose issuer is nowhere; OpenSSL would take it, and go no further."""
    rotated = rotation()
    names = ("new-root-x", "old-root", "new-root-hidden", "new-root", "old-ca-1")
    held = store(*(rotated[name] for name in names))
    one = make_plan(Rehearser(held, rotated.catalogue, NOW), rotated.catalogue.profile("test"))
    assert [names[line.index] for line in one.remove] == ["old-ca-1"]


def test_a_root_that_comes_stands_before_the_copies_of_it():
    """OpenSSL takes the first of them: what the root does in its place has not to stay."""
    rotated = rotation()
    names = ("old-root", "other-root-x", "other-root-hidden")
    held = store(*(rotated[name] for name in names))
    profile = rotated.catalogue.profile("test")
    one = make_plan(Rehearser(held, rotated.catalogue, NOW), profile)
    assert [names[line.index] for line in one.remove] == ["other-root-x"]
    assert [record.slug for record in one.add] == ["other-root"]
    assert make_plan(Rehearser(planned(held, one), rotated.catalogue, NOW), profile).is_empty


def test_a_client_that_the_user_names_loses_nothing_in_a_store_of_java_either():
    """Old Root > New Root in the store, not seen by Java; [Hidden Root] > New Root, seen by all.

    With the first New Root gone, OpenSSL would take the second, whose issuer is nowhere.
    """
    rotated = rotation()
    names = ("new-root-x", "new-root-hidden", "old-root")
    entries = tuple(
        TrustedEntry(name, rotated[name], b"", trusted=name == "new-root-hidden") for name in names
    )
    held = Store("test", Format.PKCS12, entries)
    rehearser = Rehearser(held, rotated.catalogue, NOW)
    profile = rotated.catalogue.profile("test")
    for_java = make_plan(rehearser, profile)
    for_both = make_plan(rehearser, profile, clients=(OPENSSL,))
    assert [names[line.index] for line in for_java.remove] == ["new-root-x"]
    assert for_both.remove == ()


def test_an_unknown_copy_of_a_known_ca_goes_too():
    """[Old Root]; [Other Root]; Old Root > [New Root], of which the catalogue has no record.

    It would shadow what servers send as soon as the known copy is gone.
    """
    rotated = rotation()
    known = tuple(one for one in rotated.catalogue.certificates if one.slug != "new-root-x")
    without = replace(rotated.catalogue, certificates=known)
    held = store(*(rotated[name] for name in ("old-root", "other-root", "new-root-x")))
    one = make_plan(Rehearser(held, without, NOW), without.profile("test"))
    assert [(r.index, r.reason) for r in one.remove] == [
        (2, "another copy of a CA in the catalogue")
    ]


def test_a_root_that_java_does_not_see_comes_again():
    hidden = TrustedEntry("G2", shipped("digicert-global-root-g2"), b"")
    seen = tuple(
        TrustedEntry(f"r{i}", certificate, b"")
        for i, certificate in enumerate(roots("digicert-global-root-g2"))
    )
    one = plan(Store("test", Format.JKS, (hidden, *seen)))
    assert [record.slug for record in one.add] == ["digicert-global-root-g2"]


def test_planned_keeps_keys_and_puts_roots_first_in_a_bundle():
    key = KeyEntry("key", KeyKind.PRIVATE, (SERVER.certificate,), b"")
    pin = TrustedEntry("", shipped("digicert-tls-rsa-sha256-2020-ca1"), b"")
    own = TrustedEntry("", ROOT.certificate, b"")
    fault = EncodingFault(FaultKind.UTF_8_BOM)
    before = Store("test", Format.PEM, (key, pin, own), faults=(fault,))
    after = planned(before, plan(before))
    assert [entry.certificate for entry in after.trusted] == [*roots(), ROOT.certificate]
    assert after.keys == (key,)
    assert after.faults == (fault,)


R = rotation()


def drawn(*entries):
    """A JKS of (alias, certificate of the laboratory, or the bytes that stand for one)."""
    return Store(
        "test",
        Format.JKS,
        tuple(
            TrustedEntry(alias, R[one] if isinstance(one, str) else Certificate(one), b"")
            for alias, one in entries
        ),
    )


def drawn_plan(a_store, **plan_options):
    return make_plan(
        Rehearser(a_store, LEAVING, NOW), LEAVING.profile(), PlanOptions(**plan_options)
    )


LEAVING = replace(
    R.catalogue,
    certificates=tuple(
        replace(one, leaving="others need it") if one.slug == "other-root" else one
        for one in R.catalogue.certificates
    ),
)


def test_the_very_pin_that_is_needed_stays_not_the_first():
    two = drawn(("first", "new-ca"), ("second", "old-ca-1-other"))
    one = drawn_plan(two, drop_retired=True)
    assert [line.alias for line in one.remove] == ["first"]
    assert [(line.alias, line.reason) for line in one.keep] == [
        (
            "second",
            "another copy of a CA in the catalogue, but no root in the store replaces it for every client",
        )
    ]


def test_a_pin_that_java_does_not_show_is_needed_by_nobody():
    two = drawn(("Hidden", "old-ca-1-other"), ("shown", "old-ca-1"))
    one = drawn_plan(two, drop_retired=True)
    assert [line.alias for line in one.remove] == ["Hidden", "shown"]


def test_a_root_that_java_does_not_show_shortens_no_chain():
    """A server would send the bridge: the hidden root does not tell that it omits it."""
    one = drawn_plan(drawn(("Hidden", "new-root"), ("pin", "new-ca")))
    assert [line.alias for line in one.remove] == ["pin"]


def test_a_root_that_only_a_pin_hides_does_not_come_again():
    one = drawn_plan(drawn(("same", "old-root"), ("same", "old-ca-1"), ("other", "other-root")))
    assert [line.index for line in one.remove] == [1]
    assert one.add == ()


def test_a_store_that_java_refuses_gets_each_root_once():
    broken = ("broken", b"0\x03not")
    assert drawn_plan(drawn(broken, ("old", "old-root"), ("other", "other-root"))).is_empty
