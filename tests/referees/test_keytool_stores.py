"""What unpin reads of each kind of store that keytool makes is what each JDK lists of it."""

import re
import subprocess

import pytest

from tests.referees import comparing, jvm, keytool_stores, second_reader
from unpin.model.errors import PasswordRequiredError, WrongPasswordError
from unpin.model.formats import Format
from unpin.model.store import Integrity

BMP = re.compile("[^\ud800-\udfff\U00010000-\U0010ffff]*")
WRONG = "not the password"
STRIDE = 4
"""Every which store is opened in the other ways too."""


@pytest.mark.referee
@jvm.with_java(25)
def test_listings(java, classes, of_keytool):
    """One test for all of it, since starting Java costs the most."""
    made = of_keytool
    assert len(made) > 200
    read = [comparing.decoded(one.path.read_bytes(), one.password) for one in made]
    for other in jvm.runtimes():
        step = 1 if other == java else 2
        right = [(one.type, one.password, one.path) for one in made[::step]]
        answers = jvm.listed(other, classes, right)
        for one, store, answer in zip(made[::step], read[::step], answers, strict=True):
            expected = comparing.expected(store, other.version)
            assert comparing.shown(answer) == expected, (other, one, answer)
    for one in made:
        if one.type != "PKCS12":
            check_pyjks(one)
    some = made[::STRIDE]
    probed = [("probe", one.password, one.path) for one in some]
    wrong = [(one.type, WRONG, one.path) for one in some]
    without = [(one.type, None, one.path) for one in some]
    answers = jvm.listed(java, classes, probed + wrong + without)
    formats = [str(store.format) for store in read[::STRIDE]]
    assert [answer.get("type") for answer in answers[: len(some)]] == formats
    for one, answer in zip(some, answers[len(some) :], strict=False):
        check_wrong_password(one, answer)
    for one, answer in zip(some, answers[2 * len(some) :], strict=True):
        check_no_password(one, answer, java)
    for kind in keytool_stores.TYPES:
        check_keytool_itself(java, max((m for m in made if m.type == kind), key=size))


def size(one):
    return one.path.stat().st_size


def check_pyjks(one):
    """Pyjks reads the same; it takes aliases for UTF-8, and refuses those that are none."""
    data = one.path.read_bytes()
    theirs = second_reader.of_pyjks(data, one.password)
    ours = second_reader.of_unpin(data, one.password)
    odd = {alias for alias in ours if "\0" in alias or not BMP.fullmatch(alias)}
    if isinstance(theirs, Exception):
        assert odd, (one, theirs)
    else:
        assert theirs == ours, one


def check_wrong_password(one, answer):
    """Java and unpin refuse the same; what neither refuses has nothing to prove a password by."""
    read = comparing.decoded(one.path.read_bytes(), WRONG)
    assert isinstance(read, WrongPasswordError) == ("error" in answer), (one, answer, read)
    if "error" not in answer:
        assert read.protection.integrity is Integrity.ABSENT
        assert not read.protection.needs_password


def check_no_password(one, answer, java):
    """Java and unpin list all that is in clear; unpin alone says that there is more."""
    read = comparing.decoded(one.path.read_bytes(), None)
    if isinstance(read, PasswordRequiredError):
        assert one.type == "PKCS12"
        kinds = {entry["kind"] for entry in answer["entries"]}
        assert "trusted certificate" not in kinds, one
        return
    assert comparing.shown(answer) == comparing.expected(read, java.version), (one, answer)
    if read.format is not Format.PKCS12:
        assert read.protection.integrity is Integrity.NOT_CHECKED


def check_keytool_itself(java, one):
    """The program, run by itself, prints what Lister prints."""
    command = [java.program.with_name("keytool"), "-J-Duser.language=en", "-list", "-v"]
    ran = subprocess.run(
        [*command, "-keystore", one.path, "-storepass", one.password],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout
    store = comparing.decoded(one.path.read_bytes(), one.password)
    rows = comparing.expected(store, java.version).rows
    assert len(re.findall("^Alias name:", ran.stdout, re.MULTILINE)) == len(rows)
    printed = re.findall(r"SHA256: ([0-9A-F:]{95})$", ran.stdout, re.MULTILINE)
    listed = [digest for row in rows.values() for digest in row.chain]
    assert sorted(digest.replace(":", "").lower() for digest in printed) == sorted(listed)
