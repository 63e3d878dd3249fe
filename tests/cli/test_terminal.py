"""What only a terminal shows: a password prompt, colour, progress; and what it never shows."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.running import unpin
from tests.pki import Authority, pem
from tests.servers import scripted
from tests.unit.stores import jks_writer

ROOT = Authority("Some Root")
SECRET = "correct horse"
PATIENCE = 30


def on_a_terminal(*args, typed="", **env):
    """Run unpin with a terminal of its own; everything shown, and the exit code."""
    environment = {k: v for k, v in os.environ.items() if k not in {"UNPIN_PASSWORD", "NO_COLOR"}}
    environment |= {"COLUMNS": "100"} | env
    command = [sys.executable, "-m", "unpin", *map(str, args)]
    child, master = pty.fork()
    if child == 0:
        # A test run in the background of a shell has the signal ignored.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.execve(sys.executable, command, environment)
    shown = b""
    while select.select([master], [], [], PATIENCE)[0]:
        try:
            chunk = os.read(master, 65536)
        except OSError:  # Linux: the other side is closed
            break
        if not chunk:
            break
        shown += chunk
        if typed and b"password of" in shown:
            # Not before the prompt is there: asking discards what was typed ahead.
            time.sleep(0.5)
            os.write(master, typed.encode() + b"\n")
            typed = ""
    os.close(master)
    _, status = os.waitpid(child, 0)
    return shown.decode(), os.waitstatus_to_exitcode(status)


@pytest.fixture
def locked(tmp_path):
    """A PKCS12 that needs SECRET."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    certificate = x509.load_der_x509_certificate(ROOT.certificate.der)
    path = tmp_path / "locked.p12"
    path.write_bytes(
        pkcs12.serialize_java_truststore(
            [pkcs12.PKCS12Certificate(certificate, b"root")],
            BestAvailableEncryption(SECRET.encode()),
        )
    )
    return path


def test_fix_and_convert_ask_for_the_password_that_they_write_with(tmp_path):
    path = tmp_path / "locked.jks"
    path.write_bytes(
        jks_writer.store(jks_writer.trusted("root", ROOT.certificate.der), password=SECRET)
    )
    shown, code = on_a_terminal(
        "fix", "--profile", "azure", "--write", path, typed=SECRET, COLUMNS="160"
    )
    assert (code, "opened with the password typed in" in shown) == (0, True)
    assert "WRITTEN" in shown
    new = tmp_path / "new.p12"
    shown, code = on_a_terminal("convert", path, "-o", new, typed=SECRET, COLUMNS="400")
    assert code == 0
    assert f"protected with the password of {path} (the password typed in)" in shown
    shown, code = on_a_terminal("convert", path, "-o", tmp_path / "new.pem")
    assert (code, "password of" in shown) == (0, False)


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["ctrl-c", "ctrl-d"])
def test_a_prompt_that_is_left_is_no_finding(locked, key):
    shown, code = on_a_terminal("fix", "--check", locked, typed=key)
    assert code == 130
    assert "Abort" not in shown


def test_asks_for_a_missing_password_without_showing_it(locked):
    shown, code = on_a_terminal("list", locked, typed=SECRET, COLUMNS="160")
    assert code == 0
    assert f"password of {locked}" in shown
    assert "opened with the password typed in" in shown


def test_a_wrong_password_is_not_repeated(locked):
    shown, code = on_a_terminal("list", locked, typed="wrong guess")
    assert code == 3
    assert "unpin: error: " in shown
    assert "Traceback" not in shown


def test_a_pipe_is_never_asked(locked):
    result = unpin("list", locked)
    assert result.returncode == 3
    assert b"the certificates are encrypted, and no password was given" in result.stderr


@pytest.mark.parametrize("command", ["list", "audit", "rehearse", "diff"])
def test_no_password_in_any_output(locked, command):
    for arguments, code in ((["--password", SECRET], (0, 1, 4)), (["--password", "not it"], (3,))):
        result = unpin(command, *arguments, locked)
        assert result.returncode in code
        assert arguments[1].encode() not in result.stdout + result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_output_is_no_fault_of_unpin(locked):
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "unpin", "list", "--password", SECRET, locked],
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert ran.returncode == 3
    assert ran.stderr == b"unpin: error: the output cannot be written: no space left on device\n"


def test_colour_on_a_terminal_unless_refused(tmp_path):
    store = tmp_path / "store.pem"
    store.write_bytes(pem(ROOT.certificate))
    shown, _ = on_a_terminal("list", store)
    assert "\x1b[32mroot" in shown
    plain, _ = on_a_terminal("list", store, NO_COLOR="1")
    assert "\x1b[32m" not in plain


def test_control_characters_never_reach_it(tmp_path):
    evil = tmp_path / "evil.jks"
    evil.write_bytes(
        jks_writer.store(jks_writer.trusted("a\x1b]0;owned\x07", ROOT.certificate.der))
    )
    shown, _ = on_a_terminal("list", evil)
    assert "\x1b]0;" not in shown
    assert "a\\x1b]0;owned\\x07" in shown.replace("\r\n", "").replace(" ", "")


@pytest.mark.parametrize(
    ("words", "at", "wanted"),
    [("unpin reh", "1", "rehearse"), ("unpin audit --prof", "2", "--profile")],
)
def test_the_shell_completes(words, at, wanted):
    """As the function that --show-completion prints calls it."""
    environment = {"_UNPIN_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": at}
    result = subprocess.run(
        [Path(sys.executable).with_name("unpin")],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert wanted in result.stdout.split()


def test_what_is_dropped_for_good_is_red(tmp_path):
    path = tmp_path / "bundle.pem"
    path.write_bytes(pem(ROOT.certificate))
    shown, code = on_a_terminal("fix", "--replace-all", path)
    assert (code, "- \x1b[31mbeware: 1 entry is removed" in shown) == (0, True)
    plain, _ = on_a_terminal("fix", "--replace-all", path, NO_COLOR="1")
    assert "- beware: 1 entry is removed" in plain


def test_the_comments_of_a_bundle_do_not_reach_it(tmp_path):
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(b"a\x1b]0;owned\x07 ##vso[x]\n" + pem(Authority("##vso[y]").certificate))
    shown, code = on_a_terminal("convert", bundle)
    assert (code, "\x1b]0;" in shown, "##" in shown) == (0, False, False)
    assert "# #vso[y]\r\n" in shown
    shown, code = on_a_terminal("fix", bundle, "-o", "-")
    assert (code, "must be a file or a pipe" in shown) == (2, True)


@pytest.mark.parametrize(
    "args",
    [
        ("list", "many.pem"),
        ("audit", "many.pem"),
        ("rehearse", "--profile", "azure-postgresql", "many.pem"),
        ("diff", "many.pem"),
        ("fix", "many.pem"),
        ("fix", "many.pem", "-o", "-"),
        ("convert", "many.pem"),
        ("catalogue",),
        ("explain", "missing-root"),
        ("--version",),
        ("audit", "--help"),
    ],
)
def test_an_output_that_nobody_reads_any_more(args, tmp_path):
    """A pipe whose reader has gone: the code of SIGPIPE, never 1, which is a finding."""
    (tmp_path / "many.pem").write_bytes(pem(ROOT.certificate))
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run(
        [sys.executable, "-m", "unpin", *args],
        stdout=write,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    os.close(write)
    assert (ran.returncode, ran.stderr) == (141, b"")


def test_errors_that_nobody_reads_any_more():
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "unpin", "list", "nofile.pem"]
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=write, timeout=60, check=False)
    os.close(write)
    assert (ran.returncode, ran.stdout) == (141, b"")


def test_an_output_that_the_caller_closed(tmp_path):
    (tmp_path / "a.pem").write_bytes(pem(ROOT.certificate))
    command = f"{sys.executable} -m unpin list a.pem >&-"
    ran = subprocess.run(
        command, shell=True, cwd=tmp_path, stderr=subprocess.PIPE, timeout=60, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_a_long_note_fits_the_terminal(tmp_path):
    """Lines of standard error wrap between words; a hint stays on its line, for it is pasted."""
    names = [f"file-{number}-with-a-long-name.bin" for number in range(5)]
    for name in names:
        (tmp_path / name).write_bytes(b"hello")
    (tmp_path / "a.pem").write_bytes(pem(ROOT.certificate))
    shown, _ = on_a_terminal("list", tmp_path, COLUMNS="80")
    lines = shown.replace("\x1b[K", "").split("\r\n")
    (start,) = [i for i, line in enumerate(lines) if line.startswith("unpin: note: ")]
    note = [line for line in lines[start:] if line.strip()]
    assert all(len(line) <= 80 or " " not in line.strip() for line in note)
    assert all(any(name in line for line in note) for name in names)


def test_who_waits_for_a_server_sees_it():
    with scripted(lambda found: time.sleep(2)) as port:
        shown, code = on_a_terminal("probe", "--timeout", "1.5", f"127.0.0.1:{port}")
    assert code == 3
    assert "\r0 of 1 servers asked" in shown
    assert "timed out after 1.5 s" in shown.rpartition("\x1b[K")[2]
