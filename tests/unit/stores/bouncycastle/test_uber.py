"""UBER: the layer of Twofish around the entries of BKS, and the extra it needs."""

import sys

import jks as pyjks
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.referees import bouncy
from tests.unit.stores import bks_writer as w
from tests.unit.stores.samples import LEAF, ROOT, SMALL, A, B

from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.errors import (
    LimitExceededError,
    MalformedStoreError,
    PasswordRequiredError,
    UnpinError,
    UnsupportedStoreError,
    WrongPasswordError,
)
from unpin.model.formats import Format
from unpin.model.store import Integrity, Protection
from unpin.stores.bouncycastle import bks, uber
from unpin.stores.opening import open_bytes

FIXTURE = bouncy.FIXTURES / "uber.ubr"


@pytest.fixture
def twofish():
    bouncy.needs_twofish()


needs_twofish = pytest.mark.usefixtures("twofish")


def read(data, password="changeit"):
    return uber.decode(data, source="s.ubr", password=password)


@needs_twofish
def test_fixture_is_read_as_bouncycastle_lists_it():
    listing = (bouncy.FIXTURES / "listing.tsv").read_text(encoding="ascii")
    store = open_bytes(FIXTURE.read_bytes(), source="uber.ubr")
    assert bouncy.ours(store) == bouncy.theirs(listing)["uber.ubr"]
    assert (store.format, store.protection.integrity) == (Format.UBER, Integrity.VERIFIED)
    assert store.protection.password == "the default password changeit"


@needs_twofish
@pytest.mark.filterwarnings("ignore:the imp module:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # twofish leaves it so
def test_pyjks_agrees():
    if sys.version_info >= (3, 12):
        pytest.skip("NOT RUN: pyjks reads UBER up to Python 3.11 only (twofish imports imp)")
    data = w.uber(w.trusted("root", A), w.sealed("server", B, A))
    theirs = pyjks.UberKeyStore.loads(data, "changeit", try_decrypt_keys=False)
    ours = read(data)
    assert [e.certificate.der for e in ours.trusted] == [theirs.entries["root"].cert]
    assert [[c.der for c in e.chain] for e in ours.keys] == [
        [one.cert for one in theirs.entries["server"].cert_chain]
    ]


@needs_twofish
@pytest.mark.parametrize("version", [1, 2])
def test_entries_with_raw_slices(version):
    raw = [w.trusted("root", A), w.sealed("server", B, A, date=5), w.sealed("secret", date=6)]
    store = read(w.uber(*raw, version=version))
    assert store.format is Format.UBER
    assert store.variant == f"version {version}"
    assert store.entries == (
        TrustedEntry("root", ROOT.certificate, raw[0], w.DATE),
        KeyEntry("server", KeyKind.PRIVATE, (LEAF.certificate, ROOT.certificate), raw[1], 5),
        KeyEntry("secret", KeyKind.SECRET, (), raw[2], 6),
    )


@needs_twofish
def test_protection():
    assert read(w.uber(w.trusted("a", A))).protection == Protection(
        Integrity.VERIFIED,
        "SHA-1 digest under the encryption",
        ("PBE SHA1 Twofish-256-CBC, 1024 iterations",),
        needs_password=True,
    )


@needs_twofish
def test_few_iterations_are_weak():
    assert read(w.uber(iterations=1)).protection.weaknesses == (
        (
            "The encryption derives its key in fewer than 1,000 iterations (1), so the password is "
            "quickly guessed."
        ),
    )


@needs_twofish
@pytest.mark.parametrize("password", ["", "changeit", "pässwörd", "\N{GRINNING FACE}"])
def test_passwords(password):
    data = w.uber(w.trusted("a", A), password=password)
    assert len(read(data, password).entries) == 1
    assert read(data, password).protection.needs_password is (password != "")
    with pytest.raises(WrongPasswordError, match=r"^s\.ubr: "):
        read(data, password + "x")
    with pytest.raises(PasswordRequiredError, match=r"^s\.ubr: the whole store is encrypted"):
        read(data, None)


@needs_twofish
def test_unknown_password_is_asked_for():
    with pytest.raises(PasswordRequiredError, match=r"^s\.ubr: .*encrypted, and no password"):
        open_bytes(w.uber(password="s3cret"), source="s.ubr")


@needs_twofish
def test_no_wrong_password_gets_through():
    """Of 1,000 passwords some leave valid padding behind; none leaves a digest."""
    data = w.uber(w.trusted("a", SMALL), iterations=1)
    refused = 0
    for number in range(1000):
        try:
            read(data, str(number))
        except WrongPasswordError:
            refused += 1
    assert refused == 1000


@needs_twofish
def test_trailing_bytes_under_the_encryption_are_noted():
    store = read(w.uber(w.trusted("a", A), trailing=b"tail"))
    assert store.notes == ("4 bytes follow the end of the store",)
    assert store.container == uber.UberContainer(bks.BksHeader(1, w.SALT, 1024), b"tail")


@needs_twofish
@pytest.mark.parametrize("clear", [b"", b"\0", bytes(20), b"\1" * 300])
def test_decrypted_nonsense_contradicts_the_password(clear):
    with pytest.raises(WrongPasswordError):
        read(w.uber(clear=clear))


@needs_twofish
def test_a_right_digest_over_nonsense_is_malformed():
    import hashlib

    body = b"\7 no entry"
    with pytest.raises(MalformedStoreError, match=r"^s\.ubr: entry 1: "):
        read(w.uber(clear=body + hashlib.sha1(body).digest()))


@needs_twofish
def test_truncation_at_every_byte_is_refused():
    data = w.uber(w.trusted("a", SMALL), w.sealed("k", SMALL))
    for end in range(len(data)):
        with pytest.raises(UnpinError, match=r"^s\.ubr: "):
            open_bytes(data[:end], source="s.ubr")


@needs_twofish
def test_truncated_in_a_block_is_malformed():
    with pytest.raises(MalformedStoreError, match=r"^s\.ubr: truncated: "):
        read(w.uber(w.trusted("a", A))[:-1])


@pytest.mark.parametrize("iterations", [(1 << 20) + 1, 1 << 31, 0xFFFFFFFF])
def test_iteration_bombs_are_refused_before_the_first_iteration(iterations):
    with pytest.raises(LimitExceededError, match=rf"^s\.ubr: iteration count of {iterations}, "):
        read(w.header(1, iterations=iterations) + bytes(64))


def test_too_many_encrypted_bytes():
    with pytest.raises(LimitExceededError, match=r"^s\.ubr: 16777232 encrypted bytes, at most"):
        read(w.header(1) + bytes((1 << 24) + 16))


@needs_twofish
@examples(150)
@given(st.lists(st.tuples(st.integers(28, 400), st.integers(0, 255)), max_size=4))
def test_only_unpin_errors_leave_on_mutated_bytes(changes):
    data = bytearray(w.uber(w.trusted("a", SMALL), w.sealed("k", SMALL), iterations=1))
    for position, value in changes:
        data[28 + position % (len(data) - 28)] = value
    data[28:31] = bytes(3)  # at most 255 iterations: their bound has a test of its own
    try:
        store = read(bytes(data))
    except UnpinError as error:
        assert error.message.startswith("s.ubr: ")
    else:
        assert len(store.entries) == 2


@needs_twofish
def test_claims():
    encrypted = w.uber(w.trusted("a", A))
    assert uber.claims(encrypted)
    assert uber.claims(encrypted[:40])
    assert not uber.claims(w.store(w.trusted("a", A)))
    assert not uber.claims(w.store())
    assert not uber.claims(w.header(1, salt=bytes(16)) + encrypted[32:])
    assert not uber.claims(b"")


def test_every_first_byte_of_the_ciphertext_is_claimed():
    """The ciphertext may begin like an entry, or like the end of all entries."""
    rest = bytes(range(7, 250)) * 2
    unclaimed = [
        first
        for first in range(256)
        if not uber.claims(w.header(1) + bytes((first,)) + rest[: 16 * 30 - 1])
    ]
    assert unclaimed == []


@pytest.mark.parametrize("module", [None, object()], ids=["missing", "of another interface"])
def test_missing_extra_is_one_clear_error(monkeypatch, module):
    monkeypatch.setitem(sys.modules, "oxifish", module)
    with pytest.raises(UnsupportedStoreError) as caught:
        open_bytes(FIXTURE.read_bytes(), source="uber.ubr")
    assert caught.value.exit_code == 3
    assert caught.value.message == (
        "uber.ubr: an UBER store, encrypted with Twofish, which unpin reads only with the extra uber"
    )
    assert caught.value.hint == "pip install 'unpin[uber]'"
