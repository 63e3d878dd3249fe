"""Every format has a row that is true of it: modules, extensions, and what a store of it holds.

Root A, Root B: two certificates that are written to a new store and read back.
"""

from dataclasses import replace
from importlib import import_module
from unittest import mock

import pytest
from tests.unit.stores import certs

from unpin.model.certificate import Certificate
from unpin.model.entries import TrustedEntry
from unpin.model.errors import CannotWriteError
from unpin.model.formats import Format, Naming, NotWritten, PasswordUse
from unpin.model.store import Store
from unpin.stores.encoders import encode, encode_verified, rename
from unpin.stores.entry_transfer import same_layout
from unpin.stores.formats import decoder_of, encoder_of, is_recognised

A, B = (Certificate(certs.der(name)) for name in ("Root A", "Root B"))
WRITABLE = [kind for kind in Format if kind.is_writable]


def new(kind: Format) -> Store:
    entries = (TrustedEntry("Zed", B, b"", 1_000), TrustedEntry("Äb", A, b"", 2_000))
    return Store("new", kind, entries[:1] if kind.facts.one_certificate else entries)


@pytest.mark.parametrize("kind", Format)
def test_the_modules_of_a_row_are_there(kind: Format) -> None:
    if kind.facts.decoder is not None:
        decoder = import_module(f"unpin.stores.{kind.facts.decoder}")
        assert callable(decoder.claims)
        assert callable(decoder.decode)
    if isinstance(kind.facts.encoder, NotWritten):
        with pytest.raises(CannotWriteError, match=f"^name: {kind.facts.encoder.reason}$"):
            encoder_of(kind, "name")
    else:
        assert callable(encoder_of(kind, "name").encode)
        assert callable(encoder_of(kind, "name").rename)


def test_no_two_formats_share_an_extension() -> None:
    extensions = [one for kind in Format for one in kind.facts.extensions]
    assert len(extensions) == len(set(extensions))
    assert all(kind.facts.extensions for kind in WRITABLE)


@pytest.mark.parametrize("kind", WRITABLE)
def test_a_new_store_is_recognised_by_its_first_byte_and_holds_what_its_row_says(
    kind: Format,
) -> None:
    facts, meant = kind.facts, new(kind)
    written = encode_verified(meant, password="changeit")
    assert is_recognised(written.data, kind)
    assert not facts.first_bytes or written.data[:1] in {bytes([one]) for one in facts.first_bytes}
    found = written.store
    assert found.format is kind
    certificates = [entry.certificate for entry in found.trusted]
    assert set(certificates) == {entry.certificate for entry in meant.trusted}
    if facts.keeps_order:
        assert certificates == [entry.certificate for entry in meant.trusted]
    assert any(entry.alias for entry in found.trusted) is (facts.naming is not Naming.NONE)
    assert any(entry.attributes for entry in found.trusted) is facts.attributes
    (same,) = {same_layout(found, kind)}
    assert same is kind.is_java


@pytest.mark.parametrize("kind", WRITABLE)
def test_a_password_guards_a_store_as_its_row_says(kind: Format) -> None:
    meant = new(kind)
    if kind.facts.password is PasswordUse.NONE:
        assert encode(meant, password=None) == encode(meant, password="changeit")
        return
    with pytest.raises(CannotWriteError, match="password"):
        encode(meant, password=None)


@pytest.mark.parametrize("kind", WRITABLE)
def test_a_new_entry_is_named_in_every_format_and_a_written_one_where_there_are_names(
    kind: Format,
) -> None:
    meant = new(kind)
    assert rename(meant.entries[0], "other", kind) == replace(meant.entries[0], alias="other")
    (first, *_) = encode_verified(meant, password="changeit").store.trusted
    if kind.facts.naming is Naming.NONE:
        with pytest.raises(CannotWriteError, match=f"{kind} has no aliases"):
            rename(first, "other", kind)
    else:
        assert rename(first, "other", kind).alias == "other"


def test_what_no_row_begins_with_loads_no_module() -> None:
    assert decoder_of(b"\x01nothing") is None


@pytest.mark.parametrize("kind", WRITABLE)
def test_what_is_written_is_decoded_once(kind: Format) -> None:
    module = import_module(f"unpin.stores.{kind.facts.decoder}")
    name = "decode_with" if kind is Format.PKCS12 else "decode"
    with mock.patch.object(module, name, wraps=getattr(module, name)) as decode:
        encode_verified(new(kind), password="changeit")
    assert decode.call_count == 1
