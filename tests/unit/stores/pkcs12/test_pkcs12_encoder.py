"""PKCS12: what is not changed is written byte for byte, and Java's view of the rest is kept.

root > issuing > leaf, whose key the stores hold; other: of nobody here
"""

import hmac
import random
from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.pki import Authority
from tests.referees.random_stores import Drawing
from tests.unit.stores import p12_writer as w

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.algorithms import HASHES, HMACS
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.errors import CannotWriteError, UnpinError
from unpin.model.formats import Format
from unpin.model.store import Integrity, Store
from unpin.stores.crypto import ciphers, encryption_schemes, key_derivation
from unpin.stores.encoders import encode
from unpin.stores.formats import EncodeOptions, ProtectionScheme
from unpin.stores.pkcs12 import decoder
from unpin.stores.pkcs12 import protection as p12protect
from unpin.stores.pkcs12.bag_changes import PlannedBag
from unpin.stores.pkcs12.encoder import rename
from unpin.stores.pkcs12.verification import check_same

PASSWORD = "changeit"
USUAL = key_derivation.passphrases(PASSWORD)[0]
ROOT = Authority("root")
ISSUING = Authority("issuing", ROOT)
LEAF = Authority("leaf", ISSUING, ca=False)
OTHER = Authority("other")
R, I, L, O = (one.certificate.der for one in (ROOT, ISSUING, LEAF, OTHER))  # noqa: E741


def read(data, password=PASSWORD):
    return decoder.decode(data, source="s.p12", password=password)


def written(store, entries=None, password=PASSWORD, **options):
    entries = store.entries if entries is None else tuple(entries)
    chosen = EncodeOptions(**options)
    return encode(replace(store, entries=entries), password=password, options=chosen)


def trusted(der, alias):
    return w.cert_bag(der, w.attributes(alias, trusted=True))


def without(store, *aliases):
    return tuple(entry for entry in store.entries if entry.alias not in aliases)


def new(authority, alias):
    return TrustedEntry(alias, authority.certificate, b"")


def bags(store):
    return [[bag.raw for bag in item.bags] for item in store.container.contents]


def sealed(algorithm, *bags):
    scheme = encryption_schemes.parse_scheme(tlv.read(algorithm))
    return w.encrypted(algorithm, scheme.encrypt(USUAL, tlv.element(tlv.SEQUENCE, *bags)))


def octets(value):
    return tlv.element(tlv.OCTET_STRING, value)


def sequence(*parts):
    return tlv.element(tlv.SEQUENCE, *parts)


def pbes2(cipher, iv, *, salt=b"s" * 16, size=None, prf="1.2.840.113549.2.9", twice=False):
    sized = b"" if size is None else tlv.encode_integer(size)
    hashed = sequence(tlv.encode_oid(prf), tlv.element(tlv.NULL))
    kdf = sequence(
        tlv.encode_oid(oids.PBKDF2),
        sequence(octets(salt), tlv.encode_integer(3), sized, hashed),
    )
    parameters = sequence(kdf, sequence(tlv.encode_oid(cipher), iv))
    if twice:
        parameters = sequence(tlv.encode_oid(oids.PBES2), parameters)
    return sequence(tlv.encode_oid(oids.PBES2), parameters)


ALGORITHMS = {
    **{f"PKCS12 {arc}": w.pbe_algorithm(f"1.2.840.113549.1.12.1.{arc}", 3) for arc in range(1, 7)},
    **{f"PBES1 {arc}": w.pbe_algorithm(f"1.2.840.113549.1.5.{arc}", 3) for arc in (3, 6, 10, 11)},
    **{
        f"PBES2 {name}-{8 * size}": pbes2(oid, octets(b"i" * ciphers.BLOCK_SIZES[name]))
        for oid, (name, size) in ciphers.CBC.items()
    },
    **{
        f"PBES2 RC2 {version}": pbes2(
            "1.2.840.113549.3.2", sequence(tlv.encode_integer(version), octets(b"i" * 8))
        )
        for version in (160, 120, 58, 256)
    },
    "PBES2 twice": pbes2("2.16.840.1.101.3.4.1.42", octets(b"i" * 16), size=32, twice=True),
    "PBES2 no salt": pbes2("2.16.840.1.101.3.4.1.2", octets(b"i" * 16), salt=b""),
}


@pytest.mark.parametrize("name", ALGORITHMS)
def test_touched_contents_keep_their_scheme(name):
    algorithm = ALGORITHMS[name]
    other = w.plain(w.key_bag(w.attributes("key", b"Time 5")), w.cert_bag(O))
    kept, gone = trusted(R, "Röot"), trusted(I, "pin")
    safe = w.safe_of(other, sealed(algorithm, gone, kept))
    store = read(w.pfx(safe, w.mac_data(safe, USUAL.bmp, 3)) + b"tail")
    assert written(store) == store.container.data
    data = written(store, without(store, "pin"))
    again = read(data)
    assert again.protection == store.protection
    assert again.container.contents[0].raw == other
    assert bags(again)[1] == [kept]
    old, made = (one.container.contents[1].scheme for one in (store, again))
    assert shape(made) == shape(old)
    if name != "PBES2 no salt":
        assert salts(made)[0] != salts(old)[0]
    assert salts(made)[1] is None or salts(made)[1] != salts(old)[1]
    assert data.endswith(b"tail")
    assert written(again) == data


def shape(scheme):
    return type(scheme), scheme.description, [salt and len(salt) for salt in salts(scheme)]


def salts(scheme):
    if isinstance(scheme, encryption_schemes.Pbes2Scheme):
        return scheme.kdf.salt, scheme.iv
    return scheme.salt, None


def classic(oid, safe, *, salt=b"salt" * 5, iterations=7):
    hash_name = HASHES[oid]
    size = key_derivation.digest_size(hash_name)
    key = key_derivation.pkcs12_key(hash_name, USUAL.bmp, salt, iterations or 1, 3, size)
    info = sequence(
        sequence(tlv.encode_oid(oid), tlv.element(tlv.NULL)),
        octets(hmac.new(key, safe, hash_name).digest()),
    )
    return sequence(info, octets(salt), tlv.encode_integer(iterations) if iterations else b"")


def pbmac1(prf, safe):
    hash_name = HMACS[prf]
    hashed = sequence(tlv.encode_oid(prf), tlv.element(tlv.NULL))
    parameters = sequence(
        octets(b"salt" * 4), tlv.encode_integer(9), tlv.encode_integer(32), hashed
    )
    kdf = sequence(tlv.encode_oid(oids.PBKDF2), parameters)
    key = key_derivation.Pbkdf2(b"salt" * 4, 9, 32, hash_name).derive(USUAL.utf8, 32)
    algorithm = sequence(tlv.encode_oid("1.2.840.113549.1.5.14"), sequence(kdf, hashed))
    info = sequence(algorithm, octets(hmac.new(key, safe, hash_name).digest()))
    return sequence(info, octets(b"NOT USED"), tlv.encode_integer(1))


MACS = {
    **{name: lambda safe, oid=oid: classic(oid, safe) for oid, name in HASHES.items()},
    "no count": lambda safe: classic(w.SHA1, safe, iterations=0),
    "no salt": lambda safe: classic(w.SHA1, safe, salt=b""),
    **{f"PBMAC1 {n}": lambda safe, oid=oid: pbmac1(oid, safe) for oid, n in HMACS.items()},
}


@pytest.mark.parametrize("name", MACS)
def test_mac_keeps_its_algorithm(name):
    safe = w.safe_of(w.plain(trusted(R, "root"), trusted(I, "pin")))
    old = MACS[name](safe)
    store = read(w.pfx(safe, old))
    again = read(written(store, without(store, "pin")))
    assert again.protection == store.protection
    assert again.protection.integrity is Integrity.VERIFIED
    assert again.container.contents[0].raw == w.plain(trusted(R, "root"))
    assert len(again.container.mac) == len(old)
    assert again.container.mac != old


def test_password_less_stays_so_and_needs_no_password():
    kept = trusted(R, "Röot 😀\0")
    store = read(w.pfx(w.safe_of(w.plain(trusted(I, "pin"), kept))) + b"tail", None)
    first = rename(store.entries[0], "İ")
    assert written(store, [first, store.entries[1], new(OTHER, "")], None) == (
        w.pfx(w.safe_of(w.plain(trusted(I, "İ"), kept, trusted(O, "")))) + b"tail"
    )


def chained(*more, key_id=b"Time 5"):
    """A key with its chain, beside `more`."""
    return w.plain(
        w.key_bag(w.attributes("Key", key_id)),
        w.cert_bag(L, w.attributes("Key", key_id)),
        *more,
    )


def test_certificate_that_a_key_needs_is_demoted():
    extra = w.attribute("1.2.3", tlv.element(tlv.NULL))
    friendly = w.attribute(w.FRIENDLY, tlv.element(tlv.BMP_STRING, "pin".encode("utf-16-be")))
    mark = w.attribute(w.TRUSTED, tlv.encode_oid("2.5.29.37.0"))
    pin = w.cert_bag(I, tlv.element(tlv.SET, extra, mark, friendly))
    store = read(w.pfx(w.safe_of(chained(pin, trusted(O, "other")))), None)
    assert [one.alias for one in store.entries] == ["Key", "pin", "other"]
    data = written(store, without(store, "pin", "other"), None)
    assert data == w.pfx(w.safe_of(chained(w.cert_bag(I, tlv.element(tlv.SET, extra, friendly)))))
    assert read(data, None).entries == store.entries[:1]


def test_one_of_two_copies_that_a_key_needs_is_demoted_or_none():
    for others, left in (
        ((trusted(I, "pin"),), (w.cert_bag(I, w.attributes("pin")),)),
        ((trusted(I, "pin"), trusted(I, "pin")), (w.cert_bag(I, w.attributes("pin")),)),
        ((trusted(I, "pin"), w.cert_bag(I)), (w.cert_bag(I),)),
        ((trusted(I, "pin"), trusted(I, "stays")), (trusted(I, "stays"),)),
    ):
        store = read(w.pfx(w.safe_of(chained(*others))), None)
        data = written(store, without(store, "pin"), None)
        assert data == w.pfx(w.safe_of(chained(*left)))


def test_demoted_mark_alone_leaves_no_empty_set():
    store = read(w.pfx(w.safe_of(chained(w.cert_bag(I, w.attributes(trusted=True))))), None)
    data = written(store, store.keys, None)
    assert data == w.pfx(w.safe_of(chained(w.cert_bag(I))))


def test_removed_key_takes_its_own_certificates_along():
    sibling = Authority("sibling", ISSUING, ca=False).certificate.der
    both = (
        w.key_bag(w.attributes("two", b"2")),
        w.cert_bag(sibling, w.attributes("two", b"2")),
        w.cert_bag(I),
        trusted(R, "root"),
    )
    store = read(w.pfx(w.safe_of(chained(*both))), None)
    assert written(store, without(store, "Key"), None) == w.pfx(w.safe_of(w.plain(*both)))
    data = written(store, without(store, "Key", "two"), None)
    assert data == w.pfx(w.safe_of(w.plain(trusted(R, "root"))))


def test_equal_bags_are_removed_by_their_number():
    pin = trusted(I, "pin")
    contents = w.plain(pin), w.plain(pin, trusted(R, "root")), w.plain(pin)
    store = read(w.pfx(w.safe_of(*contents)), None)
    one, *rest = store.entries
    assert sum(map(len, bags(read(written(store, rest, None), None)))) == 3
    again = read(written(store, (*rest, one, one), None), None)
    assert sorted(chain(*bags(again))) == sorted([*chain(*bags(store)), pin])


def test_of_equal_bags_the_one_goes_that_is_not_wanted():
    """Java trusts the second; the first lies in a bag of bags."""
    pin = trusted(I, "pin")
    deep = w.bag(6, sequence(pin))
    store = read(w.pfx(w.safe_of(w.plain(deep, pin, trusted(R, "root")))), None)
    first, second, root = store.entries
    assert (bool(first.unlisted), bool(second.unlisted)) == (True, False)
    assert written(store, [second, root], None) == w.pfx(
        w.safe_of(w.plain(w.bag(6, sequence()), pin, trusted(R, "root")))
    )
    assert written(store, [root, first], None) == w.pfx(
        w.safe_of(w.plain(deep, trusted(R, "root")))
    )


def test_renamed_key_keeps_its_chain():
    store = read(w.pfx(w.safe_of(chained(w.cert_bag(I), key_id=b"id"))), None)
    (key,) = store.entries
    data = written(store, [rename(key, "Schlüssel")], None)
    assert data == w.pfx(
        w.safe_of(
            w.plain(
                w.key_bag(w.attributes("Schlüssel", b"id")),
                w.cert_bag(L, w.attributes("Schlüssel", b"id")),
                w.cert_bag(I),
            )
        )
    )
    assert read(data, None).entries == (rename(key, "Schlüssel"),)


def test_renaming_is_surgery():
    odd = w.attribute("1.2.3", tlv.element(0x24, octets(b"a")) + tlv.element(tlv.NULL))
    first, second = (
        w.attribute(w.FRIENDLY, tlv.element(tlv.BMP_STRING, name.encode("utf-16-be")))
        for name in ("first", "second")
    )
    third = w.attribute(w.FRIENDLY, tlv.element(tlv.BMP_STRING, "3".encode("utf-16-be")))
    key_id = w.attribute(w.LOCAL_KEY_ID, octets(b"Time 7"))
    value = sequence(tlv.encode_oid("1.2.3"), tlv.element(0xA0, octets(b"sealed")))
    secret = w.bag(5, value, tlv.element(tlv.SET, first, odd, second, key_id))
    store = read(w.pfx(w.safe_of(w.plain(secret, w.cert_bag(O)))), None)
    entry, plain = store.entries
    assert (entry.alias, entry.created_ms) == ("second", 7)
    made = rename(entry, "3")
    assert made.raw == w.bag(5, value, tlv.element(tlv.SET, first, odd, third, key_id))
    assert (made.alias, made.created_ms, made.sealed) == ("3", 7, entry.sealed)
    assert rename(entry, "second") == entry
    assert rename(plain, "x").raw == w.cert_bag(O, w.attributes("x"))
    assert read(written(store, [made, rename(plain, "x")], None), None).entries == (
        made,
        rename(plain, "x"),
    )


def test_entry_without_bag_is_put_where_it_lay():
    usage = w.attribute(w.TRUSTED, tlv.encode_oid("1.3.6.1.5.5.7.3.1"))
    extra = w.attribute("1.2.3", tlv.element(tlv.NULL))
    pin = w.cert_bag(I, tlv.element(tlv.SET, usage, extra))
    store = read(w.pfx(w.safe_of(w.plain(pin, trusted(R, "root")))), None)
    first, root = store.entries
    assert first.alias == "1"
    name = w.attribute(w.FRIENDLY, tlv.element(tlv.BMP_STRING, "n".encode("utf-16-be")))
    for entry, attributes in (
        (replace(first, raw=b"", alias="n"), (name, usage, extra)),
        (replace(first, raw=b"", alias="n", trusted=False), (name, extra)),
    ):
        assert written(store, [entry, root], None) == w.pfx(
            w.safe_of(w.plain(w.cert_bag(I, tlv.element(tlv.SET, *attributes)), trusted(R, "root")))
        )


def test_bags_of_bags_are_edited_inside():
    inner = w.bag(6, sequence(trusted(I, "deep"), trusted(O, "deeper")), w.attributes("bag"))
    untouched = w.bag(6, sequence())
    store = read(w.pfx(w.safe_of(w.plain(inner, untouched, trusted(R, "root")))), None)
    assert written(store, without(store, "deep"), None) == w.pfx(
        w.safe_of(
            w.plain(
                w.bag(6, sequence(trusted(O, "deeper")), w.attributes("bag")),
                untouched,
                trusted(R, "root"),
            )
        )
    )


def open_ended(tag, *content):
    return bytes((tag, 0x80)) + b"".join(content) + b"\0\0"


def test_ber_is_rewritten_where_it_has_to_be():
    kept = open_ended(0x30, *(child.raw for child in tlv.read(trusted(R, "root"))))
    touched = sequence(kept, trusted(I, "pin"))
    halves = (octets(touched[:50]), octets(touched[50:]))
    info = open_ended(0x30, tlv.encode_oid(w.DATA), open_ended(0xA0, open_ended(0x24, *halves)))
    verbatim = open_ended(
        0x30, tlv.encode_oid(w.DATA), open_ended(0xA0, octets(sequence(trusted(O, "other"))))
    )
    safe = open_ended(0x30, info, verbatim)
    outer = open_ended(
        0x30, tlv.encode_oid(w.DATA), open_ended(0xA0, open_ended(0x24, octets(safe)))
    )
    data = open_ended(0x30, tlv.encode_integer(3), outer) + b"tail"
    store = read(data, None)
    assert written(store, password=None) == data
    assert written(store, without(store, "pin"), None) == (
        w.pfx(w.safe_of(w.plain(kept), verbatim)) + b"tail"
    )


def test_new_contents_are_protected_like_the_others():
    """A store of a key with its chain alone: the new ones come after it, under the same scheme."""
    keys = w.plain(w.key_bag(w.attributes("Key", b"Time 5")))
    certificates = sealed(ALGORITHMS["PKCS12 6"], w.cert_bag(L, w.attributes("Key", b"Time 5")))
    safe = w.safe_of(keys, certificates)
    store = read(w.pfx(safe, w.mac_data(safe, USUAL.bmp, 3)))
    again = read(written(store, [*store.entries, new(OTHER, "other")]))
    first, second, third = again.container.contents
    assert (first.raw, second.raw) == (keys, certificates)
    assert shape(third.scheme) == shape(second.scheme)
    assert [bag.raw for bag in third.bags] == [trusted(O, "other")]


def test_new_contents_of_a_store_of_keys_alone():
    keys = w.plain(w.key_bag(w.attributes("Key", b"Time 5")))
    safe = w.safe_of(keys)
    guarded = read(w.pfx(safe, w.mac_data(safe, USUAL.bmp, 3)))
    again = read(written(guarded, [*guarded.entries, new(OTHER, "other")]))
    assert again.protection.encryption == ("PBES2 AES-256-CBC HmacSHA256, 10000 iterations",)
    open_one = read(w.pfx(safe), None)
    data = written(open_one, [*open_one.entries, new(OTHER, "other")], None)
    assert data == w.pfx(w.safe_of(keys, w.plain(trusted(O, "other"))))


FRESH = Store("new.p12", Format.PKCS12, ())


def test_fresh_modern_store_is_that_of_jdk_17():
    store = read(written(FRESH, [new(ROOT, "Root"), new(OTHER, "other")]))
    assert [(e.alias, e.trusted, e.certificate) for e in store.entries] == [
        ("Root", True, ROOT.certificate),
        ("other", True, OTHER.certificate),
    ]
    assert store.protection.encryption == ("PBES2 AES-256-CBC HmacSHA256, 10000 iterations",)
    assert store.protection.mac == "HmacPBESHA256, 10000 iterations"
    (contents,) = store.container.contents
    assert [bag.raw for bag in contents.bags] == [trusted(R, "Root"), trusted(O, "other")]
    assert [len(salt) for salt in salts(contents.scheme)] == [20, 16]


def test_fresh_jdk8_store():
    store = read(written(FRESH, [new(ROOT, "Root")], scheme=ProtectionScheme.JDK8))
    assert store.protection.encryption == ("PBE SHA1 3DES, 50000 iterations",)
    assert store.protection.mac == "HmacPBESHA1, 100000 iterations"
    with pytest.raises(CannotWriteError, match="Java 8 takes only printable ASCII"):
        written(FRESH, [new(ROOT, "Root")], "pässword", scheme=ProtectionScheme.JDK8)


def test_fresh_password_less_store():
    data = written(FRESH, [new(ROOT, "Root")], None, scheme=ProtectionScheme.PASSWORD_LESS)
    assert data == w.pfx(w.safe_of(w.plain(trusted(R, "Root"))))
    assert written(FRESH, (), None, scheme=ProtectionScheme.PASSWORD_LESS) == w.pfx(w.safe_of())


def test_fresh_store_without_password():
    with pytest.raises(CannotWriteError, match="protected by a password, and none was given"):
        written(FRESH, [new(ROOT, "Root")], None)


@pytest.mark.parametrize("password", ["", "pässwörd", "emoji 😀"])
def test_passwords_of_fresh_stores(password):
    data = written(FRESH, [new(ROOT, "Root")], password)
    store = read(data, password)
    again = read(written(store, [new(OTHER, "other")], password), password)
    assert [entry.alias for entry in again.entries] == ["other"]


@pytest.mark.parametrize("form", [0, 1])
@pytest.mark.parametrize("password", ["", "pässwörd"])
def test_every_form_of_a_password_is_kept(password, form):
    """The empty one is 00 00 or nothing; JDK 25 encrypts by another form than that of the MAC."""
    used = key_derivation.passphrases(password)[form]
    proven = key_derivation.passphrases(password)[0] if used.of_jdk25 else used
    algorithm = ALGORITHMS["PKCS12 6"]
    scheme = encryption_schemes.parse_scheme(tlv.read(algorithm))
    plain = sequence(trusted(R, "root"), trusted(I, "pin"))
    safe = w.safe_of(w.encrypted(algorithm, scheme.encrypt(used, plain)))
    store = read(w.pfx(safe, w.mac_data(safe, proven.bmp, 3)), password)
    again = read(written(store, without(store, "pin"), password), password)
    assert again.container.passphrase == proven
    assert again.container.contents[0].passphrase == used
    assert again.entries == store.entries[:1]


def test_keys_of_other_stores_come_with_their_chains():
    named = read(w.pfx(w.safe_of(chained(w.cert_bag(I)))), None).entries
    nameless = read(w.pfx(w.safe_of(w.plain(w.key_bag()), w.plain(w.cert_bag(O)))), None).entries
    secret = w.bag(
        5, sequence(tlv.encode_oid("1.2.840.113549.1.12.10.1.2"), tlv.element(0xA0, octets(b"x")))
    )
    secrets = read(w.pfx(w.safe_of(w.plain(secret))), None).entries
    alone = Authority("alone")
    entries = [new(alone, "alone"), *named, *(replace(one, alias="n") for one in nameless)]
    (hidden,) = secrets
    store = read(
        written(FRESH, [*entries, hidden], None, scheme=ProtectionScheme.PASSWORD_LESS), None
    )
    keys, _ = bags(store)
    assert keys[0] == w.key_bag(w.attributes("Key", b"Time 5"))
    assert [(k.alias, k.kind, k.chain, k.created_ms, k.sealed) for k in store.keys] == [
        ("Key", KeyKind.PRIVATE, (LEAF.certificate, ISSUING.certificate), 5, named[0].sealed),
        ("n", KeyKind.PRIVATE, (OTHER.certificate,), None, nameless[0].sealed),
        ("1", KeyKind.SECRET, (), None, hidden.sealed),
    ]


def test_chain_goes_on_where_its_issuer_comes_into_the_store():
    store = read(w.pfx(w.safe_of(chained(w.cert_bag(I)))), None)
    again = read(written(store, [*store.entries, new(ROOT, "root")], None), None)
    (before,), (after,) = store.keys, again.keys
    assert after == replace(before, chain=(*before.chain, ROOT.certificate))


def test_chain_that_java_would_shorten_is_refused():
    """Such a store cannot be asked for: a certificate of a chain is demoted, not removed."""
    store = read(w.pfx(w.safe_of(chained(w.cert_bag(I)))), None)
    (key,) = store.keys
    longer = replace(key, chain=(*key.chain, ROOT.certificate))
    wanted = [PlannedBag(longer, longer.raw, longer)]
    with pytest.raises(CannotWriteError, match=r"^s\.p12: Key: its chain would lose root: Java"):
        check_same(wanted, [key], "s.p12")


def test_key_that_java_would_pair_anew_is_refused():
    """The second key has no localKeyID, and is listed once it is the first."""
    keys = w.plain(w.key_bag(w.attributes("one")), w.key_bag(w.attributes("two")))
    store = read(w.pfx(w.safe_of(keys)), None)
    with pytest.raises(CannotWriteError, match=r"^s\.p12: two: Java would read it differently"):
        written(store, without(store, "one"), None)


def test_numbers_for_names_may_change_for_certificates_alone():
    nameless = w.cert_bag(R, w.attributes(trusted=True))
    pin = w.cert_bag(I, w.attributes(trusted=True))
    store = read(w.pfx(w.safe_of(w.plain(pin, nameless))), None)
    assert written(store, store.entries[1:], None) == w.pfx(w.safe_of(w.plain(nameless)))
    store = read(w.pfx(w.safe_of(w.plain(pin, w.key_bag(w.attributes(None, b"1"))))), None)
    with pytest.raises(CannotWriteError, match="2: it has no name, and Java would call it '1'"):
        written(store, store.entries[1:], None)


def guarded_store(*bags):
    safe = w.safe_of(w.plain(*(bags or (trusted(R, "root"), trusted(I, "pin")))))
    return read(w.pfx(safe, w.mac_data(safe, USUAL.bmp, 3)))


def test_refusals():
    store = guarded_store()
    foreign = KeyEntry("k", KeyKind.PRIVATE, (), b"\0\0\0\1")
    unreadable = read(w.pfx(w.safe_of(w.plain(w.bag(4, b"\5\0")))), None).entries[0]
    for entry, message in (
        (foreign, "k: a private key of another format cannot be written"),
        (replace(foreign, raw=b""), "k: a private key of another format cannot be written"),
        (replace(new(OTHER, "x"), raw=b"PEM"), "x: a certificate in the shape of another format"),
        (replace(new(OTHER, "x"), raw=trusted(R, "x")), "x: a certificate in the shape of another"),
        (unreadable, "an entry that could not be read cannot be written"),
        (new(OTHER, "\ud800"), "half a surrogate pair"),
    ):
        with pytest.raises(CannotWriteError, match=message):
            written(store, [*store.entries, entry])
    with pytest.raises(CannotWriteError, match="another password than the one that opened"):
        written(store, store.entries[1:], "other")
    with pytest.raises(CannotWriteError, match="what cannot be read is not renamed"):
        rename(unreadable, "x")


def test_entry_changed_beside_its_bag_is_refused():
    store = guarded_store()
    one = replace(store.entries[0], alias="only in the field")
    with pytest.raises(CannotWriteError, match="only in the field: its bag calls it 'root'"):
        written(store, [one, *store.entries[1:]])


def test_unchecked_mac_is_not_written_unless_told():
    safe = w.safe_of(w.plain(trusted(R, "root"), trusted(I, "pin")))
    store = read(w.pfx(safe, w.mac_data(safe, USUAL.bmp, 3)), None)
    with pytest.raises(CannotWriteError, match=r"^s\.p12: its integrity was not checked"):
        written(store, without(store, "pin"), None)
    with pytest.raises(CannotWriteError, match="none was given"):
        written(store, without(store, "pin"), None, unverified=True)
    again = read(written(store, without(store, "pin"), "secret", unverified=True), "secret")
    assert again.entries == store.entries[:1]


def test_unknown_mac_is_not_written_unless_replaced():
    safe = w.safe_of(w.plain(trusted(R, "root"), trusted(I, "pin")))
    gost = sequence(
        sequence(sequence(tlv.encode_oid("1.2.643.7.1.1.2.2")), octets(b"x")), octets(b"s")
    )
    store = read(w.pfx(safe, gost), PASSWORD)
    with pytest.raises(
        CannotWriteError, match="its MAC cannot be computed anew: MAC algorithm GOST"
    ):
        written(store, without(store, "pin"), unverified=True)
    data = written(store, without(store, "pin"), unverified=True, scheme=ProtectionScheme.MODERN)
    assert read(data).protection.mac == "HmacPBESHA256, 10000 iterations"


def test_unreadable_entries_stay_or_go():
    crl = w.bag(4, sequence(), w.attributes("crl"))
    broken = sequence(tlv.element(tlv.NULL))
    unknown = sequence(tlv.encode_oid("1.2.3"), tlv.element(0xA0, octets(b"?")))
    store = read(w.pfx(w.safe_of(unknown, w.plain(crl, broken, trusted(I, "pin")))), None)
    assert written(store, without(store, "pin"), None) == (
        w.pfx(w.safe_of(unknown, w.plain(crl, broken)))
    )
    assert written(store, store.trusted, None) == w.pfx(w.safe_of(w.plain(trusted(I, "pin"))))


def old_store(*more):
    """RC2-40 and a MAC of SHA-1, as every JDK before 2021 wrote them; more under other schemes."""
    keys = w.plain(w.key_bag(w.attributes("Key", b"Time 5")))
    own = (w.cert_bag(L, w.attributes("Key", b"Time 5")), trusted(R, "root"))
    safe = w.safe_of(keys, sealed(ALGORITHMS["PKCS12 6"], *own), *more)
    return read(w.pfx(safe, w.mac_data(safe, USUAL.bmp, 20_000)))


def test_upgraded_protection():
    modern = sealed(w_modern(), trusted(O, "other"))
    store = old_store(modern)
    data = written(store, scheme=ProtectionScheme.MODERN)
    again = read(data)
    assert again.entries == store.entries
    assert bags(again) == bags(store)
    first, second, third = again.container.contents
    assert (first.raw, third.raw) == (store.container.contents[0].raw, modern)
    assert second.scheme.description == "PBES2 AES-256-CBC HmacSHA256, 10000 iterations"
    assert again.protection.mac == "HmacPBESHA256, 20000 iterations"
    assert written(again, scheme=ProtectionScheme.MODERN) == data
    assert written(again) == data


def w_modern():
    kdf = sequence(
        octets(b"s" * 8), tlv.encode_integer(2048), sequence(tlv.encode_oid("1.2.840.113549.2.9"))
    )
    cipher = sequence(tlv.encode_oid("2.16.840.1.101.3.4.1.2"), octets(b"i" * 16))
    parameters = sequence(sequence(tlv.encode_oid(oids.PBKDF2), kdf), cipher)
    return sequence(tlv.encode_oid(oids.PBES2), parameters)


def test_protection_of_jdk8():
    store = old_store(sealed(w_modern(), trusted(O, "other")))
    again = read(written(store, scheme=ProtectionScheme.JDK8))
    assert again.entries == store.entries
    assert again.protection.encryption == ("PBE SHA1 3DES, 50000 iterations",)
    assert again.protection.mac == "HmacPBESHA1, 20000 iterations"


def test_protection_taken_off():
    store = old_store()
    keys, certificates = bags(store)
    data = written(store, scheme=ProtectionScheme.PASSWORD_LESS)
    assert data == w.pfx(w.safe_of(w.plain(*keys), w.plain(*certificates)))
    clear = w.bag(1, sequence(), w.attributes("clear"))
    with pytest.raises(CannotWriteError, match="clear: it has no encryption of its own"):
        written(
            old_store(sealed(ALGORITHMS["PKCS12 6"], clear)), scheme=ProtectionScheme.PASSWORD_LESS
        )


def test_key_in_clear_is_laid_under_encryption_or_refused():
    clear = w.bag(1, sequence(), w.attributes("clear"))
    (key,) = read(w.pfx(w.safe_of(w.plain(clear))), None).entries
    store = read(written(FRESH, [key, new(OTHER, "other")]))
    assert [item.scheme is None for item in store.container.contents] == [False, False]
    assert [entry.alias for entry in store.entries] == ["clear", "other"]
    with pytest.raises(CannotWriteError, match="clear: it has no encryption of its own"):
        written(FRESH, [key], None, scheme=ProtectionScheme.PASSWORD_LESS)


def test_keys_whose_own_encryption_stays_weak():
    def sealed_key(algorithm):
        return w.bag(2, sequence(algorithm, octets(b"x")), w.attributes("k", b"1"))

    info = sequence(w_modern(), octets(b"x"))
    secret = sequence(tlv.encode_oid("1.2.840.113549.1.12.10.1.2"), tlv.element(0xA0, octets(info)))
    for made, weak in (
        (sealed_key(w_modern()), ()),
        (sealed_key(ALGORITHMS["PKCS12 3"]), ("k",)),
        (sealed_key(pbes2("2.16.840.1.101.3.4.1.42", octets(b"i" * 16))), ("k",)),
        (sealed_key(sequence(tlv.encode_oid("1.2.3"))), ()),
        (w.bag(1, sequence(tlv.encode_integer(0)), w.attributes("k")), ("k",)),
        (w.bag(5, secret, w.attributes("k")), ()),
    ):
        store = read(w.pfx(w.safe_of(w.plain(made))), None)
        assert p12protect.weak_keys(store) == weak


def test_frame_that_hides_something_is_refused():
    """Behind the bags in a bag lies what is no element: nobody reads it, and nobody can keep it."""
    bag = w.bag(6, sequence(trusted(R, "root"), trusted(I, "pin")) + b"\x04\x7f")
    data = w.pfx(w.safe_of(w.plain(bag)))
    store = read(data, None)
    assert written(store, password=None) == data
    with pytest.raises(
        CannotWriteError, match=r"^s\.p12: a part that has to change cannot be rewritten"
    ):
        written(store, without(store, "pin"), None)


def test_attributes_that_cannot_be_told_apart_are_not_changed():
    """Java takes them for none."""
    odd = w.cert_bag(R, tlv.element(tlv.SET, b"\x04\x7f"))
    store = read(w.pfx(w.safe_of(w.plain(odd, trusted(I, "pin")))), None)
    assert written(store, without(store, "pin"), None) == w.pfx(w.safe_of(w.plain(odd)))
    with pytest.raises(CannotWriteError, match="a bag whose attributes cannot be read"):
        rename(store.entries[0], "x")


SAMPLES = (
    w.pfx(w.safe_of(chained(trusted(I, "pin"), trusted(O, "other")))),
    w.pfx(w.safe_of(w.plain(w.bag(6, sequence(trusted(I, "pin"))), w.bag(1, sequence())))),
)


@given(
    data=st.sampled_from(SAMPLES),
    edits=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=4),
)
@examples(150)
def test_mutations_are_written_or_refused(data, edits):
    changed = bytearray(data)
    for position, value in edits:
        changed[position % len(changed)] = value
    try:
        store = read(bytes(changed), None)
        made = written(store, [*store.entries[1:], new(ROOT, "x")], None, unverified=True)
    except UnpinError:
        return
    assert new(ROOT, "x").certificate in list(read(made, None).certificates())


DRAWING = Drawing(12)


@given(seed=st.integers(0, 1 << 30))
@examples(150)
def test_what_is_not_asked_for_stays(seed):
    """Random stores, of which entries go and come: refused, or every other bag is as it was."""
    chosen = random.Random(seed)
    DRAWING._random = chosen
    store = read(DRAWING.pkcs12(), None)
    kept = [entry for entry in store.entries if chosen.random() < 0.7]
    added = [new(OTHER, "new")] if chosen.random() < 0.5 else []
    try:
        data = written(store, kept + added, None)
    except CannotWriteError:
        return
    again = read(data, None)
    expected = [seen(one) for one in kept]
    expected += [("new", trusted(O, "new"), (), None, "")] * len(added)
    assert sorted(map(seen, again.entries), key=repr) == sorted(expected, key=repr)


def seen(entry):
    """An entry without what PKCS12 does not keep: the numbers instead of names."""
    names = [one.oid for one in getattr(entry, "attributes", ())]
    numbered = isinstance(entry, TrustedEntry) and w.FRIENDLY not in names
    return (
        "" if numbered else entry.alias,
        entry.raw,
        tuple(one.sha256 for one in getattr(entry, "chain", ())),
        getattr(entry, "created_ms", None),
        getattr(entry, "unlisted", ""),
    )
