"""orphan-intermediate: OpenSSL stops at a store certificate whose issuer is absent."""

from tests.rules.stores import AT_ROTATION, POSTGRESQL, found, only, rotating, shipped, store
from unpin.model.finding import RemedyKind, Severity

RULE = "orphan-intermediate"


def test_beside_the_right_roots_it_breaks_openssl_only():
    """[Old Root] > New Root (cross-signed) > [New CA]; [Other Root]."""
    bundle = rotating("old-root", "other-root", "new-ca")
    finding = only(RULE, bundle, **AT_ROTATION, clients="java,openssl")
    assert finding.severity is Severity.ERROR
    assert finding.clients == ("openssl",)
    assert found(bundle, **AT_ROTATION, clients="java") == {(RULE, "warning")}


def test_with_its_issuer_it_is_none():
    """[Old Root] > [New Root (cross-signed)] > [New CA]; [Other Root]: the path is whole."""
    whole = rotating("old-root", "other-root", "new-root-x", "new-ca")
    assert RULE not in {rule for rule, _ in found(whole, **AT_ROTATION)}


def test_the_other_twin_of_a_presented_intermediate():
    """[Old Root] > Old CA 1 > server; Other Root > [Old CA 1, its twin]: OpenSSL stops there."""
    twin = rotating("old-root", "old-ca-1-other")
    assert (RULE, "error") in found(twin, **AT_ROTATION, clients="openssl")


def test_bridge_alone_is_said_to_carry_the_new_chain():
    """Old Root > [New Root (cross-signed)] > New CA."""
    finding = only(RULE, rotating("new-root-x"), **AT_ROTATION, clients="java")
    assert finding.severity is Severity.WARNING
    assert "Java trusts servers below it only" in finding.message


def test_a_twin_of_a_retired_root_has_no_root_of_the_profile_in_its_place():
    """GTE CyberTrust > [Baltimore CyberTrust Root, cross-signed], which no profile replaces."""
    bridge = store(shipped("baltimore-cybertrust-root-xsign-gte"))
    finding = only(RULE, bridge, profile=POSTGRESQL, clients="java")
    assert finding.remedy.kind is RemedyKind.REMOVE_UNUSED


def test_order_of_a_bundle():
    """[Other Root]; Old Root > [New Root (cross-signed)]; [New Root]: the bridge first, then last."""
    cross, new = "new-root-x", "new-root"
    first = found(rotating("other-root", cross, new), **AT_ROTATION, clients="openssl")
    second = found(rotating("other-root", new, cross), **AT_ROTATION, clients="openssl")
    assert ("orphan-intermediate", "error") in first
    assert ("orphan-intermediate", "warning") in second
