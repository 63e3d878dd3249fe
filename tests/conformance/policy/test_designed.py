"""Replay the designed cases against what 18 clients of 14 families were measured to do."""

import pytest
from tests.conformance.policy.cases import designed
from tests.conformance.policy.families import JUDGED, MEASURED, MEMBERS, RULES, said, verdict

from unpin.pki.acceptance import printed_text

DIVERGENCES = {
    # unpin says that the client fails, and it connects.
    ("java", "version: 1 root and its self-issued version 1 successor"): (
        "ConstraintsChecker lets a self-issued version 1 certificate under the anchor be a CA"
    ),
}

NOT_MODELLED = {
    "java": 35,
    "java-sunx509": 31,
    "openssl": 30,
    "openssl-partial-chain": 36,
    "openssl-strict": 36,
    "go": 38,
    "rustls": 32,
    "gnutls": 104,
}
"""How many of the cases each family leaves open; the other families leave open what is odd."""


@pytest.fixture(scope="module")
def replayed():
    return {family: {case.name: verdict(family, case) for case in designed()} for family in MEMBERS}


def test_the_cases_are_those_that_were_measured():
    assert [case.name for case in designed()] == MEASURED["cases"]


def test_every_case_in_every_family(replayed):
    wrong = {}
    for family, members in MEMBERS.items():
        for name, found in replayed[family].items():
            connected = all(said(member, name) == "ok" for member in members)
            if found.accepted not in (None, connected):
                wrong[family, name] = found.accepted

    assert wrong == dict.fromkeys(DIVERGENCES, False)


def test_no_more_is_left_open_than_is_said(replayed):
    open_cases = {
        family: sum(found.accepted is None for found in replayed[family].values())
        for family in JUDGED
    }

    assert open_cases == NOT_MODELLED


@pytest.mark.parametrize("family", JUDGED)
def test_the_error_of_every_reason_was_printed(replayed, family):
    unseen = {}
    for name, found in replayed[family].items():
        error = printed_text(RULES[family], found)
        if error is not None:
            texts = [said(member, name) for member in MEMBERS[family]]
            seen = any(error in text for text in texts)
            unseen[found.reason] = unseen.get(found.reason, True) and not seen

    assert [reason for reason, missing in unseen.items() if missing] == []
    assert unseen.keys() <= set(RULES[family].errors)


@pytest.mark.parametrize("family", sorted(set(MEMBERS) - set(JUDGED)))
def test_an_oddity_is_left_open_where_it_was_not_modelled(replayed, family):
    odd = "eku: root clientAuth"

    assert (replayed[family][odd].accepted, replayed[family][odd].reason) == (None, "not-modelled")
    assert replayed[family]["plain"].accepted is True
