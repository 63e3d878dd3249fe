"""Files that are no stores: each is named for what it is, with the next step."""

import json
import subprocess

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.cli.running import unpin
from tests.pki import Authority, pem
from tests.unit.stores import certs

ROOT = Authority("Some Root")
KEY = certs.private_key(Encoding.PEM)
PAGE = (
    b"\n\n\n<!DOCTYPE html>\n<html lang=en>\n<body>\n"
    + b"<td class=blob>" * 3
    + pem(ROOT.certificate).replace(b"\n", b"</td>\n<td>") * 40
    + b"</body>\n</html>\n"
)
PLAIN_PAGE = b"<html><body><pre>\n" + pem(ROOT.certificate) + b"</pre></body></html>\n"


def request():
    return b"-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n"


def refused(tmp_path, data, name="a.pem", command=("audit",)):
    path = tmp_path / name
    path.write_bytes(data)
    result = unpin(*command, path)
    assert result.returncode == 3
    assert result.stdout == b""
    said = result.stderr.decode().replace(str(path), name).splitlines()
    assert len(said) == 2
    return said


@pytest.mark.parametrize("data", [PAGE, PLAIN_PAGE], ids=["marked up", "plain"])
@pytest.mark.parametrize("command", ["audit", "list", "rehearse", "fix", "convert"])
def test_a_page_around_pem_is_one_error(tmp_path, data, command):
    options = ("--to", "pem") if command == "convert" else ()
    assert refused(tmp_path, data, command=(command, *options))[0] == (
        "unpin: error: a.pem: not a trust store: an HTML page, not a certificate file"
    )


@pytest.mark.parametrize("command", ["audit", "list", "rehearse", "fix", "diff"])
@pytest.mark.parametrize(
    ("data", "what"),
    [
        (KEY, "a private key (PKCS8 PEM)"),
        (request(), "a certificate signing request (PEM)"),
        (certs.revocation_list(Encoding.PEM), "a certificate revocation list (PEM)"),
        (
            KEY + request(),
            "a private key (PKCS8 PEM) and a certificate signing request (PEM); no certificate",
        ),
    ],
    ids=["key", "request", "crl", "both"],
)
def test_pem_of_something_else(tmp_path, data, what, command):
    error, hint = refused(tmp_path, data, command=(command,))
    assert error == f"unpin: error: a.pem: not a trust store: {what}"
    assert hint.startswith("  hint: ")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (
            (
                b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBF\n=abcd\n"
                b"-----END PGP PUBLIC KEY BLOCK-----\n"
            ),
            "an OpenPGP key or message",
        ),
        (
            (
                b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n"
                b"-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n"
            ),
            "an OpenPGP key or message",
        ),
        (
            (
                b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n"
                b"-----END OPENSSH PRIVATE KEY-----\n"
            ),
            "an OpenSSH private key",
        ),
        (
            b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + KEY,
            "a private key (PKCS8 PEM)",
        ),
        (b"-----BEGIN DH PARAMETERS-----\nMAA=\n-----END DH PARAMETERS-----\n", "Diffie-Hellman"),
        (b"hunter2\n", "a single word, such as a password"),
        (b"", "the file is empty"),
    ],
    ids=["pgp", "signed", "ssh", "ec", "dh", "password", "empty"],
)
def test_other_files(tmp_path, data, what):
    assert f"a.pem: not a trust store: {what}" in refused(tmp_path, data)[0]


def test_a_certificate_beside_a_key_is_a_store(tmp_path):
    path = tmp_path / "a.pem"
    path.write_bytes(KEY + pem(ROOT.certificate))
    assert unpin("list", path).returncode == 0


def test_a_broken_certificate_is_no_file_of_a_key(tmp_path):
    path = tmp_path / "a.pem"
    path.write_bytes(KEY + pem(ROOT.certificate)[:200])
    assert unpin("list", path).returncode == 3
    assert b"private key" in unpin("audit", path).stdout


def test_a_certificate_behind_a_number_sign_is_left_to_the_audit(tmp_path):
    """Java 25 reads a block that is commented out, and others do not."""
    path = tmp_path / "a.pem"
    commented = b"".join(b"# " + line + b"\n" for line in pem(ROOT.certificate).splitlines())
    path.write_bytes(KEY + commented)
    assert unpin("list", path).returncode == 0


def test_a_key_beside_a_certificate_still_makes_a_store(tmp_path):
    made = tmp_path / "server.key", tmp_path / "server.crt"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-subj", "/CN=x", "-keyout", made[0], "-out", made[1]],
        check=True, capture_output=True, timeout=30,
    )  # fmt: skip
    out = tmp_path / "both.p12"
    assert unpin("convert", made[1], made[0], "--keys", "-o", out).returncode == 0
    assert out.exists()


def test_keys_and_requests_of_a_folder_are_passed_over_by_name(tmp_path):
    """A folder of certbot: privkey.pem is wholly read, and no certificate is in it."""
    (tmp_path / "chain.pem").write_bytes(pem(ROOT.certificate))
    (tmp_path / "privkey.pem").write_bytes(KEY)
    (tmp_path / "server.csr.pem").write_bytes(request())
    result = unpin("list", "--format", "json", tmp_path)
    assert result.returncode == 0
    assert len(json.loads(result.stdout)["stores"]) == 1
    assert b"2 files in folders without a store in them: " in result.stderr
    assert b"privkey.pem" in result.stderr


def test_a_page_of_a_folder_is_an_error(tmp_path):
    (tmp_path / "chain.pem").write_bytes(pem(ROOT.certificate))
    (tmp_path / "downloaded.pem").write_bytes(PAGE)
    assert unpin("list", tmp_path).returncode == 3
    (tmp_path / "downloaded.pem").rename(tmp_path / "index.html")
    result = unpin("list", tmp_path)
    assert result.returncode == 0
    assert b"1 file in folders without a store in it: " in result.stderr
