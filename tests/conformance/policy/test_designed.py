"""Replay the designed cases against what 18 clients of 14 families were measured to do."""

import pytest
from tests.conformance.policy.cases import designed
from tests.conformance.policy.certs import NOW
from tests.conformance.policy.families import (
    DESIGNED,
    JUDGED,
    MEMBERS,
    RULES,
    is_settled,
    said,
    verdict,
)
from tests.conformance.policy.pem import bundle

from unpin.catalogue.load import load_builtin
from unpin.pki.acceptance import printed_text
from unpin.pki.verdict import Reason
from unpin.rehearsal.rehearser import Rehearser
from unpin.rehearsal.seen_chain import seen_chain
from unpin.stores.opening import open_bytes

NOT_MODELLED = {
    "java": 37,
    "java-sunx509": 33,
    "openssl": 36,
    "openssl-partial-chain": 48,
    "openssl-strict": 36,
    "go": 38,
    "rustls": 32,
    "gnutls": 40,
    "boringssl": 13,
    "bouncycastle": 21,
    "dotnet": 153,
}
"""How many of the cases each family leaves open; the other families leave open what is odd."""


@pytest.fixture(scope="module")
def replayed():
    return {family: {case.name: verdict(family, case) for case in designed()} for family in MEMBERS}


def test_the_cases_are_those_that_were_measured():
    assert [case.name for case in designed()] == DESIGNED.cases


def test_every_case_in_every_family(replayed):
    wrong = {}
    for family, members in MEMBERS.items():
        for name, found in replayed[family].items():
            connected = all(said(member, name) == "ok" for member in members)
            if found.accepted not in (None, connected) and is_settled(family, name):
                wrong[family, name] = found.accepted

    assert wrong == {}


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
    assert unseen.keys() <= {*RULES[family].errors, Reason.NOT_STRICT}


@pytest.mark.parametrize("family", sorted(set(MEMBERS) - set(JUDGED)))
def test_an_oddity_is_left_open_where_it_was_not_modelled(replayed, family):
    odd = "eku: root clientAuth"

    assert (replayed[family][odd].accepted, replayed[family][odd].reason) == (None, "not-modelled")
    assert replayed[family]["plain"].accepted is True


@pytest.mark.parametrize("family", JUDGED)
def test_a_chain_file_is_judged_as_the_server_sends_it(family):
    """Nothing goes in front of what was seen; no other moment takes the place of the real one."""
    rules, catalogue = RULES[family], load_builtin()
    wrong = []
    for case in designed():
        sent = open_bytes(bundle(one.der for one in case.chain).encode(), source="chain.pem")
        store = open_bytes(bundle(one.der for one in case.store).encode(), source="store.pem")
        # Java's programs were handed an odd root in memory, where no file is read.
        if not store.entries or store.unreadable or case.name.startswith("encoding: trailing"):
            continue
        seen = seen_chain(sent, catalogue)
        found = Rehearser(store, catalogue, NOW).verdict(rules, seen.handshake)
        connected = all(said(member, case.name) == "ok" for member in MEMBERS[family])
        if is_settled(family, case.name) and found.accepted not in (None, connected):
            wrong.append((case.name, str(seen.form), found.accepted))
    assert wrong == []
