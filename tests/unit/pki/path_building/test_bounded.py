"""No store and no chain makes a builder walk for long: an answer, or "gave up"."""

import pytest
from tests.unit.pki.path_building.laboratory import AT, view

from unpin.pki import certificate_view as views
from unpin.pki.acceptance import verdict_on
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import CLIENTS
from unpin.pki.clients.rules import Model

TWINS = 100
MODELLED = [client for client in CLIENTS if client.model is not None]
SEARCHES = {Model.SEARCH, Model.JAVA}


def anonymous(name, subject, issuer, key):
    """A CA without key identifiers, whose issuer's key is not known: any namesake may be it."""
    made = view(name, subject, issuer, key=key)
    return CertificateView(
        name, name, subject, issuer, key, None, None, made.not_before, made.not_after, True, None
    )


def leaf(issuer):
    return CertificateView(
        "leaf", "leaf", "leaf", issuer, "leaf", None, None, None, None, ca=False, path_length=None
    )


@pytest.fixture(autouse=True)
def counted(monkeypatch):
    """Count the questions who signed whom; each may cost a signature."""
    asked = []
    real = views.key_signed

    def signed(parent, child):
        asked.append((parent.id, child.id))
        return real(parent, child)

    for module in (
        "certificate_view",
        "acceptance",
        "path_building.backtracking",
        "path_building.java",
        "path_building.openssl",
        "path_building.linear",
    ):
        monkeypatch.setattr(f"unpin.pki.{module}.key_signed", signed)
    return asked


@pytest.mark.parametrize("rules", MODELLED, ids=lambda rules: rules.ident)
def test_twins_that_all_signed_each_other(rules, counted):
    """[R]; N0 > N1 > N0 > ... > leaf: a hundred CAs of two names, each issued by the other name."""
    twins = [anonymous(f"t{n}", f"N{n % 2}", f"N{(n + 1) % 2}", f"k{n}") for n in range(TWINS)]

    verdict = verdict_on(rules, [view("R", "R", "R")], [leaf("N0"), *twins], AT)

    assert verdict.accepted is not True
    if rules.model is Model.SEARCH:
        assert verdict.reason == "gave-up"
    assert len(counted) <= 2 * TWINS * TWINS


@pytest.mark.parametrize("rules", MODELLED, ids=lambda rules: rules.ident)
def test_a_hundred_cross_signed_copies_of_one_ca(rules, counted):
    """[N], a hundred copies > leaf: each copy is signed by another CA that is absent."""
    twins = [anonymous(f"t{n}", "N", f"absent {n}", "k") for n in range(TWINS)]

    verdict = verdict_on(rules, twins, [leaf("N")], AT)

    partial = rules.ident in {"openssl-partial-chain", "openssl-strict"}
    if partial or rules.model in {Model.JAVA, Model.SUNX509}:
        assert verdict.accepted is not False
    assert len(counted) <= 2 * TWINS * TWINS


@pytest.mark.parametrize("rules", MODELLED, ids=lambda rules: rules.ident)
def test_two_cas_that_signed_each_other(rules, counted):
    """[B] > [A] > leaf; [A] > [B]."""
    one, other = anonymous("a", "A", "B", "ka"), anonymous("b", "B", "A", "kb")

    verdict = verdict_on(rules, [one, other], [leaf("A"), one, other], AT)

    if rules.ident in {"openssl", "dotnet", "boringssl"}:
        assert verdict.accepted is not True
    # A step of the longest path asks some questions again, which costs no second signature.
    assert len(counted) < 3 * TWINS
