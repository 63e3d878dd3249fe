"""Folders of certificate files: one entry per certificate, no file stops the others."""

from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from tests.unit.stores import certs

from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores.folder import decode_folder


def folder(*files: tuple[str, bytes]) -> Store:
    return decode_folder(files, source="certs")


def test_each_format_contributes_with_its_file_name() -> None:
    bundle = pkcs7.serialize_certificates([certs.loaded("Root C")], Encoding.DER)
    store = folder(
        ("a.pem", certs.pem("Root A")), ("b.der", certs.der("Root B")), ("c.p7b", bundle)
    )
    assert store.format is Format.FOLDER
    assert [(entry.file, entry.certificate.der) for entry in store.trusted] == [
        ("a.pem", certs.der("Root A")),
        ("b.der", certs.der("Root B")),
        ("c.p7b", certs.der("Root C")),
    ]
    assert [(fault.kind, fault.message.partition(":")[0]) for fault in store.faults] == [
        ("der", "b.der"),
        ("pkcs7", "c.p7b"),
    ]


def test_hashed_links_are_the_same_certificate() -> None:
    store = folder(("02265526.0", certs.pem()), ("ca.pem", certs.pem()))
    assert [entry.file for entry in store.entries] == ["ca.pem"]
    assert store.notes == ("1 file with certificates that another file already has",)


def test_files_that_are_no_certificates_are_counted() -> None:
    store = folder(("README", b"hello"), ("1234abcd.r0", certs.revocation_list()))
    assert store.entries == ()
    assert store.notes == (
        "1 file with revocation lists",
        "1 file that hold no certificates: README",
    )


def test_a_certificate_file_that_cannot_be_read_is_an_entry() -> None:
    store = folder(("a.crt", b""), ("b.crt", certs.der()[:90]), ("c.pem", certs.pem()))
    assert [(entry.file, entry.reason.partition(" at ")[0]) for entry in store.unreadable] == [
        ("a.crt", "the file is empty"),
        ("b.crt", "element"),
    ]
    assert [entry.file for entry in store.trusted] == ["c.pem"]


def test_one_fault_of_many_files_is_told_once() -> None:
    store = folder(("a.crt", certs.der("Root A")), ("b.crt", certs.der("Root B")))
    assert [fault.message.partition(":")[0] for fault in store.faults] == [
        "a.crt (and 1 more files)"
    ]
