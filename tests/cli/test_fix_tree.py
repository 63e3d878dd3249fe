"""`unpin fix` of folders, archives and images: each store planned once, each file written, all said."""

import json
import os
import shlex
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests import images, programs
from tests.cli.inside import unpin
from tests.pki import pem
from tests.rules.stores import roots, shipped
from tests.unit.stores import jks_writer as w
from unpin.files import replacement

ROOT = Path(__file__).parents[2]

PINNED = (Path(__file__).parents[2] / "fixtures" / "pinned.pem").read_bytes()
JKS = w.store(w.trusted("azure", shipped("digicert-tls-rsa-sha256-2020-ca1").der))
AT = ("--at", "2026-11-24")


def laid_out(folder, files):
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A JKS twice, a bundle that pins, one that is good, and files that are no stores."""
    tree = tmp_path / "tree"
    tree.mkdir()
    monkeypatch.chdir(tree)
    return laid_out(
        tree,
        {
            "a/trust.jks": JKS,
            "b/cacerts": JKS,
            "b/root.crt": PINNED,
            "good.pem": pem(*roots()),
            "node_modules/x/ca.pem": PINNED,
            "README": b"hello\n",
        },
    )


def rows(ran):
    """The first words of the lines of the table, and its total."""
    lines = ran.stdout.decode().splitlines()
    total = next(line for line in lines if line.startswith("=> "))
    return [" ".join(line.split()) for line in lines[2 : lines.index("")]], total


def written(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*.bak")}


def test_a_row_for_each_different_store_and_the_command_that_writes(tree):
    ran = unpin("fix", *AT, ".")
    assert ran.returncode == 0
    shown, total = rows(ran)
    good = "the store has the roots of azure-postgresql and no pin that they replace"
    assert shown == [
        "PLANNED ./a/trust.jks 1 entry out, 3 roots in READY",
        "./b/cacerts",
        "PLANNED ./b/root.crt 1 entry out, 3 roots in READY",
        f"NOTHING TO DO ./good.pem {good} READY",
    ]
    assert total == (
        "=> 3 different stores in 4 places: 2 planned, 1 nothing to do; unpin fix -v shows each plan"
    )
    assert (
        b"=> this writes 3 files, and keeps the old files:\n   unpin fix --write --at" in ran.stdout
    )
    assert b"not looked into: ./node_modules" in ran.stderr
    assert not written(tree)
    pages = unpin("fix", *AT, "-v", ".").stdout
    assert pages.count(b"PLANNED: 1 entry out, 3 roots in") == 3


def test_check_write_check_undo(tree):
    before = {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    assert unpin("fix", "--check", *AT, ".").returncode == 1
    ran = unpin("fix", "--write", *AT, ".")
    assert ran.returncode == 0
    assert rows(ran)[1].startswith("=> 3 different stores in 4 places: 2 written, 1 nothing to do")
    assert (tree / "a" / "trust.jks").read_bytes() == (tree / "b" / "cacerts").read_bytes() != JKS
    assert len(written(tree)) == 3
    checked = unpin("fix", "--check", *AT, ".")
    assert checked.returncode == 0
    assert "2 different" not in rows(checked)[1]
    assert unpin("fix", "--undo", ".").returncode == 0
    assert {path: path.read_bytes() for path in before} == before


def test_identical_stores_are_planned_once(tree, monkeypatch):
    from unpin.cli.fix import store_fix

    planned = []
    plan = store_fix.repair
    monkeypatch.setattr(
        store_fix, "repair", lambda store, how: planned.append(store.source) or plan(store, how)
    )
    document = json.loads(unpin("fix", "--write", *AT, "--format", "json", ".").stdout)
    assert planned == ["./a/trust.jks", "./b/root.crt", "./good.pem"]
    for store in document["stores"]:
        assert store["written"] == (None if store["source"] == "./good.pem" else store["source"])
        assert (store["backup"] or "").startswith(str(tree)) == (store["written"] is not None)
    assert document["not_looked_into"] == ["./node_modules"]


def test_a_copy_is_reported_as_if_it_were_alone(tree):
    document = json.loads(unpin("fix", *AT, "--format", "json", ".").stdout)
    for store in document["stores"]:
        alone = json.loads(unpin("fix", *AT, "--format", "json", store["source"]).stdout)
        assert alone["stores"] == [store]


def test_names_of_one_file(tree):
    """A link is another name; a hard link keeps the old contents, so each is written."""
    (tree / "b" / "link.jks").symlink_to("../a/trust.jks")
    (tree / "c").symlink_to("a")
    (tree / "b" / "hard.jks").hardlink_to(tree / "a" / "trust.jks")
    (tree.parent / "outside.jks").hardlink_to(tree / "a" / "trust.jks")
    ran = unpin("fix", "--write", *AT, "--format", "json", ".", "./a/trust.jks")
    stores = {store["source"]: store for store in json.loads(ran.stdout)["stores"]}
    assert set(stores) == {
        *("./a/trust.jks", "./b/cacerts", "./b/hard.jks", "./b/root.crt", "./good.pem")
    }
    assert stores["./a/trust.jks"]["links"] == ["./b/link.jks", "./c/trust.jks"]
    assert stores["./a/trust.jks"]["hard_links"] == ["./b/hard.jks"]
    assert stores["./b/hard.jks"]["hard_links"] == ["./a/trust.jks"]
    for name in ("./a/trust.jks", "./b/hard.jks", "./b/link.jks"):
        assert (tree / name).read_bytes() == (tree / "b" / "cacerts").read_bytes() != JKS
    assert (tree / "b" / "link.jks").is_symlink()
    assert (tree.parent / "outside.jks").read_bytes() == JKS
    assert unpin("fix", "--check", *AT, ".").returncode == 0


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_link_out_of_the_folder_is_planned_and_not_written(tree, kind):
    outside = laid_out(tree.parent / "outside", {"trust.jks": JKS}) / "trust.jks"
    if kind == "file":
        (tree / "b" / "out.jks").symlink_to(outside)
    else:
        (tree / "b" / "out").symlink_to(outside.parent)
    assert unpin("fix", "--check", *AT, "b").returncode == 1
    ran = unpin("fix", "--write", *AT, ".")
    assert ran.returncode == 3
    assert outside.read_bytes() == JKS
    assert f"a link leads out of the folder, to {outside}\n".encode() in ran.stderr
    assert b"NOT WRITTEN" in ran.stdout
    name = "b/out.jks" if kind == "file" else "b/out/trust.jks"
    assert unpin("fix", "--write", *AT, name).returncode == 0
    assert outside.read_bytes() != JKS


@pytest.mark.parametrize("elsewhere", [0, 1])
def test_hard_links_elsewhere_are_said(tree, elsewhere):
    (tree / "b" / "hard.jks").hardlink_to(tree / "a" / "trust.jks")
    for number in range(elsewhere):
        (tree.parent / f"{number}.jks").hardlink_to(tree / "a" / "trust.jks")
    page = unpin("fix", "--write", "-v", *AT, ".").stdout.decode()
    said = "- the file has 1 other name (hard link), which keep the old contents"
    assert page.count(said) == 2 * elsewhere
    assert "- hard links to the same file: ./b/hard.jks; each becomes a file of its own" in page


def test_what_is_not_read_is_a_row_and_an_error(tree):
    (tree / "b" / "broken.jks").write_bytes(JKS[:200])
    for mode in ("--check", "--write"):
        ran = unpin("fix", mode, *AT, ".")
        assert ran.returncode == 3
        shown, total = rows(ran)
        assert any(row.startswith("UNREADABLE ./b/broken.jks") for row in shown)
        assert "1 unreadable" in total
    assert b"unpin: error: ./b/broken.jks" in ran.stderr
    assert len(written(tree)) == 3


@pytest.fixture
def archived(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("app.war", "w") as archive:
        archive.writestr("WEB-INF/classes/trust.jks", JKS)
    return tmp_path


def test_an_archive_is_due_and_never_changed(archived):
    before = Path("app.war").read_bytes()
    assert unpin("fix", "--check", *AT, ".").returncode == 1
    for path in (".", "app.war", "app.war!/WEB-INF/classes/trust.jks"):
        ran = unpin("fix", "--write", *AT, path)
        assert ran.returncode == 3
        page = ran.stdout.decode()
        assert (
            "NOT WRITTEN: 1 entry out, 3 roots in; it is in an archive, which unpin does not"
            in page
        )
        assert "DigiCert Global Root G2" in page
        assert b"is in an archive, which unpin does not change\n  hint: unpin fix 'app.war!" in (
            ran.stderr.replace(b"'./app", b"'app")
        )
    assert Path("app.war").read_bytes() == before
    assert [path.name for path in archived.iterdir()] == ["app.war"]


def test_the_commands_of_the_plan_build_an_archive_that_is_ready(archived):
    jar = programs.program("jar")
    page = unpin("fix", *AT, "app.war").stdout.decode()
    commands = [line.strip() for line in page.splitlines() if line.startswith("   ")]
    assert [command.split()[0] for command in commands] == ["mkdir", "unpin", "jar"]
    for command in map(shlex.split, commands):
        if command[0] == "unpin":
            assert unpin(*command[1:]).returncode == 0
        else:
            subprocess.run(
                [*({"jar": [jar]}.get(command[0], command[:1])), *command[1:]], check=True
            )
    assert unpin("fix", "--check", *AT, "app.war").returncode == 0
    assert unpin("audit", *AT, "app.war").returncode == 0


def test_an_archive_from_standard_input_has_a_placeholder_for_its_name(archived):
    data = Path("app.war").read_bytes()
    ran = unpin("fix", *AT, "-", stdin=data)
    assert ran.returncode == 0
    page = ran.stdout.decode()
    assert "unpin fix --at 2026-11-24 'ARCHIVE!/WEB-INF/classes/trust.jks' -o trust.jks\n" in page
    assert "'standard input!" not in page
    assert (
        b"fix 'ARCHIVE!/WEB-INF/classes/trust.jks'" in unpin("audit", *AT, "-", stdin=data).stdout
    )
    refused = unpin("fix", "--write", *AT, "-", stdin=data)
    assert (refused.returncode, refused.stdout) == (3, b"")


def test_an_image_gets_a_line_for_its_dockerfile(tmp_path):
    layer = images.layer({"opt/java/lib/security/cacerts": JKS})
    images.write(tmp_path / "image", images.oci([layer]))
    ran = unpin("fix", *AT, tmp_path / "image")
    assert ran.returncode == 0
    page = ran.stdout.decode()
    assert "!/opt/java/lib/security/cacerts' -o cacerts\n" in page
    assert "Dockerfile needs COPY cacerts /opt/java/lib/security/cacerts\n" in page


@pytest.fixture
def three(tmp_path, monkeypatch):
    """Three bundles that pin; Ctrl-C counts, which a shell's background job ignores."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    monkeypatch.chdir(tmp_path)
    yield laid_out(tmp_path, {f"{name}.crt": PINNED + name.encode() for name in "abc"})
    signal.signal(signal.SIGINT, before)


def at_the_second_write(monkeypatch, name, number=signal.SIGINT, *, after=False):
    """Let a signal arrive while the second file is written: before or after its rename."""
    calls = []
    original = getattr(replacement, name)

    def interrupted(*args):
        result = original(*args) if after else None
        calls.append(args)
        if len(calls) == 2:
            os.kill(os.getpid(), number)
        return result if after else original(*args)

    monkeypatch.setattr(replacement, name, interrupted)


def test_an_interrupt_before_a_file_is_replaced(three, monkeypatch):
    at_the_second_write(monkeypatch, "_check")
    ran = unpin("fix", "--write", *AT, "a.crt", "b.crt", "c.crt")
    assert ran.returncode == 130
    assert (three / "a.crt").read_bytes() != PINNED + b"a"
    for name in "bc":
        assert (three / f"{name}.crt").read_bytes() == PINNED + name.encode()
    shown, _ = rows(ran)
    assert shown[0].startswith(
        "NOT WRITTEN - interrupted: 1 store is written, every other file is as"
    )
    assert shown[1].startswith("WRITTEN a.crt")
    assert ran.stderr.decode().splitlines() == [
        "unpin: error: interrupted: 1 store is written, every other file is as it was",
        "  hint: the same call goes on with the others; unpin fix --undo takes back what was written",
    ]
    assert {path.name[:6] for path in three.iterdir()} == {"a.crt", "a.crt.", "b.crt", "c.crt"}


def test_an_interrupt_after_a_file_is_replaced(three, monkeypatch):
    """The file is new by then: it is said."""
    at_the_second_write(monkeypatch, "_confirm", after=True)
    ran = unpin("fix", "--write", *AT, "--format", "json", "a.crt", "b.crt", "c.crt")
    assert ran.returncode == 130
    document = json.loads(ran.stdout)
    assert [store["written"] for store in document["stores"]] == ["a.crt", "b.crt"]
    assert document["stores"][1]["backup"]
    assert document["errors"][0]["message"].startswith("interrupted: 2 stores are written")
    assert (three / "b.crt").read_bytes() != PINNED + b"b"
    assert (three / "c.crt").read_bytes() == PINNED + b"c"


def test_a_terminated_run_says_what_it_wrote(three):
    program = (
        "import os, pytest\n"
        "from tests.cli import test_fix_tree as t\n"
        f"t.at_the_second_write(pytest.MonkeyPatch(), '_check', {signal.SIGTERM})\n"
        "from unpin.cli import main\n"
        "main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, "fix", "--write", *AT, "."],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"},
    )
    assert ran.returncode == -signal.SIGTERM
    assert b"WRITTEN        ./a.crt" in ran.stdout or b"./a.crt" in ran.stdout
    assert b"interrupted: 1 store is written" in ran.stderr
    assert (three / "b.crt").read_bytes() == PINNED + b"b"
