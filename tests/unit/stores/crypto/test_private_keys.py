"""Keys are opened and sealed in memory as the JDK does; what does not open is None, never a guess.

That Java opens what is sealed here, and the other way round: tests/referees/test_converted.py.
"""

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from tests import fixed_keys

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.model.errors import LimitExceededError
from unpin.stores.crypto import private_keys as keyseal
from unpin.stores.crypto.private_keys import is_clear, read_sealed, unseal
from unpin.stores.formats import ProtectionScheme

OWN = fixed_keys.private_key("own")
KEY = OWN.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
SEALS = {
    "jks": keyseal.seal_jks,
    "jceks": keyseal.seal_jceks,
    "modern": lambda key, password: keyseal.seal_pkcs8(key, password, ProtectionScheme.MODERN),
    "jdk8": lambda key, password: keyseal.seal_pkcs8(key, password, ProtectionScheme.JDK8),
}


@pytest.fixture(autouse=True)
def _few_iterations(monkeypatch):
    monkeypatch.setattr(keyseal, "_JCEKS_ITERATIONS", 20)
    monkeypatch.setattr("unpin.stores.crypto.algorithm_identifiers._JDK8_ITERATIONS", 20)


@pytest.mark.parametrize("seal", SEALS.values(), ids=SEALS)
def test_what_is_sealed_opens_with_its_password_alone(seal):
    der = seal(KEY, "changeit")
    assert KEY not in der
    sealed = read_sealed(der)
    assert sealed.der == der
    assert unseal(sealed, "changeit", name="k") == KEY
    assert [unseal(sealed, wrong, name="k") for wrong in ("changeit ", "Changeit", "")] == [
        None
    ] * 3
    assert seal(KEY, "changeit") != der


@pytest.mark.parametrize("seal", SEALS.values(), ids=SEALS)
def test_what_was_changed_does_not_open(seal):
    """JKS has a digest over the key; the others have a padding and the form of the key."""
    der = bytearray(seal(KEY, "changeit"))
    der[-1] ^= 1
    assert unseal(read_sealed(bytes(der)), "changeit", name="k") is None


def test_cryptography_opens_what_is_sealed_for_pkcs12_and_the_other_way_round():
    modern = keyseal.seal_pkcs8(KEY, "sesame", ProtectionScheme.MODERN)
    opened = load_der_private_key(modern, b"sesame")
    assert opened.private_numbers() == OWN.private_numbers()
    theirs = OWN.private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"sesame")
    )
    assert unseal(read_sealed(theirs), "sesame", name="k") == KEY


def test_schemes_are_told_apart():
    seen = {
        name: (
            keyseal.is_modern(sealed),
            keyseal.is_of_jdk8(sealed),
            keyseal.is_of_pkcs8(sealed),
        )
        for name, seal in SEALS.items()
        if (sealed := read_sealed(seal(KEY, "changeit")))
    }
    assert seen == {
        "jks": (False, False, False),
        "jceks": (False, False, False),
        "modern": (True, False, True),
        "jdk8": (False, True, True),
    }


@pytest.mark.parametrize("data", [b"", b"\x30", KEY, b"\x30\x04\x30\x02\x05\x00", b"\x30\x80"])
def test_what_is_no_sealed_key_is_none(data):
    assert read_sealed(data) is None


def test_clear_keys_are_told_from_sealed_ones():
    assert is_clear(KEY)
    assert not any(is_clear(data) for data in (b"", KEY[:9], keyseal.seal_jks(KEY, "changeit")))


def test_a_hostile_count_is_refused_before_the_first_iteration():
    parameters = tlv.element(
        tlv.SEQUENCE, tlv.element(tlv.OCTET_STRING, b"saltSALT"), tlv.encode_integer(1 << 40)
    )
    algorithm = tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.JCEKS_KEY_PROTECTOR), parameters)
    der = tlv.element(tlv.SEQUENCE, algorithm, tlv.element(tlv.OCTET_STRING, bytes(16)))
    with pytest.raises(LimitExceededError, match=r"^k: iteration count of 1099511627776"):
        unseal(read_sealed(der), "changeit", name="k")


def test_jceks_takes_no_other_letters_than_ascii():
    assert keyseal.seal_jceks(KEY, "pässword") is None
    sealed = read_sealed(keyseal.seal_jceks(KEY, "password"))
    assert unseal(sealed, "pässword", name="k") is None
    jks = read_sealed(keyseal.seal_jks(KEY, "pässword"))
    assert unseal(jks, "pässword", name="k") == KEY
