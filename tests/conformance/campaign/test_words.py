"""What OpenSSL prints first of a path with several faults, and what Node prints of it last.

R > A > server      a fault here and there; what the store holds is in the table
"""

import os
import subprocess
from itertools import accumulate

import pytest
from tests.conformance.campaign.bench import serving
from tests.conformance.campaign.compare import predictions
from tests.conformance.campaign.draws import Scene
from tests.conformance.clients import CLIENTS, node
from tests.conformance.clients.client import Handshake
from tests.conformance.policy.certs import (
    ABSENT,
    CLIENT_AUTH,
    CRL_SIGN,
    FUTURE,
    PAST,
    Key,
    excluded,
    issue,
)
from tests.conformance.policy.pem import bundle

from unpin.pki.verdict import Reason

FULL = os.environ.get("UNPIN_CONFORMANCE") == "full"
HOST = "localhost"
EXPIRED = {"begins": PAST, "ends": -10}
FOR_CLIENTS = {"eku": (CLIENT_AUTH,)}
NO_CA = {"ca": False, "path_length": None, "names": ()}
BROKEN = "-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n"

R = issue("R")
A = issue("A", R)
A_LISTS = issue("A", R, usage=(CRL_SIGN,))
A_NONE = issue("A", R, **NO_CA, usage=ABSENT)
A_EARLY = issue("A", R, begins=FUTURE, ends=4000)
A_LIMITS = issue("A", R, constraints=excluded(HOST), constraints_critical=True)
A_EXPIRED = issue("A", R, **EXPIRED)
A_OLD = issue("A", R, version=1)
A_CURVE = issue("A", R, key=Key("on another curve", "p224"))
B = issue("B")
B_STRANGE = issue("B", R, more=(("1.3.6.1.4.1.99999.1", True, b"\x04\x00"),))
R_OTHER = issue("R", key=Key("another R"), key_id=ABSENT)
R_PSS = issue("R PSS", key=Key("PSS", "pss2048"))
SEVEN = list(accumulate(range(7), lambda by, number: issue(f"A{number}", by), initial=R))[1:]


def server(by, **fields):
    return issue(HOST, by, ca=False, names=(HOST,), **fields)


def text(*certificates):
    return bundle(made.der for made in certificates)


CASES = {
    # name: (store, chain, what openssl prints, what Node prints)
    "no issuer": (text(A), (server(R),), "unable to get local issuer certificate",
        "unable to verify the first certificate"),
    "no issuer, expired": (text(A), (server(R, **EXPIRED),),
        "unable to get local issuer certificate", "certificate has expired"),
    "no root": (text(server(R)), (server(A), A), "unable to get local issuer certificate",
        "unable to get local issuer certificate"),
    "no root, for clients": (text(server(R)), (server(A, **FOR_CLIENTS), A),
        "unable to get local issuer certificate", "unsuitable certificate purpose"),
    "an issuer in the store alone": (text(A), (server(A),), "unable to get issuer certificate",
        "unable to get issuer certificate"),
    "the root is sent": (text(server(R)), (server(A_EARLY), A_EARLY, R),
        "self-signed certificate in certificate chain", "certificate is not yet valid"),
    "alone": (text(A), (server(None),), "self-signed certificate", "self-signed certificate"),
    "signs lists": (text(R), (server(A_LISTS), A_LISTS), "invalid CA certificate",
        "key usage does not include certificate signing"),
    "no CA": (text(R), (server(A_NONE), A_NONE), "invalid CA certificate",
        "unsuitable certificate purpose"),
    "no CA, expired": (text(R), (server(A_NONE, **EXPIRED), A_NONE), "invalid CA certificate",
        "certificate has expired"),
    "names": (text(R), (server(A_LIMITS, **EXPIRED), A_LIMITS), "certificate has expired",
        "subtree violation"),
}  # fmt: skip
IN_JAVA = {
    # name: (store, chain, what Java prints)
    "signs lists, expired": (text(R), (server(A_LISTS, **EXPIRED), A_LISTS), "keyCertSign bit"),
    "no CA in the store, no signatures": (text(A_NONE), (server(A_NONE, usage=(CRL_SIGN,)),),
        "is not a CA certificate"),
    "a namesake, expired": (text(R_OTHER), (server(R, **EXPIRED),), "validity check failed"),
    "a namesake": (text(R_OTHER), (server(R),), "signature check failed"),
    "out of order, no signatures": (text(R), (server(A, usage=(CRL_SIGN,)), R, A),
        "KeyUsage does not allow digital signatures"),
}  # fmt: skip
IN_SUNX509 = {
    # name: (store, chain, what Java with SunX509 prints)
    "no CA, out of order below": (text(R), (server(A_NONE), A_LISTS), "Wrong key usage"),
    "no CA, expired": (text(R), (server(A_NONE, **EXPIRED), A_NONE),
        "End user tried to act as a CA"),
}  # fmt: skip
IN_RUSTLS = {
    # name: (store, chain, what rustls prints)
    "no issuer": (text(B), (server(A), A), "UnknownIssuer"),
    "a namesake": (text(R_OTHER), (server(A), A), "BadSignature"),
    "a namesake, expired": (text(R_OTHER), (server(A_EXPIRED), A_EXPIRED), "certificate expired"),
    "another one that is not read": (text(B), (server(A), A, B_STRANGE),
        "UnsupportedCriticalExtension"),
    "version 1": (text(R), (server(A_OLD), A_OLD), "UnsupportedCertVersion"),
    "the curve": (text(R), (server(A_CURVE), A_CURVE), "UnsupportedSignatureAlgorithmForPublicKey"),
    "a key for RSASSA-PSS alone": (text(R_PSS), (server(R_PSS),),
        "UnsupportedSignatureAlgorithmForPublicKey"),
    "the server's key is short": (text(R), (server(R, key=Key("short", "rsa1536")),),
        "BadSignature"),
    "seven intermediates": (text(R), (server(SEVEN[-1]), *reversed(SEVEN)),
        "MaximumPathDepthExceeded"),
}  # fmt: skip
IN_DENO = {
    "for clients": (text(R), (server(R, eku=(CLIENT_AUTH,)),),
        "certificate does not allow extended key usage for server authentication"),
}  # fmt: skip
READ_IN_PART = {
    # name: (store, chain, what Node prints, None where it connects)
    "nothing is read": (BROKEN + text(R), (server(A), A), "unable to get local issuer certificate"),
    "the root stands behind": (text(A) + BROKEN + text(R), (server(A),),
        "unable to get issuer certificate"),
    "the root stands before": (text(R) + BROKEN, (server(A), A), None),
}  # fmt: skip


def scenes(cases):
    return [
        Scene(seed, store.encode(), True, chain, HOST)
        for seed, (store, chain, *_) in enumerate(cases.values())
    ]


def predicted(cases, ident="node-tls"):
    """What unpin says of each case to the family of the client."""
    found, unread = predictions(scenes(cases))
    assert not unread
    client = next(client for client in CLIENTS if client.ident == ident)
    return {name: found[seed].of(client)[0] for seed, name in enumerate(cases)}


def answers(ident, cases):
    """What the client says of each case."""
    client = next(client for client in CLIENTS if client.ident == ident)
    if told := client.missing():
        pytest.skip(told)
    these = scenes(cases)
    tries = [Handshake((str(scene.seed),), str(scene.seed), scene.host) for scene in these]
    with serving(these) as bench:
        return dict(zip(cases, client.attempt(bench, tries), strict=True))


def test_the_first_fault_and_the_last():
    for name, verdict in predicted(CASES).items():
        *_, first, last = CASES[name]
        assert (name, verdict.accepted) == (name, False)
        assert (name, verdict.error) == (name, first)
        assert (name, verdict.last) == (name, last)


@pytest.mark.referee
@pytest.mark.parametrize(("ident", "column"), [("openssl-s_client", 2), ("node-tls", 3)])
def test_the_clients_print_it(ident, column):
    for name, answer in answers(ident, CASES).items():
        assert not answer.connected, name
        assert CASES[name][column] in answer.said, name


def test_the_text_of_node_is_that_of_the_part_that_it_reads():
    for name, verdict in predicted(READ_IN_PART).items():
        *_, last = READ_IN_PART[name]
        assert (name, verdict.last) == (name, last)
        reason = Reason.FILE_REFUSED if last else Reason.READERS_DIFFER
        assert (name, verdict.reason) == (name, reason)
        assert (name, verdict.accepted) == (name, False if last else None)


@pytest.mark.referee
def test_node_reads_a_part():
    for name, answer in answers("node-tls", READ_IN_PART).items():
        *_, last = READ_IN_PART[name]
        assert answer.connected is (last is None), name
        assert last is None or last in answer.said, name
    assert not any(one.connected for one in answers("openssl-s_client", READ_IN_PART).values())


S = issue("S")
R_BY_S, S_BY_R = issue("R", S, key=R.key), issue("S", R, key=S.key)
IN_CIRCLES = {
    # name: (store, chain, whether Node with partial chains connects, None where it never ends)
    "two that issued each other": (text(R_BY_S, S_BY_R), (server(R),), None),
    "the root behind them": (text(R_BY_S, S_BY_R, S), (server(R),), None),
    "the root before them": (text(S, R_BY_S, S_BY_R), (server(R),), True),
    "one of them": (text(R_BY_S), (server(R), R_BY_S, S_BY_R), True),
}


def test_node_goes_round_where_cas_issued_each_other():
    for name, verdict in predicted(IN_CIRCLES, "node-tls-partial").items():
        connects = IN_CIRCLES[name][2]
        assert (name, verdict.accepted) == (name, connects)
        reason = Reason.ACCEPTED if connects else Reason.CLIENTS_DIFFER
        assert (name, verdict.reason) == (name, reason)


@pytest.mark.referee
@pytest.mark.skipif(not FULL, reason="until Node has no memory left; UNPIN_CONFORMANCE=full")
def test_node_ends_in_no_memory():
    these = scenes(IN_CIRCLES)
    with serving(these) as bench:
        for scene, (name, (*_, connects)) in zip(these, IN_CIRCLES.items(), strict=True):
            seed = str(scene.seed)
            ran = subprocess.run(
                ["node", "--max-old-space-size=128", node.PROGRAM, "tls-partial"],
                input=f"{bench.files.store((seed,))}\t{bench.tls(seed)}\t{HOST}\n",
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert (name, ran.stdout.strip()) == (name, "+" if connects else "")


OTHERS = {
    "jsse-jks-java17": IN_JAVA,
    "sunx509-java17": IN_SUNX509,
    "pyreqwest": IN_RUSTLS,
    "deno": IN_DENO,
}


@pytest.mark.parametrize("ident", OTHERS)
def test_the_fault_that_is_printed(ident):
    cases = OTHERS[ident]
    for name, verdict in predicted(cases, ident).items():
        assert (name, verdict.accepted) == (name, False)
        assert verdict.error is not None, name
        assert any(cases[name][2] in one or one in cases[name][2] for one in verdict.texts), (
            name,
            verdict,
        )


@pytest.mark.referee
@pytest.mark.parametrize("ident", OTHERS if FULL else ["pyreqwest"])
def test_the_others_print_it(ident):
    for name, answer in answers(ident, OTHERS[ident]).items():
        assert not answer.connected, name
        assert OTHERS[ident][name][2] in answer.said, (name, answer.said)
