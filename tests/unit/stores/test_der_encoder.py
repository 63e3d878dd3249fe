"""DER: certificates and what follows them stay as they are; one more is refused."""

from dataclasses import replace

import pytest
from tests.unit.stores import certs
from tests.unit.stores.test_pkcs7_encoder import bundle

from unpin.model.certificate import Certificate
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.errors import CannotWriteError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores import der
from unpin.stores.encoders import encode, rename

A, B = certs.der("Root A"), certs.der("Root B")
BER = b"\x30\x80" + b"".join(node.raw for node in der.tlv.read(A)) + b"\0\0"
NEW = TrustedEntry("new", Certificate(certs.der("New Root")), b"")


def read(data):
    return der.decode(data, source="ca.cer", password=None)


def written(store, *entries):
    return encode(replace(store, entries=entries), password=None)


@pytest.mark.parametrize("data", [A, A + B, BER + A, A + b"\n", A + b"\x30\x01", A + certs.pem()])
def test_an_unchanged_file_is_the_same_bytes(data):
    assert encode(read(data), password=None) == data


def test_one_certificate_takes_the_place_of_another():
    store = read(A + b"\n")
    assert written(store, NEW) == NEW.certificate.der + b"\n"


def test_several_certificates_stay_several():
    store = read(A + BER + B)
    first, second, third = store.entries
    assert written(store, third, second, NEW) == B + BER + NEW.certificate.der
    assert written(store, second) == BER
    assert written(store, NEW, NEW) == NEW.certificate.der * 2
    assert written(store, first, third) == A + B


def test_no_second_certificate_that_only_java_would_read():
    for store in (read(A), Store("new.der", Format.DER, ())):
        with pytest.raises(CannotWriteError, match="certificates in one DER file, of") as caught:
            written(store, *read(A).entries, NEW)
        assert caught.value.hint == "write PEM instead: unpin convert STORE -o bundle.pem"


def test_text_after_the_certificate_stays_or_goes_with_its_entry():
    store = read(A + b"\n" + certs.pem())
    first, rest = store.entries
    assert written(store, NEW, rest) == NEW.certificate.der + b"\n" + certs.pem()
    assert written(store, first) == A


def test_what_is_no_certificate_is_refused():
    key = KeyEntry("k", KeyKind.PRIVATE, (), b"")
    with pytest.raises(CannotWriteError, match=r"^ca\.cer: k: a private key of another format"):
        written(read(A), key)
    with pytest.raises(CannotWriteError, match="no certificate is left"):
        written(read(A))


def test_what_would_come_first_has_to_be_a_certificate():
    """The file would be taken for PKCS7, or for nothing at all."""
    for other in (bundle(A), b"\x30\x00"):
        store = read(A + other + B)
        _, second, third = store.entries
        assert written(store, third, second) == B + other
        with pytest.raises(
            CannotWriteError, match=r"^ca\.cer: the file would not begin with a cert"
        ):
            written(store, second, third)


def test_a_slice_of_another_format_is_not_taken_for_the_certificate():
    store = Store("new.der", Format.DER, (replace(NEW, raw=b"\0\0\0\2" + A),))
    assert encode(store, password=None) == NEW.certificate.der


def test_there_are_no_aliases():
    with pytest.raises(CannotWriteError, match="DER has no aliases"):
        rename(read(A).entries[0], "x", Format.DER)
    assert rename(NEW, "x", Format.DER).alias == "x"
