"""Where pyjks and unpin differ on hand-made JKS and JCEKS stores: the known defects of pyjks."""

import pytest

from tests.referees import handmade, second_reader

AS_JAVA_ENCODES_IT = {
    "trailing bytes", "two in a row", "indefinite lengths", "indefinite outer length",
    "indefinite with a tail", "long length", "PEM",
}  # fmt: skip
"""Slots whose certificate has another encoding in Java, and unpin, than its bytes in the file."""

NOTHING_IN_JAVA = {"empty", "text", "cut off", "a SET"}
"""Slots for which Java refuses the store, and pyjks takes any bytes for a certificate."""


@pytest.mark.parametrize("password", ["changeit", None])
def test_differences(password):
    stores = {f"JKS {name}": data for name, data in handmade.jks_stores().items()}
    stores |= {f"JCEKS {name}": data for name, data in handmade.jceks_stores().items()}
    theirs = {name: second_reader.of_pyjks(data, password) for name, data in stores.items()}
    ours = {name: second_reader.of_unpin(data, password) for name, data in stores.items()}
    read = {name for name in stores if not isinstance(theirs[name], Exception)}
    known = {name for name in stores if not isinstance(ours[name], Exception)}
    both = ("slot", "chain")
    assert {name for name in read & known if theirs[name] != ours[name]} == {
        f"JKS {where}: {what}" for where in both for what in AS_JAVA_ENCODES_IT
    }
    only_pyjks = {f"JKS {where}: {what}" for where in both for what in NOTHING_IN_JAVA}
    only_pyjks |= {"JKS type X.508", "JKS type ", "JKS type PGP"}
    only_pyjks |= {f"JKS alias {'😀'.encode()!r}"}  # real UTF-8, which is no modified UTF-8
    assert read - known == only_pyjks
    aliases = ("a\0b", "😀", "\ud800", b"\xc1\x81", b"\xe0\x81\x81")
    assert known - read == {f"JKS alias {alias!r}" for alias in aliases} | {
        "JKS version 1", "JCEKS version 1", "JKS same alias twice", "JKS same alias, key first",
        "JCEKS null for a secret key", "JCEKS a string for a secret key",
        "JCEKS a class for a secret key",
    }  # fmt: skip
    assert len(read & known) > 150
