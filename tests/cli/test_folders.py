"""A folder is a set of stores: each is judged by itself, and nothing in it is passed over."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.running import unpin
from tests.pki import Authority, pem
from tests.rules.stores import roots
from tests.unit.stores import jks_writer as w

ROOT = Authority("Some Root")
PIN = Authority("Some Issuing CA", ROOT)


@pytest.fixture
def folder(tmp_path):
    """A good bundle, and below it a JKS of a pin, a text, and what is no file."""
    (tmp_path / "services" / "a").mkdir(parents=True)
    (tmp_path / "good.pem").write_bytes(pem(*roots()))
    (tmp_path / "services" / "a" / "trust.jks").write_bytes(
        w.store(w.trusted("pin", PIN.certificate.der))
    )
    (tmp_path / "services" / "README").write_bytes(b"hello\n")
    return tmp_path


def stores(result):
    return {Path(one["source"]).name: one for one in json.loads(result.stdout)["stores"]}


def test_audit_judges_each_store_by_itself(folder):
    result = unpin("audit", "--format", "json", folder)
    assert result.returncode == 1
    found = stores(result)
    assert set(found) == {"good.pem", "trust.jks"}
    rules = {name: {one["rule"] for one in row["findings"]} for name, row in found.items()}
    assert "pinned-intermediate" in rules["trust.jks"]
    assert "pinned-intermediate" not in rules["good.pem"]
    assert "missing-root" not in rules["good.pem"]
    assert b"1 file in folders without a store in it: " in result.stderr


def test_list_and_rehearse_take_every_store(folder):
    assert set(stores(unpin("list", "--format", "json", folder))) == {"good.pem", "trust.jks"}
    named = ("--client", "java", "--profile", "azure-postgresql")
    result = unpin("rehearse", "--format", "json", *named, folder)
    assert (result.returncode, set(stores(result))) == (1, {"good.pem", "trust.jks"})


def test_fix_checks_every_store(folder):
    (folder / "services" / "a" / "trust.jks").write_bytes(
        w.store(w.trusted("pin", Authority("Unrelated").certificate.der))
    )
    azure = ("--profile", "azure-postgresql")
    assert unpin("fix", "--check", *azure, folder).returncode == 1
    assert unpin("fix", "--write", "--no-backup", *azure, folder).returncode == 0
    assert unpin("fix", "--check", *azure, folder).returncode == 0


def test_convert_takes_the_entries_of_every_store(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "all.pem"
    assert unpin("convert", folder, "-o", out).returncode == 0
    assert out.read_bytes().count(b"-----BEGIN CERTIFICATE-----") == len(roots()) + 1


def test_what_was_not_read_is_an_error(folder):
    os.mkfifo(folder / "pipe")
    (folder / "gone.pem").symlink_to("nothing")
    (folder / "broken.jks").write_bytes(b"no store\n")
    result = unpin("audit", folder)
    assert result.returncode == 3
    said = result.stderr.decode()
    assert f"{folder}/pipe: not a regular file" in said
    assert f"{folder}/gone.pem: a link that leads nowhere" in said
    assert f"{folder}/broken.jks: not a trust store" in said


def test_a_hashed_directory_is_judged_for_openssl(tmp_path):
    from unpin.pki.openssl_names import name_hash

    for certificate in roots():
        digits = name_hash(certificate.fields.subject.der)
        (tmp_path / f"{digits}.0").write_bytes(pem(certificate))
    assert unpin("audit", tmp_path).returncode == 0
    result = unpin("rehearse", "--client", "java", tmp_path)
    assert result.returncode == 1
    assert b"reads no folder of certificates" in result.stdout
    assert unpin("rehearse", "--client", "go", tmp_path).returncode == 3
    result = unpin("rehearse", "--client", "openssl", tmp_path)
    assert result.returncode == 0
    assert b"psql, psycopg and psycopg2 read no folder of certificates, and fail" in result.stdout
    for command in ("rehearse", "audit", "diff"):
        result = unpin(command, "--client", "curl,psql", tmp_path)
        assert result.returncode == 3
        assert f"unpin: error: {tmp_path}: psql reads no folder of certificates" in (
            result.stderr.decode()
        )


def test_the_backups_of_unpin_are_no_stores(folder):
    """A second fix of a folder rewrote them, and no undo was possible then."""
    azure = ("--profile", "azure-postgresql")
    assert unpin("fix", "--write", *azure, folder).returncode == 1  # the private pin stays
    backups = {path: path.read_bytes() for path in folder.rglob("*.unpin-*.bak")}
    assert backups
    assert unpin("fix", "--write", *azure, folder).returncode == 1
    assert {path: path.read_bytes() for path in folder.rglob("*.unpin-*")} == backups
    assert not [
        name for name in stores(unpin("list", "--format", "json", folder)) if "unpin-" in name
    ]
    backup = next(iter(backups))
    refused = unpin("fix", "--write", *azure, backup)
    assert refused.returncode == 3
    assert b"this is a backup of unpin" in refused.stderr
    assert unpin("list", backup).returncode == 0
    assert (
        unpin(
            "fix",
            "--undo",
            folder / backup.relative_to(folder).parent / backup.name.split(".unpin-")[0],
        ).returncode
        == 0
    )
