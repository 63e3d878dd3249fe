"""`unpin fix --write` changes what it says in the stores of a real keytool, and nothing else.

Each JDK makes stores with keys, secret keys and odd aliases, a pin of Azure's among them. Every JDK
lists each before and after: the pin is gone, the roots are there, all else is as it was, dates as
well. A Java program recovers every key with its password, and openssl reads the PKCS12.
"""

import hashlib
import re
import subprocess
from base64 import b64decode
from typing import NamedTuple

import pytest

from tests import programs
from tests.cli.inside import unpin
from tests.referees import comparing, jvm
from tests.referees.jvm import hexadecimal
from tests.referees.keytool_stores import ALIASES, KEYS, PASSWORD, SECRETS, WITHOUT_OID
from tests.rules.stores import roots, shipped

PIN = shipped("digicert-tls-rsa-sha256-2020-ca1").der
OWN = "own password"
"""Of the keys in JKS and JCEKS; in PKCS12 a key has the store's, or else no tool reads it."""

ODD = ("", " ", "nul\0inside", "tab\tand\nnewline", "\ufeffbom", "a" * 2000)
OLD = (
    "certProtectionAlgorithm=PBEWithSHA1AndRC2_40",
    "keyProtectionAlgorithm=PBEWithSHA1AndDESede",
    "macAlgorithm=HmacPBESHA1",
)
"""What keystore.pkcs12.legacy sets, without its 50,000 iterations."""
DATE = 1_700_000_000
MADE = ("rsa2048", "p256", "ed25519")


class View(NamedTuple):
    """A store as JDKs list it, its keys as one recovers them, keys and certificates by openssl."""

    listings: list[comparing.Listing]
    keys: dict[str, str]
    sealed: list[bytes]
    shown: list[str]


class Kit:
    """The jobs for Maker, and the stores that they make: path, type, password."""

    def __init__(self, folder):
        self.folder = folder
        self.source = folder / "source.p12"
        self.jobs = []
        self.stores = []
        (folder / "pin.der").write_bytes(PIN)
        for alias in MADE:
            self.keytool(
                self.source, "-genkeypair", "-storetype", "PKCS12", "-alias", alias, "-keyalg",
                *KEYS[alias], "-dname", f"CN={alias}, O=Größe",
            )  # fmt: skip
        self.keytool(self.source, "-exportcert", "-alias", "p256", "-file", folder / "company.der")
        self.keytool(self.source, "-importcert", "-alias", "pin", "-file", folder / "pin.der")

    def keytool(self, path, command, *arguments, properties=()):
        store = ("-keystore", path, "-storepass", PASSWORD, "-noprompt")
        self.jobs.append([*properties, "keytool", command, *store, *arguments])

    def store(self, name, kind, password=PASSWORD):
        path = self.folder / name
        self.stores.append((path, kind, password))
        return path

    def everything(self, name, kind, *properties):
        """A store with each kind of entry that keytool makes, the pin in the middle."""
        path = self.store(name, kind)
        own = PASSWORD if kind == "PKCS12" else OWN
        for alias in MADE:
            self.keytool(
                path, "-importkeystore", "-srckeystore", self.source, "-srcstorepass", PASSWORD,
                "-srcalias", alias, "-destalias", f"{alias} \u0131 😀", "-deststoretype", kind,
                "-destkeypass", own, properties=properties,
            )  # fmt: skip
        for alias, file in (("Azure Pin", "pin.der"), ("company", "company.der")):
            self.keytool(
                path, "-importcert", "-alias", alias, "-file", self.folder / file,
                properties=properties,
            )  # fmt: skip
        if kind == "JKS":
            return
        for number, (algorithm, bits) in enumerate(SECRETS[:8:2]):
            if algorithm not in WITHOUT_OID:
                size = () if bits is None else ("-keysize", bits)
                self.keytool(
                    path, "-genseckey", "-storetype", kind, "-alias", f"Secret {number}",
                    "-keyalg", algorithm, *size, "-keypass", own, properties=properties,
                )  # fmt: skip
        self.keytool(path, "-importpass", "-alias", "a password", "-keypass", own)

    def odd_aliases(self, name, kind, what, password=PASSWORD, properties=()):
        """Each alias once, and the pin under the last of them."""
        own = password if kind == "PKCS12" else OWN
        entries = [
            f"{what},{hexadecimal(alias)},{MADE[number % 3]},{hexadecimal(own)},-"
            for number, alias in enumerate((*ALIASES[::2], *ODD))
        ]
        entries.append(f"cert,{hexadecimal('PIN ΣΊΣΥΦΟΣ')},pin,-,-")
        settings = [f"-Dsource={self.source}", *properties]
        path = self.store(name, kind, password)
        self.jobs.append([*settings, "api", kind, path, hexadecimal(password), *entries])


def kit(folder):
    made = Kit(folder)
    for kind in ("JKS", "JCEKS", "PKCS12"):
        made.everything(f"everything.{kind}", kind)
        for what in ("cert", "key"):
            made.odd_aliases(f"{what}s.{kind}", kind, what)
    for name in ("old", "renewed"):
        made.everything(f"{name}.PKCS12", "PKCS12", *(f"-Dkeystore.pkcs12.{one}" for one in OLD))
    plain = [f"-Dkeystore.pkcs12.{what}Algorithm=NONE" for what in ("certProtection", "mac")]
    made.odd_aliases("open.PKCS12", "PKCS12", "cert", None, plain)
    return made


@pytest.mark.referee
def test_only_what_the_plan_says(java, classes, tmp_path):
    made = kit(tmp_path)
    jvm.made(java, classes, made.jobs)
    before = views(made.stores, classes, java, [java])
    for path, _, _ in made.stores:
        options = ["--upgrade-protection"] if path.name.startswith("renewed") else []
        ran = unpin("fix", "--write", "--no-backup", *options, path, SOURCE_DATE_EPOCH=str(DATE))
        assert ran.returncode == 0, (path, ran.stderr.decode())
        again = unpin("fix", "--write", *options, path)
        assert (again.returncode, b"NOTHING TO DO: " in again.stdout) == (0, True)
    after = views(made.stores, classes, java, jvm.runtimes())
    for (path, kind, _), old, new in zip(made.stores, before, after, strict=True):
        (was,) = old.listings
        for became in new.listings:
            assert became.rows == intended(was.rows, kind), path
            assert became.nothing <= was.nothing, path
        assert new.keys == old.keys, path
        assert bool(new.keys) is not path.name.startswith(("certs", "open")), path
        assert new.sealed == old.sealed, path
        assert (set(old.shown) - set(new.shown), set(new.shown) - set(old.shown)) == (
            ({digest(PIN)}, {root.sha256 for root in roots()})
            if kind == "PKCS12"
            else (set(), set())
        ), path


def intended(rows, kind):
    """The pin gone, the roots come with the date that was asked for, where there are dates."""
    pin = {alias for alias, row in rows.items() if row.chain == (digest(PIN),)}
    assert len(pin) == 1
    date = None if kind == "PKCS12" else DATE * 1000
    names = (
        "digicert-global-root-g2",
        "microsoft-rsa-root-ca-2017",
        "digicert-global-root-ca",
    )
    come = {
        name: comparing.Row("trusted certificate", (root.sha256,), date)
        for name, root in zip(names, roots(), strict=True)
    }
    return {alias: row for alias, row in rows.items() if alias not in pin} | come


def views(stores, classes, maker, runtimes):
    """What the runtimes list, and the maker and openssl open, of the stores: a View each."""
    jobs = [(kind, password, path) for path, kind, password in stores]
    keys = jvm.keys(maker, classes, [(*job, (OWN, PASSWORD)) for job in jobs])
    listings = []
    for java in runtimes:
        answers = [comparing.shown(answer) for answer in jvm.listed(java, classes, jobs)]
        assert comparing.REFUSED not in answers, (java, answers)
        listings.append(answers)
    by_openssl = [
        openssl(path, password) if kind == "PKCS12" else ([], []) for path, kind, password in stores
    ]
    return [
        View(list(rows), found, *blocks)
        for rows, found, blocks in zip(zip(*listings, strict=True), keys, by_openssl, strict=True)
    ]


def openssl(path, password):
    """The keys that `openssl pkcs12` prints, and the SHA-256 of the certificates."""
    checked = ("-passin", f"pass:{password}") if password else ("-nomacver", "-passin", "pass:")
    ran = subprocess.run(
        [programs.program("openssl"), "pkcs12", "-legacy", "-in", path, "-nodes", *checked],
        capture_output=True,
        timeout=60,
    )
    assert ran.returncode == 0, (path, ran.stderr)
    blocks = re.findall(rb"-----BEGIN ([A-Z ]+)-----\n(.*?)-----END", ran.stdout, re.DOTALL)
    keys = sorted(text for label, text in blocks if label == b"PRIVATE KEY")
    return keys, [digest(b64decode(text)) for label, text in blocks if label == b"CERTIFICATE"]


def digest(der):
    return hashlib.sha256(der).hexdigest()
