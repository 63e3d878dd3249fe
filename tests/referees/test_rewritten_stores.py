"""Java, keytool and BouncyCastle find in a rewritten store what was meant, and every key opens.

Of each store one certificate goes, one entry gets another alias, one certificate comes.
"""

import re
import subprocess
from dataclasses import replace
from typing import NamedTuple

import pytest

from tests.pki import Authority
from tests.referees import bouncy, comparing, jvm
from unpin.model.entries import KeyEntry, TrustedEntry
from unpin.model.formats import Format
from unpin.stores.encoders import encode, rename
from unpin.stores.formats import EncodeOptions
from unpin.stores.opening import Password, open_bytes

NEW = Authority("Brand new").certificate
DATE = 1_700_000_000_000
PASSWORDS = ("changeit", "own-password", "its own")
"""Of the keys."""

BC = "org.bouncycastle.jce.provider.BouncyCastleProvider"
MOVED = "another alias"

pytestmark = pytest.mark.referee


class Rewritten(NamedTuple):
    """A store before and after, and which aliases went and got another name."""

    kind: str
    password: str
    before: object
    after: object
    gone: str | None
    moved: str | None


def rewritten(path, kind, password, folder):
    """Rewrite the store into `folder`."""
    store = open_bytes(path.read_bytes(), source=path.name, password=Password(password, "test"))
    folded = [entry.alias.lower() for entry in store.entries]
    alone = [entry for entry in store.entries if folded.count(entry.alias.lower()) == 1]
    gone = next((entry for entry in alone if isinstance(entry, TrustedEntry)), None)
    keys = [entry for entry in alone if isinstance(entry, KeyEntry)]
    # Java finds nothing behind an alias with a capital letter.
    plain = [e for e in [*keys[-1:], *reversed(alone)] if e.alias == e.alias.lower()]
    moved = next((entry for entry in plain if entry is not gone), None)
    entries = [
        rename(entry, MOVED, store.format) if entry is moved else entry
        for entry in store.entries
        if entry is not gone
    ]
    entries.insert(len(entries) // 2, TrustedEntry("brand new", NEW, b"", DATE))
    options = EncodeOptions(unverified=not password)
    data = encode(replace(store, entries=tuple(entries)), password=password, options=options)
    after = folder / f"{path.name} rewritten"
    after.write_bytes(data)
    names = (entry and entry.alias for entry in (gone, moved))
    return Rewritten(kind, password, path, after, *names)


def loaded(java, classes, jobs, provider="-"):
    """The rows of (type, password, path) by alias; each key has one of PASSWORDS.

    BouncyCastle's keys all have the last of them. Trying the others first takes it seconds.
    """
    words = PASSWORDS[-1:] if provider == BC else PASSWORDS
    return jvm.loaded(java, classes, [(*job, words) for job in jobs], provider)


def meant(rows, one):
    """The rows of the store as they should be after the change."""
    after = {alias: row for alias, row in rows.items() if alias != one.gone}
    if one.moved is not None:
        after[MOVED] = after.pop(one.moved)
    after["brand new"] = f"cert {DATE} {NEW.sha256}"
    return after


def check_keys(java, classes, stores, provider="-"):
    """Every entry is what it was, every key opened; return how many keys did."""
    pairs = [(one.kind, one.password, path) for one in stores for path in (one.before, one.after)]
    rows = loaded(java, classes, pairs, provider)
    opened = 0
    for one, before, after in zip(stores, rows[::2], rows[1::2], strict=True):
        assert after == meant(before, one), one
        opened += sum(" PKCS#8 " in row or " RAW " in row for row in after.values())
    return opened


@jvm.with_java(25)
def test_jks_and_jceks(java, classes, of_keytool, tmp_path):
    made = [one for one in of_keytool if one.type != "PKCS12"]
    stores = [rewritten(one.path, one.type, one.password, tmp_path) for one in made]
    assert len(stores) > 70
    for other in jvm.runtimes():
        assert check_keys(other, classes, stores) > 100
        answers = jvm.listed(other, classes, [(s.kind, s.password, s.after) for s in stores])
        for one, answer in zip(stores, answers, strict=True):
            read = comparing.decoded(one.after.read_bytes(), one.password)
            assert comparing.shown(answer) == comparing.expected(read, other.version), one
    for kind in ("JKS", "JCEKS"):
        largest = max((one for one in stores if one.kind == kind), key=size)
        check_keytool(java, largest)


def size(one):
    return one.before.stat().st_size


def keytool(java, path, one):
    """The blocks that keytool -list -v prints, by alias, without the alias."""
    command = [java.program.with_name("keytool"), "-J-Duser.language=en", "-J-Duser.timezone=UTC"]
    ran = subprocess.run(
        [*command, "-list", "-v", "-keystore", path, "-storepass", one.password],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout
    head, *found = re.split(r"^Alias name: ", ran.stdout, flags=re.MULTILINE)
    assert f"contains {len(found)} entries" in head
    return dict(block.rstrip("*\n").split("\n", 1) for block in found)


def check_keytool(java, one):
    """The program, run by itself, prints exactly the intended difference."""
    before, after = (keytool(java, path, one) for path in (one.before, one.after))
    new = after.pop("brand new")
    assert new.startswith("Creation date: Nov 14, 2023\nEntry type: trustedCertEntry\n")
    digest = NEW.sha256.upper()
    pairs = ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))
    assert f"SHA256: {pairs}\n" in new
    del before[one.gone]
    before[MOVED] = before.pop(one.moved)
    assert after == before


@pytest.fixture(scope="module")
def with_bouncycastle(classes):
    bouncy.needs_bouncycastle()
    return f"{classes}:{bouncy.JAR}"


def test_bks_and_bcfks(with_bouncycastle, of_bouncycastle, tmp_path):
    those = [one for one in bouncy.manifest(of_bouncycastle) if one[1] != "UBER"]
    stores = [
        rewritten(of_bouncycastle / name, kind, password, tmp_path)
        for name, kind, password in those
    ]
    assert len(stores) > 10
    java = jvm.java_of(17)
    assert check_keys(java, with_bouncycastle, stores, BC) >= 3 * (len(stores) - 2)


def test_uber_becomes_bks_keys_and_all(with_bouncycastle, of_bouncycastle, tmp_path):
    """Their entries are the same; what differs is around them."""
    path = of_bouncycastle / "uber.ubr"
    store = open_bytes(path.read_bytes(), source="s", password=Password("changeit", "test"))
    data = encode(replace(store, format=Format.BKS, container=None), password="new")
    (tmp_path / "new.bks").write_bytes(data)
    jobs = [("UBER", "changeit", path), ("BKS", "new", tmp_path / "new.bks")]
    before, after = loaded(jvm.java_of(17), with_bouncycastle, jobs, BC)
    assert before == after


def test_new_bks_and_bcfks(with_bouncycastle, tmp_path):
    entries = tuple(
        TrustedEntry(alias, NEW, b"", DATE)
        for alias in ("", "a", "A", "nul\0", "smile 😀", "\u0131")
    )
    jobs = []
    for kind in (Format.BKS, Format.BCFKS):
        store = replace(open_bytes(NEW.der, source="s"), format=kind, container=None)
        path = tmp_path / f"new.{kind}"
        path.write_bytes(encode(replace(store, entries=entries), password="pässwörd 😀"))
        jobs.append((str(kind), "pässwörd 😀", path))
    expected = {entry.alias: f"cert {DATE} {NEW.sha256}" for entry in entries}
    assert loaded(jvm.java_of(17), with_bouncycastle, jobs, BC) == [expected, expected]
