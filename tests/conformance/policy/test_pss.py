"""RSASSA-PSS is not one algorithm: what each client takes of hash, mask, salt, octets and keys."""

import os

import pytest
from tests.conformance.policy import openssl, referees
from tests.conformance.policy.families import MEMBERS, Table, verdict
from tests.conformance.policy.pss_cases import pss_cases
from tests.conformance.policy.servers import Servers, server_context
from tests.programs import not_run

from unpin.jdk.certificate import certificate_refusal

FULL = os.environ.get("UNPIN_CONFORMANCE") == "full"
TABLE = Table("pss.json")
MEASURED = {
    family: tuple(member for member in members if member in TABLE.clients)
    for family, members in MEMBERS.items()
}
FAILS_AND_CONNECTS = {
    ("java", "key for PSS, any: R signs PKCS #1"),
    ("java-sunx509", "key for PSS, any: R signs PKCS #1"),
    ("gnutls", "key for PSS, sha256 from salt 20: R"),
    ("gnutls", "key for PSS, sha256 from salt 20: I"),
    ("gnutls", "key for PSS, sha256 from salt 20: I pinned"),
}
"""GnuTLS takes the length of the salt from the key, where the key names it."""
NOT_MODELLED = {
    "java": 32,
    "java-sunx509": 32,
    "openssl": 4,
    "openssl-partial-chain": 5,
    "openssl-strict": 5,
    "go": 0,
    "rustls": 0,
    "gnutls": 4,
}
FLAGS = {
    "openssl": 0,
    "openssl-partial-chain": openssl.PARTIAL_CHAIN,
    "openssl-strict": openssl.PARTIAL_CHAIN | openssl.STRICT,
}


def unpins(family, case):
    """What unpin says: of a store that the JDK cannot read as well."""
    if family.startswith("java") and any(certificate_refusal(one.der) for one in case.store):
        return False
    return verdict(family, case).accepted


def disagreements(family, answers):
    found = {case.name: unpins(family, case) for case in pss_cases()}
    return {
        (family, name)
        for name, answer in answers.items()
        if found[name] not in (None, answer == "ok")
    }


def test_the_cases_are_those_that_were_measured():
    assert [case.name for case in pss_cases()] == TABLE.cases


def test_every_case_in_every_family():
    wrong = set()
    for family, members in MEASURED.items():
        if members:
            everyone = {
                case.name: "ok"
                if all(TABLE.said(member, case.name) == "ok" for member in members)
                else "failed"
                for case in pss_cases()
            }
            wrong |= disagreements(family, everyone)
    assert wrong == FAILS_AND_CONNECTS


def test_no_more_is_left_open_than_is_said():
    found = {
        family: sum(unpins(family, case) is None for case in pss_cases()) for family in NOT_MODELLED
    }
    assert found == NOT_MODELLED


@pytest.mark.referee
@pytest.mark.parametrize("family", FLAGS)
def test_openssl_in_this_process(tmp_path, family):
    cases = pss_cases()[:: 1 if FULL else 5]
    answers = {
        case.name: openssl.handshake(server_context(case, tmp_path), case.store, FLAGS[family])
        for case in cases
    }
    assert disagreements(family, answers) == set()


@pytest.mark.referee
@pytest.mark.skipif(not FULL, reason="the programs are asked with UNPIN_CONFORMANCE=full")
def test_the_programs(tmp_path):
    programs = [
        ("java", referees.java("*17-openjdk-*", "SunJSSE", "PKIX")),
        ("java-sunx509", referees.java("*17-openjdk-*", "SunJSSE", "SunX509")),
        ("bouncycastle", referees.java("*17-openjdk-*", "BCJSSE", "PKIX")),
        ("go", referees.go(tmp_path)),
        ("openssl", referees.node()),
    ]
    names = [case.name for case in pss_cases()]
    wrong = set()
    with Servers([server_context(case, tmp_path) for case in pss_cases()]) as servers:
        for family, command in programs:
            if command is not None:
                answers = referees.dial(command, pss_cases(), servers.ports)
                wrong |= disagreements(family, dict(zip(names, answers, strict=True)))
        answers = referees.gnutls_cli(pss_cases(), servers.ports)
        if answers is not None:
            wrong |= disagreements("gnutls", dict(zip(names, answers, strict=True)))
    assert wrong <= FAILS_AND_CONNECTS
    if answers is None or any(command is None for _, command in programs):
        not_run("a client is missing")
