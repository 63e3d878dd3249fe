"""PKCS12 stores as keytool and openssl make them, and what unpin makes of each in several ways.

root > policy > issuing > server, whose key is in the stores of keytool
"""

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.pki import Authority, pem
from tests.referees import comparing, jvm, keytool_stores, test_openssl
from tests.referees.jvm import hexadecimal
from unpin.model.entries import TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores.encoders import encode
from unpin.stores.formats import EncodeOptions, ProtectionScheme
from unpin.stores.pkcs12 import decoder as pkcs12
from unpin.stores.pkcs12.encoder import rename

PASSWORD, OWN = "changeit", "its own"
NEW = Authority("brand new")
ADDED = TrustedEntry("Brand New", NEW.certificate, b"")
WITHOUT_PASSWORD = (("certProtectionAlgorithm", "NONE"), ("macAlgorithm", "NONE"))
PROPERTIES = (
    (),
    (("legacy", "true"),),
    WITHOUT_PASSWORD,
    (("certProtectionAlgorithm", "PBEWithSHA1AndRC2_40"), ("macAlgorithm", "HmacPBESHA1")),
    (("certProtectionAlgorithm", "NONE"),),
    (("macAlgorithm", "NONE"),),
    (("certProtectionAlgorithm", "PBEWithSHA1AndRC2_128"), ("macAlgorithm", "HmacPBESHA512")),
    (("certProtectionAlgorithm", "PBEWithSHA1AndRC4_40"), ("macAlgorithm", "HmacPBESHA384")),
    (("certProtectionAlgorithm", "PBEWithSHA1AndRC4_128"), ("macAlgorithm", "HmacPBESHA224")),
    (("certProtectionAlgorithm", "PBEWithMD5AndDES"), ("keyProtectionAlgorithm", "PBEWithMD5AndDES")),
    (("certProtectionAlgorithm", "PBEWithSHA1AndDESede"), ("macIterationCount", "1000")),
    (("certProtectionAlgorithm", "PBEWithHmacSHA512AndAES_128"),),
)  # fmt: skip
ODD_PASSWORDS = (PROPERTIES[0], PROPERTIES[3])
"""Those with which stores with odd passwords are made as well."""


class Made(NamedTuple):
    """A store as a tool made it, its password, and those of its keys."""

    data: bytes
    password: str
    of_keys: tuple[str, ...] = (PASSWORD,)
    in_clear: bool = False
    """Whether Java shows the certificates without a password."""

    def __repr__(self):
        return f"Made(password={self.password!r})"

    @property
    def store(self):
        return pkcs12.decode(self.data, source="s", password=self.password)


class Change(NamedTuple):
    """What is done to a store: aliases that go, the new names of others, and whether one comes."""

    name: str
    gone: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    added: bool = True

    def of(self, store):
        """The entries of the store after the change."""
        names = dict(self.renamed)
        kept = [one for one in store.entries if one.alias.lower() not in self.gone]
        changed = [
            rename(one, names[one.alias.lower()]) if one.alias.lower() in names else one
            for one in kept
        ]
        return (*changed, *((ADDED,) if self.added else ()))

    def expected(self, found, added):
        """What Java found by alias, after the change; `added` is what it finds of the new one."""
        found = {alias: one for alias, one in found.items() if alias not in self.gone}
        for old, new in self.renamed:
            if old in found:
                found[new.lower()] = found.pop(old)
        return found | ({"brand new": added} if self.added and added else {})


NOTHING = Change("nothing", added=False)
CHANGES = (
    Change("addition"),
    Change("pins", ("pin", "pin policy")),
    Change("all trusted", ("pin", "pin policy", "root beside"), added=False),
    Change("key", ("server key", "pin")),
    Change("other keys", ("second", "secret", "pin"), added=False),
    Change("names", (), (("root beside", "Ürsprung 😀"), ("server key", "ß"), ("secret", "S"))),
)


class Rewritten(NamedTuple):
    """A store, the change, and the files before and after."""

    made: Made
    change: Change
    before: Path
    after: Path
    in_clear: bool


def by_keytool(java, classes, once_a_run):
    """Stores with two private and two secret keys, of which some have passwords of their own."""
    folder = once_a_run(
        f"pkcs12-{java.version}",
        lambda folder: jvm.made(java, classes, planned(java.version, folder)[0]),
    )
    return [
        Made(path.read_bytes(), password, (password, OWN), in_clear)
        for path, password, in_clear in planned(java.version, folder)[1]
    ]


def planned(version, folder):
    """The jobs, and what they make: the path, its password, and whether the store is in clear."""
    planner = keytool_stores.Planner(folder, version)
    keytool_stores._chains(planner)
    planner.source = folder / "chain.p12"
    odd = ["", "pässwörd"] if version >= 25 else [""]
    made = []
    for properties in PROPERTIES:
        for password in (PASSWORD, *(odd if properties in ODD_PASSWORDS else ())):
            path = folder / f"api {len(made)}.p12"
            entries = (
                ("cert", "Root beside", "root", PASSWORD),
                ("key", "Server Key", "server", password),
                ("cert", "Pin", "issuing", PASSWORD),
                ("secret", "Secret", "AES", password),
                ("key", "Second", "policy", OWN),
                ("secret", "own secret", "HmacSHA256", OWN),
                ("cert", "Pin Policy", "policy", PASSWORD),
            )
            fields = [f"{k},{hexadecimal(a)},{s},{hexadecimal(p)},-" for k, a, s, p in entries]
            settings = [(f"keystore.pkcs12.{name}", value) for name, value in properties]
            planner.api("PKCS12", path, password, *fields, properties=settings)
            made.append((path, password, WITHOUT_PASSWORD[0] in properties))
    return planner.jobs, made


def by_openssl(folder):
    """Stores with one key and its chain, of every cipher, with a name for the key or without."""
    key = test_openssl.LEAF.key
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "leaf.key").write_bytes(text)
    (folder / "leaf.pem").write_bytes(pem(test_openssl.LEAF.certificate))
    rest = test_openssl.ISSUING, test_openssl.ROOT
    (folder / "cas.pem").write_bytes(pem(*(one.certificate for one in rest)))
    options = [(), ("-legacy",), ("-nomac",), ("-noiter",), ("-descert",), ("-certpbe", "NONE")]
    options += [("-macalg", name) for name in ("sha1", "sha224", "sha384", "sha512")]
    options += [("-certpbe", name, "-keypbe", name) for name in test_openssl.CIPHERS]
    made = []
    for number, more in enumerate(options):
        path = folder / f"openssl {number}.p12"
        named = ("-name", "Server Key") if number % 2 else ()
        legacy = ("-legacy",) if "PBE" in "".join(more) or "-legacy" in more else ()
        legacy = ("-legacy",) if more[:1] in (("-certpbe",), ("-descert",)) else legacy
        test_openssl.openssl(
            folder, "pkcs12", "-export", *legacy, *test_openssl.WITH_KEY, *named, *more,
            "-passout", f"pass:{PASSWORD}", "-out", path,
        )  # fmt: skip
        made.append(Made(path.read_bytes(), PASSWORD))
    return made


def rewritten(folder, stores):
    """Each store changed in one of the ways, as files; unchanged it is the same bytes."""
    found = []
    for number, made in enumerate(stores):
        store = made.store
        assert encode(store, password=made.password) == made.data
        before = folder / f"{number}.p12"
        before.write_bytes(made.data)
        change = CHANGES[number % len(CHANGES)]
        entries = change.of(store)
        if entries == store.entries:
            continue
        data = encode(replace(store, entries=entries), password=made.password)
        again = pkcs12.decode(data, source="", password=made.password)
        assert again.protection == store.protection
        after = folder / f"{number} {change.name}.p12"
        after.write_bytes(data)
        found.append(Rewritten(made, change, before, after, made.in_clear))
    return found


def protected_anew(folder, made, *, fresh):
    """A store under every scheme; where `fresh`, its entries as those of a new store."""
    found = []
    before = folder / f"protected {'in a new' if fresh else 'as the old'} store"
    before.write_bytes(made.data)
    store = Store("new", Format.PKCS12, made.store.entries) if fresh else made.store
    for scheme in (ProtectionScheme.MODERN, ProtectionScheme.JDK8, ProtectionScheme.PASSWORD_LESS):
        after = folder / f"{before.name} {scheme}"
        options = EncodeOptions(scheme=scheme)
        after.write_bytes(encode(store, password=made.password, options=options))
        found.append(Rewritten(made, NOTHING, before, after, made.in_clear))
    return found


def shown(answers):
    """What Lister printed of stores that Java has to read."""
    found = [comparing.shown(answer) for answer in answers]
    assert comparing.REFUSED not in found, [a for a in answers if "error" in a]
    return [listing.rows for listing in found]
