"""What unpin reads of BKS, UBER and BCFKS is what BouncyCastle lists, entry for entry."""

import pytest

from tests.pki import Authority
from tests.referees import bouncy
from tests.unit.stores import bcfks_writer as f
from tests.unit.stores import bks_writer as b
from unpin.model.errors import UnpinError
from unpin.stores.opening import Password, open_bytes

A, B = Authority("A").certificate.der, Authority("B").certificate.der

pytestmark = pytest.mark.referee


def unpin(folder, name, password):
    """The rows of the entries Java sees, or REFUSED."""
    given = None if password is None else Password(password, "the test's")
    try:
        return bouncy.ours(open_bytes((folder / name).read_bytes(), source=name, password=given))
    except UnpinError:
        return bouncy.REFUSED


def test_stores_that_bouncycastle_makes(of_bouncycastle):
    theirs = bouncy.theirs((of_bouncycastle / bouncy.LISTING).read_text(encoding="ascii"))
    stores = list(bouncy.manifest(of_bouncycastle))
    assert len(stores) == 18
    assert {name: unpin(of_bouncycastle, name, password) for name, _, password in stores} == {
        name: theirs.get(name, set()) for name, _, _ in stores
    }


ODD_BKS = {
    "duplicates": b.store(b.trusted("a", A), b.trusted("A", A), b.trusted("a", B)),
    "key after certificate": b.store(b.trusted("a", A), b.sealed("a", B, A)),
    "chain of a certificate": b.store(b.head(1, "a", 7, B, B) + b.slot(A)),
    "plain keys": b.store(b.plain("p", bytes(16)), b.plain("c", bytes(16), A)),
    "protected": b.store(b.protected("p", A, B), b.protected("s")),
    "dates": b.store(*[b.trusted(str(d), A, date=d) for d in (0, -1, 1 << 46, -(1 << 46))]),
    "aliases": b.store(b.trusted("\ud83d", A), b.trusted("\0", B), b.trusted("", A)),
    "x509": b.store(b.trusted("a", A, kind="X509"), b.trusted("b", B, kind="x.509")),
    "version 1": b.store(b.trusted("a", A), version=1),
    "no entries": b.store(),
    "short salt": b.store(b.trusted("a", A), salt=b"12345678"),
    "one iteration": b.store(b.trusted("a", A), iterations=1),
    "trailing bytes": b.store(b.trusted("a", A)) + b"tail",
    "refused: other MAC": b.store(b.trusted("a", A), mac=bytes(20)),
    "refused: truncated": b.store(b.trusted("a", A))[:-1],
    "refused: no end mark": b.store(b.trusted("a", A))[:-21],
    "refused: type 5": b.store(b.head(5, "a", 1) + b.blob(b"")),
    "refused: version 3": b"\0\0\0\3" + b.store(b.trusted("a", A))[4:],
}
ODD_BCFKS = {
    "duplicates": f.simple(f.trusted("a", A), f.trusted("A", A), f.trusted("a", B)),
    "keys": f.simple(f.key("k", B, A), f.key("p", B, kind=3), f.secret("s"), f.secret("q", kind=4)),
    "aliases": f.simple(f.trusted("\0", A), f.trusted("\N{GRINNING FACE}", B), f.trusted("", A)),
    "dates": f.simple(
        f.trusted("a", A, modified="19690102030405Z"),
        f.trusted("b", A, modified="20240102030405.5Z"),
    ),
    "comment": f.simple(f.trusted("a", A, more=f.text(b"note"))),
    "more than a comment": f.simple(f.trusted("a", A, more=f.octets(b"") + f.trusted("b", B))),
    "comment on the store": f.store(
        f.encrypted(f.content(f.trusted("a", A), more=f.text(b"note")))
    ),
    "entries behind the list": f.store(
        f.encrypted(f.content(f.trusted("a", A), more=f.octets(b"") + f.trusted("b", B)))
    ),
    "refused: store's comment of another type": f.store(
        f.encrypted(f.content(f.trusted("a", A), more=f.octets(b"")))
    ),
    "refused: store's comment not in UTF-8": f.store(
        f.encrypted(f.content(f.trusted("a", A), more=f.text(b"\xff")))
    ),
    "refused: third element": f.store(f.encrypted(f.content()), more=f.octets(b"")),
    "refused: third element of the encrypted data": f.store(
        f.seq(*(part.raw for part in f.tlv.read(f.encrypted(f.content()))), f.octets(b""))
    ),
    "in clear": f.store(f.content(f.trusted("a", A))),
    "key wrap": f.store(f.encrypted(f.content(f.trusted("a", A)), cipher=f.KWP)),
    "scrypt": f.simple(f.trusted("a", A), kdf=f.Scrypt(64, 3)),
    "scrypt that states p": f.simple(f.trusted("a", A), kdf=f.Scrypt(64, 3, 5)),
    "SHA-3": f.store(
        f.encrypted(f.content(f.trusted("a", A), mac=f.SHA3_512), kdf=f.Pbkdf2(prf=f.SHA3_512)),
        mac=f.SHA3_512,
    ),
    "MAC SHA-256": f.store(f.encrypted(f.content(f.trusted("a", A), mac=f.SHA256)), mac=f.SHA256),
    "trailing bytes": f.simple(f.trusted("a", A)) + b"tail",
    "refused: PRF SHA-256": f.simple(f.trusted("a", A), kdf=f.Pbkdf2(prf=f.SHA256)),
    "refused: no PRF": f.simple(f.trusted("a", A), kdf=f.Pbkdf2(prf=None)),
    "refused: other MAC inside": f.store(f.encrypted(f.content(mac=f.SHA256))),
    "refused: no key length": f.store(f.encrypted(f.content()), size=None),
    "refused: other password": f.simple(f.trusted("a", A), password="other"),
}


def test_odd_stores(tmp_path):
    """As the writers of the unit tests make them: which also proves the writers."""
    bouncy.needs_bouncycastle()
    bouncy.needs_twofish()
    stores = [
        *((f"bks {name}", "BKS", "changeit", data) for name, data in ODD_BKS.items()),
        *((f"bcfks {name}", "BCFKS", "changeit", data) for name, data in ODD_BCFKS.items()),
        ("bks empty password", "BKS", "", b.store(b.trusted("a", A), mac=bytes(20))),
        ("uber version 2", "UBER", "changeit", b.uber(b.trusted("a", A), version=2)),
        ("uber trailing", "UBER", "changeit", b.uber(b.trusted("a", A), trailing=b"tail")),
        ("uber refused: other password", "UBER", "changeit", b.uber(password="other")),
    ]
    # Where unpin says that a store needs its password, the null password does not open it.
    without = {
        "bks": ("BKS", b.store(b.trusted("a", A))),
        "uber": ("UBER", b.uber(b.trusted("a", A))),
        "uber empty password": ("UBER", b.uber(b.trusted("a", A), password="")),
        "bcfks": ("BCFKS", f.simple(f.trusted("a", A))),
        "bcfks empty password": ("BCFKS", f.simple(f.trusted("a", A), password="")),
        "bcfks in clear": ("BCFKS", f.store(f.content(f.trusted("a", A)))),
        "bcfks in clear, other": ("BCFKS", f.store(f.content(f.trusted("a", A)), password="o")),
        "bcfks in clear, empty": ("BCFKS", f.store(f.content(f.trusted("a", A)), password="")),
    }
    null = [(f"null: {name}", kind, None, data) for name, (kind, data) in without.items()]
    for name, _, _, data in stores + null:
        (tmp_path / name).write_bytes(data)
    bouncy.write_manifest(tmp_path, *((name, kind, word) for name, kind, word, _ in stores + null))
    theirs = bouncy.theirs(bouncy.run("list", tmp_path))
    assert {name: unpin(tmp_path, name, word) for name, _, word, _ in stores} == {
        name: theirs.get(name, set()) for name, _, _, _ in stores
    }
    assert {name for name, _, _, _ in stores if theirs.get(name) == bouncy.REFUSED} == {
        name for name, _, _, _ in stores if "refused" in name
    }
    assert {
        name: open_bytes(data, source=name).protection.needs_password for name, _, _, data in null
    } == {name: theirs[name] == bouncy.REFUSED for name, _, _, _ in null}
