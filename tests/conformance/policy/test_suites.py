"""Replay what clients said of RSASSA-PSS, odd names and old versions; ask those at hand again.

RSASSA-PSS is not one algorithm: hash, mask, salt, octets and keys make the difference. Some
parsers do not read a name in a rare string type, or an odd alternative name.
"""

import pytest
from tests.conformance.policy import openssl, referees
from tests.conformance.policy.families import MEMBERS, Table, verdict
from tests.conformance.policy.name_cases import name_cases
from tests.conformance.policy.pss_cases import pss_cases
from tests.conformance.policy.servers import Servers, server_context
from tests.conformance.policy.version_cases import version_cases
from tests.conformance.sampling import FULL
from tests.programs import not_run

from unpin.jdk.certificate import certificate_refusal

SUITES = {
    "pss": (pss_cases, Table("pss.json")),
    "names": (name_cases, Table("names.json")),
    "versions": (version_cases, Table("versions.json")),
}
FAILS_AND_CONNECTS = {
    ("java", "key for PSS, any: R signs PKCS #1"),
    ("java-sunx509", "key for PSS, any: R signs PKCS #1"),
    ("bouncycastle", "key for PSS, any: R signs PKCS #1"),
    ("bouncycastle", "key for PSS, sha256: R signs sha256 salt 20"),
    ("gnutls", "key for PSS, sha256 from salt 20: R"),
    ("gnutls", "key for PSS, sha256 from salt 20: I"),
    ("gnutls", "key for PSS, sha256 from salt 20: I pinned"),
}
"""GnuTLS takes the length of the salt from the key, where the key names it."""
NOT_MODELLED = {
    "pss": {
        "java": 32,
        "java-sunx509": 32,
        "openssl": 4,
        "openssl-partial-chain": 5,
        "openssl-strict": 5,
        "go": 0,
        "rustls": 0,
        "gnutls": 2,
        "boringssl": 0,
        "bouncycastle": 7,
        "dotnet": 107,
    },
    "names": {
        "java": 0,
        "java-sunx509": 0,
        "openssl": 0,
        "openssl-partial-chain": 0,
        "openssl-strict": 0,
        "go": 12,
        "rustls": 0,
        "gnutls": 0,
        "boringssl": 0,
        "bouncycastle": 3,
        "dotnet": 0,
    },
    "versions": {
        "java": 6,
        "java-sunx509": 0,
        "openssl": 6,
        "openssl-partial-chain": 6,
        "openssl-strict": 6,
        "go": 6,
        "rustls": 1,
        "gnutls": 6,
        "boringssl": 0,
        "bouncycastle": 0,
        "dotnet": 6,
    },
}
"""Of the names, Go's are URIs with more than RFC 3986's plainest characters; of the versions, what
is open are constraints on DNS names where a common name stands in for one."""
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


def disagreements(family, cases, connected):
    return {
        (family, case.name)
        for case, connects in zip(cases, connected, strict=True)
        if unpins(family, case) not in (None, connects)
    }


@pytest.mark.parametrize("suite", SUITES)
def test_the_cases_are_those_that_were_measured(suite):
    cases, table = SUITES[suite]
    assert [case.name for case in cases()] == table.cases


def test_every_case_in_every_family():
    wrong = set()
    for make, table in SUITES.values():
        for family, members in MEMBERS.items():
            asked = [member for member in members if member in table.clients]
            if asked:
                connected = [
                    all(table.said(member, case.name) == "ok" for member in asked)
                    for case in make()
                ]
                wrong |= disagreements(family, make(), connected)
    assert wrong == FAILS_AND_CONNECTS


@pytest.mark.parametrize("suite", SUITES)
def test_no_more_is_left_open_than_is_said(suite):
    cases = SUITES[suite][0]()
    found = {
        family: sum(unpins(family, case) is None for case in cases)
        for family in NOT_MODELLED[suite]
    }
    assert found == NOT_MODELLED[suite]


@pytest.mark.referee
@pytest.mark.parametrize("family", FLAGS)
@pytest.mark.parametrize("suite", SUITES)
def test_openssl_in_this_process(tmp_path, family, suite):
    cases = SUITES[suite][0]()[:: 1 if FULL else 5]
    connected = [
        openssl.handshake(server_context(case, tmp_path), case.store, FLAGS[family]) == "ok"
        for case in cases
    ]
    assert disagreements(family, cases, connected) == set()


@pytest.mark.referee
@pytest.mark.skipif(not FULL, reason="the programs are asked with UNPIN_CONFORMANCE=full")
@pytest.mark.parametrize("suite", SUITES)
def test_the_programs(tmp_path, suite):
    programs = [
        ("java", referees.java("*17-openjdk-*", "SunJSSE", "PKIX")),
        ("java-sunx509", referees.java("*17-openjdk-*", "SunJSSE", "SunX509")),
        ("bouncycastle", referees.java("*17-openjdk-*", "BCJSSE", "PKIX")),
        ("go", referees.go(tmp_path)),
        ("openssl", referees.node()),
    ]
    cases, wrong = SUITES[suite][0](), set()
    with Servers([server_context(case, tmp_path) for case in cases]) as servers:
        for family, command in programs:
            if command is not None:
                answers = referees.dial(command, cases, servers.ports)
                wrong |= disagreements(family, cases, [answer == "ok" for answer in answers])
        answers = referees.gnutls_cli(cases, servers.ports)
        if answers is not None:
            wrong |= disagreements("gnutls", cases, [answer == "ok" for answer in answers])
    assert wrong <= FAILS_AND_CONNECTS
    if answers is None or any(command is None for _, command in programs):
        not_run("a client is missing")
