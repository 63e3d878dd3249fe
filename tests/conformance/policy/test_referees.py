"""Ask the clients at hand: who unpin says connects does connect, in designed and random cases.

Every day: OpenSSL in this process on all designed cases, the programs on a sample. With
UNPIN_CONFORMANCE=full: every program on every case, and on many more random ones.
"""

import pytest
from tests.conformance.policy import openssl, referees
from tests.conformance.policy.cases import designed
from tests.conformance.policy.families import DESIGNED, MEMBERS, is_settled, said, verdict
from tests.conformance.policy.random_cases import random_case
from tests.conformance.policy.record import measure
from tests.conformance.policy.servers import Servers, server_context
from tests.conformance.sampling import FULL
from tests.programs import JDK, PACKAGES, debian, described, lacking, not_run, note
from tests.referees import jvm
from tests.referees.drivers.dotnet import DOTNET, PYTHON_WITH_DOTNET, lacking_dotnet

SEEDS = range(1000, 1600) if FULL else range(1000, 1080)
STEP = 1 if FULL else 10

FLAGS = {
    "openssl": 0,
    "openssl-partial-chain": openssl.PARTIAL_CHAIN,
    "openssl-strict": openssl.PARTIAL_CHAIN | openssl.STRICT,
}
pytestmark = pytest.mark.referee


@pytest.fixture(scope="module")
def random_cases():
    return [random_case(seed) for seed in SEEDS]


def disagreements(family, cases, answers):
    """Where the client does not do what unpin says, but for what another member refuses."""
    wrong = []
    for case, answer in zip(cases, answers, strict=True):
        found = verdict(family, case)
        if found.accepted in (None, answer == "ok"):
            continue
        if found.accepted is False and _known(family, case.name):
            continue
        wrong.append((case.name, found.accepted, found.reason, answer))
    return wrong


def _known(family, name):
    if name not in DESIGNED.cases or not is_settled(family, name):
        return False
    return any(said(member, name) != "ok" for member in MEMBERS[family])


@pytest.mark.parametrize("family", FLAGS)
def test_openssl_in_this_process(tmp_path, random_cases, family):
    cases = [*designed(), *random_cases]
    answers = [
        openssl.handshake(server_context(case, tmp_path), case.store, FLAGS[family])
        for case in cases
    ]

    assert disagreements(family, cases, answers) == []


def test_dotnet_builds_the_chains(tmp_path, random_cases):
    """.NET 9, which the drivers of .NET run on, as Npgsql has it build a chain."""
    if told := lacking_dotnet():
        not_run(told)
    cases = [*designed()[::STEP], *random_cases]
    command = [PYTHON_WITH_DOTNET, referees.PROGRAMS / "dotnet.py", DOTNET]

    assert disagreements("dotnet", cases, measure(cases, "dotnet", command, tmp_path)) == []


INSTALLED_BY = {
    "java17": debian(JDK),
    "java17-sunx509": debian(JDK),
    "java25": jvm.INSTALLED_BY[25],
    "java25-sunx509": jvm.INSTALLED_BY[25],
    "go": debian(PACKAGES["go"]),
    "node": debian(PACKAGES["node"]),
    "bcjsse": debian("libbctls-java"),
}


def programs(folder):
    """(name, family, command) of every program for this run; the command None if it is missing."""
    yield "java17", "java", referees.java("*17-openjdk-*", "SunJSSE", "PKIX")
    yield "go", "go", referees.go(folder)
    yield "node", "openssl", referees.node()
    if (bun := referees.bun()) is not None:
        yield "bun", "boringssl", bun
    if FULL:
        yield "java17-sunx509", "java-sunx509", referees.java("*17-openjdk-*", "SunJSSE", "SunX509")
        yield "java25", "java", referees.java("*25*", "SunJSSE", "PKIX")
        yield "java25-sunx509", "java-sunx509", referees.java("*25*", "SunJSSE", "SunX509")
        yield "bcjsse", "bouncycastle", referees.java("*17-openjdk-*", "BCJSSE", "PKIX")


def test_the_programs(tmp_path, random_cases):
    every = list(programs(tmp_path))
    absent = [
        lacking(f"no {name}", INSTALLED_BY[name]) for name, _, command in every if command is None
    ]
    cases = [*designed()[::STEP], *random_cases[:: 1 if FULL else 2]]
    wrong = {}
    with Servers([server_context(case, tmp_path) for case in cases]) as servers:
        for name, family, command in every:
            if command is not None:
                note(f"{name}: {described(command[0])}")
                answers = referees.dial(command, cases, servers.ports)
                wrong[name] = disagreements(family, cases, answers)
        answers = referees.gnutls_cli(cases, servers.ports)
        wrong["gnutls"] = disagreements("gnutls", cases, answers) if answers else []

    assert {name: found for name, found in wrong.items() if found} == {}
    if answers is None:
        absent.append(lacking("no gnutls-cli", debian(PACKAGES["gnutls-cli"])))
    if absent:
        not_run(", ".join(absent))
