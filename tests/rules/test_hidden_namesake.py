"""hidden-namesake: of two CAs with one name, OpenSSL tries the first."""

from datetime import timedelta

import pytest

from tests.conformance.policy.certs import ABSENT, Key, issue
from tests.pki import NOW, Authority
from tests.referees.openssl_verify import ACCEPTED, verdict
from tests.rules.stores import ROOT, found, only, store
from unpin.model.certificate import Certificate
from unpin.model.finding import Severity

RULE = "hidden-namesake"
NAME = "MySQL_Server_8.0_Auto_Generated_CA_Certificate"
FIRST, SECOND = (issue(NAME, key=Key(label), key_id=ABSENT) for label in ("one", "two"))
SERVERS = [issue("server", ca, ca=False) for ca in (FIRST, SECOND)]
CAS, LEAVES = ([Certificate(one.der) for one in some] for some in ((FIRST, SECOND), SERVERS))


def hidden(a_store, clients="openssl,java,go,rustls"):
    return RULE in {rule for rule, _ in found(a_store, clients=clients)}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_openssl_takes_the_first_of_the_file(tmp_path, order):
    """[CA, first key] > server; [CA, second key] > server: in either order, by openssl too."""
    held = [CAS[at] for at in order]
    finding = only(RULE, store(*held), clients="openssl,java,go,rustls")
    assert finding.severity is Severity.ERROR
    assert finding.clients == ("openssl",)
    assert finding.location.index == 1
    assert finding.message == (
        f"{NAME} has the name of 'entry0', which stands before it, and another key: OpenSSL takes "
        "'entry0' for both, and fails on servers under this one"
    )
    first, second = (verdict(tmp_path, held, [LEAVES[at]]) for at in order)
    assert (first, second) == (ACCEPTED, "certificate signature failure")


def test_alone_each_is_right(tmp_path):
    """[CA, second key] > server."""
    assert verdict(tmp_path, CAS[1:], LEAVES[1:]) == ACCEPTED
    assert not hidden(store(CAS[1]))


def test_key_identifiers_tell_them_apart(tmp_path):
    """[CA, first key]; [CA, second key] > server: both with key identifiers."""
    one, two = Authority("Some CA"), Authority("Some CA")
    server = Authority("db.example.org", two, ca=False)
    held = [one.certificate, two.certificate]
    assert verdict(tmp_path, held, [server.certificate]) == ACCEPTED
    assert not hidden(store(*held))


def test_an_expired_one_hides_none(tmp_path):
    """[CA, first key, expired]; [CA, second key] > server."""
    expired = Certificate(issue(NAME, key=Key("one"), key_id=ABSENT, ends=-30).der)
    assert verdict(tmp_path, [expired, CAS[1]], [LEAVES[1]]) == ACCEPTED
    assert not hidden(store(expired, CAS[1]))


def test_a_third_is_hidden_as_well(tmp_path):
    """[CA, first key]; [CA, second key]; [CA, third key]."""
    third = issue(NAME, key=Key("three"), key_id=ABSENT)
    held = [*CAS, Certificate(third.der)]
    leaf = Certificate(issue("server", third, ca=False).der)
    assert verdict(tmp_path, held, [leaf]) == "certificate signature failure"
    rules = [rule for rule, _ in sorted(found(store(*held), clients="openssl"))]
    assert RULE in rules


def test_the_same_key_is_a_twin():
    """[Some Root]; [Some Root, renewed]: shadowing-twin speaks of these."""
    renewed = Authority("Some Root", key=ROOT.key, ends=NOW + timedelta(days=99))
    assert not hidden(store(ROOT.certificate, renewed.certificate))
