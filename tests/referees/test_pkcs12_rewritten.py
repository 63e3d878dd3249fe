"""PKCS12 stores that keytool and openssl made, changed by unpin: nothing else is lost.

Every JVM lists exactly the intended difference and opens every private and secret key as before; openssl
reads the certificates and the key.
"""

import random
import re
import subprocess
from dataclasses import replace

import pytest

from tests.referees import comparing, jvm, test_openssl
from tests.referees.random_stores import Drawing
from tests.referees.rewritten_stores import (
    ADDED,
    NEW,
    PASSWORD,
    by_keytool,
    by_openssl,
    protected_anew,
    rewritten,
    shown,
)
from tests.referees.rows import theirs, unpins
from unpin.model.errors import CannotWriteError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores.encoders import encode
from unpin.stores.formats import EncodeOptions, ProtectionScheme
from unpin.stores.pkcs12 import decoder as pkcs12

pytestmark = pytest.mark.referee


@pytest.fixture(scope="module")
def changed_of_keytool(classes, once_a_run, tmp_path_factory):
    """Stores of every JDK rewritten, and two of the oldest protected anew."""
    found = []
    for java in jvm.runtimes():
        folder = tmp_path_factory.mktemp(f"jdk{java.version}")
        made = by_keytool(java, classes, once_a_run)
        found += rewritten(folder, made)
        if java == jvm.runtimes()[0]:
            modern, _, legacy = made[:3]
            found += protected_anew(folder, modern, fresh=True)
            found += protected_anew(folder, legacy, fresh=False)
    return found


@pytest.fixture(scope="module")
def of_openssl(tmp_path_factory):
    folder = tmp_path_factory.mktemp("openssl")
    return rewritten(folder, by_openssl(folder))


def files(stores):
    return [(one, path) for one in stores for path in (one.before, one.after)]


def check_java(java, classes, stores):
    row = comparing.Row("trusted certificate", (NEW.certificate.sha256,), None)
    jobs = [("PKCS12", one.made.password, path) for one, path in files(stores)]
    clear = [one for one in stores if one.in_clear]
    jobs += [("PKCS12", None, path) for one, path in files(clear)]
    rows = shown(jvm.listed(java, classes, jobs))
    for one, before, after in zip([*stores, *clear], rows[::2], rows[1::2], strict=True):
        assert after == one.change.expected(before, row), one
    jobs = [("PKCS12", one.made.password, path, one.made.of_keys) for one, path in files(stores)]
    keys = jvm.keys(java, classes, jobs)
    for one, before, after in zip(stores, keys[::2], keys[1::2], strict=True):
        assert after == one.change.expected(before, None), one
    return sum(map(len, keys))


def test_java_reads_them(java, classes, changed_of_keytool, of_openssl):
    # JDK 17 refuses a password that is no printable ASCII.
    readable = [
        one for one in changed_of_keytool if one.made.password.isascii() or java.version >= 25
    ]
    assert len(readable) > 30
    assert sum(one.in_clear for one in readable) > 1
    others = [one for one in of_openssl if not one.made.store.protection.refusal]
    assert len(others) > 8
    assert check_java(java, classes, readable + others) > 250
    check_keytool_itself(java, readable[0])


def check_keytool_itself(java, one):
    """The program, run by itself, counts what is there."""
    command = [java.program.with_name("keytool"), "-J-Duser.language=en", "-list"]
    for path in (one.before, one.after):
        ran = subprocess.run(
            [*command, "-keystore", path, "-storepass", one.made.password],
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
        assert ran.returncode == 0, ran.stdout
        count = len(pkcs12.decode(path.read_bytes(), source="", password=PASSWORD).entries)
        assert f"contains {count} entries" in ran.stdout


def test_openssl_reads_them(of_openssl, changed_of_keytool):
    for one in of_openssl:
        before, after = (printed(path, "-nodes") for path in (one.before, one.after))
        assert test_openssl.fingerprints(after) == ours(one.after)
        named = one.made.store.keys[0].alias.lower()
        expected = [] if named in one.change.gone else private_key(before)
        assert private_key(after) == expected
    for one in changed_of_keytool:
        if one.made.password == PASSWORD:
            anew = one.after.name.startswith("protected")
            text = printed(one.after, "-nokeys", legacy=not anew)
            assert test_openssl.fingerprints(text) == ours(one.after), one


def printed(path, *options, legacy=True):
    """What openssl says of a store."""
    return test_openssl.openssl(
        path.parent, "pkcs12", *(("-legacy",) if legacy else ()), "-info", *options, "-in", path,
        "-passin", f"pass:{PASSWORD}",
    )  # fmt: skip


def private_key(text):
    return re.findall(rb"-----BEGIN PRIVATE KEY-----[^-]*", text)


def ours(path):
    """The fingerprints of all certificate bags."""
    store = pkcs12.decode(path.read_bytes(), source="s", password=PASSWORD)
    bags = (bag for item in store.container.contents for bag in item.bags)
    return sorted(bag.certificate.sha256 for bag in bags if bag.certificate)


def test_passwords_of_fresh_stores(java, classes, tmp_path):
    jobs = []
    for scheme in (ProtectionScheme.MODERN, ProtectionScheme.JDK8):
        for password in (
            "",
            PASSWORD,
            *(["pässwörd"] if scheme is ProtectionScheme.MODERN and java.version >= 25 else []),
        ):
            path = tmp_path / f"{len(jobs)}.p12"
            options = EncodeOptions(scheme=scheme)
            store = Store("new", Format.PKCS12, (ADDED,))
            path.write_bytes(encode(store, password=password, options=options))
            jobs += [("PKCS12", password, path), ("PKCS12", "wrong", path)]
    answers = jvm.listed(java, classes, jobs)
    for right, wrong in zip(answers[::2], answers[1::2], strict=True):
        assert theirs(right) == {
            "brand new": ("trusted certificate", (NEW.certificate.sha256,), None)
        }
        assert "error" in wrong


def test_emptied_stores(java, classes, tmp_path):
    """What held the certificates stays, empty, so that the next ones are protected as they were."""
    jobs = []
    for scheme in (ProtectionScheme.MODERN, ProtectionScheme.PASSWORD_LESS):
        full = encode(
            Store("new", Format.PKCS12, (ADDED,)),
            password=PASSWORD,
            options=EncodeOptions(scheme=scheme),
        )
        store = pkcs12.decode(full, source="full", password=PASSWORD)
        path = tmp_path / scheme
        path.write_bytes(encode(replace(store, entries=()), password=PASSWORD))
        jobs.append(("PKCS12", PASSWORD, path))
        assert printed(path, legacy=False) == b""
    assert shown(jvm.listed(java, classes, jobs)) == [{}, {}]


def test_random_stores(java, classes, tmp_path):
    """Whatever is written of stores drawn at random, Java lists what unpin reads of it."""
    drawing = Drawing(9579)
    written = []
    refused = 0
    for number in range(300):
        chosen = random.Random(number)
        store = pkcs12.decode(drawing.pkcs12(), source="drawn", password=None)
        kept = tuple(entry for entry in store.entries if chosen.random() < 0.7)
        try:
            data = encode(replace(store, entries=(*kept, ADDED)), password=None)
        except CannotWriteError:
            refused += 1
            continue
        (tmp_path / str(number)).write_bytes(data)
        written.append((data, tmp_path / str(number)))
    assert 0 < refused < 50
    answers = jvm.listed(java, classes, [("PKCS12", None, path) for _, path in written])
    for (data, _), answer in zip(written, answers, strict=True):
        read = pkcs12.decode(data, source="drawn", password=None)
        assert unpins(read) == theirs(answer)
