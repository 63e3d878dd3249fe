"""`unpin diff --textconv`: stable text, and what real git makes of it."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.inside import unpin
from tests.pki import pem
from tests.programs import program
from tests.unit.stores import jks_writer as jks
from unpin.catalogue.load import load_builtin

CATALOGUE = load_builtin()
G2, CA = "digicert-global-root-g2", "digicert-global-root-ca"
PIN, RENEWED = "digicert-tls-rsa-sha256-2020-ca1-20206938", "digicert-tls-rsa-sha256-2020-ca1"

TEXT = """\
JKS version 2
  MAC: SHA-1 digest keyed by the password
  entries: 2

DigiCert Global Root CA
  alias: ca
  kind: trusted certificate
  role: root
  subject: CN=DigiCert Global Root CA,OU=www.digicert.com,O=DigiCert Inc,C=US
  issuer: CN=DigiCert Global Root CA,OU=www.digicert.com,O=DigiCert Inc,C=US
  serial: 83be056904246b1a1756ac95991c74a
  valid from: 2006-11-10T00:00:00Z
  valid until: 2031-11-10T00:00:00Z
  key: RSA 2048
  signed with: sha1WithRSAEncryption
  SHA-256: 4348a0e9444c78cb265e058d5e8944b4d84f9662bd26db257f8934a443c70161
  created: 2023-11-14T22:13:20Z

me
  alias: me
  kind: private key
  created: 1970-01-01T00:00:00.001Z
  sealed bytes: SHA-256 3034851f512d1775
"""


def certificate(slug):
    return CATALOGUE.by_slug[slug].certificate


def trusted(alias, slug):
    return jks.trusted(alias, certificate(slug).der)


def text(path):
    ran = unpin("diff", "--textconv", path)
    assert (ran.returncode, ran.stderr) == (0, b"")
    return ran.stdout.decode()


@pytest.fixture
def write(tmp_path):
    def file(name, data):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return file


def test_one_field_a_line(write):
    assert text(write("a.jks", jks.store(jks.key("me"), trusted("ca", CA)))) == TEXT


def test_neither_path_nor_order_matters(write):
    one = jks.store(trusted("a", G2), trusted("b", CA))
    other = jks.store(trusted("b", CA), trusted("a", G2))
    assert text(write("one.jks", one)) == text(write("other.jks", other))


def test_lines_of_a_bundle_do_not_matter_but_the_order_of_twins_does(write):
    from tests.rotation import rotation

    own, crossed, root = (rotation()[name] for name in ("new-root", "new-root-x", "old-root"))
    plain = text(write("1", pem(own, crossed, root)))
    assert text(write("2", b"# a comment\n" + pem(root, own, crossed))) == plain
    swapped = text(write("3", pem(crossed, own, root)))
    assert (swapped != plain, sorted(swapped)) == (True, sorted(plain))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a trust store: the file is empty"),
        (b"<html></html>", "not a trust store: an HTML page"),
        (jks.store(trusted("a", CA))[:200], "entry 1: certificate claims 947 bytes"),
    ],
)
def test_what_cannot_be_read_is_a_line_and_no_error(write, data, reason):
    assert text(write("a", data)).startswith(f"unpin cannot read this store: {reason}")


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    assert unpin("diff", "--textconv", tmp_path / "absent").returncode == 3


def test_a_store_that_needs_another_password(write):
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
    from cryptography.hazmat.primitives.serialization.pkcs12 import (
        PKCS12Certificate,
        serialize_java_truststore,
    )
    from cryptography.x509 import load_der_x509_certificate

    root = PKCS12Certificate(load_der_x509_certificate(certificate(G2).der), b"g2")
    sealed = serialize_java_truststore([root], BestAvailableEncryption(b"secret"))
    path = write("a.p12", sealed)
    assert text(path) == (
        "unpin cannot read this store: the certificates are encrypted, and no password was given\n"
    )
    opened = unpin("diff", "--textconv", path, UNPIN_PASSWORD="secret").stdout.decode()
    assert "DigiCert Global Root G2\n  alias: g2\n" in opened
    assert "secret" not in opened
    wrong = unpin("diff", "--textconv", path, UNPIN_PASSWORD="other")
    assert wrong.stdout.startswith(b"unpin cannot read this store: wrong password")


def recipe(number):
    """The commands of docs/recipes.md, block by block."""
    page = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text(encoding="utf-8")
    return page.split("```sh\n")[number].partition("```")[0]


@pytest.fixture
def git(tmp_path, monkeypatch):
    """Real git in an empty repository, set up by the very lines of docs/recipes.md."""
    program("git")
    programs, repository = tmp_path / "bin", tmp_path / "repository"
    programs.mkdir()
    repository.mkdir()
    script = programs / "unpin"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m unpin "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("UNPIN_PASSWORD", raising=False)

    def run(*args):
        ran = subprocess.run(args, capture_output=True, timeout=60, check=False, cwd=repository)
        assert (ran.returncode, ran.stderr) == (0, b""), args
        return ran.stdout.decode()

    run("git", "init", "-q")
    run("git", "config", "user.name", "nobody")
    run("git", "config", "user.email", "nobody@example.org")
    run("sh", "-e", "-c", recipe(1))

    def git(*args):
        return run("git", *args)

    git.folder, git.run = repository, run
    return git


def changed(diff):
    """The lines of a diff that were removed or added, without the headers."""
    return [
        line
        for line in diff.splitlines()
        if line[:1] in "+-" and not line.startswith(("+++", "---"))
    ]


@pytest.mark.referee
def test_git_shows_what_changed_field_by_field(git):
    store = git.folder / "trust store.jks"
    store.write_bytes(jks.store(trusted("root", CA), trusted("pin", PIN)))
    git("add", "-A")
    git("commit", "-qm", "First")
    store.write_bytes(jks.store(trusted("pin", RENEWED), trusted("legacy", CA)))
    diff = git("diff")
    assert changed(diff) == [
        "-  alias: root",
        "+  alias: legacy",
        "-  serial: a3508d55c292b017df8ad65c00ff7e4",
        "-  valid from: 2020-09-24T00:00:00Z",
        "-  valid until: 2030-09-23T23:59:59Z",
        "+  serial: 6d8d904d5584346f68a2fa754227ec4",
        "+  valid from: 2021-04-14T00:00:00Z",
        "+  valid until: 2031-04-13T23:59:59Z",
        "-  SHA-256: 25768713d3b459f9382d2a594f85f34709fd2a8930731542a4146ffb246bec69",
        "+  SHA-256: 52274c57ce4dee3b49db7a7ff708c040f771898b3be88725a86fb4430182fe14",
    ]
    hunks = [line.rpartition("@@ ")[2] for line in diff.splitlines() if line.startswith("@@")]
    assert hunks[1:] == ["DigiCert TLS RSA SHA256 2020 CA1"]  # git names the entry of a hunk


@pytest.mark.referee
def test_git_goes_on_where_a_store_cannot_be_read(git):
    """Git stops with "fatal: unable to read files to diff" where a textconv program fails."""
    broken, good = git.folder / "a.jks", git.folder / "b.jks"
    broken.write_bytes(b"\xfe\xed\xfe\xed broken")
    good.write_bytes(jks.store(trusted("a", CA)))
    git("add", "-A")
    git("commit", "-qm", "First")
    broken.write_bytes(b"")
    good.write_bytes(jks.store(trusted("b", CA)))
    assert changed(git("diff")) == [
        "-unpin cannot read this store: JKS store truncated after 11 bytes",
        "+unpin cannot read this store: not a trust store: the file is empty",
        "-  alias: a",
        "+  alias: b",
    ]
    git("commit", "-qam", "Second")
    assert "+  alias: b" in git("log", "-p", "-1")
    assert git("for-each-ref", "--format=%(refname)", "refs/notes") == "refs/notes/textconv/unpin\n"


@pytest.mark.referee
def test_patches_stay_binary(git):
    store = git.folder / "a.jks"
    store.write_bytes(jks.store(trusted("a", CA)))
    git("add", "-A")
    git("commit", "-qm", "First")
    store.write_bytes(jks.store(trusted("b", CA)))
    git("commit", "-qam", "Second")
    assert "GIT binary patch" in git("format-patch", "-1", "--stdout", "--binary")


@pytest.mark.referee
def test_the_recipe_for_a_pull_request(git):
    store = git.folder / "truststore.jks"
    store.write_bytes(jks.store(trusted("a", CA)))
    git("add", "-A")
    git("commit", "-qm", "First")
    store.write_bytes(jks.store(trusted("b", CA)))
    git.run("sh", "-c", f"BASE=HEAD; {recipe(2).strip()} || test $? = 1")
    comment = (git.folder / "comment.md").read_text()
    assert comment.splitlines()[:3] == [
        "### standard input -> truststore.jks",
        "",
        "**different: 1 renamed; Java: fails today and after with both**",
    ]
