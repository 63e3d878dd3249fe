"""A client that connects today fails after the rotation, and connects once `unpin fix` was there.

Real servers and real clients with a store that pins the CA of today's chain. What the client says
is asked three times: with today's chain, with the chain of after the rotation, and after
`unpin fix --write` with both. Nothing but the store changes in between.
"""

import shutil
import subprocess

import pytest

from tests import programs
from tests.cli.inside import unpin
from tests.conformance.clients import commands
from tests.conformance.clients.client import (
    PATIENCE,
    PROGRAMS,
    Handshake,
    clean_environment,
)
from tests.conformance.clients.java import JARS, JDKS, PGJDBC, QUICK
from tests.conformance.lab import postgres
from tests.conformance.lab.catalogue import write_catalogue
from tests.referees.jvm import INSTALLED_BY

TODAY, AFTER = "old", "new-xsign"
PINNED = ("R_legacy", "I_cur")
"""A root of the company's and the CA that issues today: whoever takes a CA for an anchor connects."""
PINNED_BELOW_A_ROOT = ("I_cur_ms", "R_ms2017")
"""For those who go on to a root: the CA of today's servers and the root that signed it as well."""

pytestmark = pytest.mark.referee


@pytest.fixture(scope="module")
def catalogue(bench, tmp_path_factory):
    return write_catalogue(bench.files, tmp_path_factory.mktemp("catalogue") / "it")


def need(*lacking):
    """Fail in CI, skip loudly elsewhere."""
    for told in filter(None, lacking):
        programs.not_run(told)


def fixed(path, catalogue, *options):
    ran = unpin("fix", "--write", "--catalogue", catalogue, *options, path)
    assert ran.returncode == 0, (ran.stdout + ran.stderr).decode()
    assert "WRITTEN: " in ran.stdout.decode()


@pytest.mark.parametrize(
    ("ident", "names", "today"),
    [
        ("psql", PINNED_BELOW_A_ROOT, "old-ms"),
        ("openssl-s_client", PINNED_BELOW_A_ROOT, "old-ms"),
        ("openssl-s_client-partial", PINNED, TODAY),
        ("curl", PINNED, TODAY),
    ],
)
def test_a_command_with_a_bundle(ident, names, today, bench, catalogue, tmp_path, monkeypatch):
    (client,) = (one for one in commands.CLIENTS if one.ident == ident)
    need(client.missing(), postgres.missing() if client.postgres else None)
    bundle = tmp_path / "root.crt"
    bundle.write_bytes(b"# kept by hand\n\n" + bench.files.pem(names))
    monkeypatch.setattr(bench.files, "store", lambda _names: bundle)

    def connects(*chains):
        attempts = [Handshake(names, chain) for chain in chains]
        return [answer.connected for answer in client.attempt(bench, attempts)]

    assert connects(today, AFTER) == [True, False]
    fixed(bundle, catalogue)
    assert connects(today, TODAY, AFTER) == [True, True, True]
    assert bundle.read_bytes().startswith(b"# kept by hand\n\n")
    assert unpin("fix", "--undo", bundle).returncode == 0
    assert connects(today, AFTER) == [True, False]


STORES = {
    "pinned.jks": ("JKS", "changeit"),
    "pinned.jceks": ("JCEKS", "changeit"),
    "pinned.p12": ("PKCS12", "a password"),
    "open.p12": ("PKCS12", "-"),
}
"""Type and password by name; "-" is the JDK's own form without a password."""


@pytest.fixture(scope="module")
def classes(tmp_path_factory):
    need(programs.absent("javac"))
    folder = tmp_path_factory.mktemp("classes")
    command = ["javac", "--release", "17", "-Xlint:all", "-d", folder, PROGRAMS / "Given.java"]
    subprocess.run(command, timeout=PATIENCE, check=True)
    return folder


@pytest.mark.parametrize("version", [17, 25])
def test_java(version, bench, catalogue, classes, tmp_path):
    if version not in JDKS:
        need(programs.lacking(f"no JDK {version} under /usr/lib/jvm", INSTALLED_BY[version]))
    if not (JARS / PGJDBC[0]).exists():
        need(programs.lacking(f"no {PGJDBC[0]}", programs.debian("libpostgresql-jdbc-java")))
    need(postgres.missing())
    java = (
        JDKS[version],
        *QUICK,
        "-XX:+UseSerialGC",
        "-cp",
        f"{classes}:{JARS / PGJDBC[0]}",
        "Given",
    )

    def says(lines):
        """The answers by line; whatever is not "+" is a refusal."""
        ran = subprocess.run(
            java,
            input="".join("\t".join(map(str, line)) + "\n" for line in lines),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=clean_environment(bench),
            check=True,
        )
        answers = ran.stdout.splitlines()
        assert len(answers) == len(lines), ran.stdout + ran.stderr
        return dict(zip(lines, answers, strict=True))

    bundle = tmp_path / "pinned.pem"
    shutil.copy(bench.files.store(PINNED), bundle)
    paths = {tmp_path / name: how for name, how in STORES.items()}
    writes = [("write", path, word, kind, bundle) for path, (kind, word) in paths.items()]
    ways = [("tls", path, word, bench.tls) for path, (_, word) in paths.items()]
    ways += [
        ("pgjdbc", path, word, bench.postgres)
        for path, (kind, word) in paths.items()
        if kind != "JCEKS"
    ]
    ways += [("tls", tmp_path / "open.p12", "changeit", bench.tls)]
    ways += [("pem", bundle, "-", bench.postgres)]
    today = [(how, path, word, port(TODAY)) for how, path, word, port in ways]
    after = [(how, path, word, port(AFTER)) for how, path, word, port in ways]

    before = says([*writes, *today, *after])
    assert {line: said for line, said in before.items() if line in after and said == "+"} == {}
    refusals = {said for line, said in before.items() if line in after}
    assert all("unable to find valid certification path" in said for said in refusals), refusals
    assert {line: said for line, said in before.items() if line not in after and said != "+"} == {}

    secret = tmp_path / "secret"
    secret.write_text("a password")
    for path in (*paths, bundle):
        fixed(path, catalogue, *(("--password-file", secret) if path.name == "pinned.p12" else ()))
    then = says([*today, *after])
    assert {line: said for line, said in then.items() if said != "+"} == {}
