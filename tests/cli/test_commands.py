"""The commands as a user runs them: output, exit codes, error lines."""

import json
import os
import threading
from pathlib import Path

import pytest

from tests.cli.inside import unpin
from tests.pki import Authority, pem
from tests.unit.stores import jks_writer
from unpin.catalogue.load import load_builtin

ROOT = Authority("Some Root")
MIDDLE = Authority("Some Issuing CA", ROOT)
CACERTS = Path("/etc/ssl/certs/java/cacerts")


@pytest.fixture
def pinned(tmp_path):
    path = tmp_path / "pinned.pem"
    path.write_bytes(pem(MIDDLE.certificate))
    return path


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.pem"
    records = load_builtin().roots_of(load_builtin().profile("azure-postgresql"))
    path.write_bytes(pem(*[r.certificate for r in records]))
    return path


def test_clean_store_exits_0(good):
    result = unpin("audit", good)
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.decode().splitlines() == [
        f"{good}: PEM, 3 entries",
        "READY: no pin and no error; clients of azure-postgresql connect with the new chain",
    ]


def test_the_tense_follows_the_date(good):
    """Servers sent today's chain until 2026-08-25."""
    for day, said in (("2026-08-01", b"survive the rotation"), ("2026-09-01", b"connect with the")):
        assert said in unpin("audit", "--at", day, good).stdout
        assert said[:7] in unpin("rehearse", "--at", day, good).stdout


def test_pin_exits_1(pinned):
    result = unpin("audit", "--profile", "none", pinned)
    assert result.returncode == 1
    assert b"pinned-intermediate" in result.stdout
    assert b"\nPINNED: 1 entry makes clients fail, now or when its CA changes: " in result.stdout


def test_fail_on_lowers_the_bar(tmp_path):
    path = tmp_path / "redundant.pem"
    path.write_bytes(pem(ROOT.certificate, MIDDLE.certificate))
    assert unpin("audit", "--profile", "none", path).returncode == 0
    assert unpin("audit", "--profile", "none", "--fail-on", "warning", path).returncode == 1


def test_usage_exits_2(good):
    for arguments in (["audit", "--client", "netscape", good], ["audit", "--nonsense"]):
        assert unpin(*arguments).returncode == 2
    assert unpin("audit", "--at", "soon", good).returncode == 2


def test_unreadable_exits_3_and_wins_over_findings(pinned, tmp_path):
    html = tmp_path / "error.pem"
    html.write_bytes(b"<!DOCTYPE html><html><body>404</body></html>")
    result = unpin("audit", pinned, html, tmp_path / "absent.jks")
    assert result.returncode == 3
    lines = result.stderr.decode().splitlines()
    assert [line for line in lines if line.startswith("unpin: error: ")] == [
        line for line in lines if not line.startswith("  hint: ")
    ]
    assert len([line for line in lines if line.startswith("unpin: error: ")]) == 2
    assert "HTML" in lines[0]
    assert b"Traceback" not in result.stderr
    rows = [line.split()[0] for line in result.stdout.decode().splitlines() if line]
    assert rows[2:] == ["PINNED", "UNREADABLE", "UNREADABLE", "=>"]
    verbose = unpin("audit", "-v", pinned, html, tmp_path / "absent.jks")
    assert b"pinned-intermediate" in verbose.stdout


def test_nothing_to_audit_exits_4(tmp_path):
    nowhere = {"HOME": str(tmp_path), "PATH": "", "JAVA_HOME": str(tmp_path)}
    empty = tmp_path / "folder"
    empty.mkdir()
    assert unpin("audit", empty, **nowhere).returncode == 4


def test_standard_input(good):
    result = unpin("list", "--format", "json", "-", stdin=good.read_bytes())
    assert result.returncode == 0
    (document,) = json.loads(result.stdout)["stores"]
    assert document["source"] == "standard input"
    assert [e["role"] for e in document["entries"]] == ["root"] * 3


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "markdown"])
def test_every_format_names_the_rule(pinned, form):
    result = unpin("audit", "--profile", "none", "--format", form, pinned)
    assert b"pinned-intermediate" in result.stdout
    assert b"\x1b[" not in result.stdout


def test_catalogue_commands():
    assert b"azure-postgresql" in unpin("catalogue").stdout
    shown = unpin("catalogue", "show", "digicert-global-root-g2")
    assert b"cb3ccbb76031e5e0138f8dd39a23f9de47ffc35e43c1144cea27d46a5ab1cb5f" in shown.stdout
    assert unpin("catalogue", "show", "no-such").returncode == 2
    assert b"facts hold" in unpin("catalogue", "verify").stdout


def test_export_is_a_store_that_passes(tmp_path):
    exported = unpin("catalogue", "export", "--profile", "azure-postgresql")
    assert exported.stdout.count(b"-----BEGIN CERTIFICATE-----") == 3
    result = unpin("audit", "-", stdin=exported.stdout)
    assert result.returncode == 0
    assert b"READY" in result.stdout


def test_explain_prints_the_page():
    assert b"Why it matters" in unpin("explain", "missing-root").stdout
    assert unpin("explain", "no-such-rule").returncode == 2


def test_explain_answers_from_an_error_message():
    result = unpin("explain", "PKIX path building failed")
    assert result.returncode == 0
    assert b"who:    Java\n  cause:  no anchor of the store is reached" in result.stdout


@pytest.mark.skipif(not CACERTS.exists(), reason="NOT RUN: no Debian cacerts on this machine")
def test_debian_cacerts_are_all_roots_and_silent():
    result = unpin("list", "--format", "json", CACERTS)
    assert (result.returncode, result.stderr) == (0, b"")
    (document,) = json.loads(result.stdout)["stores"]
    assert len(document["entries"]) > 100
    assert {e["role"] for e in document["entries"]} == {"root"}
    assert unpin("audit", CACERTS).returncode == 0


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "markdown"])
def test_half_a_surrogate_in_an_alias(tmp_path, form):
    """Java writes it; UTF-8 cannot: it is printed escaped."""
    path = tmp_path / "odd.jks"
    path.write_bytes(jks_writer.store(jks_writer.trusted("\ud83d", ROOT.certificate.der)))
    result = unpin("list", "--format", form, path)
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"\\ud83d" in result.stdout
    if form == "json":
        (document,) = json.loads(result.stdout)["stores"]
        assert document["entries"][0]["alias"] == "\ud83d"


def test_list_says_that_java_refuses_a_store_and_why(tmp_path):
    path = tmp_path / "store.jks"
    path.write_bytes(
        jks_writer.store(
            jks_writer.trusted("good", ROOT.certificate.der), jks_writer.trusted("bad", b"\x30\x00")
        )
    )
    refusal = "entry 'bad': a certificate of 0 fields instead of 3"
    lines = unpin("list", path).stdout.decode().splitlines()
    assert lines[1] == f"Java refuses the whole store: {refusal}"
    (store,) = json.loads(unpin("list", "--format", "json", path).stdout)["stores"]
    assert store["refused_by_java"] == refusal
    assert [one["visible_to_java"] for one in store["entries"]] == [False, False]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a FIFO")
def test_a_password_may_come_through_a_pipe(tmp_path):
    """As bash's <(pass show store) and /dev/stdin do."""
    store, pipe = tmp_path / "a.jks", tmp_path / "pipe"
    store.write_bytes(jks_writer.store(password="secret"))
    os.mkfifo(pipe)
    threading.Thread(target=pipe.write_bytes, args=(b"secret\n",), daemon=True).start()
    ran = unpin("list", "--password-file", pipe, store)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"opened with the password file" in ran.stdout


def test_a_password_file_that_cannot_be_one(tmp_path):
    file = tmp_path / "big"
    file.write_bytes(bytes(64 * 1024 + 1))
    for path, message in (
        (file, "too long for a password file: more than 65536 bytes"),
        (tmp_path, "is a directory"),
        (tmp_path / "none", "no such file or directory"),
    ):
        ran = unpin("list", "--password-file", path, file)
        assert (ran.returncode, ran.stderr.decode()) == (3, f"unpin: error: {path}: {message}\n")


def test_the_command_that_cures_may_be_pasted(tmp_path, pinned):
    store = tmp_path / "my $(touch gone).pem"
    store.write_bytes(pinned.read_bytes())
    azure = ("--profile", "azure-postgresql")
    fix = f"unpin fix --profile azure-postgresql '{store}'"
    assert f"\n   {fix}\n" in unpin("audit", *azure, store).stdout.decode()
    assert f"{fix} shows the plan" in unpin("rehearse", *azure, store).stdout.decode()
    audited = unpin("audit", *azure, "-", stdin=pinned.read_bytes()).stdout.decode()
    assert "\n   unpin fix --profile azure-postgresql -\n" in audited


def test_several_stores_have_a_row_each(good, pinned, tmp_path):
    folder = tmp_path / "stores"
    folder.mkdir()
    for number in range(20):
        data = (pinned if number % 2 else good).read_bytes()
        (folder / f"{number}.pem").write_bytes(f"# {number}\n".encode() + data)
    result = unpin("audit", folder)
    page = result.stdout.decode()
    assert (result.returncode, len(page.splitlines())) == (1, 24)
    assert page.splitlines()[-1] == (
        "=> 20 stores: 10 ready, 10 pinned; unpin audit -v shows the findings"
    )
    words = [line.split()[0] for line in page.splitlines()[2:22]]
    assert words == [*["PINNED"] * 10, *["READY"] * 10]
    assert len(unpin("audit", "-v", folder).stdout.splitlines()) > 100


@pytest.mark.parametrize(
    "command", ["audit", "list", "rehearse", "diff", "discover", "doctor", "fix", "convert"]
)
def test_an_empty_name_is_not_the_folder_of_the_shell(command, tmp_path, monkeypatch, pinned):
    """As "$STORE" is where the variable is not set."""
    monkeypatch.chdir(tmp_path)
    for names in ([""], [pinned, ""]):
        ran = unpin(command, *names)
        assert (ran.returncode, ran.stdout) == (2, b"")
        assert b"the name of a store is empty" in ran.stderr


def test_many_findings_of_a_kind_are_counted(tmp_path):
    path = tmp_path / "pins.pem"
    pins = [Authority(f"Some CA {number}", ROOT).certificate for number in range(12)]
    path.write_bytes(pem(ROOT.certificate, *pins))
    page = unpin("audit", "--profile", "none", path).stdout.decode()
    assert "12 warnings of redundant-intermediate (" in page
    assert "more): -v shows them" in page
    assert page.count("redundant-intermediate") == 1
    for option in ("-v", "--verbose", "--all"):
        assert unpin("audit", option, path).stdout.decode().count("redundant-intermediate") == 12


def test_fetch_knows_what_it_is_asked_for():
    """The download itself is tested in tests/unit/catalogue, without a network."""
    ran = unpin("catalogue", "fetch", "digicert-global-root-g2")
    assert ran.returncode == 0
    assert ran.stdout == b"digicert-global-root-g2: already available\n"
    ran = unpin("catalogue", "fetch", "no-such")
    assert ran.returncode == 2
    assert b"no certificate is named 'no-such'" in ran.stderr


def test_a_user_without_a_name_and_a_home(monkeypatch):
    """As in a container that runs as --user 12345, without HOME."""
    import pwd

    from unpin.catalogue.load import data_dir, home

    def nobody(uid):
        raise KeyError(uid)

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    assert str(home()) == "/nonexistent"
    assert str(data_dir()) == "/nonexistent/.local/share/unpin/certificates"


def test_the_second_reader_agrees_or_the_exit_code_is_1(tmp_path, pinned):
    same, other = tmp_path / "same.jks", tmp_path / "other.jks"
    same.write_bytes(jks_writer.store(jks_writer.trusted("a", ROOT.certificate.der)))
    other.write_bytes(jks_writer.store(jks_writer.trusted("a", ROOT.certificate.der, date=-1)))
    result = unpin("list", "--second-reader", same, pinned)
    assert result.returncode == 0
    assert b" reads the same 1 entry\n" in result.stdout
    assert result.stderr.endswith(b"pinned.pem: the second reader does not read PEM\n")
    result = unpin("list", "--second-reader", "--format", "json", same, other)
    assert result.returncode == 1
    (agreeing, differing) = (row["second_reader"] for row in json.loads(result.stdout)["stores"])
    assert (agreeing["differences"], agreeing["error"]) == ([], None)
    (difference,) = differing["differences"]
    assert (difference["alias"], difference["field"], difference["unpin"]) == ("a", "date", "-1")
    result = unpin("list", "--second-reader", other)
    assert b"entry 'a': unpin reads the date -1, " in result.stdout
    assert unpin("list", "--second-reader", tmp_path / "missing.jks").returncode == 3


def test_explain_lists_the_client_families():
    out = unpin("explain", "--clients").stdout.decode()
    assert "openssl: OpenSSL\n" in out
    assert "  names: psql, libpq," in out
    assert out.count("every outcome is unknown") == 2


def test_explain_reads_a_log():
    log = b"INFO\nSSL error: certificate verify failed\nORA-29024: Certificate validation failure\n"
    ran = unpin("explain", "-", stdin=log)
    assert ran.returncode == 0
    assert [line for line in ran.stdout.decode().splitlines() if line.startswith("line")] == [
        "line 2:",
        "line 3:",
    ]
    assert unpin("explain", "-", stdin=b"nothing\n").returncode == 2


@pytest.mark.parametrize(
    "log",
    [
        b"\x1b[1;31mPKIX path building failed\x1b[0m: no path\r\n",
        "PKIX path building failed: no path\r\n".encode("utf-16"),
        b"\xe9chec: PKIX path building failed\n",
    ],
    ids=["colours", "UTF-16", "Latin-1"],
)
def test_explain_reads_a_log_as_terminals_and_powershell_write_it(log):
    assert b"PKIX path building failed" in unpin("explain", "-", stdin=log).stdout


def test_explain_takes_a_stack_trace_that_is_too_long_for_a_name_of_a_file():
    trace = (
        "PKIX path building failed: " + "\tat java.base/sun.security.Alert(Alert.java:1)\n" * 200
    )
    assert unpin("explain", trace).stdout.startswith(b"PKIX path building failed")


def test_explain_takes_words_without_quotes():
    assert b"OpenSSL (10)" in unpin("explain", "certificate", "has", "expired").stdout
    assert b"is part of 1 message" in unpin("explain", "to get local issuer").stdout


def test_a_harmless_pin_has_a_word_of_its_own(tmp_path):
    path = tmp_path / "redundant.pem"
    path.write_bytes(pem(ROOT.certificate, MIDDLE.certificate))
    result = unpin("audit", "--profile", "none", path)
    assert (result.returncode, result.stdout.decode().splitlines()[1].split(":")[0]) == (
        0,
        "HARMLESS PIN",
    )
    (tmp_path / "pin.pem").write_bytes(pem(MIDDLE.certificate))
    page = unpin("audit", "--profile", "none", tmp_path).stdout.decode()
    assert "=> 2 stores: 1 pinned, 1 with a harmless pin; " in page
    found = unpin("discover", "--profile", "none", tmp_path).stdout.decode()
    assert ("HARMLESS PIN" in found, "PINNED" in found) == (True, True)
    assert "2 stores (1 failing: unpin audit says why)" in found


def test_a_file_of_texts_is_read_from_standard_input(tmp_path):
    log = tmp_path / "app.log"
    log.write_text("PKIX path building failed")
    result = unpin("explain", log)
    assert result.returncode == 2
    assert f"unpin explain - < {log}" in result.stderr.decode()


def test_a_message_that_begins_with_a_dash_goes_behind_two():
    message = "--2026-01-01--  https://x: PKIX path building failed"
    refused = unpin("explain", message)
    assert refused.returncode == 2
    assert b"unpin explain -- MESSAGE" in refused.stderr
    assert unpin("explain", "--", message).stdout.startswith(b"PKIX path building failed")
