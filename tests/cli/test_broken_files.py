"""Files that broke off, and blocks that are broken: what each command says, and that cures work.

[Some Root] [Other Root]    the second block is cut off, or damaged
"""

import json
import shlex

import pytest

from tests.cli.inside import unpin
from tests.pki import Authority, pem
from tests.unit.stores import jks_writer as w

ROOT, OTHER = Authority("Some Root").certificate, Authority("Other Root").certificate
BROKE_OFF = "the file ends early: its download or copy broke off; get it again"
INSIDE = "the file ends inside this block, before its END line"


def printed_commands(ran):
    """The calls of unpin in a page, as arguments."""
    lines = (line.strip() for line in ran.stdout.decode().splitlines())
    return [shlex.split(line)[1:] for line in lines if line.startswith("unpin ")]


@pytest.fixture(params=[1, 6, 20, 30, 500], ids="{} bytes".format)
def cut(request, tmp_path, monkeypatch):
    """A bundle of two roots without its last bytes: of the END line, or of the base64."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "cut.pem"
    path.write_bytes(pem(ROOT, OTHER).rstrip()[: -request.param])
    return path


def test_list_names_what_was_not_read(cut):
    ran = unpin("list", "cut.pem")
    assert ran.returncode == 3
    line = pem(ROOT).count(b"\n") + 1
    assert ran.stderr.decode().splitlines() == [
        f"unpin: error: cut.pem: 1 entry could not be read: line {line}",
        f"  hint: {BROKE_OFF}",
    ]
    assert "Some Root" in ran.stdout.decode()
    (error,) = json.loads(unpin("list", "--format", "json", "cut.pem").stdout)["errors"]
    assert (error["source"], error["code"]) == ("cut.pem", "unread-entries")


def test_audit_says_it_once_and_its_cure_works(cut):
    ran = unpin("audit", "--profile", "none", "cut.pem", "--width", "0")
    said = ran.stdout.decode()
    assert ran.returncode == 1
    assert "the download or copy of the file broke off: get it again" in said
    assert said.count("error  ") == 1
    (cure,) = {tuple(command) for command in printed_commands(ran)}
    assert unpin(*cure).returncode == 0
    assert unpin("audit", "--profile", "none", cure[cure.index("-o") + 1]).returncode == 0


def test_convert_says_what_happened(cut):
    ran = unpin("convert", "cut.pem", "-o", "new.pem")
    assert (ran.returncode, INSIDE in ran.stderr.decode()) == (3, True)
    assert f"{BROKE_OFF}; --skip-unreadable keeps what is whole" in ran.stderr.decode()


def test_a_file_of_which_nothing_is_whole(tmp_path, monkeypatch):
    """No command cures it, so none is printed, neither of fix nor of convert."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cut.pem").write_bytes(pem(ROOT)[:-300])
    ran = unpin("audit", "cut.pem")
    assert (ran.returncode, printed_commands(ran)) == (1, [])
    assert "=> the download or copy of the file broke off: get it again\n" in ran.stdout.decode()
    ran = unpin("convert", "--skip-unreadable", "cut.pem", "-o", "new.pem")
    assert (ran.returncode, BROKE_OFF in ran.stderr.decode()) == (3, True)


def test_a_block_without_an_end_before_another(tmp_path, monkeypatch):
    """The file did not break off: a block of it lost its END line. Every printed cure works."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mid.pem").write_bytes(pem(ROOT)[:-60] + pem(OTHER))
    ran = unpin("audit", "--profile", "none", "mid.pem")
    assert "broke off" not in ran.stdout.decode()
    cures = {tuple(command) for command in printed_commands(ran)}
    assert cures
    for cure in cures:
        assert unpin(*cure, "--force").returncode == 0


@pytest.mark.parametrize("name", ["a.der", "a.jks"])
def test_other_formats_that_broke_off(name, tmp_path):
    whole = {"a.der": ROOT.der, "a.jks": w.store(w.trusted("a", ROOT.der))}[name]
    (tmp_path / name).write_bytes(whole[:-100])
    ran = unpin("list", tmp_path / name)
    assert (ran.returncode, BROKE_OFF in ran.stderr.decode()) == (3, True)


def test_requests_were_read(tmp_path):
    """A block of something else is no certificate that was lost."""
    block = b"-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n"
    (tmp_path / "a.pem").write_bytes(pem(ROOT) + block)
    assert unpin("list", tmp_path / "a.pem").returncode == 0
