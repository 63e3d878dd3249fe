"""A hashed directory is read by its hashed names alone, as OpenSSL reads it."""

import shutil
import subprocess
from datetime import UTC, datetime

import pytest
from tests.conformance.trust_settings.stores import block
from tests.pki import Authority, pem
from tests.referees.openssl_verify import ACCEPTED, said
from tests.unit.stores import certs

from unpin.model.errors import LimitExceededError, UnreadableFileError
from unpin.model.formats import Format
from unpin.operations.opening import open_path
from unpin.pki.acceptance import verdict_on
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import client_named
from unpin.pki.openssl_names import name_hash
from unpin.pki.trust_anchors import anchors

A, B = Authority("Root A"), Authority("O=Ünï  Côrp,CN=Root B")
SERVERS = {
    "A": Authority("a.example.org", A, ca=False),
    "B": Authority("b.example.org", B, ca=False),
}


def digits(authority):
    return name_hash(authority.certificate.fields.subject.der)


HA, HB = digits(A), digits(B)
PA, PB = pem(A.certificate), pem(B.certificate)
BROKEN = PA.replace(PA.splitlines()[3], b"!" * 64)
KEY = certs.private_key()
REJECTED, FOR_CLIENTS, FOR_SERVERS = (
    block(A.certificate.der, settings)
    for settings in ("reject server", "trust client", "trust server")
)
CASES = {
    "no hashed names but one": {"a.pem": PA, "b.pem": PB, "00000000.0": PA},
    "one name": {f"{HA}.0": PA},
    "both names": {f"{HA}.0": PA, f"{HB}.0": PB},
    "a file of both, under the first's name": {f"{HA}.0": PA + PB},
    "a file of both, under the second's name": {f"{HB}.0": PA + PB},
    "a file of both, under both names": {f"{HA}.0": PA + PB, f"{HB}.0": PA + PB},
    "DER under the name": {f"{HA}.0": A.certificate.der},
    "no number 0": {f"{HA}.1": PA},
    "another certificate in number 0": {f"{HA}.0": PB, f"{HA}.1": PA},
    "no certificate in number 0": {f"{HA}.0": b"x\n", f"{HA}.1": PA},
    "capital letters": {f"{HA.upper()}.0": PA, f"{HB}.0": PB},
    "text before the block": {f"{HA}.0": b"hello\n" + PA},
    "a leading zero in the number": {f"{HA}.00": PA, f"{HB}.0": PB},
    "UTF-16": {f"{HA}.0": PA.decode().encode("utf-16")},
    "a byte order mark": {f"{HA}.0": b"\xef\xbb\xbf" + PA},
    "CRLF": {f"{HA}.0": PA.replace(b"\n", b"\r\n")},
    "CR": {f"{HA}.0": PA.replace(b"\n", b"\r")},
    "indented": {f"{HA}.0": b"".join(b"  " + line for line in PA.splitlines(keepends=True))},
    "literal backslash-n": {f"{HA}.0": PA.replace(b"\n", b"\\n")},
    "blocks joined": {f"{HA}.0": PB.rstrip(b"\n") + PA},
    "headers in a block": {f"{HA}.0": PA.replace(b"E-----\n", b"E-----\nX: y\n\n", 1)},
    "a broken block": {f"{HA}.0": BROKEN},
    "a broken block behind": {f"{HA}.0": PA + BROKEN},
    "a broken block before": {f"{HA}.0": BROKEN + PA},
    "a broken block in number 0": {f"{HA}.0": BROKEN, f"{HA}.1": PA},
    "a key before": {f"{HA}.0": KEY + PA},
    "an empty line in the block": {f"{HA}.0": PA.replace(b"\n", b"\n\n", 3)},
    "an empty line in the second block": {f"{HA}.0": PA + PB.replace(b"\n", b"\n\n", 3)},
    "text behind the END line": {f"{HA}.0": PA.rstrip() + b" # mine\n", f"{HA}.1": PA},
    "NUL behind the block": {f"{HA}.0": PB + b"\0\n" + PA, f"{HA}.1": PA},
    "dashes before the block": {f"{HA}.0": b"----- my CA -----\n" + PA},
    "rejected for servers": {f"{HA}.0": REJECTED},
    "trusted for clients alone": {f"{HA}.0": FOR_CLIENTS},
    "trusted for servers": {f"{HA}.0": FOR_SERVERS},
    "rejected before a plain copy": {f"{HA}.0": REJECTED + PA},
    "rejected behind a plain copy": {f"{HA}.0": PA + REJECTED},
    "rejected in number 0, plain in 1": {f"{HA}.0": REJECTED, f"{HA}.1": PA},
    "plain in number 0, rejected in 1": {f"{HA}.0": PA, f"{HA}.1": REJECTED},
}


@pytest.fixture
def directory(tmp_path):
    def write(files):
        for name, data in files.items():
            (tmp_path / name).write_bytes(data)
        return tmp_path

    return write


def accepts(store, server):
    openssl = client_named("openssl")
    views = [view for _, view in anchors(store, openssl)]
    chain = [CertificateView.of(SERVERS[server].certificate)]
    return verdict_on(openssl, views, chain, datetime.now(UTC)).accepted is True


@pytest.mark.referee
@pytest.mark.parametrize("case", CASES)
def test_as_openssl_verifies(directory, tmp_path_factory, case):
    """Root A > a.example.org, Root B > b.example.org; each with its root in the directory or not."""
    assert shutil.which("openssl"), "openssl is missing: apt-get install openssl"
    folder = directory(CASES[case])
    store = open_path(str(folder))
    beside = tmp_path_factory.mktemp("servers")
    for name, server in SERVERS.items():
        leaf = beside / f"{name}.pem"
        leaf.write_bytes(pem(server.certificate))
        command = ["openssl", "verify", "-no-CAfile", "-no-CAstore", "-CApath", folder]
        command += ["-purpose", "sslserver", leaf]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert accepts(store, name) is (ran.returncode == 0), (name, ran.stdout, ran.stderr)


@pytest.mark.referee
@pytest.mark.parametrize("authority", [A, B], ids=["ascii", "letters of other alphabets"])
def test_the_hash_is_that_of_openssl(tmp_path, authority):
    path = tmp_path / "a.pem"
    path.write_bytes(pem(authority.certificate))
    command = ["openssl", "x509", "-hash", "-noout", "-in", path]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert digits(authority) == ran.stdout.strip()


def test_what_openssl_does_not_find_is_said(directory):
    folder = directory({f"{HA}.0": PA + PB, f"{HA}.2": PA, "b.pem": PB, "README": b"hello"})
    store = open_path(str(folder))
    assert store.format is Format.FOLDER
    assert [(entry.file, entry.certificate) for entry in store.trusted] == [
        (f"{HA}.0", A.certificate)
    ]
    assert store.notes == (
        f"{HA}.0: 1 of 2 blocks have another hash",
        f"OpenSSL stops before {HA}.2: the number below is missing",
        "without a hashed name, so OpenSSL does not find README, b.pem",
    )


@pytest.mark.referee
@pytest.mark.parametrize(
    ("files", "faulty"),
    [
        ({f"{HA}.0": PA + PB}, f"{HA}.0"),
        ({f"{HA}.0": PA + PB, f"{HB}.0": PB}, None),
        ({f"{HA}.0": PA, "both.pem": PA + PB}, "both.pem"),
        ({f"{HA}.0": PA, f"{HB}.0": PB, "both.pem": PA + PB, "README": b"hello"}, None),
        ({f"{HA}.0": PA, "server.pem": pem(SERVERS["B"].certificate)}, None),
        ({f"{HA}.0": PA, "key.pem": KEY, "broken.pem": BROKEN}, None),
    ],
    ids=["a file of both", "both names", "beside", "a bundle beside", "a server's", "none"],
)
def test_a_ca_in_no_file_of_its_hash_is_a_fault(directory, tmp_path_factory, files, faulty):
    """Root B > b.example.org: where unpin says that Root B is not found, openssl does not find it."""
    folder = directory(files)
    faults = open_path(str(folder)).faults
    assert [fault.file for fault in faults] == ([faulty] if faulty else [])
    leaf = tmp_path_factory.mktemp("server") / "b.pem"
    leaf.write_bytes(pem(SERVERS["B"].certificate))
    path = ("-no-CAfile", "-no-CAstore", "-CApath", folder)
    assert (said(*path, leaf) == ACCEPTED) is (f"{HB}.0" in files)


@pytest.mark.referee
def test_openssl_rehash_names_no_file_of_several_certificates(directory):
    """So the CAs of such a file are in no file of their hash."""
    folder = directory({"a.pem": PA, "both.pem": PA + PB})
    subprocess.run(["openssl", "rehash", folder], capture_output=True, timeout=30, check=True)
    store = open_path(str(folder))
    assert [entry.certificate for entry in store.trusted] == [A.certificate]
    assert [fault.file for fault in store.faults] == ["both.pem"]


def test_a_name_that_leads_nowhere_is_an_entry_that_was_not_read(directory):
    folder = directory({f"{HB}.0": PB})
    (folder / f"{HA}.0").symlink_to("nothing")
    store = open_path(str(folder))
    assert [entry.file for entry in store.unreadable] == [f"{HA}.0"]
    assert [entry.file for entry in store.trusted] == [f"{HB}.0"]


def test_a_folder_without_hashed_names_is_no_store(directory):
    with pytest.raises(UnreadableFileError, match="is a folder of files, and not one store"):
        open_path(str(directory({"a.pem": PA})))


def test_a_directory_of_more_files_than_are_read(directory, monkeypatch):
    monkeypatch.setattr("unpin.operations.opening.MAX_FOLDER_FILES", 1)
    with pytest.raises(LimitExceededError, match="2 files in one folder, at most 1 are read"):
        open_path(str(directory({f"{HA}.0": PA, f"{HB}.0": PB})))
