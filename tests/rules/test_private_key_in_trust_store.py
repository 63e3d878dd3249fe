"""private-key-in-trust-store: a key, and what Java makes of its first certificate."""

from tests.rules.stores import MIDDLE, ROOT, SERVER, found, only
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store

RULE = "private-key-in-trust-store"
CHAIN = (SERVER.certificate, MIDDLE.certificate, ROOT.certificate)


def test_private_key():
    """[key of db.example.org with its chain: Some Root > Some Issuing CA > db.example.org].

    The key's own chain is no pin of Azure's, and none of its CAs is trusted.
    """
    keys = Store("test", Format.JKS, (KeyEntry("key", KeyKind.PRIVATE, CHAIN, b""),))
    assert found(keys) == {(RULE, "note")}
    assert only(RULE, keys).message == (
        "a private key is in this store; Java, using this file as trust store, also trusts "
        "db.example.org itself, but not the rest of the key's chain"
    )


def test_secret_key():
    """[a secret key]; [Some Root]."""
    secret = KeyEntry("key", KeyKind.SECRET, (), b"")
    root = TrustedEntry("root", ROOT.certificate, b"")
    assert found(Store("test", Format.JCEKS, (secret, root))) == set()
