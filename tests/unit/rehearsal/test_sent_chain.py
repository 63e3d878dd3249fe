"""What is said of a chain as it was sent: its order, what is beside the path, whose chain it is."""

import pytest
from tests.pki import Authority
from tests.rotation import rotation

from unpin.catalogue.model import Phase
from unpin.model.errors import NoChainError
from unpin.pki.roles import Role
from unpin.rehearsal.sent_chain import MAX_CERTIFICATES, SentForm, sent_chain


def described(*certificates, catalogue=None):
    """The chain of certificates, or of authorities."""
    ders = [getattr(each, "certificate", each).der for each in certificates]
    return sent_chain(ders, "db:5432", catalogue or rotation().catalogue)


def drawn():
    """Root > Upper > CA > the server"""
    root = Authority("Root")
    upper = Authority("Upper", root)
    ca = Authority("CA", upper)
    return Authority("db.example.org", ca, ca=False), ca, upper, root


def test_the_order_of_rfc_5246():
    """Root > Upper > CA > the server: without the root, nothing is to be said."""
    server, ca, upper, root = drawn()
    found = described(server, ca, upper)
    assert (found.forms, found.chains, found.missing) == ((), (), "Root")
    assert [each.role for each in found.certificates] == [
        Role.SERVER, Role.INTERMEDIATE, Role.INTERMEDIATE,
    ]  # fmt: skip
    assert found.handshake.seen
    assert found.handshake.issuing == "CA"
    with_root = described(server, ca, upper, root)
    assert (with_root.forms, with_root.missing) == ((SentForm.ROOT_SENT,), None)


def test_another_order():
    """Root > Upper > CA > the server"""
    server, ca, upper, root = drawn()
    assert described(server, upper, ca).forms == (SentForm.REVERSED,)
    assert described(server, root, upper, ca).forms == (SentForm.ROOT_SENT, SentForm.REVERSED)
    assert described(server, ca, root, upper).forms == (SentForm.ROOT_SENT, SentForm.OUT_OF_ORDER)
    # The clients get them as they were sent.
    views = described(server, upper, ca).handshake.certificates
    assert [view.label for view in views] == ["db.example.org", "Upper", "CA"]


def test_certificates_beside_the_path():
    """Root > Upper > CA > the server, and Other."""
    server, ca, upper, _ = drawn()
    other = Authority("Other")
    for sent in ((server, ca, upper, other), (server, other, ca, upper), (server, ca, ca, upper)):
        assert SentForm.EXTRA in described(*sent).forms
    assert described(server, other).forms == (SentForm.EXTRA,)
    assert described(server, upper).missing == "CA"


def test_the_server_alone():
    """Root > Upper > CA > the server"""
    server, *_ = drawn()
    found = described(server)
    assert (found.forms, found.missing) == ((SentForm.SERVER_ONLY,), "CA")


def test_the_first_certificate_is_the_servers_whatever_it_says():
    """A self-signed CA that serves: TLS proves that it has the key."""
    found = described(Authority("A Root With Blanks"))
    assert found.forms == (SentForm.SELF_SIGNED_SERVER,)
    assert found.certificates[0].role is Role.SELF_SIGNED_SERVER
    assert found.missing is None


def test_two_cas_that_signed_each_other():
    """A > B > A > the server: the path ends."""
    first, second = Authority("A"), Authority("B")
    crossed = [Authority("A", second, key=first.key), Authority("B", first, key=second.key)]
    server = Authority("db.example.org", first, ca=False)
    assert described(server, *crossed).missing in {"A", "B"}


@pytest.mark.parametrize(
    ("sent", "chain", "forms"),
    [
        (("server", "old-ca-1"), "current", (SentForm.FULL,)),
        (("server", "old-ca-1", "old-root"), "current", (SentForm.FULL, SentForm.ROOT_SENT)),
        (("server",), "current", (SentForm.SERVER_ONLY,)),
        (("new-server", "new-ca", "new-root-x"), "new", (SentForm.FULL,)),
        (("new-server", "new-ca"), "new", (SentForm.NO_BRIDGE,)),
        (("new-server", "new-ca", "new-root"), "new", (SentForm.SELF_SIGNED_BRIDGE,)),
        # The twin of Old CA 1 below another root has the key, and is not the chain.
        (("server", "old-ca-1-other"), None, ()),
        # New CA 2 is not of the catalogue.
        (("new-server-2", "new-ca-2", "new-root-x"), None, ()),
        (("new-server-2",), None, (SentForm.SERVER_ONLY,)),
    ],
)
def test_the_chain_of_the_catalogue(sent, chain, forms):
    found = described(*(rotation()[name] for name in sent))
    assert [each.name for each in found.chains] == ([] if chain is None else [chain])
    assert found.forms == forms


def test_a_certificate_has_its_name_in_the_catalogue():
    found = described(rotation()["new-server"], rotation()["new-ca"], rotation()["new-root-x"])
    assert [each.slug for each in found.certificates] == [None, "new-ca", "new-root-x"]
    assert found.certificates[2].role is Role.CROSS_SIGNED


def test_beside_the_chains_after_a_rotation_it_is_todays():
    found = described(rotation()["server"])
    assert found.handshake.phase is Phase.BOTH
    assert found.served_today().handshake.phase is Phase.TODAY


def test_what_cannot_be_judged():
    server, ca, *_ = drawn()
    with pytest.raises(NoChainError, match=f"at most {MAX_CERTIFICATES} are judged"):
        described(server, *[ca] * MAX_CERTIFICATES)
    with pytest.raises(NoChainError, match="certificate 2 of the chain cannot be parsed"):
        sent_chain([server.certificate.der, b"\x30\x00"], "db:5432", rotation().catalogue)
