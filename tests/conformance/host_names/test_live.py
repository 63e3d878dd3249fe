"""The clients at hand say of names what unpin says: a sample every day, all pairs on demand.

With UNPIN_CONFORMANCE=full each client is asked about every designed pair and 1,200 random ones
that are not the recorded ones.
"""

import shutil

import pytest
from tests.conformance.host_names.clients import CLIENTS, Files, ask
from tests.conformance.host_names.designs import BEARERS, HOSTS, random_pairs
from tests.conformance.host_names.replay import verdict
from tests.conformance.host_names.servers import Servers
from tests.conformance.sampling import FULL
from tests.programs import described, not_run, note

STEP = 1 if FULL else 61
SEED, CERTIFICATES, EACH = 2, 200 if FULL else 20, 6
FEW = 16
"""Pairs for a client that is a process a pair."""

pytestmark = pytest.mark.referee


def pairs():
    designed = [(bearer, host) for bearer in BEARERS for host in HOSTS]
    random = random_pairs(SEED, CERTIFICATES, EACH)
    return [*designed[::STEP], *((bearer, host) for bearer, hosts in random for host in hosts)]


def few(member):
    """Pairs of which unpin knows the answer, a part of them right ones."""
    known = {True: [], False: []}
    for bearer, host in pairs():
        said = verdict(member, bearer, host)
        if said is not None:
            known[said].append((bearer, host))
    right = known[True][:: max(1, len(known[True]) // (FEW // 2))]
    return [*right, *known[False][:: max(1, len(known[False]) // (FEW // 2))]]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return Files(tmp_path_factory.mktemp("names"))


@pytest.fixture(scope="module")
def servers():
    with Servers(dict.fromkeys(bearer for bearer, _ in pairs())) as running:
        yield running


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.ident)
def test_the_client_takes_the_names_that_unpin_says(client, files, servers):
    if told := client.missing():
        not_run(told)
    program = client.command(files)[0]
    note(f"{client.ident}: {described(shutil.which(program) or program)}")
    asked = few(client.member) if client.slow else pairs()
    answers = ask(client, asked, files, servers.ports)

    wrong = [
        (bearer.label, host, said, answer[:120])
        for (bearer, host), answer in zip(asked, answers, strict=True)
        if answer != "?"
        and (said := verdict(client.member, bearer, host)) not in (None, answer.startswith("+"))
    ]
    assert wrong == []
    assert any(answer.startswith("+") for answer in answers)
