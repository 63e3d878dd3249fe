"""What discover lists of configurations, scripts and programs of each kind, and of their neighbours."""

import tomllib
from pathlib import Path

import pytest

from unpin.catalogue.load import load_builtin
from unpin.references.find import references_in
from unpin.references.first_look import may_name_store, may_pin
from unpin.references.pins.pin_table import pin_table

CATALOGUE = load_builtin()
HERE = Path(__file__).parent
CASES = [
    case
    for name in ("kinds.toml", "public_files.toml", "pins.toml")
    for case in tomllib.loads((HERE / name).read_text(encoding="utf-8"))["case"]
]


def rows(name, text):
    found = references_in(name, text.encode(), CATALOGUE).references
    return [[r.line, r.key, r.store, r.format, r.reader, str(r.role)] for r in found]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_a_kind_is_listed(case):
    assert rows(case["file"], case["input"]) == case["rows"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_the_first_look_passes_over_none_of_them(case):
    data = case["input"].encode()
    looked = may_name_store(data) or may_pin(data, pin_table(CATALOGUE).signs)
    assert looked or not case["rows"]
    named = {row[-1] for row in case["rows"]} - {"mention", "name-pin", "hash-pin"}
    assert may_name_store(data) or not named


QUIET = {
    "a commit": ("a.py", 'COMMIT = "a8985d3a65e5e5c4b2d7d66d40c6dd2fb19c5437"\n'),
    "a client certificate": ("a.py", 'psycopg2.connect(host="h", sslcert="/a/client.crt")\n'),
    "a key store": ("a.sh", "java -Djavax.net.ssl.keyStore=/a/own.jks -jar a.jar\n"),
    "a comment": ("a.sh", "# java -Djavax.net.ssl.trustStore=/a/own.jks -jar a.jar\n"),
    "a variable": ("A.java", 'System.setProperty("javax.net.ssl.trustStore", path);\n'),
    "an export": ("a.sh", "keytool -exportcert -keystore a.jks -alias a -file a.crt\n"),
    "the help of keytool": ("K.java", '"keytool -importcert -keystore %2$s -file a"\n'),
    "a digest of nothing": ("a.yml", "image: a@sha256:" + "ab" * 32 + "\n"),
    "another SPKI word": ("a.js", 'integrity = "sha256/' + "A" * 43 + '="\n'),
    "an attribute": ("a.py", "ctx.load_verify_locations(self.ca_certs)\n"),
    "certificates in memory": ("a.py", 'ctx.load_verify_locations(cadata="\\n".join(a))\n'),
    "an empty manifest": ("a.json", '{"kind": {}}\n'),
    "a type": (
        "a.pyi",
        "def connect(\n    ssl_ca: str | None = None,\n    ssl_key: str,\n): ...\n",
    ),
    "a key of code": ("a.py", "    ca_file = os.environ['X']\n"),
    "a path of no store": ("a.js", "readFileSync('package.json')\n"),
}


@pytest.mark.parametrize("what", QUIET)
def test_nothing_is_invented(what):
    assert rows(*QUIET[what]) == []


def test_an_expression_is_no_path():
    """What a command prints only the run time knows."""
    text = "STORE=$(find . -name t.jks)\njava -Djavax.net.ssl.trustStore=$STORE -jar a.jar\n"
    (found,) = references_in("a.sh", text.encode(), CATALOGUE).references
    assert (found.store, found.known_as) == ("$STORE", "")


def test_a_list_of_refused_cas_pins_none():
    text = 'DISTRUSTED = {\n  "df3c24f9bfd666761b268073fe06d1cc8d4f82a4",\n}\n'
    assert [row[-1] for row in rows("a.py", text)] == ["mention"]
    assert [row[-1] for row in rows("a.py", text.replace("DIS", ""))] == ["hash-pin"]


def test_a_pin_says_whether_the_rotation_breaks_it():
    """DigiCert Global Root G2 is a root, Microsoft Azure RSA TLS Issuing CA 03 is below it."""
    text = 'a = "df3c24f9bfd666761b268073fe06d1cc8d4f82a4"\nb = "f9388ea2c9b7d632b66a2b0b406df1d37d3901f6"\n'
    root, issuing = references_in("a.py", text.encode(), CATALOGUE).references
    assert (root.pinned, root.breaks) == (("DigiCert Global Root G2",), False)
    assert (issuing.pinned, issuing.breaks) == (("Microsoft Azure RSA TLS Issuing CA 03",), True)


def test_a_root_with_a_cross_signed_copy_is_a_root():
    """Microsoft TLS RSA Root G2 has a copy that DigiCert signed: its name is a root's."""
    text = 'if issuer == "CN=Microsoft TLS RSA Root G2": pass\n'
    (found,) = references_in("a.py", text.encode(), CATALOGUE).references
    assert (str(found.role), found.breaks, found.note) == ("name-pin", False, "")


def test_a_root_that_is_out_of_use_breaks_its_pin():
    text = 'if issuer == "CN=Baltimore CyberTrust Root": pass\n'
    (found,) = references_in("a.py", text.encode(), CATALOGUE).references
    assert (found.pinned, found.breaks) == (("Baltimore CyberTrust Root",), True)
    assert found.note.startswith("expired on 2025-05-12")
