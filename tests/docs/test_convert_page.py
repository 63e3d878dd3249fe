"""The commands of docs/convert.md run as written, and its tables say what convert does."""

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.inside import unpin
from tests.pki import Authority, pem
from tests.unit.stores import jks_writer, p12_writer
from unpin.cli.convert.formats import TARGETS, RoleChoice, choose_format
from unpin.model.formats import Format
from unpin.stores.opening import open_bytes

PAGE = (Path(__file__).parents[2] / "docs" / "convert.md").read_text(encoding="utf-8")
A, B, C = (Authority(name).certificate for name in ("Root A", "Root B", "Root C"))
DATE = 1_600_000_000_123


def commands():
    block = PAGE.partition("```sh\n")[2].partition("```")[0]
    return [shlex.split(line, comments=True) for line in block.splitlines()]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Microsoft RSA Root Certificate Authority 2017.crt").write_bytes(A.der)
    (tmp_path / "bundle.pem").write_bytes(pem(A, B, C))
    (tmp_path / "extra.pem").write_bytes(pem(B))
    bag = p12_writer.cert_bag(C.der, p12_writer.attributes("own", trusted=True))
    (tmp_path / "own.p12").write_bytes(p12_writer.pfx(p12_writer.safe_of(p12_writer.plain(bag))))
    entry = jks_writer.trusted("Mine", A.der, date=DATE)
    (tmp_path / "cacerts").write_bytes(jks_writer.store(entry))
    (tmp_path / "truststore.jks").write_bytes(jks_writer.store(entry))
    return tmp_path


def test_the_commands_run_as_written(here):
    found = []
    for program, *args in commands():
        assert program == "unpin"
        ran = unpin(*args)
        assert ran.returncode == 0, ran.stderr
        out = args[args.index("-o") + 1] if "-o" in args else None
        data = (here / out).read_bytes() if out else ran.stdout
        found.append(len(open_bytes(data, source="out").trusted))
    assert found == [1, 3, 3, 3, 1]


def test_the_extensions_are_the_ones_it_names():
    section = PAGE.partition("What it becomes")[2].partition("Without `-o`")[0]
    named = set(re.findall(r"`(\.[\w-]+)`", section))
    assert {choose_format(None, f"x{extension}") for extension in named} == {*TARGETS.values()}
    assert named == {one for kind in TARGETS.values() for one in kind.facts.extensions}
    formats = re.findall(r"`([a-z0-9]+)`", section.partition(")")[0])
    assert formats == list(TARGETS)


def test_the_roles_are_the_ones_it_names():
    row = re.search(r"^\| `--role .*$", PAGE, re.MULTILINE)[0]
    assert all(choice in row for choice in RoleChoice)


@pytest.mark.parametrize(
    "target", [name for name, kind in TARGETS.items() if kind is not Format.BCFKS]
)
def test_what_each_format_can_hold(here, target):
    table = PAGE.partition("## What each format can hold")[2]
    row = re.search(rf"^\| {TARGETS[target]} \|.*$", table, re.MULTILINE)[0]
    _, aliases, dates, *_ = (cell.strip() for cell in row.strip("|").split("|"))
    ran = unpin("convert", "truststore.jks", "--to", target, "-o", "out")
    assert ran.returncode == 0
    (entry,) = open_bytes((here / "out").read_bytes(), source="out").trusted
    expected = {"in lower case": "mine", "no": ""}.get(aliases, "Mine")
    assert entry.alias == expected
    assert (entry.created_ms == DATE) == (dates == "yes")
    lost = b"not kept" in ran.stderr
    assert lost == (aliases == "no" or dates != "yes")
