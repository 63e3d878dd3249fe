"""The pipelines and the checklist of docs/recipes.md, run as they are written.

The recipes for git are run by tests/cli/test_textconv.py.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from base64 import b64decode, b64encode
from pathlib import Path
from textwrap import dedent

import pytest

from tests.unit.stores import jks_writer as jks
from unpin.catalogue.load import load_builtin
from unpin.operations.opening import open_path
from unpin.stores.opening import open_bytes

CATALOGUE = load_builtin()
PAGE = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text(encoding="utf-8")
PIN = "digicert-tls-rsa-sha256-2020-ca1"
ROOTS = [root.slug for root in CATALOGUE.profile("azure-postgresql").roots]


def trusted(slug):
    return jks.trusted(slug, CATALOGUE.by_slug[slug].certificate.der)


GOOD = jks.store(*map(trusted, ROOTS))
PINNED = jks.store(trusted(PIN))
STORES = {"good": GOOD, "pinned": PINNED, "broken": GOOD[:100]}


def blocks(heading, kind):
    """The fenced blocks of one section, without their margin."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(rf"^( *)```{kind}\n(.*?)^\1```$", section, re.DOTALL | re.MULTILINE)
    return [dedent(text) for _, text in found]


def script(snippet):
    """The lines of a pipeline that its shell runs: the block scalar after the only `|`."""
    _, _, rest = snippet.partition("|\n")
    margin = re.match(" +", rest)[0]
    lines = []
    for line in rest.splitlines():
        if not line.startswith(margin):
            break
        lines.append(line.removeprefix(margin))
    return "\n".join(lines)


GITHUB, GITLAB, AZURE = map(script, blocks("Stop a pipeline at a store that will break", "yaml"))
FIND, PREVIEW, ADD, PROVE, REMOVE = blocks("Before a rotation", "sh")
REPAIR, CHECK, ALL = blocks("Repair a store in a pipeline", "sh")


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """A shell in an empty folder, with unpin on its path and no password from outside."""
    programs, folder = tmp_path / "bin", tmp_path / "work"
    programs.mkdir()
    folder.mkdir()
    program = programs / "unpin"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -W error -m unpin "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    monkeypatch.delenv("UNPIN_PASSWORD", raising=False)

    def run(text, *options):
        return subprocess.run(
            ["bash", *options, "-c", text],
            cwd=folder, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    run.folder = folder
    return run


@pytest.mark.parametrize(
    ("text", "options", "codes"),
    [
        (GITHUB, ("-e", "-o", "pipefail"), {"good": 0, "pinned": 1, "broken": 3}),
        (GITLAB, ("-e", "-o", "pipefail"), {"good": 0, "pinned": 1, "broken": 3}),
        (AZURE, (), {"good": 0, "pinned": 0, "broken": 3}),
    ],
    ids=["github", "gitlab", "azure"],
)
def test_exit_codes_of_the_pipelines(shell, text, options, codes):
    found = {}
    for name, data in STORES.items():
        (shell.folder / "truststore.jks").write_bytes(data)
        found[name] = shell(text, *options).returncode
    assert found == codes


def test_the_summary_of_github_has_the_findings(shell):
    (shell.folder / "truststore.jks").write_bytes(PINNED)
    shell(GITHUB, "-e")
    assert "pinned-intermediate" in (shell.folder / "summary.md").read_text(encoding="utf-8")


def test_azure_is_told_that_a_store_will_break(shell):
    (shell.folder / "truststore.jks").write_bytes(PINNED)
    told = [line for line in shell(AZURE).stdout.splitlines() if line.startswith("##vso")]
    assert told == [
        "##vso[task.logissue type=warning]truststore.jks does not survive the rotation",
        "##vso[task.complete result=SucceededWithIssues;]DONE",
    ]


def test_the_first_steps_find_the_pin_and_that_roots_would_do(shell):
    (shell.folder / "truststore.jks").write_bytes(PINNED)
    steps = [*FIND.splitlines(), *PREVIEW.splitlines()]
    assert [shell(step).returncode for step in steps] == [1, 1, 0]


def test_the_roots_are_added_and_nothing_else_changes(shell):
    store = shell.folder / "truststore.jks"
    store.write_bytes(PINNED)
    added = shell(ADD, "-e")
    assert added.returncode == 0, added.stderr
    rehearse, diff = PROVE.splitlines()
    assert shell(rehearse).returncode == 0
    compared = shell(diff)
    rows = [line.split()[0] for line in compared.stdout.splitlines() if "digicert" in line]
    assert (compared.returncode, rows) == (1, ["added"] * 2)
    assert "=> different: 3 added;" in compared.stdout
    assert shell(REMOVE).returncode == 0
    assert [entry.alias for entry in open_path(str(store)).entries] == ROOTS
    assert shell(rehearse).returncode == 0


def test_a_pipeline_checks_and_repairs(shell):
    folder = shell.folder / "src" / "main" / "resources"
    folder.mkdir(parents=True)
    (folder / "truststore.jks").write_bytes(PINNED)
    (folder / "good.p12").write_bytes(GOOD)
    codes = [shell(text).returncode for text in (CHECK, REPAIR, CHECK)]
    assert codes == [1, 0, 0]
    (folder / "truststore.jks").write_bytes(PINNED)
    assert shell(ALL).returncode == 0
    assert shell(CHECK).returncode == 0


def test_a_secret_goes_through_a_pipe(shell):
    """With a kubectl that hands out a store and takes the new one."""
    text, _ = blocks("Kubernetes secrets", "sh")
    (shell.folder / "secret").write_bytes(b64encode(PINNED))
    kubectl = shell.folder.parent / "bin" / "kubectl"
    kubectl.write_text(
        "#!/bin/sh\ncase $1 in get) cat secret;; patch) cat > patched; echo $* > call;; esac\n"
    )
    kubectl.chmod(0o755)
    ran = shell(text)
    assert ran.returncode == 0, ran.stderr
    call = (shell.folder / "call").read_text()
    assert call == "patch secret truststore --patch-file /dev/stdin\n"
    patch = json.loads((shell.folder / "patched").read_bytes())
    new = b64decode(patch["data"]["truststore.jks"])
    store = open_bytes(new, source="patched")
    assert [entry.alias for entry in store.entries] == ROOTS
    (shell.folder / "patched").unlink()
    (shell.folder / "secret").write_bytes(b64encode(b"not a store"))
    assert shell(text).returncode == 3
    assert not (shell.folder / "patched").exists()


def test_the_manifests_of_a_repository(shell):
    _, text = blocks("Kubernetes secrets", "sh")
    manifest = shell.folder / "k8s" / "secret.yaml"
    manifest.parent.mkdir()
    manifest.write_text(f"kind: Secret\ndata:\n  t.jks: {b64encode(PINNED).decode()}\n")
    ran = shell(text)
    assert ran.returncode == 0, ran.stderr
    store = open_path(f"{manifest}#data.t.jks")
    assert [entry.alias for entry in store.entries] == ROOTS


def test_a_private_ca_that_python_refuses(shell):
    """Old CA > server, made with an old recipe: neither passes; both are issued anew."""
    ask, renew, serve = blocks("A private CA that Python 3.13 refuses", "sh")
    made = shell(
        "new='req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config /dev/null'\n"
        "openssl $new -x509 -subj '/CN=Old CA' -keyout ca.key -addext basicConstraints=CA:TRUE "
        "-days 3650 -out ca.pem\n"
        "openssl $new -subj '/CN=db.example.org' -keyout server.key -out server.csr\n"
        "printf 'authorityKeyIdentifier=none\\nsubjectAltName=DNS:db.example.org\\n' > old.ext\n"
        "openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -days 365 -extfile old.ext "
        "-out chain.pem",
        "-e",
    )
    assert made.returncode == 0, made.stderr
    audit, rehearse = ask.splitlines()
    for command, said in (
        (audit, "has BasicConstraints that are not critical and no keyUsage"),
        (rehearse, 'prints "Missing Authority Key Identifier": db.example.org has no authority'),
    ):
        ran = shell(command)
        assert (ran.returncode, ran.stderr) == (1, "")
        assert said in " ".join(ran.stdout.split())
    for commands in (renew, serve):
        ran = shell(commands, "-e")
        assert ran.returncode == 0, ran.stdout + ran.stderr
    verify = "openssl verify -x509_strict -CAfile {} {}"
    assert shell(verify.format("ca.pem", "chain.pem")).returncode != 0
    assert shell(verify.format("new-ca.pem", "server.pem")).returncode == 0
    assert shell(verify.format("ca.pem", "chain.pem").replace(" -x509_strict", "")).returncode == 0
