"""The PKCS12 reader against stores that cryptography, keytool, openssl and this file wrote."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12 as writer
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from tests import fixed_keys, programs
from tests.examples import examples
from tests.unit.stores.p12_writer import (
    DATA,
    FRIENDLY,
    TRUSTED,
    attributes,
    bag,
    cert_bag,
    encrypted,
    key_bag,
    mac_data,
    pbe_algorithm,
    pfx,
    plain,
    safe_of,
)

from unpin.asn1 import tlv
from unpin.model.entries import KeyEntry, KeyKind
from unpin.model.errors import (
    LimitExceededError,
    MalformedStoreError,
    PasswordRequiredError,
    UnpinError,
    UnsupportedStoreError,
    WrongPasswordError,
)
from unpin.model.formats import Format
from unpin.model.store import Integrity, Store
from unpin.stores.crypto import encryption_schemes, key_derivation
from unpin.stores.pkcs12 import decoder, safe_bags

PASSWORD = "changeit"

Pair = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def drawn(name: str, issuer: str | None = None) -> Pair:
    """A certificate called `name`; self-signed without `issuer`; always the same one."""
    return _draw(name, issuer)


@fixed_keys.once
def _draw(name: str, issuer: str | None) -> Pair:
    key = fixed_keys.private_key(name)
    signer = drawn(issuer)[1] if issuer else key
    start = datetime(2024, 1, 1, tzinfo=UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer or name)]))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=7300))
    )
    return fixed_keys.signed(builder, signer, hashes.SHA256()), key


def der(name: str, issuer: str | None = None) -> bytes:
    return drawn(name, issuer)[0].public_bytes(serialization.Encoding.DER)


def sha256(name: str, issuer: str | None = None) -> str:
    return hashlib.sha256(der(name, issuer)).hexdigest()


def read(data: bytes, password: str | None = PASSWORD) -> Store:
    assert decoder.claims(data)
    return decoder.decode(data, source="store.p12", password=password)


def trusted(store: Store) -> dict[str, str]:
    return {e.alias: e.certificate.sha256 for e in store.trusted if e.trusted}


@cache
def truststore() -> bytes:
    entries = [
        writer.PKCS12Certificate(drawn("Root A")[0], b"Root A"),
        writer.PKCS12Certificate(drawn("Root B")[0], "Würzel".encode()),
    ]
    algorithm = serialization.BestAvailableEncryption(PASSWORD.encode())
    return writer.serialize_java_truststore(entries, algorithm)


@cache
def key_store(*, old: bool = False) -> bytes:
    encryption = serialization.PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2000)
    if old:
        encryption = encryption.key_cert_algorithm(
            writer.PBES.PBESv1SHA1And3KeyTripleDESCBC
        ).hmac_hash(hashes.SHA1())
    leaf, key = drawn("leaf", "Root A")
    return writer.serialize_key_and_certificates(
        b"Leaf", key, leaf, [drawn("Root A")[0]], encryption.build(PASSWORD.encode())
    )


def test_truststore_of_cryptography() -> None:
    store = read(truststore())
    assert trusted(store) == {"Root A": sha256("Root A"), "Würzel": sha256("Root B")}
    assert store.format is Format.PKCS12
    assert store.protection.integrity is Integrity.VERIFIED
    assert store.protection.needs_password
    assert store.protection.encryption == ("PBES2 AES-256-CBC HmacSHA256, 20000 iterations",)
    assert store.protection.mac is not None
    assert store.protection.mac.startswith("HmacPBESHA256, ")
    assert not store.notes


@pytest.mark.parametrize("old", [False, True])
def test_key_with_chain_hides_its_certificates(old: bool) -> None:
    store = read(key_store(old=old))
    (entry,) = store.entries
    assert isinstance(entry, KeyEntry)
    assert (entry.alias, entry.kind) == ("Leaf", KeyKind.PRIVATE)
    assert [c.sha256 for c in entry.chain] == [sha256("leaf", "Root A"), sha256("Root A")]
    assert bool(store.protection.weaknesses) is old


def test_wrong_and_missing_password() -> None:
    with pytest.raises(WrongPasswordError, match=r"^store.p12: wrong password"):
        read(truststore(), "wrong")
    with pytest.raises(PasswordRequiredError) as caught:
        read(truststore(), None)
    assert caught.value.hint


def test_wrong_password_without_mac() -> None:
    outer = tlv.read(truststore()).children()
    bare = tlv.element(tlv.SEQUENCE, outer[0].raw, outer[1].raw)
    assert read(bare).protection.integrity is Integrity.ABSENT
    with pytest.raises(WrongPasswordError):
        read(bare, "wrong")


def test_no_mac_no_encryption() -> None:
    safe = safe_of(plain(cert_bag(der("Root A"), attributes("A", trusted=True))))
    store = read(pfx(safe) + b"tail", None)
    assert trusted(store) == {"A": sha256("Root A")}
    assert store.protection.integrity is Integrity.ABSENT
    assert not store.protection.needs_password
    assert store.notes == ("4 bytes after the store",)
    (entry,) = store.trusted
    assert entry.raw == cert_bag(der("Root A"), attributes("A", trusted=True))
    assert [a.oid for a in entry.attributes] == [FRIENDLY, TRUSTED]


@pytest.mark.parametrize("password", [b"\0\0", b""])
def test_empty_password_in_both_encodings(password: bytes) -> None:
    safe = safe_of(plain(cert_bag(der("Root A"))))
    data = pfx(safe, mac_data(safe, password, 5))
    store = read(data, "")
    assert store.protection.integrity is Integrity.VERIFIED
    assert store.protection.mac == "HmacPBESHA1, 5 iterations"
    assert len(store.protection.weaknesses) == 1
    assert [(e.alias, e.trusted) for e in store.trusted] == [("", False)]
    assert read(data, None).protection.integrity is Integrity.NOT_CHECKED


def test_pbmac1() -> None:
    safe = safe_of(plain(cert_bag(der("Root A"), attributes("A", trusted=True))))
    key = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), b"saltsalt", 2048, 32)
    sha = tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.840.113549.2.9"), tlv.element(tlv.NULL))
    octets = tlv.element(tlv.OCTET_STRING, b"saltsalt")
    counts = tlv.encode_integer(2048) + tlv.encode_integer(32)
    pbkdf2 = tlv.element(
        tlv.SEQUENCE,
        tlv.encode_oid("1.2.840.113549.1.5.12"),
        tlv.element(tlv.SEQUENCE, octets, counts, sha),
    )
    algorithm = tlv.element(
        tlv.SEQUENCE,
        tlv.encode_oid("1.2.840.113549.1.5.14"),
        tlv.element(tlv.SEQUENCE, pbkdf2, sha),
    )
    digest = tlv.element(tlv.OCTET_STRING, hmac.new(key, safe, "sha256").digest())
    info = tlv.element(tlv.SEQUENCE, algorithm, digest)
    data = pfx(safe, tlv.element(tlv.SEQUENCE, info, octets, tlv.encode_integer(1)))
    store = read(data)
    assert store.protection.integrity is Integrity.VERIFIED
    assert store.protection.mac == "PBMAC1 HmacSHA256, 2048 iterations"
    with pytest.raises(WrongPasswordError):
        read(data, "wrong")


def test_bags_of_every_kind() -> None:
    octets = tlv.element(0xA0, tlv.element(tlv.OCTET_STRING, b"x"))
    secret = tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.3"), octets)
    nested = bag(6, tlv.element(tlv.SEQUENCE, cert_bag(der("Root A"), attributes("deep"))))
    store = read(
        pfx(
            safe_of(
                plain(
                    bag(1, tlv.element(tlv.SEQUENCE), attributes("plain")),
                    bag(5, secret, attributes("secret", b"Time 1700000000123")),
                    bag(4, secret, attributes("crl")),
                    bag(9, secret),
                    cert_bag(b"not a certificate", attributes("broken")),
                    nested,
                )
            )
        ),
        None,
    )
    assert [(type(e).__name__, e.alias) for e in store.entries] == [
        ("KeyEntry", "plain"),
        ("KeyEntry", "secret"),
        ("UnreadableEntry", "crl"),
        ("UnreadableEntry", ""),
        ("UnreadableEntry", "broken"),
        ("TrustedEntry", "deep"),
    ]
    assert [(k.kind, k.created_ms) for k in store.keys] == [
        (KeyKind.PRIVATE, None),
        (KeyKind.SECRET, 1700000000123),
    ]
    assert store.unreadable[0].reason == "CRL bag"
    assert store.notes == ("an unencrypted private key, which Java ignores",)


def test_several_keys_match_by_id_then_alias() -> None:
    store = read(
        pfx(
            safe_of(
                plain(
                    cert_bag(der("one"), attributes("x", b"1")),
                    cert_bag(der("two"), attributes("Two", b"other")),
                    cert_bag(der("three"), attributes("unrelated", b"9")),
                    cert_bag(der("four"), attributes("four", b"1", trusted=True)),
                ),
                plain(
                    key_bag(attributes("one", b"1")),
                    key_bag(attributes("two", b"2")),
                    key_bag(attributes("three")),
                ),
            )
        ),
        None,
    )
    assert {k.alias: [c.label for c in k.chain] for k in store.keys} == {
        "one": ["one"],
        "two": ["two"],
        "three": [],
    }
    assert {(e.alias, e.trusted) for e in store.trusted} == {("unrelated", False), ("four", True)}


def test_one_key_without_id_takes_the_first_certificate() -> None:
    safe = safe_of(plain(key_bag()), plain(cert_bag(der("one")), cert_bag(der("two"))))
    store = read(pfx(safe), None)
    assert [[c.label for c in k.chain] for k in store.keys] == [["one"]]
    assert [e.certificate.label for e in store.trusted] == ["two"]


@pytest.mark.parametrize(
    ("arc", "name"), [(1, "RC4-128"), (2, "RC4-40"), (4, "2DES"), (5, "RC2-128"), (6, "RC2-40")]
)
def test_old_schemes(arc: int, name: str) -> None:
    scheme = encryption_schemes.parse_scheme(
        tlv.read(pbe_algorithm(f"1.2.840.113549.1.12.1.{arc}", 3))
    )
    assert isinstance(scheme, encryption_schemes.Pkcs12Scheme)
    assert scheme.name == name
    plaintext = tlv.element(tlv.SEQUENCE, cert_bag(der("Root A"), attributes("A", trusted=True)))
    ciphertext = _encrypt(scheme, plaintext)
    safe = safe_of(encrypted(pbe_algorithm(f"1.2.840.113549.1.12.1.{arc}", 3), ciphertext))
    store = read(pfx(safe))
    assert trusted(store) == {"A": sha256("Root A")}
    assert store.protection.encryption == (f"PBE SHA1 {name}, 3 iterations",)
    assert len(store.protection.weaknesses) == 1


def _encrypt(scheme: encryption_schemes.Pkcs12Scheme, plaintext: bytes) -> bytes:
    from Cryptodome.Cipher import ARC2, ARC4, DES3

    bmp = key_derivation.passphrases(PASSWORD)[0].bmp
    key = key_derivation.pkcs12_key("sha1", bmp, scheme.salt, 3, 1, scheme.key_length)
    iv = key_derivation.pkcs12_key("sha1", bmp, scheme.salt, 3, 2, 8)
    count = 8 - len(plaintext) % 8
    padded = plaintext + bytes((count,)) * count
    match scheme.cipher:
        case "RC4":
            return bytes(ARC4.new(key).encrypt(plaintext))
        case "2DES":
            return bytes(DES3.new(key, DES3.MODE_CBC, iv).encrypt(padded))
        case _:
            bits = scheme.key_length * 8
            return bytes(ARC2.new(key, ARC2.MODE_CBC, iv, effective_keylen=bits).encrypt(padded))


@pytest.mark.parametrize("password", [PASSWORD, None, ""])
def test_unsupported_cipher_is_one_error_that_names_it(password: str | None) -> None:
    safe = safe_of(
        encrypted(pbe_algorithm("1.2.410.200046.1.1.2", 3), b"x" * 8),
        plain(cert_bag(der("Root A"), attributes("A", trusted=True))),
    )
    with pytest.raises(UnsupportedStoreError) as caught:
        read(pfx(safe, mac_data(safe, b"", 3)), password)
    assert caught.value.message == (
        "store.p12: encrypted with an algorithm that unpin does not support: "
        "cipher ARIA-128-CBC (1.2.410.200046.1.1.2)"
    )


def test_signed_store_is_unsupported() -> None:
    data = pfx(b"", content_type="1.2.840.113549.1.7.2")
    with pytest.raises(UnsupportedStoreError):
        read(data)


def test_ber() -> None:
    safe = safe_of(plain(cert_bag(der("Root A"), attributes("A", trusted=True))))

    def open_ended(tag: int, *content: bytes) -> bytes:
        return bytes((tag, 0x80)) + b"".join(content) + b"\0\0"

    segments = open_ended(
        0x24, *(tlv.element(tlv.OCTET_STRING, safe[i : i + 50]) for i in range(0, len(safe), 50))
    )
    info = open_ended(0x30, tlv.encode_oid(DATA), open_ended(0xA0, segments))
    store = read(open_ended(0x30, tlv.encode_integer(3), info), None)
    assert trusted(store) == {"A": sha256("Root A")}
    assert store.variant == "BER"


def test_truncated_anywhere() -> None:
    data = key_store()
    for end in [*range(120), *range(120, len(data), 37)]:
        with pytest.raises(MalformedStoreError, match=r"^store.p12: "):
            decoder.decode(data[:end], source="store.p12", password=PASSWORD)


@pytest.mark.parametrize(
    "iterations",
    [5_000_001, 2**31, 2**63, 2**70000],
    ids=["cap", "32 bits", "64 bits", "70000 bits"],
)
def test_iteration_bomb(iterations: int) -> None:
    safe = safe_of(plain())
    with pytest.raises(LimitExceededError):
        read(pfx(safe, mac_data(safe, b"", iterations, digest=b"x" * 20)))
    bomb = encrypted(pbe_algorithm("1.2.840.113549.1.12.1.3", iterations), b"x" * 8)
    with pytest.raises(LimitExceededError):
        read(pfx(safe_of(bomb)))


def test_many_slow_contents_are_one_bomb() -> None:
    slow = encrypted(pbe_algorithm("1.2.840.113549.1.12.1.3", 4_000_000), b"x" * 8)
    with pytest.raises(LimitExceededError, match="in total"):
        read(pfx(safe_of(*[slow] * 5)))


def test_deep_nesting() -> None:
    deep = b"\x30\x80" * 100_000
    for data in (deep, pfx(deep), pfx(safe_of(deep)), pfx(safe_of(plain(deep)))):
        with pytest.raises(MalformedStoreError):
            decoder.decode(data, source="store.p12", password=PASSWORD)


def test_deep_nesting_inside_a_bag() -> None:
    value = tlv.element(tlv.SEQUENCE)
    for _ in range(80):
        value = tlv.element(tlv.SEQUENCE, bag(6, value))
    store = read(pfx(safe_of(plain(bag(6, value)))), None)
    assert ["nested more than 64 deep" in e.reason for e in store.unreadable] == [True]


def test_how_deep_a_bag_is_decides_whatever_was_read_before() -> None:
    def nested(levels: int) -> bytes:
        found = cert_bag(der("Root A"), attributes("a", trusted=True))
        for _ in range(levels):
            found = bag(6, tlv.element(tlv.SEQUENCE, found))
        return pfx(safe_of(plain(found)))

    for levels in (0, 19, 20):
        store = read(nested(levels), None)
        assert bool(store.trusted) is (levels < 20)


def test_claims() -> None:
    assert decoder.claims(truststore()[:40])
    for data in (b"", b"\x30", der("Root A"), b"\xfe\xed\xfe\xed\0\0\0\2", b"<html>"):
        assert not decoder.claims(data)


@given(
    which=st.booleans(),
    edits=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=6),
    cut=st.none() | st.integers(0, 5000),
    password=st.sampled_from([None, "", PASSWORD]),
)
@examples(250)
def test_mutations_raise_only_unpin_errors(
    which: bool, edits: list[tuple[int, int]], cut: int | None, password: str | None
) -> None:
    safe = safe_of(
        plain(
            key_bag(attributes("one", b"Time 12")),
            cert_bag(der("leaf", "Root A"), attributes("one", b"Time 12")),
            cert_bag(der("Root A"), attributes("A", trusted=True)),
        ),
        encrypted(pbe_algorithm("1.2.840.113549.1.12.1.6", 3), b"x" * 16),
    )
    data = bytearray(pfx(safe) if which else pfx(safe, mac_data(safe, b"", 3)))
    for position, value in edits:
        data[position % len(data)] = value
    try:
        decoder.decode(bytes(data[:cut]), source="store.p12", password=password)
    except UnpinError as error:
        begins = error.message.startswith("store.p12: ")
    else:
        begins = True
    assert begins


def write_pem(folder: Path, name: str) -> Path:
    path = folder / "cert.pem"
    path.write_bytes(drawn(name)[0].public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.referee
@pytest.mark.parametrize(
    ("options", "encryption", "mac"),
    [
        ([], "PBES2 AES-256-CBC HmacSHA256, 10000 iterations", "HmacPBESHA256, 10000 iterations"),
        (["-J-Dkeystore.pkcs12.legacy=true"], "PBE SHA1 RC2-40, 50000 iterations", "HmacPBESHA1"),
        (
            [
                "-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE",
                "-J-Dkeystore.pkcs12.macAlgorithm=NONE",
            ],
            None,
            None,
        ),
    ],
    ids=["default", "legacy", "password-less"],
)
def test_keytool(
    tmp_path: Path, options: list[str], encryption: str | None, mac: str | None
) -> None:
    path = tmp_path / "store.p12"
    given = [*options, "-importcert", "-noprompt", "-alias", "MyRoot", "-storetype", "PKCS12"]
    given += ["-keystore", str(path), "-storepass", PASSWORD]
    given += ["-file", str(write_pem(tmp_path, "Root A"))]
    programs.run(programs.program("keytool"), *given)
    store = read(path.read_bytes(), PASSWORD if encryption else None)
    assert trusted(store) == {"MyRoot": sha256("Root A")}
    assert store.protection.encryption == ((encryption,) if encryption else ())
    assert (store.protection.mac or "").startswith(mac or "")
    assert (store.protection.mac is None) is (mac is None)
    assert store.protection.needs_password is (encryption is not None)


@pytest.mark.referee
@pytest.mark.parametrize("options", [[], ["-nomac"], ["-certpbe", "NONE"], ["-macalg", "sha512"]])
def test_openssl(tmp_path: Path, options: list[str]) -> None:
    path = tmp_path / "store.p12"
    given = ["pkcs12", "-export", "-nokeys", "-caname", "Mine", *options]
    given += ["-in", str(write_pem(tmp_path, "Root A")), "-out", str(path)]
    programs.run(programs.program("openssl"), *given, "-passout", f"pass:{PASSWORD}")
    store = read(path.read_bytes())
    assert [(e.alias, e.trusted, e.certificate.sha256) for e in store.trusted] == [
        ("Mine", False, sha256("Root A"))
    ]


@pytest.mark.parametrize("kind", ["empty certificate", "key"])
def test_too_many_bags_without_a_certificate_are_not_read(monkeypatch, kind):
    """100 bags, of which no more are read than may be without a certificate."""
    read = []

    def counted(*arguments, **names):
        read.append(found := kept(*arguments, **names))
        return found

    kept = safe_bags._bag
    monkeypatch.setattr(safe_bags, "_bag", counted)
    monkeypatch.setattr(safe_bags, "MAX_WITHOUT_CERTIFICATE", 10)
    names = [attributes(f"e{number}") for number in range(100)]
    empty = tlv.element(tlv.SEQUENCE)
    bags = [
        cert_bag(empty, name) if kind == "empty certificate" else key_bag(name) for name in names
    ]
    with pytest.raises(LimitExceededError, match="entries without a certificate"):
        decoder.decode(pfx(safe_of(plain(*bags))), source="x", password=None)
    assert len(read) == 12


def test_keys_with_a_chain_are_not_without_a_certificate(monkeypatch):
    monkeypatch.setattr(safe_bags, "MAX_WITHOUT_CERTIFICATE", 10)
    named = [attributes(f"k{number}", b"%d" % number) for number in range(20)]
    bags = [*map(key_bag, named), *(cert_bag(der("Root A"), name) for name in named)]
    store = decoder.decode(pfx(safe_of(plain(*bags))), source="x", password=None)
    assert [len(key.chain) for key in store.keys] == [1] * 20
