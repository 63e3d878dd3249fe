"""nonconforming-anchor: what strict verification, Python's default from 3.13, refuses of a CA."""

from tests.conformance.policy import openssl
from tests.conformance.policy.cases import Case
from tests.conformance.policy.certs import ABSENT, issue
from tests.conformance.policy.servers import server_context
from tests.conformance.policy.strict_cases import CA_DEPARTURES
from tests.rules.stores import ROOT, SERVER, found, only, shipped, store
from unpin.model.certificate import Certificate
from unpin.model.finding import Severity
from unpin.model.formats import Format
from unpin.reports.audit_wording import remedy_text

RULE = "nonconforming-anchor"
STRICT = openssl.PARTIAL_CHAIN | openssl.STRICT


def held(made):
    return store(Certificate(made.der))


def test_a_ca_of_an_old_recipe():
    """[R, BasicConstraints not critical and no keyUsage]."""
    lax = CA_DEPARTURES["BasicConstraints not critical"] | {"usage": ABSENT}
    finding = only(RULE, held(issue("R", **lax)))
    assert finding.severity is Severity.WARNING
    assert finding.clients == ("openssl-strict",)
    assert finding.message == (
        "R has BasicConstraints that are not critical and no keyUsage: Python from 3.13 and other "
        "strict clients refuse every server whose path ends at it, and print "
        '"Basic Constraints of CA cert not marked critical"'
    )
    assert "issue this CA certificate anew" in remedy_text(finding.remedy)


def test_it_is_an_error_for_who_asks_for_strict_clients_alone():
    """[R, no keyUsage]."""
    lax = held(issue("R", usage=ABSENT))
    assert only(RULE, lax, clients="openssl-strict").severity is Severity.ERROR
    assert only(RULE, lax, clients="openssl-strict,go").severity is Severity.WARNING
    assert RULE not in {rule for rule, _ in found(lax, clients="openssl,go,java")}


def test_every_departure_of_a_root_is_found_where_openssl_refuses_it(tmp_path):
    """[R, with each departure] > L: the rule fires where OpenSSL with both flags refuses L."""
    reported, refused = set(), set()
    for what, fields in CA_DEPARTURES.items():
        root = issue("R", **fields)
        authority = {"authority": root.key.id} if root.key_id is None else {}
        leaf = issue("L", root, ca=False, **authority)
        case = Case(what, (root,), (leaf,))
        said = openssl.handshake(server_context(case, tmp_path), case.store, STRICT)
        lax = openssl.handshake(server_context(case, tmp_path), case.store, openssl.PARTIAL_CHAIN)
        if said != "ok" and lax == "ok":
            refused.add((what, said))
        for finding in only_of(held(root)):
            reported.add((what, finding.message.split('"')[1]))
    assert reported == refused
    assert len(refused) > 5


def only_of(a_store):
    rules = {rule for rule, _ in found(a_store, clients="openssl-strict")}
    return [only(RULE, a_store, clients="openssl-strict")] if RULE in rules else []


def test_what_meets_the_rfc_is_no_finding():
    """[Some Root]; then [db.example.org], whose path is a certificate long; then in a JKS."""
    assert RULE not in {rule for rule, _ in found(store(ROOT.certificate))}
    assert RULE not in {rule for rule, _ in found(store(SERVER.certificate))}
    lax = store(Certificate(issue("R", usage=ABSENT).der), format=Format.JKS)
    assert RULE not in {rule for rule, _ in found(lax)}


def test_a_real_one():
    """GTE CyberTrust > [Baltimore CyberTrust Root, cross-signed], while it was valid."""
    twin = shipped("baltimore-cybertrust-root-xsign-gte")
    then = twin.fields.not_before.replace(year=2014)
    finding = only(RULE, store(twin), clients="openssl-strict", now=then)
    assert "has no subjectKeyIdentifier" in finding.message
