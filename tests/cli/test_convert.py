"""`unpin convert` as a user runs it: what is written, what is said, and what must not happen.

Root > Issuing > db.example.org
"""

import json
import stat
from datetime import UTC, datetime
from types import SimpleNamespace

import jks
import pytest
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.serialization import pkcs12

from tests.cli.inside import unpin
from tests.pki import Authority, pem
from tests.unit.stores import jks_writer as w
from tests.unit.stores import p12_writer
from unpin import __version__, api
from unpin.asn1 import tlv
from unpin.catalogue.load import load_builtin
from unpin.cli.convert.formats import choose_format
from unpin.model.entries import KeyEntry, TrustedEntry
from unpin.model.errors import UsageError
from unpin.model.formats import Format
from unpin.stores.crypto import algorithm_identifiers
from unpin.stores.crypto import private_keys as keyseal
from unpin.stores.crypto.encryption_schemes import parse_scheme
from unpin.stores.crypto.key_derivation import passphrases
from unpin.stores.opening import Password, open_bytes
from unpin.stores.pkcs12 import mac

ROOT = Authority("Root")
ISSUING = Authority("Issuing", ROOT)
SERVER = Authority("db.example.org", ISSUING, ca=False)
CHAIN = (SERVER.certificate, ISSUING.certificate, ROOT.certificate)
A, B = ROOT.certificate, ISSUING.certificate
EPOCH = {"SOURCE_DATE_EPOCH": "1700000000"}
MODERN = "protected with the default password changeit"
PIN = "1 certificate is no root, and the root is in the output: {}; --only-roots leaves it out"
ANOTHER = "; --password-file-out FILE gives another"


def convert(*args, **kwargs):
    return unpin("convert", *args, **kwargs)


def lines(stream):
    return stream.decode().splitlines()


def notes(ran):
    return [line.removeprefix("unpin: note: ") for line in lines(ran.stderr)]


def read(path, password="changeit"):
    return open_bytes(path.read_bytes(), source=path.name, password=Password(password, "the test"))


def clear_key(authority):
    return authority.key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())


def encrypted_key(authority, password):
    return authority.key.private_bytes(
        s.Encoding.PEM, s.PrivateFormat.PKCS8, s.BestAvailableEncryption(password)
    )


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def _few_iterations(monkeypatch):
    """The JDK's counts take seconds in Python."""
    monkeypatch.setattr(keyseal, "_JCEKS_ITERATIONS", 1000)
    monkeypatch.setattr(algorithm_identifiers, "_JDK8_ITERATIONS", 1500)
    monkeypatch.setattr(mac, "_JDK8_ITERATIONS", 1500)


@pytest.fixture
def key_store(here):
    """A PKCS12 of openssl's kind: a key with its chain."""
    from cryptography import x509

    certificates = [x509.load_der_x509_certificate(one.der) for one in CHAIN]
    encryption = (
        s.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(1000)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .build(b"changeit")
    )
    path = here / "keys.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"Server", SERVER.key, certificates[0], certificates[1:], encryption
        )
    )
    return path


def private_key(path, password="changeit", alias=0):
    """The private key in a store, opened by code that is not unpin's where there is any."""
    data = path.read_bytes()
    if path.suffix == ".p12":
        return pkcs12.load_key_and_certificates(data, password.encode())[0]
    if path.suffix == ".pem":
        block = data[data.index(b"-----BEGIN ") : data.index(b"PRIVATE KEY-----\n", 60) + 17]
        secret = password.encode() if b"ENCRYPTED" in block else None
        return s.load_pem_private_key(block, secret)
    store = jks.KeyStore.loads(data, password)
    entry = list(store.private_keys.values())[alias]
    return s.load_der_private_key(entry.pkey_pkcs8, None)


def same_key(one, other):
    return one.private_numbers() == other.private_numbers()


def test_a_der_download_becomes_pem_without_any_option(here):
    (here / "My Root.crt").write_bytes(A.der)
    ran = convert("My Root.crt", "-o", "root.pem")
    assert (ran.returncode, ran.stdout, ran.stderr) == (
        0,
        b"wrote root.pem: PEM, 1 certificate\n",
        b"",
    )
    written = (here / "root.pem").read_text("ascii").splitlines()
    assert written[0] == "# Root"
    assert written[1].replace(":", "").lower() == f"# sha-256 {A.sha256}"
    assert [written[2], written[-1]] == [
        "-----BEGIN CERTIFICATE-----",
        "-----END CERTIFICATE-----",
    ]
    assert [entry.certificate for entry in read(here / "root.pem").entries] == [A]
    assert stat.S_IMODE((here / "root.pem").stat().st_mode) & 0o133 == 0


def test_without_an_output_pem_goes_to_standard_output_and_words_do_not(here):
    (here / "root.der").write_bytes(A.der)
    ran = convert("root.der")
    assert open_bytes(ran.stdout, source="out").entries[0].certificate == A
    assert lines(ran.stderr) == ["wrote standard output: PEM, 1 certificate"]
    again = convert("-", "--to", "der", "-o", "-", stdin=ran.stdout)
    assert again.stdout == A.der


@pytest.mark.parametrize("out", ["b.jks", "b.p12", "b.bks", "b.bcfks", "b.p7b", "b.pem"])
def test_all_certificates_of_a_bundle_and_the_command_is_idempotent(here, out):
    (here / "a.pem").write_bytes(pem(B, A, SERVER.certificate))
    assert convert("a.pem", "-o", out, **EPOCH).returncode == 0
    first = read(here / out)
    roots_first = {"b.pem", "b.p7b"}
    order = (A, B, SERVER.certificate) if out in roots_first else (B, A, SERVER.certificate)
    if out != "b.p7b":  # a SET, which has no order of its own
        assert tuple(entry.certificate for entry in first.entries) == order
    else:
        assert {entry.certificate for entry in first.entries} == set(order)
    aliases = ["", "", ""] if out in roots_first else ["issuing", "root", "db-example-org"]
    assert [entry.alias for entry in first.entries] == aliases
    again = convert(out, "-o", out, "--force", **EPOCH)
    assert again.returncode == 0
    assert [(e.alias, e.certificate, e.created_ms) for e in read(here / out).entries] == [
        (e.alias, e.certificate, e.created_ms) for e in first.entries
    ]


def test_java_store_to_java_store_keeps_the_entries_bytes(here):
    raw = [w.trusted("one", A.der, date=-5), w.trusted("zwei\0ü", B.der, date=7)]
    (here / "a.jks").write_bytes(w.store(*raw, password="sesame"))
    (here / "p").write_text("sesame\n")
    extra = SERVER.certificate
    (here / "more.pem").write_bytes(pem(A, extra))
    ran = convert("a.jks", "more.pem", "-o", "b.jceks", "--password-file", "p", **EPOCH)
    assert notes(ran) == [
        "more.pem: 1 duplicate certificate is written once",
        f"a.jks: {PIN.format('Issuing')}",
        f"more.pem: {PIN.format('db.example.org')}",
        "b.jceks: protected with the password of a.jks (the password file)",
    ]
    new = w.trusted("db-example-org", extra.der, date=1_700_000_000_000)
    assert (here / "b.jceks").read_bytes() == w.store(*raw, new, magic=w.JCEKS, password="sesame")


def test_version_1_becomes_version_2_with_aliases_and_dates(here):
    (here / "a.jks").write_bytes(w.store(w.trusted("one", A.der, date=5, kind=None), version=1))
    assert convert("a.jks", "-o", "b.jks").returncode == 0
    assert (here / "b.jks").read_bytes() == w.store(w.trusted("one", A.der, date=5))


def test_what_pem_and_pkcs12_do_not_keep_is_said(here):
    (here / "a.jks").write_bytes(w.store(w.trusted("one", A.der), w.trusted("two", B.der)))
    assert notes(convert("a.jks", "-o", "b.pem")) == [
        f"a.jks: {PIN.format('Issuing')}",
        "b.pem: 2 aliases are not kept by PEM: one, two",
        "b.pem: 2 creation dates are not kept by PEM: one, two",
    ]
    assert notes(convert("a.jks", "-o", "b.p12")) == [
        f"a.jks: {PIN.format('Issuing')}",
        "b.p12: protected with the password of a.jks (the default password changeit), scheme modern",
        "b.p12: 2 creation dates are not kept by PKCS12: one, two",
    ]


def test_repairs_are_named(here):
    mangled = b"\xef\xbb\xbf" + pem(A).removesuffix(b"\n") + pem(B).replace(b"\n", b"\r\n")
    (here / "a.pem").write_bytes(mangled)
    ran = convert("a.pem", "-o", "b.pem")
    assert notes(ran) == [
        "a.pem: repaired utf-8-bom in line 1: the file begins with a UTF-8 byte order mark",
        (
            "a.pem: repaired glued-markers in line 9: an END line and the next BEGIN line are "
            "joined, as cat does with a file that lacks its last newline"
        ),
        f"a.pem: {PIN.format('Issuing')}",
    ]
    store = read(here / "b.pem")
    assert (store.faults, [e.certificate for e in store.entries]) == ((), [A, B])


PLAIN = pem(A, B)
LABEL = b"-----BEGIN CERTIFICATE-----"


def on_one_line(data):
    return data.replace(b"\n", b"").replace(b"----------", b"-----\n-----")


@pytest.mark.parametrize(
    ("mangled", "kinds"),
    [
        (PLAIN, []),
        (b"\xef\xbb\xbf" + PLAIN, ["utf-8-bom"]),
        (b"\xff\xfe" + PLAIN.decode().encode("utf-16-le"), ["utf-16"]),
        (PLAIN.decode().encode("utf-16-be"), ["utf-16"]),
        (pem(A) + pem(B).decode().encode("utf-16-le"), ["other-encoding"]),
        (pem(A) + B.der, ["other-encoding"]),
        (A.der + pem(B), ["other-encoding"]),
        (PLAIN.replace(b"\n", b"\n    ").rstrip(b" "), ["indented"]),
        (b'"' + PLAIN.replace(b"\n", b"\\n") + b'"', ["literal-newline"]),
        (PLAIN.replace(b"-----\n-----B", b"----------B"), ["glued-markers"]),
        (PLAIN.replace(b"\n", b"\r"), ["cr-line-ends"]),
        (PLAIN.replace(b"\n", b"\r\n"), []),
        (on_one_line(PLAIN), ["one-line"]),
        (b"ca: " + PLAIN, ["text-before-marker"]),
        (PLAIN.replace(b" CERT", b" TRUSTED CERT"), ["trusted-certificate"]),
        (PLAIN.replace(b" CERT", b" X509 CERT"), ["x509-certificate"]),
        (PLAIN.replace(LABEL, LABEL + b"\nComment: x\n"), ["block-headers"]),
        (PLAIN + b"-----END CERTIFICATE-----\n", ["stray-end"]),
        (PLAIN.replace(LABEL, LABEL + b"\n"), ["blank-line"]),
        (PLAIN.replace(b"-----\n-", b"----- # mine\n-") + b"# mine\n", ["text-after-marker"]),
        (PLAIN.replace(b"\n-----END", b"\n -----END"), ["text-before-end"]),
        (PLAIN.replace(b"\n-----END", b"-----END"), ["text-before-end"]),
        (b"----- my CA -----\n" + PLAIN, ["malformed-marker"]),
        (
            PLAIN.replace(b" CERT", b"  CERT", 1).replace(b"E-----", b"E -----", 1),
            ["malformed-marker"],
        ),
        (PLAIN.replace(b"\n", b"\r\r\n"), ["mixed-line-ends"]),
        (PLAIN.replace(b"\n", b"\x0b\n"), ["text-after-marker", "control-characters"]),
        (b"0 s:CN = A\n" + PLAIN, ["text-like-der"]),
    ],
)
def test_every_fault_is_repaired_and_named(here, mangled, kinds):
    (here / "a.pem").write_bytes(mangled)
    ran = convert("a.pem", "-o", "b.pem", "--format", "json")
    remarks = [r for r in json.loads(ran.stdout)["remarks"] if r["topic"] == "repaired"]
    assert [r["message"].split()[1].rstrip(":") for r in remarks] == kinds
    (here / "plain.pem").write_bytes(PLAIN)
    assert (here / "b.pem").read_bytes() == convert("plain.pem").stdout


def test_an_html_page_and_a_placeholder_are_refused_in_plain_words(here):
    (here / "a.crt").write_bytes(b"<!DOCTYPE html><html><body>404</body></html>")
    ran = convert("a.crt", "-o", "b.pem")
    assert (ran.returncode, lines(ran.stderr)[0]) == (
        3,
        "unpin: error: a.crt: not a trust store: an HTML page, not a certificate file",
    )
    guide = (
        b"-----BEGIN CERTIFICATE-----\n(Root CA2: DigiCert.crt.pem)\n-----END CERTIFICATE-----\n"
    )
    (here / "a.pem").write_bytes(pem(A) + guide)
    ran = convert("a.pem", "-o", "b.pem")
    assert (ran.returncode, lines(ran.stderr)) == (
        3,
        [
            "unpin: error: a.pem: line 10: placeholder text, not a certificate",
            "  hint: replace the placeholder with the certificate",
        ],
    )
    assert not (here / "b.pem").exists()
    ran = convert("a.pem", "-o", "b.pem", "--skip-unreadable")
    assert (ran.returncode, notes(ran)) == (
        0,
        ["a.pem: line 10: placeholder text, not a certificate; left out"],
    )


def test_one_bad_input_stops_all_and_every_one_is_named(here):
    (here / "a.pem").write_bytes(pem(A))
    (here / "b.zip").write_bytes(b"PK\x03\x04")
    ran = convert("a.pem", "b.zip", "c.jks", "-o", "out.jks")
    assert ran.returncode == 3
    assert [line for line in lines(ran.stderr) if line.startswith("unpin: error")] == [
        "unpin: error: b.zip: not a trust store: a ZIP archive or jar",
        "unpin: error: c.jks: no such file or directory",
    ]
    assert not (here / "out.jks").exists()


def test_an_existing_output_is_left_alone_without_force(here):
    (here / "a.pem").write_bytes(pem(A))
    (here / "b.jks").write_bytes(b"precious")
    ran = convert("a.pem", "-o", "b.jks")
    assert (ran.returncode, lines(ran.stderr)) == (
        3,
        ["unpin: error: b.jks: already exists", "  hint: --force replaces it"],
    )
    assert (here / "b.jks").read_bytes() == b"precious"
    assert convert("a.pem", "-o", "b.jks", "--force").returncode == 0
    assert read(here / "b.jks").entries[0].certificate == A


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "nothing to convert"),
        (("a.pem", "-o", "cacerts"), "cacerts: no store format has this extension"),
        (("a.pem", "-o", "b.keystore"), "b.keystore: no store format has this extension"),
        (("-", "-"), "only one store can be standard input"),
        (("a.pem", "--split", "d", "-o", "b.pem"), "-o and --split contradict each other"),
        (("a.pem", "--split", "d", "--to", "jks"), "--split writes pem or der, not jks"),
        (("a.pem", "--split", "d", "--keys"), "--split and --keys contradict each other"),
        (("a.pem", "-o", "b.jks", "--scheme", "jdk8"), "--scheme and --password-less are for"),
        (("a.pem", "-o", "b.pem", "--password-file-out", "a.pem"), "PEM has no password"),
        (
            ("a.pem", "-o", "b.p12", "--password-less", "--password-file-out", "a.pem"),
            "--password-less contradicts the password",
        ),
        (("a.pem", "-o", "b.p12", "--password-less", "--scheme", "jdk8"), "--password-less and"),
        (("a.pem", "-o", "b.pem", "--alias", "nobody"), "no entry has the alias 'nobody'"),
        (("--roots", "nowhere", "-o", "b.pem"), "catalogue azure: no profile is named 'nowhere'"),
    ],
)
def test_wrong_calls(here, args, words):
    (here / "a.pem").write_bytes(pem(A))
    ran = convert(*args)
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert lines(ran.stderr)[0].startswith(f"unpin: error: {words}")
    assert [path.name for path in here.iterdir()] == ["a.pem"]


def test_nothing_but_pem_goes_to_a_terminal(monkeypatch):
    monkeypatch.setattr("sys.stdout", SimpleNamespace(isatty=lambda: True))
    assert choose_format(None, "-") is Format.PEM
    assert choose_format(Format.DER, "a") is Format.DER
    with pytest.raises(UsageError, match=r"^unpin does not write DER to a terminal$"):
        choose_format(Format.DER, "-")


def test_der_holds_one_certificate(here):
    (here / "a.pem").write_bytes(pem(A, B))
    ran = convert("a.pem", "-o", "b.der")
    assert (ran.returncode, lines(ran.stderr)) == (
        3,
        [
            "unpin: error: b.der: DER holds a single certificate, the input has 2",
            "  hint: --split DIR --to der writes a file for each, --alias selects an entry",
        ],
    )
    assert convert("a.pem", "-o", "b.der", "--alias", "root").returncode == 0
    assert (here / "b.der").read_bytes() == A.der


def test_split_writes_a_file_for_each_and_overwrites_none(here):
    aliases = ("My Root", "../my/root", "x")
    (here / "a.jks").write_bytes(
        w.store(*(w.trusted(n, c.der) for n, c in zip(aliases, CHAIN, strict=True)))
    )
    ran = convert("a.jks", "--split", "d/e", "--to", "der")
    assert (ran.returncode, lines(ran.stdout)) == (
        0,
        [
            "wrote d/e/x.der: DER, 1 certificate",
            "wrote d/e/my-root.der: DER, 1 certificate",
            "wrote d/e/my-root-2.der: DER, 1 certificate",
        ],
    )
    assert {p.name: p.read_bytes() for p in (here / "d" / "e").iterdir()} == {
        "my-root.der": CHAIN[0].der,
        "my-root-2.der": CHAIN[1].der,
        "x.der": CHAIN[2].der,
    }
    before = {p.name: p.stat().st_mtime_ns for p in (here / "d" / "e").iterdir()}
    (here / "d" / "e" / "my-root.der").unlink()
    ran = convert("a.jks", "--split", "d/e", "--to", "der", "--force")
    assert (ran.returncode, ran.stdout) == (3, b"")
    assert "already exists" in lines(ran.stderr)[0]
    after = {p.name: p.stat().st_mtime_ns for p in (here / "d" / "e").iterdir()}
    assert after == {name: at for name, at in before.items() if name != "my-root.der"}


def test_roots_of_a_profile_come_from_the_catalogue(here):
    azure = load_builtin()
    roots = [r.certificate for r in azure.roots_of(azure.profile("azure-postgresql"))]
    ran = convert("--roots", "azure-postgresql", "-o", "b.pem")
    assert (ran.stdout, ran.stderr) == (b"wrote b.pem: PEM, 3 certificates\n", b"")
    assert [entry.certificate for entry in read(here / "b.pem").entries] == roots
    (here / "own.pem").write_bytes(pem(A, roots[0]))
    assert convert("own.pem", "--roots", "azure-postgresql", "-o", "b.p12").returncode == 0
    assert [e.alias for e in read(here / "b.p12").entries] == [
        "digicert-global-root-g2",
        "microsoft-rsa-root-ca-2017",
        "digicert-global-root-ca",
        "root",
    ]


def test_roles_select_and_the_catalogue_knows_cross_signed_copies(here):
    (here / "a.pem").write_bytes(pem(*CHAIN))
    for args, expected in (
        (("--only-roots",), [A]),
        (("--role", "intermediate", "--role", "server"), [SERVER.certificate, B]),
    ):
        ran = convert("a.pem", *args)
        assert [e.certificate for e in open_bytes(ran.stdout, source="o").entries] == expected
    ran = convert("a.pem", "--role", "cross-signed")
    assert (ran.returncode, lines(ran.stderr)[0]) == (
        3,
        "unpin: error: a.pem: there is nothing to write",
    )


def test_certificates_that_java_does_not_see_become_trusted_entries(here):
    bags = p12_writer.plain(p12_writer.cert_bag(A.der, p12_writer.attributes("hidden")))
    (here / "a.p12").write_bytes(p12_writer.pfx(p12_writer.safe_of(bags)))
    ran = convert("a.p12", "-o", "b.p12")
    assert notes(ran) == [
        (
            "a.p12: 1 certificate becomes a trusted entry for Java, as the "
            "trusted-key-usage attribute was missing: hidden"
        ),
        "b.p12: without a password, as the JDK's own cacerts; --password-file-out FILE adds a password",
    ]
    (entry,) = read(here / "b.p12").entries
    assert (entry.alias, entry.trusted) == ("hidden", True)
    assert notes(convert("a.p12", "-o", "c.jks"))[1] == f"c.jks: {MODERN}{ANOTHER}"


@pytest.mark.parametrize(
    ("args", "encryption", "mac"),
    [
        (("--scheme", "modern"), "PBES2 AES-256-CBC HmacSHA256, 10000 iterations", "SHA256"),
        (("--scheme", "jdk8"), "PBE SHA1 3DES, 1500 iterations", "SHA1"),
    ],
)
def test_schemes(here, args, encryption, mac):
    (here / "a.pem").write_bytes(pem(A))
    (here / "secret").write_text("sesame")
    ran = convert("a.pem", "-o", "b.p12", *args, "--password-file-out", "secret")
    assert notes(ran) == [
        f"b.p12: protected with the password in the password file, scheme {args[1]}"
    ]
    protection = read(here / "b.p12", "sesame").protection
    assert protection.encryption == (encryption,)
    assert mac in protection.mac


def test_protection_stays_as_it_was_unless_another_is_asked_for(here):
    write = p12_writer
    bags = tlv.element(tlv.SEQUENCE, write.cert_bag(A.der, write.attributes("a", trusted=True)))
    algorithm = write.pbe_algorithm("1.2.840.113549.1.12.1.3", 1000)
    (secret, *_) = passphrases("sesame")
    ciphertext = parse_scheme(tlv.read(algorithm)).encrypt(secret, bags)
    safe = write.safe_of(write.encrypted(algorithm, ciphertext))
    (here / "old.p12").write_bytes(write.pfx(safe, write.mac_data(safe, secret.bmp, 1000)))
    (here / "secret").write_text("sesame")
    assert convert("old.p12", "-o", "b.p12").returncode == 3
    ran = convert("old.p12", "-o", "b.p12", "--password-file", "secret")
    assert notes(ran) == [
        "b.p12: protected with the password of old.p12 (the password file), scheme jdk8"
    ]
    ran = convert("old.p12", "-o", "d.p12", "--password-file", "secret", "--password-less")
    assert notes(ran) == ["d.p12: without a password, as the JDK's own cacerts"]
    protection = open_bytes((here / "d.p12").read_bytes(), source="d.p12").protection
    assert (protection.mac, protection.encryption) == (None, ())
    assert notes(convert("d.p12", "-o", "e.p12"))[0].startswith("e.p12: without a password")


def test_what_some_versions_of_java_refuse_is_said_of_the_output(here):
    (here / "a.pem").write_bytes(pem(A))
    (here / "secret").write_text("pässwörd")
    ran = convert("a.pem", "-o", "b.p12", "--password-file-out", "secret")
    assert notes(ran) == [
        "b.p12: protected with the password in the password file, scheme modern",
        (
            "b.p12: Java 17 and 21 take only printable ASCII for the password of a PKCS12 store and "
            "refuse this one; Java 25 takes others"
        ),
    ]


def test_the_password_of_the_environment_is_for_reading(here):
    (here / "a.pem").write_bytes(pem(A))
    ran = convert("a.pem", "-o", "b.jks", UNPIN_PASSWORD="secret")
    assert notes(ran) == [f"b.jks: {MODERN}{ANOTHER}"]
    ran = convert("a.pem", "-o", "c.jks", "--password", "secret")
    assert notes(ran) == ["c.jks: protected with the password of --password"]
    assert read(here / "c.jks", "secret").entries


def test_an_unchecked_store_does_not_get_a_valid_digest(here):
    (here / "a.jks").write_bytes(w.store(w.trusted("one", A.der), password="unknown"))
    ran = convert("a.jks", "-o", "b.jks")
    assert (ran.returncode, lines(ran.stderr)) == (
        3,
        [
            "unpin: error: a.jks: the integrity was not checked, and the new JKS would have a valid digest",
            "  hint: give the password of the store, or --unverified to convert it anyway",
        ],
    )
    unchecked = "a.jks: the integrity was not checked: no password opened it"
    assert notes(convert("a.jks", "-o", "b.pem"))[0] == unchecked
    ran = convert("a.jks", "-o", "b.jks", "--unverified")
    assert notes(ran) == [unchecked, f"b.jks: {MODERN}{ANOTHER}"]


def test_the_summary_as_json(here):
    (here / "a.jks").write_bytes(w.store(w.trusted("one", A.der, date=5)))
    ran = convert("a.jks", "-o", "b.pem", "--format", "json")
    document = json.loads(ran.stdout)
    assert ran.stderr == b""
    assert document == {
        "schema": 2,
        "unpin": __version__,
        "written": [
            {
                "source": "b.pem",
                "format": "PEM",
                "mac": None,
                "encryption": [],
                "entries": [
                    {
                        "alias": "",
                        "kind": "trusted certificate",
                        "subject": "CN=Root",
                        "sha256": A.sha256,
                        "chain_sha256": [],
                        "created_ms": None,
                    }
                ],
            }
        ],
        "remarks": [
            {
                "topic": "not-kept",
                "source": "b.pem",
                "message": "1 alias is not kept by PEM: one",
            },
            {
                "topic": "not-kept",
                "source": "b.pem",
                "message": "1 creation date is not kept by PEM: one",
            },
        ],
        "errors": [],
    }
    ran = convert("a.jks", "--format", "json")
    assert json.loads(ran.stderr)["written"][0]["source"] == "standard output"
    assert ran.stdout.startswith(b"# Root\n")
    ran = convert("a.jks", "nowhere", "-o", "c.pem", "--format", "json")
    assert ran.returncode == 3
    assert json.loads(ran.stdout)["errors"] == [
        {
            "source": "nowhere",
            "code": "unreadable-file",
            "message": "nowhere: no such file or directory",
            "hint": None,
        }
    ]


def test_keys_are_left_out_unless_asked_for(here, key_store):
    ran = convert(key_store, "-o", "b.pem", "--chains")
    assert [e.certificate for e in read(here / "b.pem").entries] == [A, SERVER.certificate, B]
    assert notes(ran)[0] == f"{key_store}: 1 key is left out (Server); --keys copies keys"
    ran = convert(key_store, "-o", "c.pem")
    assert ran.returncode == 3
    assert "--keys copies the keys" in lines(ran.stderr)[1]


@pytest.mark.parametrize("out", ["b.p12", "b.pem", "b.jks", "b.jceks"])
def test_keys_go_with_their_chains(here, key_store, out):
    ran = convert(key_store, "--keys", "-o", out)
    assert ran.returncode == 0, ran.stderr
    assert same_key(private_key(here / out), SERVER.key)
    assert stat.S_IMODE((here / out).stat().st_mode) & 0o077 == 0
    store = read(here / out)
    if out == "b.pem":
        assert [e.certificate for e in store.entries[1:]] == list(CHAIN)
    else:
        assert [(e.alias.lower(), e.chain) for e in store.entries] == [("server", CHAIN)]
    untouched = out in ("b.p12", "b.pem")
    assert ("as encrypted as it was" in notes(ran)[-2 if out == "b.pem" else 0]) is untouched
    assert convert(out, "--keys", "-o", "back.p12").returncode == 0
    assert same_key(private_key(here / "back.p12"), SERVER.key)


def test_a_file_with_keys_that_others_may_read_is_named(here, key_store):
    """A file that is replaced keeps its mode, if those who may read it may read the inputs."""
    (here / "b.p12").write_bytes(b"old")
    (here / "b.p12").chmod(0o644)
    key_store.chmod(0o644)
    ran = convert(key_store, "--keys", "-o", "b.p12", "--force")
    note = "b.p12: it holds a private key, and other users can read the file, as before"
    assert note in notes(ran)
    key_store.chmod(0o600)
    ran = convert(key_store, "--keys", "-o", "b.p12", "--force")
    assert stat.S_IMODE((here / "b.p12").stat().st_mode) == 0o600
    narrowed = "other users may not read the files that it is made from"
    assert f"b.p12: its mode changed from 644 to 600: {narrowed}" in notes(ran)
    ran = convert(key_store, "--keys", "-o", "b.p12", "--force")
    assert not [note for note in notes(ran) if "other users" in note]


def test_a_replaced_file_without_keys_keeps_its_mode(here):
    (here / "a.pem").write_bytes(pem(A))
    (here / "a.pem").chmod(0o600)
    (here / "b.jks").write_bytes(b"old")
    (here / "b.jks").chmod(0o644)
    assert convert("a.pem", "-o", "b.jks", "--force").returncode == 0
    assert stat.S_IMODE((here / "b.jks").stat().st_mode) == 0o644


def test_a_pkcs12_key_is_the_same_bytes_in_pkcs12_and_pem(here, key_store):
    sealed = read(key_store).keys[0].sealed
    assert convert(key_store, "--keys", "-o", "b.p12").returncode == 0
    assert read(here / "b.p12").keys[0].sealed == sealed
    assert convert(key_store, "--keys", "-o", "b.pem").returncode == 0
    assert convert("b.pem", "--keys", "--password", "changeit", "-o", "c.p12").returncode == 0
    (again,) = read(here / "c.p12").entries
    assert (again.alias, again.chain, again.sealed) == ("db-example-org", CHAIN, sealed)


def test_another_password_is_also_the_keys(here, key_store):
    (here / "new").write_text("another one")
    for out in ("b.p12", "b.jks", "b.pem"):
        ran = convert(key_store, "--keys", "-o", out, "--password-file-out", "new")
        assert ran.returncode == 0, ran.stderr
        assert same_key(private_key(here / out, "another one"), SERVER.key)


def test_a_key_in_clear_is_encrypted_and_stays_in_clear_only_in_pem(here):
    (here / "a.pem").write_bytes(clear_key(SERVER) + pem(A, SERVER.certificate, B))
    ran = convert("a.pem", "--keys", "-o", "b.p12")
    assert notes(ran)[0] == (
        "a.pem: private key db-example-org: it was in clear and is encrypted now"
    )
    assert same_key(private_key(here / "b.p12"), SERVER.key)
    assert read(here / "b.p12").keys[0].chain == CHAIN
    ran = convert("a.pem", "--keys", "-o", "b.pem")
    assert "in clear, as it was" in notes(ran)[0]
    written = (here / "b.pem").read_bytes()
    assert written.startswith(clear_key(SERVER))
    assert [e.certificate for e in read(here / "b.pem").entries[1:]] == list(CHAIN)


def test_keys_have_a_password_in_a_password_less_store_too(here):
    (here / "a.pem").write_bytes(clear_key(SERVER) + pem(*CHAIN, Authority("Pin").certificate))
    ran = convert("a.pem", "--keys", "--password-less", "-o", "b.p12")
    assert (ran.returncode, lines(ran.stderr)) == (
        3,
        [
            (
                "unpin: error: a.pem: private key db-example-org: it needs a password for its "
                "encryption"
            ),
            "  hint: give --password-file-out FILE",
        ],
    )
    (here / "new").write_text("another one")
    args = ("--password-less", "--password-file-out", "new")
    ran = convert("a.pem", "--keys", *args, "-o", "b.p12")
    assert notes(ran) == [
        "a.pem: private key db-example-org: it was in clear and is encrypted now",
        (
            "b.p12: without a password, as the JDK's own cacerts; its keys have the password in the password file"
        ),
    ]
    store = open_bytes((here / "b.p12").read_bytes(), source="b.p12")
    assert [e.alias for e in store.entries] == ["db-example-org", "pin"]
    sealed = keyseal.read_sealed(store.keys[0].sealed)
    assert keyseal.unseal(sealed, "changeit", name="") is None
    assert keyseal.unseal(sealed, "another one", name="") is not None


def test_a_key_with_a_password_of_its_own_keeps_it_or_is_refused(here):
    (here / "a.pem").write_bytes(encrypted_key(SERVER, b"own") + pem(*CHAIN))
    ran = convert("a.pem", "--keys", "-o", "b.p12")
    assert "under a password of its own" in notes(ran)[0]
    ran = convert("a.pem", "--keys", "-o", "b.jks")
    assert (ran.returncode, lines(ran.stderr)[0]) == (
        3,
        (
            "unpin: error: a.pem: private key db-example-org: JKS does not know its encryption, and "
            "none of the given passwords opens it"
        ),
    )
    assert not (here / "b.jks").exists()


def test_the_library_opens_the_keys_of_a_pem_file_with_the_password(here):
    (here / "a.pem").write_bytes(encrypted_key(SERVER, b"own") + pem(*CHAIN))
    store = api.open_store("a.pem", "own")
    assert store.protection.password is None
    converted = api.convert(store, to="jks", password="another one", keys=True)
    sealed = keyseal.read_sealed(converted.store.keys[0].sealed)
    assert keyseal.unseal(sealed, "another one", name="") is not None


def test_a_key_whose_certificate_is_not_there_is_refused(here):
    (here / "a.pem").write_bytes(clear_key(SERVER) + pem(A, B))
    ran = convert("a.pem", "--keys", "-o", "b.p12")
    assert (ran.returncode, lines(ran.stderr)) == (
        3,
        [
            "unpin: error: a.pem: line 1: the certificate of the key is nowhere beside it",
            "  hint: name its file too, or add it below the key",
        ],
    )


def test_a_key_finds_its_certificate_in_another_file_and_trust_stays_trust(here):
    """key.pem, server.pem with the chain, and trust.pem with the root that is in the chain too."""
    (here / "key.pem").write_bytes(clear_key(SERVER))
    (here / "server.pem").write_bytes(pem(SERVER.certificate, B))
    (here / "trust.pem").write_bytes(pem(A))
    files = ("key.pem", "trust.pem", "server.pem")
    ran = convert(*files, "--keys", "-o", "b.p12")
    assert notes(ran)[-1] == (
        "b.p12: Java adds trusted certificates of the store to the chain of: db-example-org"
    )
    key, root = read(here / "b.p12").entries
    assert (key.alias, key.chain, root.alias, root.certificate) == (
        "db-example-org",
        CHAIN,  # Java builds it from all certificates of the store
        "root",
        A,
    )
    assert convert(*files, "--keys", "-o", "b.jks").returncode == 0
    assert read(here / "b.jks").keys[0].chain == CHAIN[:2]
    (here / "key.pem").write_bytes(encrypted_key(SERVER, b"own"))
    assert convert(*files, "--keys", "-o", "c.p12").returncode == 0
    other = Authority("other.example.org", ISSUING, ca=False)
    (here / "other.pem").write_bytes(pem(other.certificate))
    ran = convert(*files, "other.pem", "--keys", "-o", "d.p12")
    assert (ran.returncode, lines(ran.stderr)[0]) == (
        3,
        "unpin: error: key.pem: line 1: which certificate belongs to the key cannot be told",
    )


def test_keys_that_a_format_cannot_take_are_refused(here, key_store):
    (here / "secret.jceks").write_bytes(
        w.store(w.secret("s", w.sealed_object()), w.trusted("r", A.der), magic=w.JCEKS)
    )
    for source, out, words in (
        (
            key_store,
            "b.bks",
            f"{key_store}: private key Server: unpin cannot copy it from PKCS12 to BKS",
        ),
        (
            "secret.jceks",
            "b.p12",
            "secret.jceks: secret key s: unpin cannot copy it from JCEKS to PKCS12",
        ),
    ):
        ran = convert(source, "--keys", "-o", out)
        assert (ran.returncode, lines(ran.stderr)[0]) == (3, f"unpin: error: {words}")
        assert not (here / out).exists()
    assert convert("secret.jceks", "--keys", "-o", "c.jceks").returncode == 0
    assert (here / "c.jceks").read_bytes() == (here / "secret.jceks").read_bytes()


def test_no_password_and_no_clear_key_is_ever_shown(here, key_store):
    (here / "a.pem").write_bytes(clear_key(SERVER) + pem(*CHAIN))
    (here / "new").write_text("hunter2-hunter2")
    ran = convert("a.pem", "--keys", "-o", "b.p12", "--password-file-out", "new")
    assert b"hunter2" not in ran.stdout + ran.stderr
    der = SERVER.key.private_bytes(s.Encoding.DER, s.PrivateFormat.PKCS8, s.NoEncryption())
    scalar = SERVER.key.private_numbers().private_value.to_bytes(32, "big")
    for path in here.iterdir():
        if path.name != "a.pem":
            assert der not in path.read_bytes()
            assert scalar not in path.read_bytes()


def test_entries_are_of_the_kinds_that_the_tests_think(here, key_store):
    assert [type(e) for e in read(key_store).entries] == [KeyEntry]
    (here / "a.jks").write_bytes(w.store(w.trusted("one", A.der)))
    assert [type(e) for e in read(here / "a.jks").entries] == [TrustedEntry]


def test_an_output_that_is_there_is_said_in_json_too(here):
    (here / "a.pem").write_bytes(pem(A))
    (here / "b.pem").write_bytes(b"mine")
    ran = convert("a.pem", "-o", "b.pem", "--format", "json")
    assert ran.returncode == 3
    assert json.loads(ran.stdout) == {
        "schema": 2,
        "unpin": __version__,
        "written": [],
        "remarks": [],
        "errors": [
            {
                "source": None,
                "code": "output-exists",
                "message": "b.pem: already exists",
                "hint": "--force replaces it",
            }
        ],
    }
    assert (here / "b.pem").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("", "-o", "b.pem"), "the name of a store is empty"),
        (("a.pem", "-o", ""), "the file name after -o is empty"),
    ],
)
def test_a_variable_that_is_not_set(here, args, message):
    (here / "a.pem").write_bytes(pem(A))
    ran = convert(*args)
    assert ran.returncode == 2
    assert lines(ran.stderr) == [
        f"unpin: error: {message}",
        "  hint: check that the variable is set",
    ]
    assert not (here / "b.pem").exists()


def test_a_file_of_the_distribution_is_refused_without_an_option_that_is_not_there(
    here, monkeypatch
):
    from unpin.files import distribution_managed, replacement

    (here / "a.pem").write_bytes(pem(A))
    (here / "b.pem").write_bytes(pem(B))
    owner = distribution_managed.managed("/etc/ssl/certs/ca-certificates.crt")
    monkeypatch.setattr(replacement, "managed", lambda _path: owner)
    ran = convert("a.pem", "-o", "b.pem", "--force")
    assert ran.returncode == 3
    assert lines(ran.stderr)[-1] == (
        "  hint: change the certificates in /usr/local/share/ca-certificates and run "
        "update-ca-certificates"
    )
    assert (here / "b.pem").read_bytes() == pem(B)


def test_a_key_alone_is_not_called_no_certificates(here):
    (here / "a.jks").write_bytes(w.store(w.key("server", SERVER.certificate.der)))
    ran = convert("a.jks", "--keys", "-o", "b.jceks")
    assert (ran.returncode, lines(ran.stdout)) == (0, ["wrote b.jceks: JCEKS, 1 key"])


def test_of_several_inputs_some_may_have_a_default_password(here):
    (here / "cacerts").write_bytes(w.store(w.trusted("a", A.der)))
    (here / "own.jks").write_bytes(w.store(w.trusted("b", B.der), password="secret"))
    (here / "password").write_text("secret")
    own = ("--password-file", "password", "-o", "all.jks", "own.jks")
    ran = convert(*own, "cacerts")
    assert (ran.returncode, notes(ran)) == (
        0,
        [
            f"own.jks: {PIN.format('Issuing')}",
            "all.jks: protected with the password of own.jks (the password file)",
        ],
    )
    assert [entry.alias for entry in read(here / "all.jks", "secret").entries] == ["b", "a"]
    (here / "cacerts").write_bytes(w.store(w.trusted("a", A.der), password="another"))
    ran = convert(*own, "--force", "cacerts")
    assert ran.returncode == 3
    assert lines(ran.stderr)[0].startswith("unpin: error: cacerts: the password is wrong")


def test_a_secret_that_is_not_set_guards_nothing(here):
    (here / "a.pem").write_bytes(pem(A))
    (here / "secret").write_text("\n")
    ran = convert("a.pem", "-o", "b.jks", "--password-file-out", "secret")
    assert (ran.returncode, lines(ran.stderr)) == (
        2,
        [
            "unpin: error: the password file of --password-file-out is empty",
            "  hint: check that the secret is set; --password-less writes a PKCS12 without a password",
        ],
    )
    assert not (here / "b.jks").exists()


def test_several_formats_have_a_file_each(here):
    (here / "a.pem").write_bytes(pem(A, B))
    ran = convert("a.pem", "--to", "jks", "--to", "pkcs12", "--to", "pkcs7", "-o", "new")
    assert ran.returncode == 0
    made = {path.name: read(path) for path in here.glob("new*")}
    assert {name: str(store.format) for name, store in made.items()} == {
        "new.jks": "JKS", "new.p12": "PKCS12", "new.p7b": "PKCS7",
    }  # fmt: skip
    assert all({one.certificate for one in store.trusted} == {A, B} for store in made.values())
    ran = convert("a.pem", "--to", "pem", "--to", "jks", "-o", "new")
    assert (ran.returncode, (here / "new.pem").exists()) == (3, False)


def test_several_formats_have_one_summary(here):
    """What is said of the input is said once, and all files are in one document."""
    ran = convert(
        "-", "--to", "pem", "--to", "jks", "-o", "new", "--format", "json",
        stdin=b"\xef\xbb\xbf" + pem(A),
    )  # fmt: skip
    assert ran.returncode == 0
    document = json.loads(ran.stdout)
    assert [one["source"] for one in document["written"]] == ["new.pem", "new.jks"]
    assert [one["topic"] for one in document["remarks"]] == ["repaired", "protection"]


def test_what_was_written_before_a_format_that_fails_is_said(here):
    (here / "a.pem").write_bytes(pem(A, B))
    ran = convert("a.pem", "--to", "pem", "--to", "der", "-o", "new")
    assert (ran.returncode, lines(ran.stdout)) == (3, ["wrote new.pem: PEM, 2 certificates"])
    assert lines(ran.stderr)[1].startswith("unpin: error: new.der: DER holds a single certificate")
    assert sorted(path.name for path in here.glob("new*")) == ["new.pem"]


def test_several_formats_do_not_fit_into_one_pipe(here):
    (here / "a.pem").write_bytes(pem(A))
    ran = convert("a.pem", "--to", "jks", "--to", "pkcs12")
    assert ran.returncode == 2
    assert lines(ran.stderr)[1] == ("  hint: -o truststore writes truststore.jks and so on")


def test_a_pin_that_is_merged_is_named(here):
    """Root > Issuing, and Other Root > Other > server: neither Other Root nor Root is merged."""
    other = Authority("Other", Authority("Other Root"))
    server = Authority("pinned.example.org", other, ca=False)
    (here / "a.pem").write_bytes(pem(B))
    (here / "b.pem").write_bytes(pem(server.certificate, Authority("Third").certificate))
    ran = convert("a.pem", "b.pem", "-o", "c.pem", "--format", "json", **EPOCH)
    assert ran.returncode == 0
    said = "; as a trust anchor it is a pin, and unpin audit says which clients depend on it"
    assert json.loads(ran.stdout)["remarks"] == [
        {
            "topic": "pin",
            "source": source,
            "message": f"1 certificate is no root, and the root is not in the output: {name}{said}",
        }
        for source, name in (("a.pem", "Issuing"), ("b.pem", "pinned.example.org"))
    ]


def test_pins_beside_their_root_are_named_too(here):
    """Root > Issuing > server."""
    (here / "a.pem").write_bytes(pem(*CHAIN))
    ran = convert("a.pem", "-o", "b.pem")
    assert (ran.returncode, notes(ran)) == (
        0,
        [
            (
                "a.pem: 2 certificates are no roots, and the root is in the output: db.example.org, "
                "Issuing; --only-roots leaves them out"
            )
        ],
    )
    assert notes(convert("a.pem", "--only-roots", "-o", "c.pem"))[1:] == []


def test_expired_certificates_that_are_merged_are_named(here):
    """Root of today; Old, which ended in 2021; an output of 2023, or of 2020."""
    old = Authority("Old", ends=datetime(2021, 1, 31, tzinfo=UTC))
    (here / "a.pem").write_bytes(pem(A))
    (here / "old.pem").write_bytes(pem(old.certificate))
    ran = convert("a.pem", "old.pem", "-o", "b.pem", **EPOCH)
    assert (ran.returncode, notes(ran)) == (
        0,
        ["old.pem: 1 certificate has expired: Old (2021-01-31)"],
    )
    ran = convert("a.pem", "old.pem", "-o", "c.pem", SOURCE_DATE_EPOCH="1600000000")
    assert (ran.returncode, notes(ran)) == (0, [])


def test_without_a_pin_nothing_is_said_of_one(here):
    """Root; a self-signed server certificate is its own root."""
    own = Authority("own.example.org", ca=False)
    (here / "a.pem").write_bytes(pem(A, own.certificate))
    ran = convert("a.pem", "-o", "b.pem")
    assert (ran.returncode, notes(ran)) == (0, [])
