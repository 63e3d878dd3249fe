"""pinned-server-certificate: trusted until the server renews it."""

from tests.rules.stores import MIDDLE, ROOT, SERVER, found, only, store
from unpin.model.finding import Severity

RULE = "pinned-server-certificate"


def test_alone_it_is_a_pin_of_one_server():
    """Some Root > Some Issuing CA > [db.example.org]."""
    finding = only(RULE, store(SERVER.certificate), clients="java,openssl,rustls")
    assert finding.severity is Severity.ERROR
    assert finding.clients == ("java",)
    assert finding.message == (
        "db.example.org is a server's own certificate, signed by Some Issuing CA: Java trusts "
        "that server only through this entry, until its next renewal, by 2036-11-21 at the latest"
    )


def test_client_that_never_uses_it():
    """Some Root > Some Issuing CA > [db.example.org]."""
    finding = only(RULE, store(SERVER.certificate), clients="openssl")
    assert finding.severity is Severity.ERROR
    assert finding.clients == ()


def test_with_its_path_nothing_depends_on_it():
    """[Some Root] > [Some Issuing CA] > [db.example.org]."""
    whole = store(ROOT.certificate, MIDDLE.certificate, SERVER.certificate)
    assert (RULE, "warning") in found(whole)
    assert (RULE, "error") not in found(whole)


def test_ca_is_no_server():
    """Some Root > [Some Issuing CA]."""
    assert RULE not in {rule for rule, _ in found(store(MIDDLE.certificate))}
