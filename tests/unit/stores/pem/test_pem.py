"""PEM bundles, clean and mangled: every certificate is found, every oddity is named."""

import base64
import ssl
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.bystanders.odd_roots import long_form
from tests.examples import examples
from tests.unit.stores import certs

from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry, UnreadableEntry
from unpin.model.errors import UnpinError
from unpin.model.formats import Format
from unpin.model.store import Integrity, Store
from unpin.pki.clients import OPENSSL, PKIX
from unpin.stores import der
from unpin.stores.pem import decoder as pem

A, B = certs.pem("Root A"), certs.pem("Root B")
TEXT_A = A.decode("ascii")
BROKEN = b"-----BEGIN CERTIFICATE-----\n" + b"MIIB!" * 100 + b"\n-----END CERTIFICATE-----\n"


def read(data: bytes) -> Store:
    assert pem.claims(data)
    return pem.decode(data, source="ca.pem", password=None)


def found(store: Store) -> list[bytes]:
    return [certificate.der for certificate in store.certificates()]


def kinds(store: Store) -> dict[str, int | None]:
    return {fault.kind: fault.line for fault in store.faults}


def relabelled(label: str, extra: bytes = b"") -> bytes:
    return pem_of(certs.der("Root A") + extra, label)


def pem_of(der: bytes, label: str = "CERTIFICATE") -> bytes:
    body = base64.encodebytes(der).decode("ascii")
    return f"-----BEGIN {label}-----\n{body}-----END {label}-----\n".encode("ascii")


def test_a_clean_bundle_has_its_lines_and_no_fault() -> None:
    store = read(b"# comment\n" + A + b"\nsubject=/CN=B\n" + B)
    assert store.format is Format.PEM
    assert store.protection.integrity is Integrity.ABSENT
    assert found(store) == [certs.der("Root A"), certs.der("Root B")]
    assert [entry.line for entry in store.entries] == [2, A.count(b"\n") + 4]
    assert (store.faults, store.notes) == ((), ())


def test_raw_slices_and_the_rest_make_up_the_file() -> None:
    data = b"\xef\xbb\xbfone\r\n" + A.replace(b"\n", b"\r\n") + b"two\n" + BROKEN + B + b"tail"
    store = read(data)
    assert isinstance(store.container, pem.PemContainer)
    raws = b"".join(entry.raw for entry in store.entries)
    assert b"\xef\xbb\xbf" + raws + store.container.suffix == data
    assert store.container.suffix == b"tail"


def test_crlf_is_no_fault() -> None:
    store = read(A.replace(b"\n", b"\r\n"))
    assert (found(store), store.faults) == ([certs.der()], ())


ODD = {
    "utf-8-bom": (b"\xef\xbb\xbf" + A, 1),
    "utf-16": (TEXT_A.encode("utf-16"), 1),
    "indented": (b"ca: |\n" + b"".join(b"    " + line for line in A.splitlines(True)), 2),
    "literal-newline": (b"CA=" + A.replace(b"\n", b"\\n"), 1),
    "one-line": (A.replace(b"\n", b"") + b"\n", 1),
    "text-before-marker": (b"ca: " + A, 1),
    "cr-line-ends": (A.replace(b"\n", b"\r"), 1),
    "trusted-certificate": (relabelled("TRUSTED CERTIFICATE"), 1),
    "x509-certificate": (relabelled("X509 CERTIFICATE"), 1),
    "bytes-after-certificate": (relabelled("CERTIFICATE", b"\x30\x00"), 1),
    "ber-certificate": (pem_of(long_form(certs.der("Root A"))), 1),
    "block-headers": (A.replace(b"-----\nMII", b"-----\nProc-Type: 4,X\n\nMII"), 1),
    "other-block": (A + certs.revocation_list(), A.count(b"\n") + 1),
    "stray-end": (b"-----END CERTIFICATE-----\n" + A, 1),
    "commented-block": (b"".join(b"# " + line for line in B.splitlines(True)) + A, 1),
}


@pytest.mark.parametrize("kind", ODD)
def test_one_oddity_is_read_and_named(kind: str) -> None:
    data, line = ODD[kind]
    store = read(data)
    assert found(store) == [certs.der()]
    assert kinds(store) == {kind: line}


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_utf_16_with_and_without_mark(codec: str, bom: str) -> None:
    preamble = "Bag Attributes\n    friendlyName: Größe\n"
    data = (bom + preamble + TEXT_A).encode(codec)
    store = read(data)
    assert found(store) == [certs.der()]
    assert store.trusted[0].alias == "Größe"
    assert store.trusted[0].line == 3
    assert store.trusted[0].raw == (preamble + TEXT_A).encode(codec)


def test_utf_16_appended_to_8_bit_text_is_not_silent() -> None:
    store = read(A + TEXT_A.encode("utf-16-le"))
    assert found(store) == [certs.der()]
    assert len(store.unreadable) == 1
    assert kinds(store) == {"mixed-encoding": A.count(b"\n") + 1}


def test_8_bit_text_appended_to_utf_16_is_not_silent() -> None:
    store = read(TEXT_A.encode("utf-16") + B)
    assert found(store) == [certs.der()]
    assert kinds(store) == {"utf-16": 1, "mixed-encoding": A.count(b"\n") + 1}


def test_glued_markers() -> None:
    store = read(A.rstrip() + B)
    assert found(store) == [certs.der("Root A"), certs.der("Root B")]
    assert kinds(store) == {"glued-markers": A.count(b"\n")}


def test_trust_settings_after_the_certificate() -> None:
    store = read(relabelled("TRUSTED CERTIFICATE", b"\x30\x00"))
    assert found(store) == [certs.der()]
    assert kinds(store) == {"trusted-certificate": 1, "trusted-certificate-settings": 1}


@pytest.mark.parametrize("settings", [b"\x30\x03\x02\x01\x00", b"\x04\x00", b"\x30\x05\x0c\x00"])
def test_trust_settings_that_openssl_cannot_read(settings) -> None:
    """d2i_X509_CERT_AUX fails, and OpenSSL refuses the file."""
    (entry,) = read(relabelled("TRUSTED CERTIFICATE", settings)).entries

    assert isinstance(entry, UnreadableEntry)


def test_bytes_after_the_certificate_are_a_note() -> None:
    store = read(relabelled("CERTIFICATE", b"\x30\x00"))
    assert found(store) == [certs.der()]
    assert store.notes == ("line 1: 2 bytes after the certificate",)


def test_the_alias_is_the_friendly_name_of_bag_attributes() -> None:
    bag = b"Bag Attributes\n    friendlyName: my root\n    localKeyID: 01\n"
    store = read(bag + A + b"friendlyName: no bag\n" + B)
    assert [entry.alias for entry in store.entries] == ["my root", ""]


def test_a_private_key_is_a_key_without_chain() -> None:
    store = read(certs.private_key() + A)
    key = store.entries[0]
    assert isinstance(key, KeyEntry)
    assert (key.alias, key.kind, key.chain, key.line) == ("", KeyKind.PRIVATE, (), 1)
    assert found(store) == [certs.der()]
    assert kinds(store) == {"private-key": 1}


def test_another_block_is_shown_with_its_label() -> None:
    store = read(certs.revocation_list() + A)
    assert [entry.reason for entry in store.unreadable] == [
        "a certificate revocation list, not a certificate"
    ]
    assert found(store) == [certs.der()]


def test_a_broken_block_does_not_hide_the_others() -> None:
    store = read(A + BROKEN + B)
    assert [type(entry) for entry in store.entries] == [TrustedEntry, UnreadableEntry, TrustedEntry]
    line = A.count(b"\n") + 1
    assert store.unreadable[0].line == line
    assert store.unreadable[0].reason.startswith("not base64")
    assert kinds(store) == {"broken-block": line}


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (b"-----BEGIN CERTIFICATE-----\nMIIB\n", "no END line"),
        (b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "the block is empty"),
        (b"-----BEGIN CERTIFICATE--\nMIIB\n-----END CERTIFICATE-----\n", "malformed BEGIN line"),
        (
            b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END X-----\n",
            "begins as CERTIFICATE and ends as X",
        ),
    ],
)
def test_what_is_wrong_with_a_block_is_said(block: bytes, reason: str) -> None:
    store = read(block + A)
    assert [entry.reason for entry in store.unreadable] == [reason]
    assert found(store) == [certs.der()]
    assert kinds(store) == {"broken-block": 1}


def test_placeholder_text() -> None:
    block = b"-----BEGIN CERTIFICATE-----\n<your CA here>\n-----END CERTIFICATE-----\n"
    store = read(block)
    assert [entry.reason for entry in store.unreadable] == ["placeholder text, not a certificate"]
    assert kinds(store) == {"placeholder": 1}


def test_a_commented_out_block_is_a_comment() -> None:
    store = read(b"".join(b"# " + line for line in A.splitlines(True)) + B)
    assert found(store) == [certs.der("Root B")]
    assert kinds(store) == {"commented-block": 1}


def test_binary_files_are_not_claimed() -> None:
    assert not pem.claims(b"PK\x03\x04" + A)
    assert not pem.claims(certs.der())
    assert not pem.claims(b"")


@pytest.mark.parametrize("unit", [b"-", b"-----BEGIN", b"-----END X-----", b"\\", b" ", b"\n-"])
def test_hostile_repetition_takes_linear_time(unit: bytes) -> None:
    """2 MB of markers that never end; a scanner that starts over at each would take hours."""
    data = b"-----BEGIN CERTIFICATE-----" + unit * (2_000_000 // len(unit))
    assert read(data).trusted == ()


def test_too_many_blocks_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unpin.stores.pem.decoder.MAX_ENTRIES", 2)
    assert len(read(certs.pem() * 2).trusted) == 2
    with pytest.raises(UnpinError, match=r"ca\.pem: more than 2 PEM blocks"):
        read(certs.pem() * 3)


def test_too_many_blocks_without_a_certificate_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty, broken or of another kind: to keep an entry of each takes more than the text."""
    monkeypatch.setattr("unpin.stores.formats.MAX_WITHOUT_CERTIFICATE", 3)
    no_certificate = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
    others = no_certificate + b"-----BEGIN X-----\n-----END X-----\n-----BEGIN CERTIFICATE-----\n"
    assert len(read(certs.pem() * 4 + others).entries) == 7
    with pytest.raises(UnpinError, match=r"ca\.pem: more than 3 entries without a certificate"):
        read(certs.pem() + others + no_certificate)


@pytest.mark.referee
@pytest.mark.parametrize("kind", ODD)
def test_openssl_takes_each_oddity_as_the_table_says(kind: str, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    path = tmp_path / "ca.pem"
    path.write_bytes(ODD[kind][0])
    refused = kind in OPENSSL.reading.refuses
    try:
        context.load_verify_locations(path)
    except ssl.SSLError:
        assert refused
    else:
        assert not refused


def test_der_one_and_several() -> None:
    store = der.decode(certs.der("Root A") + certs.der("Root B"), source="a.crt", password=None)
    assert found(store) == [certs.der("Root A"), certs.der("Root B")]
    assert (store.format, kinds(store)) == (Format.DER, {"der": None})
    assert store.faults[0].kind not in PKIX.reading.refuses


def test_der_truncated_names_the_file() -> None:
    assert der.claims(certs.der()[:100])
    with pytest.raises(UnpinError, match=r"^a\.crt: "):
        der.decode(certs.der()[:100], source="a.crt", password=None)


def test_der_claims_no_other_der() -> None:
    from cryptography.hazmat.primitives.serialization import Encoding

    for other in (
        certs.request(),
        certs.revocation_list(Encoding.DER),
        certs.private_key(Encoding.DER),
    ):
        assert not der.claims(other)


SEEDS = [A + BROKEN + B, certs.private_key() + A, *(data for data, _ in ODD.values())]


@examples(150)
@given(
    st.sampled_from([*SEEDS, certs.der()]),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 3), st.binary(max_size=8)), max_size=6),
)
def test_only_unpin_errors_leave_decode(seed: bytes, edits: list[tuple[int, int, bytes]]) -> None:
    data = seed
    for at, removed, added in edits:
        data = data[:at] + added + data[at + removed :]
    for codec in (pem, der):
        codec.claims(data)
        try:
            codec.decode(data, source="x", password=None)
        except UnpinError as error:
            assert error.message.startswith("x: ")
