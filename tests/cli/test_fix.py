"""`unpin fix`: what it shows, what it writes, and with which exit code it ends."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import unpin as unpin_package
from tests.cli.inside import unpin
from tests.pki import Authority
from tests.rules.stores import CATALOGUE, POSTGRESQL, roots, shipped
from tests.unit.stores import jks_writer as w
from tests.unit.stores import p12_writer as p12
from unpin.model.certificate import Certificate
from unpin.operations.opening import open_path
from unpin.pki.openssl_names import name_hash
from unpin.stores.opening import open_bytes

PIN = shipped("digicert-tls-rsa-sha256-2020-ca1")
SLUGS = [root.slug for root in CATALOGUE.profile(POSTGRESQL).roots]
CATALOGUE_TEXT = Path(unpin_package.__file__).parent / "catalogue" / "azure.toml"
PRIVATE = Authority("My Company Root")
PRIVATE_CA = Authority("My Company CA", PRIVATE)


def pem(*certificates):
    return "".join(_block(one) for one in certificates).encode()


def _block(one: Certificate):
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    return x509.load_der_x509_certificate(one.der).public_bytes(Encoding.PEM).decode()


@pytest.fixture
def pinned(tmp_path):
    path = tmp_path / "trust.jks"
    path.write_bytes(
        w.store(
            w.trusted("azure-pin", PIN.der),
            w.key("server", PRIVATE.certificate.der),
            w.trusted("Mine", PRIVATE.certificate.der, date=-1),
        )
    )
    return path


def lines(ran):
    return [line.rstrip() for line in ran.stdout.decode().splitlines()]


def test_without_write_the_plan_is_shown_and_nothing_is_changed(pinned):
    before = pinned.read_bytes()
    ran = unpin("fix", pinned)
    assert (ran.returncode, ran.stderr) == (0, b"")
    shown = [re.split(r" {2,}", line)[:3] for line in lines(ran)[5:10]]
    assert shown == [
        ["out", "azure-pin", "DigiCert TLS RSA SHA256 2020 CA1"],
        ["in", SLUGS[0], "DigiCert Global Root G2"],
        ["in", SLUGS[1], "Microsoft RSA Root Certificate Authority 2017"],
        ["in", SLUGS[2], "DigiCert Global Root CA"],
        ["stays", "server", "My Company Root"],
    ]
    assert lines(ran)[1] == "PLANNED: 1 entry out, 3 roots in; nothing is written yet"
    assert lines(ran)[-6:] == [
        "- 1 other entry stays byte for byte",
        "",
        (
            "=> afterwards unpin audit says READY: no pin and no error; clients of "
            "azure-postgresql connect with the new chain"
        ),
        "",
        "=> this writes it, and keeps the old file:",
        f"   unpin fix --write {pinned}",
    ]
    assert pinned.read_bytes() == before
    assert [path.name for path in pinned.parent.iterdir()] == ["trust.jks"]


def test_write_keeps_every_other_byte_and_the_old_file(pinned):
    before = pinned.read_bytes()
    ran = unpin("fix", "--write", pinned, SOURCE_DATE_EPOCH="1700000000")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert pinned.read_bytes() == w.store(
        w.key("server", PRIVATE.certificate.der),
        w.trusted("Mine", PRIVATE.certificate.der, date=-1),
        *(w.trusted(slug, one.der) for slug, one in zip(SLUGS, roots(), strict=True)),
    )
    (backup,) = pinned.parent.glob("*.bak")
    assert backup.read_bytes() == before
    assert lines(ran)[1].endswith(f"; the new file is {pinned}; the old file is {backup}")


def test_the_second_time_there_is_nothing_to_do(pinned):
    unpin("fix", "--write", "--no-backup", pinned)
    written = pinned.read_bytes()
    ran = unpin("fix", "--write", pinned)
    assert ran.returncode == 0
    assert lines(ran)[1].startswith("NOTHING TO DO: ")
    assert pinned.read_bytes() == written
    assert [path.name for path in pinned.parent.iterdir()] == ["trust.jks"]


def test_undo_puts_the_old_bytes_back(pinned):
    before = pinned.read_bytes()
    unpin("fix", "--write", pinned)
    written = pinned.read_bytes()
    (backup,) = pinned.parent.glob("*.bak")
    ran = unpin("fix", "--undo", pinned)
    assert ran.returncode == 0
    assert pinned.read_bytes() == before
    (undone,) = pinned.parent.glob("*.undone")
    assert undone.read_bytes() == written
    assert lines(ran) == [f"{pinned}: restored from {backup}; the replaced file is now {undone}"]


def test_undo_says_what_it_passes_over(pinned):
    unpin("fix", "--write", pinned)
    (backup,) = pinned.parent.glob("*.bak")
    planted = backup.with_name(backup.name.replace(".unpin-2", ".unpin-9"))
    planted.symlink_to(backup)
    strange = backup.with_name(f"{pinned.name}.unpin-99999999T999999.999999Z.bak")
    strange.write_bytes(b"garbage")
    pinned.chmod(0o600)
    ran = unpin("fix", "--undo", pinned)
    assert (ran.returncode, lines(ran)[0].startswith(f"{pinned}: restored from {backup};")) == (
        0,
        True,
    )
    mode = pinned.stat().st_mode & 0o777
    assert ran.stderr.decode().splitlines() == [
        f"unpin: note: {pinned}: {planted} is ignored: a symbolic link",
        f"unpin: note: {pinned}: its mode changed back from 600 to {mode:03o}",
    ]
    assert mode != 0o600
    assert unpin("fix", "--write", pinned).returncode == 0


def test_undo_without_a_backup_is_an_error(pinned):
    ran = unpin("fix", "--undo", pinned)
    assert ran.returncode == 3
    assert ran.stderr.startswith(b"unpin: error: ")


def test_undo_of_a_link_to_itself_is_an_error(tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    ran = unpin("fix", "--undo", loop)
    assert (ran.returncode, ran.stdout) == (3, b"")
    assert ran.stderr == f"unpin: error: {loop}: too many levels of symbolic links\n".encode()


@pytest.mark.parametrize("call", [(), ("--write",)])
def test_a_name_that_the_system_refuses_is_an_error(call):
    name = "a" * 300
    ran = unpin("fix", *call, name)
    assert (ran.returncode, ran.stdout) == (3, b"")
    assert ran.stderr == f"unpin: error: {name}: file name too long\n".encode()


def test_check_says_whether_a_fix_is_due(pinned):
    assert unpin("fix", "--check", pinned).returncode == 1
    unpin("fix", "--write", pinned)
    assert unpin("fix", "--check", pinned).returncode == 0


def test_out_leaves_the_store_alone(pinned, tmp_path):
    before, out = pinned.read_bytes(), tmp_path / "new.jks"
    assert unpin("fix", pinned, "-o", out).returncode == 0
    assert pinned.read_bytes() == before
    assert [e.alias for e in open_path(str(out)).entries] == ["server", "Mine", *SLUGS]
    again = unpin("fix", pinned, "-o", out)
    assert again.returncode == 3
    assert b"--force" in again.stderr
    assert unpin("fix", pinned, "-o", out, "--force").returncode == 0


def test_a_new_file_with_keys_is_for_its_owner_alone(pinned, tmp_path):
    plain = tmp_path / "plain.jks"
    plain.write_bytes(w.store(w.trusted("azure-pin", PIN.der)))
    for source, mode in ((pinned, 0o600), (plain, 0o644)):
        out = tmp_path / f"{source.name}.new"
        assert unpin("fix", source, "-o", out).returncode == 0
        assert out.stat().st_mode & 0o777 == mode


KEY = b"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"
HIDDEN_KEYS = {
    "in a UTF-16 tail": KEY.decode().encode("utf-16"),
    "behind a hash": b"".join(b"# " + line + b"\n" for line in KEY.splitlines()),
    "under an odd label": KEY.replace(b"PRIVATE KEY", b"MY SECRET"),
}


@pytest.mark.parametrize("key", HIDDEN_KEYS.values(), ids=list(HIDDEN_KEYS))
@pytest.mark.parametrize("there", [None, 0o644])
def test_a_key_that_unpin_does_not_see_stays_with_its_owner(tmp_path, key, there):
    store, out = tmp_path / "store.pem", tmp_path / "new.pem"
    store.write_bytes(pem(PIN, PRIVATE.certificate) + key)
    store.chmod(0o600)
    if there is not None:
        out.write_bytes(b"old")
        out.chmod(there)
    ran = unpin("fix", store, "-o", out, "--force")
    assert ran.returncode in {0, 1}, ran.stderr
    assert key in out.read_bytes()
    assert out.stat().st_mode & 0o777 == 0o600
    assert (b"its mode changed from 644 to 600" in ran.stderr) is (there is not None)


def test_a_key_from_a_pipe_stays_with_its_owner(tmp_path):
    out = tmp_path / "new.pem"
    data = pem(PIN, PRIVATE.certificate) + HIDDEN_KEYS["in a UTF-16 tail"]
    assert unpin("fix", "-", "-o", out, stdin=data).returncode == 1  # the tail is not judged
    assert out.stat().st_mode & 0o777 == 0o600


def test_a_key_that_others_may_read_is_said(pinned, tmp_path):
    out = tmp_path / "new.jks"
    out.write_bytes(b"old")
    for one in (pinned, out):
        one.chmod(0o644)
    ran = unpin("fix", pinned, "-o", out, "--force")
    note = "it holds a private key, and other users can read the file, as before"
    assert ran.stderr.decode() == f"unpin: note: {out}: {note}\n"
    assert out.stat().st_mode & 0o777 == 0o644
    pinned.chmod(0o600)
    ran = unpin("fix", pinned, "-o", out, "--force")
    assert out.stat().st_mode & 0o777 == 0o600
    assert b"its mode changed from 644 to 600" in ran.stderr


def test_other_names_of_the_file_are_said(pinned, tmp_path):
    (tmp_path / "other.jks").hardlink_to(pinned)
    ran = unpin("fix", "--write", pinned)
    assert "- the file has 1 other name (hard link), which keep the old contents" in lines(ran)


def test_standard_input_to_standard_output():
    ran = unpin("fix", "-", "--write", stdin=pem(PIN, PRIVATE.certificate))
    assert ran.returncode == 0
    store = open_bytes(ran.stdout, source="out")
    assert [one.certificate for one in store.trusted] == [*roots(), PRIVATE.certificate]
    assert b"WRITTEN: 1 entry out, 3 roots in; the new file is standard output\n" in ran.stderr


def test_a_good_bundle_passes_through_unchanged():
    data = pem(*roots(), PRIVATE.certificate)
    ran = unpin("fix", "-", "--write", stdin=data)
    assert (ran.returncode, ran.stdout) == (0, data)


def test_one_bad_store_does_not_stop_the_others(pinned, tmp_path):
    bad = tmp_path / "bad.jks"
    bad.write_bytes(b"\xfe\xed\xfe\xed\0\0\0\2")
    ran = unpin("fix", "--write", bad, pinned)
    assert ran.returncode == 3
    assert f"unpin: error: {bad}".encode() in ran.stderr
    assert [e.alias for e in open_path(str(pinned)).entries][-1] == SLUGS[-1]


def test_a_store_whose_digest_nobody_checked_is_not_written(tmp_path):
    path = tmp_path / "s.jks"
    path.write_bytes(w.store(w.trusted("azure-pin", PIN.der), password="secret"))
    before = path.read_bytes()
    ran = unpin("fix", "--write", path)
    assert ran.returncode == 3
    assert b"its integrity was not checked, so it is not written" in ran.stderr
    assert b"\nREFUSED: " in ran.stdout
    assert path.read_bytes() == before
    ran = unpin("fix", "--write", "--unverified", path, "--password", "another")
    assert ran.returncode == 0
    assert b"the new digest uses the given password, and only that password will open" in ran.stdout
    assert open_path(str(path)).protection.password == "no password"
    assert unpin("list", path, "--password", "another").returncode == 0


def test_a_wrong_password_changes_nothing(pinned):
    before = pinned.read_bytes()
    ran = unpin("fix", "--write", pinned, UNPIN_PASSWORD="wrong")
    assert ran.returncode == 3
    assert pinned.read_bytes() == before


def test_keep_pins_only_adds(pinned):
    unpin("fix", "--write", "--keep-pins", pinned)
    aliases = [entry.alias for entry in open_path(str(pinned)).entries]
    assert aliases == ["azure-pin", "server", "Mine", *SLUGS]


def test_all_pins_removes_a_private_pin_that_has_its_root(tmp_path):
    path = tmp_path / "bundle.pem"
    path.write_bytes(pem(*roots(), PRIVATE.certificate, PRIVATE_CA.certificate))
    assert lines(unpin("fix", path))[1].startswith("NOTHING TO DO: ")
    assert unpin("fix", "--all-pins", "--write", path).returncode == 0
    kept = [one.certificate for one in open_path(str(path)).trusted]
    assert kept == [*roots(), PRIVATE.certificate]


def test_all_pins_keeps_a_pin_whose_root_is_not_here(tmp_path):
    path = tmp_path / "bundle.pem"
    path.write_bytes(pem(*roots(), PRIVATE_CA.certificate))
    ran = unpin("fix", "--all-pins", path, "--format", "json")
    (store,) = json.loads(ran.stdout)["stores"]
    assert store["remove"] == []
    assert [line["reason"] for line in store["keep"]] == [
        "an intermediate, not a root, but no root in the store replaces it for every client"
    ]


def test_replace_all_says_what_it_drops(tmp_path):
    path = tmp_path / "bundle.pem"
    path.write_bytes(pem(PRIVATE.certificate, PIN, roots()[0]))
    ran = unpin("fix", "--replace-all", "--write", path)
    assert ran.returncode == 0
    assert b"not a root of the profile" in ran.stdout
    held = {one.certificate for one in open_path(str(path)).trusted}
    assert held == set(roots())


@pytest.mark.parametrize("scope", ["--only-azure", "--all-pins", "--replace-all"])
def test_what_is_no_certificate_stays_and_is_said(tmp_path, scope):
    path, odd = tmp_path / "odd.jks", w.trusted("odd", b"\x30\x03\x02\x01\x07")
    path.write_bytes(w.store(odd, w.trusted("pin", PIN.der)))
    ran = unpin("fix", scope, path, "--write")
    assert ran.returncode == 1  # Java refuses a store with such an entry
    (stays,) = [line for line in lines(ran) if line.startswith("stays")]
    assert "unreadable, so left unchanged" in stays
    assert odd in path.read_bytes()


def test_replace_all_drops_no_root_that_is_still_needed_in_china(tmp_path):
    old = shipped("digicert-global-root-ca")
    path = tmp_path / "bundle.pem"
    path.write_bytes(pem(old))
    catalogue = tmp_path / "azure.toml"
    text = (CATALOGUE_TEXT.read_text(encoding="utf-8")).replace(
        'slug = "digicert-global-root-ca"\notherwise = "note"',
        'slug = "digicert-global-root-g3"\notherwise = "note"',
        1,
    )
    catalogue.write_text(text, encoding="utf-8")
    (tmp_path / "certificates").symlink_to(CATALOGUE_TEXT.parent / "certificates")
    ran = unpin("fix", "--replace-all", "--catalogue", catalogue, path)
    assert ran.returncode == 3
    assert b"the plan drops DigiCert Global Root CA, still needed in China" in ran.stderr
    assert (
        unpin("fix", "--replace-all", "--drop-retired", "--catalogue", catalogue, path).returncode
        == 0
    )


def test_drop_retired_drops_the_roots_that_azure_leaves(tmp_path):
    path = tmp_path / "bundle.pem"
    path.write_bytes(pem(*roots(), shipped("baltimore-cybertrust-root")))
    unpin("fix", "--drop-retired", "--write", path)
    assert [one.certificate for one in open_path(str(path)).trusted] == roots()[:2]


def test_a_root_without_bytes_is_asked_for(pinned, tmp_path):
    ran = unpin("fix", "--with-new-root", pinned, XDG_DATA_HOME=str(tmp_path / "none"))
    assert ran.returncode == 3
    assert b"cannot add Microsoft TLS RSA Root G2: certificate not bundled" in ran.stderr
    assert b"  hint: unpin catalogue fetch microsoft-tls-rsa-root-g2" in ran.stderr


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--all-pins", "--replace-all"), "--all-pins and --replace-all contradict each other"),
        (("--all-pins", "--keep-pins"), "--keep-pins and --all-pins contradict each other"),
        (("--check", "--write"), "--check writes nothing"),
        (("--write", "-o", "x"), "--write and -o contradict each other"),
        (("-o", "x", "second.jks"), "-o writes one file, not 2"),
        (("-o", ""), "the file name after -o is empty"),
        (("-o", "."), "-o .: this is a folder"),
        (("--write", ""), "the name of a store is empty"),
        (("--undo", ""), "the name of a store is empty"),
        (("--undo", "--write"), "--undo only restores a backup"),
        (("--undo", "-o", "x"), "--undo only restores a backup"),
        (("-", "-"), "only one store can be standard input"),
    ],
)
def test_calls_that_contradict_themselves(pinned, args, message):
    ran = unpin("fix", *args, pinned)
    assert ran.returncode == 2
    assert message in ran.stderr.decode()


def test_out_is_not_the_store_itself(pinned, tmp_path):
    """It would be replaced without a backup."""
    before = pinned.read_bytes()
    (tmp_path / "link.jks").symlink_to(pinned)
    for out in (pinned, tmp_path / "link.jks"):
        ran = unpin("fix", "--force", "-o", out, pinned)
        assert ran.returncode == 2
        assert b"-o names the store itself" in ran.stderr
    assert pinned.read_bytes() == before


def test_a_hashed_directory_is_refused_with_what_to_do_instead(tmp_path):
    digits = name_hash(PIN.fields.subject.der)
    (tmp_path / f"{digits}.0").write_bytes(pem(PIN))
    ran = unpin("fix", "--write", tmp_path)
    assert ran.returncode == 3
    assert b"unpin does not write folders of certificates" in ran.stderr
    assert b"hint: name the files of the folder" in ran.stderr


def test_csv_names_every_change(pinned):
    ran = unpin("fix", pinned, "--format", "csv")
    rows = [line.split(",")[1:4] for line in lines(ran)]
    assert rows == [
        ["action", "index", "alias"],
        ["remove", "0", "azure-pin"],
        ["keep", "1", "server"],
        *(["add", "", slug] for slug in SLUGS),
    ]


def test_an_extension_does_not_change_the_format(pinned, tmp_path):
    ran = unpin("fix", "-o", tmp_path / "out.p12", pinned)
    assert ran.returncode == 0
    assert (
        f"- {tmp_path / 'out.p12'} looks like PKCS12, but fix keeps the format JKS; "
        "unpin convert changes the format"
    ) in lines(ran)
    assert open_path(str(tmp_path / "out.p12")).format == "JKS"


def test_pins_that_are_kept_are_called_pins(pinned):
    ran = unpin("fix", "--keep-pins", pinned, "--format", "json")
    (store,) = json.loads(ran.stdout)["stores"]
    assert [line["reason"] for line in store["keep"]] == [
        "an intermediate, kept for now",
        "a private key",
    ]


def test_check_says_what_is_due(pinned):
    ran = unpin("fix", "--check", pinned)
    assert lines(ran)[1] == "DUE: 1 entry out, 3 roots in"
    assert lines(ran)[-1] == f"   unpin fix --write {pinned}"


def test_an_upgrade_without_effect_is_said(pinned):
    ran = unpin("fix", "--upgrade-protection", pinned)
    assert "- --upgrade-protection changes nothing: it is for PKCS12 only" in lines(ran)


def test_entries_without_an_alias_are_named_by_their_line(tmp_path):
    path = tmp_path / "bundle.pem"
    path.write_bytes(pem(PRIVATE_CA.certificate, PIN))
    second = 1 + pem(PRIVATE_CA.certificate).count(b"\n")
    ran = unpin("fix", path)
    assert [re.split(r" {2,}", line)[:2] for line in lines(ran)[5:10]] == [
        ["out", f"line {second}"],
        ["in", "-"],
        ["in", "-"],
        ["in", "-"],
        ["stays", "line 1"],
    ]


def test_what_nothing_replaces_is_warned_of(tmp_path):
    path = tmp_path / "bundle.pem"
    path.write_bytes(pem(PRIVATE.certificate, PRIVATE_CA.certificate, PIN, *roots()))
    warnings = [line for line in lines(unpin("fix", "--replace-all", path)) if "beware" in line]
    assert warnings == [
        (
            "- beware: 2 entries are removed without a replacement, and clients will not trust the "
            "servers under them: My Company Root and My Company CA"
        )
    ]
    assert "beware" not in unpin("fix", path).stdout.decode()


def test_a_file_of_the_distribution_in_which_nothing_is_due(tmp_path, monkeypatch):
    from unpin.files import distribution_managed, replacement

    path = tmp_path / "cacerts.pem"
    path.write_bytes(pem(*roots()))
    owner = distribution_managed.managed("/etc/ssl/certs/ca-certificates.crt")
    monkeypatch.setattr(replacement, "managed", lambda _path: owner)
    assert unpin("fix", "--write", path).returncode == 0
    path.write_bytes(pem(PIN, *roots()))
    before = path.read_bytes()
    assert unpin("fix", "--write", path).returncode == 3
    assert path.read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, of Linux")
def test_a_full_disk_under_standard_output_is_no_fault_of_unpin(pinned):
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "unpin", "fix", pinned, "-o", "-"],
            stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert ran.returncode == 3
    assert ran.stderr.endswith(
        b"unpin: error: the output cannot be written: no space left on device\n"
    )


def test_a_store_of_keys_alone_is_left_alone(tmp_path):
    path = tmp_path / "server.jks"
    path.write_bytes(w.store(w.key("server", PRIVATE.certificate.der)))
    before = path.read_bytes()
    ran = unpin("fix", "--write", path)
    assert lines(ran)[1] == (
        "NOTHING TO DO: the store holds only keys; --profile azure-postgresql adds its roots, "
        "--root FILE your own"
    )
    assert (ran.returncode, unpin("fix", "--check", path).returncode) == (0, 0)
    assert path.read_bytes() == before
    assert unpin("fix", "--replace-all", "--write", path).returncode == 0
    assert [entry.alias for entry in open_path(str(path)).entries] == ["server", *SLUGS]


def test_the_faults_of_a_text_are_repaired(tmp_path):
    """Every certificate in a block of its own; nothing is left that a client would not read."""
    text = pem(*roots())
    end = b"-----END CERTIFICATE-----"
    for faulty in (
        b"\xef\xbb\xbf" + text,
        text.replace(end, end + b" # my CA", 1),
        text.replace(b"\n" + end, end, 1),
        text.decode().encode("utf-16"),
        b"----- my CA -----\n" + text,
    ):
        path = tmp_path / "bundle.pem"
        path.write_bytes(faulty)
        assert unpin("fix", "--check", path).returncode == 1
        ran = unpin("fix", "--write", "--no-backup", path)
        assert (ran.returncode, lines(ran)[1]) == (
            0,
            f"WRITTEN: 1 encoding fault repaired; the new file is {path}",
        )
        found = open_path(str(path))
        assert (found.faults, list(found.certificates())) == ((), list(roots()))
        assert unpin("fix", "--check", path).returncode == 0


def test_the_plan_names_the_faults(tmp_path):
    path = tmp_path / "bundle.pem"
    path.write_bytes(b"\xef\xbb\xbf" + pem(PIN, *roots()))
    ran = unpin("fix", "--client", "go", path)
    assert ran.returncode == 0
    assert any(line.startswith("repair  line 1   utf-8-bom  ") for line in lines(ran))
    assert "- every certificate is written anew, without the text between the blocks" in lines(ran)
    assert lines(ran)[1].startswith("PLANNED: 1 entry out, 1 encoding fault repaired; ")
    (row,) = json.loads(unpin("fix", "--format", "json", path).stdout)["stores"]
    assert row["repaired"] == [{"kind": "utf-8-bom", "line": 1}]


@pytest.mark.parametrize(
    "more",
    [
        b"-----BEGIN  PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
        b"-----BEGIN OF A SECRET\n" + b"MAA0" * 16 + b"\n-----END OF A SECRET\n",
    ],
)
def test_what_may_be_lost_is_not_repaired(tmp_path, more):
    path = tmp_path / "bundle.pem"
    path.write_bytes(pem(*roots()) + more)
    (row,) = json.loads(unpin("fix", "--format", "json", path).stdout)["stores"]
    assert (row["repaired"], row["due"]) == ([], False)


def test_a_file_whose_fault_no_root_cures(tmp_path):
    path = tmp_path / "my bundle.pem"
    path.write_bytes(b"\n".join(b"  " + line for line in pem(*roots()).splitlines()))
    ran = unpin("fix", "--client", "go", path)
    assert ran.returncode == 1
    assert lines(ran)[1].startswith("NOT CURED: the store has the roots of ")
    assert lines(ran)[-2:] == [
        "=> write the file again as plain PEM:",
        f"   unpin convert -o new.pem '{path}'",
    ]


def test_a_wrong_password_is_named_by_where_it_is_from(pinned):
    ran = unpin("fix", pinned, UNPIN_PASSWORD="secret")
    assert ran.returncode == 3
    assert ran.stderr.endswith(b"\n  hint: unpin tried UNPIN_PASSWORD\n")
    assert b"secret" not in ran.stderr


def test_another_catalogue_brings_its_own_profile(tmp_path):
    """Nothing has to be named twice: docs/catalogue.md, default_profile."""
    from tests.conformance.lab.catalogue import write_catalogue
    from tests.conformance.lab.files import Files

    files = Files(tmp_path / "lab")
    files.folder.mkdir()
    catalogue = write_catalogue(files, tmp_path / "catalogue")
    store = files.store(("R_legacy", "R_ms2017", "R_old"))
    ran = unpin("fix", "--catalogue", catalogue, store)
    assert ran.returncode == 0
    assert lines(ran)[1].startswith("NOTHING TO DO: the store has the roots of laboratory")
    for command in ("audit", "rehearse", "diff"):
        ran = unpin(command, "--catalogue", catalogue, store)
        assert (ran.returncode, ran.stderr) == (0, b"")
    lacking = files.store(("R_ms2017",))
    for command in ("audit", "rehearse"):
        said = unpin(command, "--catalogue", catalogue, lacking, "--width", "0").stdout.decode()
        assert f"unpin fix --catalogue {catalogue}" in said


def test_a_pin_that_stays_is_shown_where_nothing_else_is_due(tmp_path):
    path = tmp_path / "bundle.pem"
    path.write_bytes(pem(*roots(), PRIVATE_CA.certificate))
    shown = lines(unpin("fix", "--all-pins", "--client", "go", path))
    assert [re.split(r" {2,}", line)[0] for line in shown[2:10]] == [
        "", "plan", "------", "stays", "", "client", "--------", "Go",
    ]  # fmt: skip
    why = f"the store has the roots of {POSTGRESQL} and no pin that they replace"
    assert shown[1] == f"NOT CURED: {why}"
    assert lines(unpin("fix", "--client", "go", path))[3].startswith("client")


def test_markdown_holds_no_html_of_a_certificate(tmp_path):
    path = tmp_path / "bundle.pem"
    path.write_bytes(pem(Authority("<b>Root</b>").certificate, *roots()))
    ran = unpin("fix", "--replace-all", "--format", "markdown", path)
    assert "under it: `<b>Root</b>`\n" in ran.stdout.decode()
    assert b"<b>" not in ran.stdout.replace(b"`<b>Root</b>`", b"")


def test_a_root_that_java_does_not_see_is_said_to_be_there(tmp_path):
    path = tmp_path / "openssl.p12"
    bags = [p12.cert_bag(one.der, p12.attributes(None)) for one in roots()]
    path.write_bytes(p12.pfx(p12.safe_of(p12.plain(b"".join(bags)))))
    said = lines(unpin("fix", path))
    assert len([line for line in said if line.startswith("in ")]) == len(roots())
    unseen = [line for line in said if line.endswith("Java does not see the copy in the store")]
    assert len(unseen) == len(roots())


def test_of_several_stores_some_may_have_a_default_password(pinned, tmp_path):
    other = tmp_path / "other.jks"
    other.write_bytes(w.store(w.trusted("azure-pin", PIN.der), password="secret"))
    for command in ("list", "audit", "rehearse"):
        ran = unpin(command, pinned, other, UNPIN_PASSWORD="secret")
        assert (ran.returncode != 3, ran.stderr) == (True, b"")
    ran = unpin("fix", "--write", pinned, other, UNPIN_PASSWORD="secret")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert unpin("list", pinned, "--password", "changeit").returncode == 0
    assert unpin("list", other, "--password", "secret").returncode == 0
    ran = unpin("fix", "--write", pinned, UNPIN_PASSWORD="secret")
    assert ran.returncode == 3
    assert b"hint: unpin tried UNPIN_PASSWORD" in ran.stderr


def test_a_root_that_go_passes_over_is_not_there_for_every_reader(tmp_path):
    """Go skips a block with OpenSSL's own label, so the root has to come in a plain one."""
    path = tmp_path / "bundle.pem"
    first, *others = roots()
    path.write_bytes(pem(first).replace(b" CERTIFICATE", b" TRUSTED CERTIFICATE") + pem(*others))
    unpin("fix", "--write", path)
    assert [one.certificate for one in open_path(str(path)).trusted] == [first, first, *others]
    assert path.read_bytes().count(b"BEGIN CERTIFICATE") == len(others) + 1
    assert lines(unpin("fix", path))[1].startswith("NOTHING TO DO: ")
