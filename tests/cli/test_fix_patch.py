"""`unpin fix --patch`: files that hold stores as values are changed by a patch, and never by unpin."""

import base64
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from tests import programs
from tests.cli.inside import unpin
from tests.pki import pem
from tests.rules.stores import roots, shipped
from tests.unit.stores import jks_writer as w

PINNED = (Path(__file__).parents[2] / "fixtures" / "pinned.pem").read_text("ascii")
JKS = w.store(w.trusted("azure", shipped("digicert-tls-rsa-sha256-2020-ca1").der))
AT = ("--at", "2026-11-24")


def block(text):
    return "|\n" + "".join(f"    {line}\n" for line in text.splitlines())


SECRET = (
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n"
    f"  password: {base64.b64encode(b'hunter2').decode()}\n"
    "  # the stores\n"
    f"  trust.jks: {base64.b64encode(JKS).decode()}\n"
    f"---\nkind: ConfigMap\ndata:\n  ca.crt: {block(PINNED)}  z: '1'\n"
)


@pytest.fixture
def tree(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "k8s/secret.yaml": SECRET,
        "app/kafka.properties": "ca=" + PINNED.strip().replace("\n", "\\n\\\n  ") + "\nx=1\n",
        "app/.env": f'CA="{PINNED.strip()}"\nDB_PASSWORD=hunter3\n',
        "root.crt": PINNED,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def pasted(line):
    """The commands of a pipe, of which unpin is the first: it runs in this process."""
    first, _, second = line.partition(" | ")
    ran = unpin(*shlex.split(first)[1:])
    tool, *args = shlex.split(second)
    subprocess.run([programs.program(tool), "-s", *args], input=ran.stdout, check=True)
    return ran


def command(ran):
    return next(line.strip() for line in ran.stdout.decode().splitlines() if "--patch" in line)


@pytest.mark.parametrize("rooted", [False, True])
def test_the_command_of_the_overview_changes_every_file(tree, rooted):
    where = tree if rooted else "."
    planned = unpin("fix", *AT, where)
    assert b"=> 4 values of other files, which unpin leaves alone; patches change them:" in (
        planned.stdout
    )
    line = command(planned)
    takes = "patch -d / -p1" if rooted else "patch -p0"
    assert line == f"unpin fix --patch --at 2026-11-24 {where} | {takes}"
    ran = pasted(line)
    assert ran.returncode == 0
    assert b"hunter" not in ran.stdout
    assert base64.b64encode(b"hunter2") not in ran.stdout
    assert b"PLANNED" in ran.stderr
    checked = unpin("fix", "--check", *AT, where)
    assert checked.returncode == 1
    assert b"1 due" in checked.stdout  # the bundle, which is a file of its own
    (tree / "root.crt").unlink()
    assert unpin("fix", "--check", *AT, where).returncode == 0
    secret, config = yaml.safe_load_all((tree / "k8s" / "secret.yaml").read_text())
    (tree / "new.jks").write_bytes(base64.b64decode(secret["data"]["trust.jks"]))
    (tree / "new.pem").write_text(config["data"]["ca.crt"])
    assert unpin("audit", *AT, "new.jks", "new.pem").returncode == 0
    assert {**secret["data"], "trust.jks": ""} == {
        **next(iter(yaml.safe_load_all(SECRET)))["data"],
        "trust.jks": "",
    }


def test_a_value_by_its_key(tree):
    ran = unpin("fix", *AT, "k8s/secret.yaml#data.ca.crt")
    assert b"=> unpin does not change such a file; this changes it by a patch:" in ran.stdout
    pasted(command(ran))
    left = unpin("fix", "--check", *AT, "k8s/secret.yaml")
    assert b"1 due, 1 nothing to do" in left.stdout


def test_write_refuses_with_the_command(tree):
    before = (tree / "k8s" / "secret.yaml").read_text()
    ran = unpin("fix", "--write", *AT, ".")
    assert ran.returncode == 3
    assert (tree / "k8s" / "secret.yaml").read_text() == before
    assert (tree / "root.crt").read_text() != PINNED
    assert b"  hint: unpin fix --patch './app/.env#CA' | patch -p0 changes it\n" in ran.stderr
    assert b"4 not written, 1 written" in ran.stdout


def test_a_value_that_has_no_patch_is_an_error_and_stops_no_other(tree):
    kept = pem(roots()[0]).decode()
    odd = f'A="# \\"x\n{kept}{PINNED.strip()}"\nB="{PINNED.strip()}"\n'
    (tree / "k8s" / "a.env").write_text(odd)
    ran = unpin("fix", "--patch", *AT, "k8s")
    assert ran.returncode == 3
    assert ran.stdout.count(b"\n--- k8s/") + ran.stdout.startswith(b"--- ") == 2
    assert ran.stderr.decode().splitlines()[:2] == [
        (
            "unpin: error: k8s/a.env#A: has no patch: the new store cannot be written as this value "
            "is spelled"
        ),
        "  hint: unpin fix 'k8s/a.env#A' -o NEW writes the new value",
    ]


def test_nothing_to_patch_prints_nothing(tree):
    ran = unpin("fix", "--patch", *AT, "root.crt")
    assert (ran.returncode, ran.stdout) == (0, b"")


def test_a_link_is_said(tree):
    (tree / "link.yaml").symlink_to("k8s/secret.yaml")
    ran = unpin("fix", "--patch", *AT, "link.yaml")
    assert ran.stdout.startswith(b"--- link.yaml\n")
    assert b"patch --follow-symlinks changes what it leads to" in ran.stderr


@pytest.mark.parametrize("other", ["--write", "--check", "--undo", "-o=x"])
def test_it_only_prints(tree, other):
    assert unpin("fix", "--patch", *other.split("="), "root.crt").returncode == 2


def test_standard_input(tree):
    one = SECRET.partition("---\n")[0].encode()
    ran = unpin("fix", "--patch", *AT, "-", stdin=one)
    assert ran.returncode == 0
    assert ran.stdout.startswith(b"--- stdin\n+++ stdin\n@@ ")
