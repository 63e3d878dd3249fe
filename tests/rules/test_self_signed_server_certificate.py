"""self-signed-server-certificate: a pin of one's own server, not Azure's."""

from tests.pki import Authority
from tests.rules.stores import SERVER, found, store

RULE = ("self-signed-server-certificate", "warning")


def test_signed_by_itself():
    """[dev.example.org, self-signed]."""
    own = Authority("dev.example.org", ca=False)
    assert found(store(own.certificate)) == {RULE}


def test_signed_by_a_ca():
    """Some Root > Some Issuing CA > [db.example.org]."""
    assert RULE not in found(store(SERVER.certificate))
