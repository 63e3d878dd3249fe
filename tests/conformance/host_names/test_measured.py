"""What unpin says of names is what clients were measured to do, in 16,714 pairs of name and host."""

import pytest
from tests.conformance.host_names.designs import BEARERS
from tests.conformance.host_names.record import designed, drawn
from tests.conformance.host_names.replay import (
    BY_IDENT,
    CLIENTS_OF,
    answers,
    measured,
    verdict,
)

from unpin.pki.clients import CLIENTS

OPEN = {
    "java": 3500,
    "pgjdbc": 3670,
    "libpq": 3411,
    "libpq-14": 3407,
    "openssl": 3543,
    "python": 3532,
    "node": 3686,
    "curl": 3432,
    "go": 3480,
    "rustls": 3315,
    "gnutls": 3643,
    "bun": 3650,
    "nss": 3611,
    "bcjsse": 3456,
}
"""In how many pairs unpin leaves open what a member does, of those that one of its clients answered."""


def test_every_measured_client_stands_for_a_member():
    assert set(CLIENTS_OF) == set(BY_IDENT)
    assert {client for several in CLIENTS_OF.values() for client in several} == set(measured())


def test_every_member_is_of_a_family():
    families = {client.ident for client in CLIENTS}
    assert {one for member in BY_IDENT.values() for one in member.families} <= families


def test_every_pair_was_measured():
    counts = {(len(found), len(random)) for found, random in measured().values()}
    assert counts == {(len(designed()), len(drawn()))}
    assert len({bearer.label for bearer in BEARERS}) == len(BEARERS)


@pytest.mark.parametrize("member", CLIENTS_OF)
def test_what_was_measured_is_what_unpin_says(member):
    wrong, left = [], set()
    for client in CLIENTS_OF[member]:
        for (bearer, host), taken in answers(client):
            said = verdict(member, bearer, host)
            if said is None:
                left.add((bearer, host))
            elif said != taken:
                wrong.append((client, bearer.label, host, said))

    assert wrong == []
    assert len(left) == OPEN[member]
