"""The guard refuses a plan that takes something away, and bytes that are not what was planned."""

from dataclasses import replace

import pytest
from tests.pki import NOW
from tests.rotation import rotation

from unpin.catalogue.handshakes import NO_BRIDGE, SELF_SIGNED_BRIDGE
from unpin.model.entries import TrustedEntry
from unpin.model.errors import RefusedPlanError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.clients import choose_clients
from unpin.rehearsal.rehearser import Rehearser
from unpin.rewrite.plan import Plan, PlannedEntry
from unpin.rewrite.plan_checks import check_plan, lost_scenarios
from unpin.rewrite.removal_candidates import DEFAULT_PLAN, PlanOptions

ROTATION = rotation()
CATALOGUE = ROTATION.catalogue
PROFILE = CATALOGUE.profile("test")
ANYTHING = Plan((PlannedEntry(0, "", "something", None, "because"),), (), ())


def store(*names, format=Format.PEM):
    entries = tuple(TrustedEntry(name, ROTATION[name], ROTATION[name].der) for name in names)
    return Store("test", format, entries)


def check(before, after, plan=ANYTHING, plan_options=DEFAULT_PLAN, profile=PROFILE):
    lost = lost_scenarios(Rehearser(before, CATALOGUE, NOW), Rehearser(after, CATALOGUE, NOW))
    check_plan(before, plan, after, lost, CATALOGUE, profile, plan_options)


def test_nothing_lost_is_nothing_to_refuse():
    check(store("old-ca-1", "old-root"), store("old-root"))


def test_a_chain_that_a_client_validates_today_is_not_given_up():
    with pytest.raises(
        RefusedPlanError,
        match=r"^test: Java accepts the chain current with this store, and would refuse it",
    ):
        check(store("old-root", "unrelated"), store("unrelated"))


def test_only_one_client_of_many_is_enough():
    """Java takes the pin for an anchor; OpenSSL never did."""
    with pytest.raises(RefusedPlanError, match="Java accepts the chain current"):
        check(store("old-ca-1", "unrelated"), store("unrelated"))


def test_a_client_that_the_user_names_counts_where_the_format_is_anothers():
    """[New Root] > [New CA]: SunX509 builds no path from the bridge that servers send."""
    before, after = (
        Rehearser(store(*names, format=Format.JKS), CATALOGUE, NOW)
        for names in (("new-ca", "new-root"), ("new-root",))
    )
    assert not lost_scenarios(before, after)
    named = choose_clients("java-sunx509")
    assert {one.client for one in lost_scenarios(before, after, named)} == set(named)


def test_who_drops_retired_roots_may_lose_the_chains_of_others():
    other = replace(PROFILE, chains=("new",))
    before, after = store("old-ca-1", "unrelated"), store("unrelated")
    check(before, after, plan_options=PlanOptions(drop_retired=True), profile=other)
    with pytest.raises(RefusedPlanError):
        check(before, after, profile=other)


def test_an_empty_store_is_refused():
    with pytest.raises(RefusedPlanError, match="would leave the store empty"):
        check(store("unrelated"), store())


def test_a_root_without_bytes_is_refused():
    plan = Plan((), (), (CATALOGUE.certificates[0],))
    with pytest.raises(RefusedPlanError, match="cannot add Old Root: certificate not bundled"):
        check(store("old-root"), store("old-root"), plan)


def test_what_a_pinned_server_certificate_does_is_missed():
    """Java trusts it as such, also where the server omits the bridge."""
    lost = lost_scenarios(
        Rehearser(store("old-root", "new-server"), CATALOGUE, NOW),
        Rehearser(store("old-root"), CATALOGUE, NOW),
    )
    assert "java" in {one.client.ident for one in lost}
    assert {(one.chain, one.shape) for one in lost} == {
        ("new", NO_BRIDGE),
        ("new", SELF_SIGNED_BRIDGE),
    }
    assert not lost_scenarios(
        Rehearser(store("old-root", "server"), CATALOGUE, NOW),
        Rehearser(store("old-root"), CATALOGUE, NOW),
    )
