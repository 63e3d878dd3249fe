"""What unpin waits for, and what it spends, has an end: pipes, folders, keys from passwords."""

import json
import os
import re
import threading
from pathlib import Path

import pytest

from fuzz import bombs
from tests.cli import inside
from tests.cli.running import unpin
from tests.unit.stores import bcfks_writer as bcfks
from tests.unit.stores import bks_writer, certs
from unpin.cli import app, passwords
from unpin.cli.app import application
from unpin.cli.open_each import open_each
from unpin.cli.passwords import read_password_file
from unpin.files import reading
from unpin.model.errors import LimitExceededError, MalformedStoreError, UnreadableFileError
from unpin.operations import opening
from unpin.operations.opening import open_path
from unpin.pki import work
from unpin.stores.bouncycastle import bcfks_protection
from unpin.stores.crypto import derivation_budget
from unpin.stores.crypto.derivation_budget import DerivationBudget
from unpin.stores.opening import Password, PasswordOrigin, open_bytes


def run(*words):
    """The exit code, and the texts of standard output and of standard error."""
    ran = inside.unpin(*words)
    return ran.returncode, ran.stdout.decode(), ran.stderr.decode()


SECOND = "another store"
OUT = "the output"


def test_a_password_pipe_without_a_writer(tmp_path, monkeypatch):
    monkeypatch.setattr(passwords, "PATIENCE_SECONDS", 0.05)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UnreadableFileError, match="no password came within 0 seconds"):
        read_password_file(pipe)


def test_a_password_pipe_with_a_late_writer(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Timer(0.1, pipe.write_bytes, (b"a secret\n",))
    writer.start()
    assert read_password_file(pipe).text == "a secret"
    writer.join()


def test_a_terminal_as_password_file(monkeypatch):
    """/dev/tty, or /dev/stdin at a terminal: nothing is there at once."""
    above, below = os.openpty()
    try:
        path = Path(os.ttyname(below))
        writer = threading.Timer(0.1, os.write, (above, b"a secret\n\x04"))
        writer.start()
        assert read_password_file(path).text == "a secret"
        writer.join()
        monkeypatch.setattr(passwords, "PATIENCE_SECONDS", 0.05)
        with pytest.raises(UnreadableFileError, match="no password came"):
            read_password_file(path)
    finally:
        os.close(above)
        os.close(below)


def test_an_endless_device_as_password_file():
    with pytest.raises(UnreadableFileError, match="too long for a password file"):
        read_password_file(Path("/dev/zero"))


def test_a_byte_order_mark_is_no_part_of_the_password(tmp_path, capsys):
    file = tmp_path / "password.txt"
    file.write_bytes(b"\xef\xbb\xbfchangeit\r\n")
    assert read_password_file(file).text == "changeit"
    assert f"note: {file}: the byte order mark" in capsys.readouterr().err


def test_what_is_no_file_in_a_hashed_directory(tmp_path):
    (tmp_path / "01234560.0").write_bytes(certs.pem())
    os.mkfifo(tmp_path / "01234561.0")
    (tmp_path / "01234562.0").symlink_to("01234562.0")
    (tmp_path / "01234563.0").symlink_to("/dev/zero")
    with (tmp_path / "01234564.0").open("wb") as stream:
        stream.truncate(reading.MAX_FILE_BYTES + 1)
    found = open_path(str(tmp_path))
    assert len(found.unreadable) == 4
    for name, why in (("1", "regular"), ("2", "symbolic"), ("3", "regular"), ("4", "larger than")):
        (reason,) = (e.reason for e in found.unreadable if e.reason.startswith(f"0123456{name}.0"))
        assert why in reason


def test_the_files_of_a_hashed_directory_have_a_total(tmp_path, monkeypatch):
    size = len(certs.pem())
    monkeypatch.setattr(opening, "MAX_FOLDER_BYTES", 2 * size)
    for number in range(3):
        (tmp_path / f"01234567.{number}").write_bytes(certs.pem())
    (last,) = open_path(str(tmp_path)).unreadable
    assert "01234567.2: not read: the files of the folder come to more than" in last.reason


def test_each_special_file_of_a_folder_is_an_error_of_its_own(tmp_path):
    (tmp_path / "good.pem").write_bytes(certs.pem())
    os.mkfifo(tmp_path / "pipe.pem")
    (tmp_path / "loop.pem").symlink_to("loop.pem")
    (tmp_path / "zero.pem").symlink_to("/dev/zero")
    ran = unpin("list", tmp_path)
    assert ran.returncode == 3
    assert ran.stdout.startswith(str(tmp_path / "good.pem").encode())
    errors = ran.stderr.decode()
    for name in ("pipe", "loop", "zero"):
        assert f"{tmp_path / name}.pem: " in errors


def test_a_fault_in_one_store_does_not_keep_the_others_from_being_read(monkeypatch, capsys):
    monkeypatch.delenv("UNPIN_DEBUG", raising=False)

    def judge(place, _alone):
        path = place.path
        if path == "bad":
            raise KeyError(path)
        if path == "big":
            raise MemoryError
        return path

    errors = []
    assert list(open_each(["a", "bad", "big", "b"], judge, errors)) == ["a", "b"]
    assert [error.message for error in errors] == [
        "bad: this is a fault in unpin (KeyError: 'bad')",
        "big: not enough memory",
    ]
    assert "unpin: error: bad: " in capsys.readouterr().err


def test_the_errors_of_a_run_hold_no_data(tmp_path):
    """A traceback keeps every file that was read in the frames of its functions."""
    for number in range(3):
        (tmp_path / f"{number}.pem").write_bytes(b"no store")
    errors = []
    assert not list(open_each([str(tmp_path)], lambda place, _alone: open_path(place.path), errors))
    assert len(errors) == 3
    for error in errors:
        assert (error.__traceback__, error.__cause__, error.__context__) == (None, None, None)


def test_the_key_derivations_of_a_run_have_a_total(tmp_path, monkeypatch):
    fresh = DerivationBudget()
    monkeypatch.setattr(derivation_budget, "MAX_RUN_WORK", 25)
    fresh.begin_run()
    fresh.spend(20, source="first")
    with pytest.raises(LimitExceededError, match=r"second: not read: .* more than 25 iterations"):
        fresh.spend(20, source="second")
    fresh.spend(5, source="third")
    fresh.begin_run()
    fresh.spend(20, source="in another run")


def test_the_library_counts_no_run():
    fresh = DerivationBudget()
    for _ in range(100):
        fresh.spend(derivation_budget.MAX_STORE_WORK, source="x")
    with pytest.raises(LimitExceededError, match="the limit is 20000000"):
        fresh.spend(derivation_budget.MAX_STORE_WORK + 1, source="x")


def test_more_may_be_allowed():
    fresh = DerivationBudget()
    fresh.raise_to(derivation_budget.MAX_RUN_WORK + 1)
    fresh.begin_run()
    fresh.spend(derivation_budget.MAX_RUN_WORK + 1, source="x")
    with pytest.raises(LimitExceededError) as raised:
        fresh.spend(1, source="x")
    assert raised.value.hint.startswith("--max-kdf")


def test_max_kdf_allows_more(tmp_path, monkeypatch, capsys):
    file = tmp_path / "store.bcfks"
    file.write_bytes(bcfks.simple(bcfks.trusted("a", certs.der()), kdf=bcfks.Scrypt()))
    monkeypatch.setattr(bcfks_protection, "MAX_SCRYPT_WORK", 1000)
    monkeypatch.setattr(derivation_budget.budget, "raised", 0)

    def run(*arguments):
        return application(arguments)(list(arguments), standalone_mode=False)

    assert run("list", str(file)) == 3
    assert "--max-kdf" in capsys.readouterr().err
    assert run("--max-kdf", "100000", "list", str(file)) == 0


def test_the_keys_of_an_uber_store_count_as_what_they_take(monkeypatch):
    """SHA-1 gives 20 of the 48 octets of key and IV at a time."""
    monkeypatch.setattr(derivation_budget, "MAX_STORE_WORK", 3 * 1024 - 1)
    data = bks_writer.uber(bks_writer.trusted("a", certs.der()), iterations=1024)
    with pytest.raises(LimitExceededError, match="3072 iterations in total"):
        open_bytes(data, source="x", password=Password("changeit", PasswordOrigin.OPTION))


def test_an_impossible_scrypt_is_malformed():
    kdf = bcfks.Scrypt(1 << 16, 1)
    data = bcfks.store(bcfks.content(), kdf=kdf, derived_by=bcfks.UNUSED)
    with pytest.raises(MalformedStoreError, match="scrypt cost of 2"):
        open_bytes(data, source="x")


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("list",), 3, "gave up: the role of "),
        (("audit",), 3, "gave up"),
        (("rehearse",), 3, "gave up"),
        (("fix", "--profile", "azure"), 3, "gave up"),
        (("diff",), 3, "gave up"),
        (("diff", SECOND), 3, "gave up"),
        (("diff", "--textconv"), None, "gave up"),
        (("convert", "--to", "pem", "-o", OUT), 0, "the root was not looked for"),
    ],
)
def test_every_command_gives_up(command, code, said, tmp_path, monkeypatch, capsys):
    """Roots of one name, and intermediates that none of them issued: each may have issued each."""
    monkeypatch.setattr(work, "_MOST", 1_000)
    paths = {SECOND: tmp_path / "second.pem", OUT: tmp_path / "out.pem"}
    paths[SECOND].write_bytes(certs.pem())
    store = tmp_path / "store.jks"
    bombs.write("unnamed-orphans", 20, store)
    arguments = [str(paths.get(argument, argument)) for argument in command]
    arguments.insert(1, str(store))
    monkeypatch.setattr("sys.argv", ["unpin", *arguments])
    with pytest.raises(SystemExit) as ended:
        app.run()
    assert ended.value.code == code
    captured = capsys.readouterr()
    assert said in captured.out + captured.err


@pytest.mark.parametrize(
    "command",
    [
        ("audit",),
        ("rehearse",),
        ("fix", "--profile", "azure"),
        ("diff",),
        ("diff", SECOND),
        ("convert", "--to", "pkcs12", "-o", OUT),
    ],
)
def test_too_many_certificates_are_refused_before_any_work(command, tmp_path, monkeypatch):
    """Before a verdict, a plan or an output is begun; the same certificate counts once."""

    def begun(*_arguments, **_names):
        raise AssertionError

    def refused():
        code, out, err = run(command[0], store, *(paths.get(each, each) for each in command[1:]))
        return "gave up: 5 different certificates, of which unpin" in err, code, out

    store = tmp_path / "store.pem"
    paths = {SECOND: tmp_path / "second.pem", OUT: tmp_path / "out.p12"}
    paths[SECOND].write_bytes(certs.pem())
    bombs.write("roots", 5, store)
    monkeypatch.setattr(work, "MOST_CERTIFICATES", 5)
    assert not refused()[0]
    paths[OUT].unlink(missing_ok=True)
    monkeypatch.setattr(work, "MOST_CERTIFICATES", 4)
    for where, name in (
        ("unpin.rehearsal.rehearser.Rehearser", "rehearse"),
        ("unpin.rehearsal.rehearser.Rehearser", "verdict"),
        ("unpin.comparison.differences", "compare"),
        ("unpin.operations.repair", "make_plan"),
        ("unpin.operations.conversion.ConvertedFile", "__init__"),
        ("unpin.cli.convert.run", "conversion_warnings"),
    ):
        monkeypatch.setattr(f"{where}.{name}", begun)
    assert refused()[:2] == (True, 3)
    assert not paths[OUT].exists()
    bombs.write("same", 10, store)
    monkeypatch.undo()
    monkeypatch.setattr(work, "MOST_CERTIFICATES", 4)
    monkeypatch.chdir(tmp_path)
    assert not refused()[0]


def test_what_gives_up_is_listed_nevertheless(tmp_path, monkeypatch, capsys):
    """The hint of what gave up names unpin list, which names every entry."""
    store = tmp_path / "store.jks"
    bombs.write("unnamed-orphans", 20, store)
    for most, code in ((1_000, 3), (20_000_000, 0)):
        monkeypatch.setattr(work, "_MOST", most)
        monkeypatch.setattr("sys.argv", ["unpin", "list", "--format", "jsonl", str(store)])
        with pytest.raises(SystemExit) as ended:
            app.run()
        assert ended.value.code == code
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        entries = [row for row in rows if row["type"] == "entry"]
        (size,) = [row["entries"] for row in rows if row["type"] == "store"]
        assert (len(entries), all(row["sha256"] for row in entries)) == (size, True)
        assert any(row["role"] is None for row in entries) is (code == 3)


@pytest.mark.parametrize("kind", ["policy-tree", "constrained-chain"])
def test_where_unpin_gives_up_every_command_says_so(kind, tmp_path):
    """A chain of 250 CAs with policies or constraints above a root that the servers send."""
    path = tmp_path / "store.pem"
    bombs.write(kind, 250, path)
    code, out, _ = run("audit", path)
    assert code == 1
    assert "gave-up" in out
    assert not out.startswith("READY")
    known = tmp_path / "known.json"
    assert run("audit", "--write-baseline", known, path)[0] == 1
    assert run("audit", "--baseline", known, path)[0] == 1
    for command in (["rehearse"], ["fix"], ["diff"]):
        code, out, err = run(*command, path)
        assert (code, "gave up" in err) == (3, True), (command, out, err)
        assert "connect" not in out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a FIFO")
@pytest.mark.parametrize("what", ["pipe", "folder", "device", "nothing"])
@pytest.mark.parametrize(
    "call",
    [
        ("audit", "--catalogue"),
        ("rehearse", "--chain-file"),
        ("rehearse", "--leaf"),
        ("fix", "--root"),
        ("audit", "--password-file"),
    ],
    ids=" ".join,
)
def test_a_file_of_an_option_that_is_none_is_called_what_it_is(call, what, tmp_path, monkeypatch):
    """And nothing waits for it."""
    monkeypatch.setattr(passwords, "PATIENCE_SECONDS", 0.05)
    place = Path("/dev/zero") if what == "device" else tmp_path / what
    if what == "pipe":
        os.mkfifo(place)
    elif what == "folder":
        place.mkdir()
    store = tmp_path / "store.pem"
    store.write_bytes(certs.pem())
    code, _, err = run(*call, place, store)
    said = {
        "pipe": "not a regular file|no password came",
        "folder": "is a folder|is a directory",
        "device": "not a regular file|too long",
        "nothing": "no such file",
    }
    assert code == 3
    assert re.search(f"^unpin: error: {re.escape(str(place))}: .*({said[what]})", err)
