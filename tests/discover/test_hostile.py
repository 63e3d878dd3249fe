"""Texts that are made to cost much, to say nothing true, or to command the terminal."""

import base64
import json
import time

import pytest

from tests.cli.inside import unpin
from tests.discover.listing import references_of
from tests.discover.test_tree import PEM
from unpin.catalogue.load import load_builtin
from unpin.model.errors import UnpinError
from unpin.references.find import references_in

CATALOGUE = load_builtin()
SIZE = 60_000
REPEATED = {
    "commands": "curl --cacert ",
    "imports": "keytool -importcert -file a -keystore b ",
    "continued": "keytool x \\\n",
    "folders": "cd a && keytool ",
    "options": "-Djavax.net.ssl.trustStore=a ",
    "quoted keys": '"javax.net.ssl.trustStore" ',
    "digits": "ab",
    "pairs": "ab:",
    "bytes": "0xab, ",
    "base64": "A" * 44,
    "keys": "sha256/" + "A" * 43 + "= ",
    "quotes": "' \"",
    "names": '"Microsoft Azure RSA TLS Issuing CA 03" == ',
    "beginnings": "Microsoft ",
    "addresses": "https://cacerts.digicert.com/a",
    "copies": "COPY " + "a " * 200 + "/etc/pki/ca-trust/source/anchors/\n",
    "brackets": "ca: fs.readFileSync((([{",
    "paths": "truststore-paths=" + "a," * 300 + "\n",
    "lists": '["a", "-b", ',
    "open lists": '["',
    "entries": "kind: Secret\nmetadata: {name: a}\ndata:\n  a: YQ==\n---\n",
    "pods": "      - valueFrom: {secretKeyRef: {name: a, key: ca.crt}}\n",
    "volumes": "    volumeMounts: [{name: a, mountPath: /a}]\n    volumes: [{name: a, secret: "
    "{secretName: a}}]\n",
    "created": "kubectl create secret generic a --from-file=ca.crt=a.pem\n",
    "generated": "secretGenerator:\n- name: a\n  files: [ca.crt=a]\n",
    "attributes": '<a b="c" trustStore="d"\n',
    "blanks": "ca_file \t ",
    "markers": "-----BEGIN CERTIFICATE-----\n",
}
DOCUMENTS = {"entries", "pods", "volumes", "generated", "attributes"}
NAMES_OF_DOCUMENTS = ("a.yaml", "a.xml")
LIMIT = 4
"""Seconds of processor time; linear readers take less than a tenth of them on a quiet machine."""


@pytest.mark.parametrize("what", REPEATED)
def test_a_text_of_one_kind_takes_bounded_time(what):
    text = (REPEATED[what] * SIZE)[:SIZE]
    lines = text if "\n" in REPEATED[what] else "\n".join(
        text[at : at + 50_000] for at in range(0, len(text), 50_000)
    )  # fmt: skip
    begun = time.process_time()
    for name in NAMES_OF_DOCUMENTS if what in DOCUMENTS else ("a.py", "a.ts", "run.sh"):
        references_in(name, lines.encode(), CATALOGUE)
    assert time.process_time() - begun < LIMIT


@pytest.mark.parametrize("name", ["PGSSLROOTCERT", "SSL_CERT_FILE", "ssl.trustStore.location"])
def test_a_name_that_is_given_thousands_of_times_takes_bounded_time(name):
    """60 KB took two minutes: each connection was asked for each of its variables."""
    text = f"URL=postgresql://h/d?sslmode=verify-full\n{name}=/a/b.pem\n"
    begun = time.process_time()
    found = references_in(".env", (text * (300_000 // len(text))).encode(), CATALOGUE)
    assert time.process_time() - begun < 4 * LIMIT
    assert {each.store for each in found.references} == {"/a/b.pem"}


def test_stores_of_connections_behind_the_bound_are_not_passed_over_in_silence():
    def said(count):
        text = "U=postgresql://h/d?sslmode=verify-full\nPGSSLROOTCERT=/a/b.pem\n" * count
        errors = references_in(".env", text.encode(), CATALOGUE).errors
        return [each.message for each in errors if "stores that connections name" in each.message]

    assert not said(40)
    assert said(200)


ODD = {
    "no text": b"\0\1\2sslrootcert=a.pem",
    "not UTF-8": b"sslrootcert: \xff\xfe.pem\n",
    "UTF-16": "SSL_CERT_FILE=/a/b.pem\n".encode("utf-16"),
    "deep YAML": b"".join(b" " * i + b"a:\n" for i in range(400)) + b"sslrootcert: a.pem\n",
    "deep JSON": b'{"sslrootcert":' * 5000 + b"1" + b"}" * 5000,
    "entities": b'<!DOCTYPE a [<!ENTITY b "sslrootcert">]><a>&b;</a>\n',
    "a lone quote": b"SSL_CERT_FILE='\n",
    "nothing behind the key": b"truststore-paths=\nSSL_CERT_FILE=\njavax.net.ssl.trustStore=\n",
    "an unclosed command": b"keytool -importcert -keystore",
    "no words": b"COPY\nCOPY a\nvolumes: [a:b:c:d:e]\n",
}


@pytest.mark.parametrize("what", ODD)
def test_an_odd_text_is_read_or_refused(what):
    for name in ("a.yml", "a.properties", "a.py", "Dockerfile"):
        try:
            references_in(name, ODD[what], CATALOGUE)
        except UnpinError as error:
            assert error.message.startswith(name)


def test_what_lines_beyond_the_bound_name_is_said(tmp_path):
    (tmp_path / "a.properties").write_text("x=" + "y" * 70_000 + "sslrootcert=a.pem\n")
    ran = unpin("discover", tmp_path)
    assert ran.returncode == 3
    assert b"line 1 is longer than 64 KiB" in ran.stderr


def test_a_password_is_not_repeated(tmp_path):
    text = (
        "url=jdbc:postgresql://u:hunter2@h/a?sslmode=verify-full&sslrootcert=a.pem&password=hunter3\n"
        "ssl.truststore.location=/a/b.jks\nssl.truststore.password=hunter4\n"
        "javax.net.ssl.trustStorePassword=hunter5\njavax.net.ssl.trustStore=/a/c.jks\n"
    )
    (tmp_path / "a.properties").write_text(text)
    (tmp_path / "a.sh").write_text(
        "keytool -import -storepass hunter6 -keystore k.jks -file f.pem\n"
    )
    for output in ("table", "json", "csv", "markdown", "sarif"):
        ran = unpin("discover", "-v", tmp_path, "--format", output)
        assert b"hunter" not in ran.stdout + ran.stderr
    assert len(references_of(unpin("discover", tmp_path, "--format", "json"))) == 4


MANY = {
    "JVM options": "java -Djavax.net.ssl.trustStore=/a/t{}.jks -jar a.jar\n",
    "variables": "export SSL_CERT_FILE=/a/{}.pem\n",
    "directives": "ssl_trusted_certificate /a/{}.pem;\n",
    "imports": "keytool -importcert -keystore /a/{}.jks -file a.crt\n",
    "pieces": 'x += "Root Certificate=/a/{}.pem;";\n',
    "digests": "sha256/{:A>43}= pin\n",
}


@pytest.mark.parametrize("kind", MANY)
def test_a_bound_that_cuts_references_is_said(kind):
    """What stands before the bound is listed all the same."""
    text = "".join(MANY[kind].format(number) for number in range(2_500))
    found = references_in("a.sh", text.encode(), CATALOGUE)
    assert len(found.references) > 400
    assert any("the others were not looked at" in error.message for error in found.errors)


def test_many_pods_that_take_many_entries_cost_bounded_time(tmp_path):
    """A thousand containers, each with a thousand variables of a Secret: the bound is said."""
    secret = "kind: Secret\nmetadata: {name: s}\nstringData:\n" + "".join(
        f"  V{number}: a\n" for number in range(1_000)
    )
    pods = "kind: Pod\nspec:\n  containers:\n" + "".join(
        f"  - name: c{number}\n    envFrom:\n    - secretRef: {{name: s}}\n"
        for number in range(1_000)
    )
    (tmp_path / "a.yaml").write_text(secret)
    (tmp_path / "b.yaml").write_text(pods)
    begun = time.process_time()
    ran = unpin("discover", tmp_path)
    assert time.process_time() - begun < 3 * LIMIT
    assert ran.returncode == 3
    assert b"containers take more than 50000 entries of Secrets and ConfigMaps" in ran.stderr


def test_a_name_that_is_no_text_is_a_name(tmp_path):
    """Halves of surrogates, which JSON has, and UTF-8 has not; and what a terminal obeys."""
    name, key = "a\\ud800\\u001b[31mb", "ca\\udfff.crt"
    secret = {
        "kind": "Secret",
        "metadata": {"name": "N"},
        "data": {"K": base64.b64encode(PEM).decode()},
    }
    pod = {"kind": "Pod", "spec": {
        "volumes": [{"name": "v", "secret": {"secretName": "N"}}],
        "containers": [{"name": "x", "volumeMounts": [{"name": "v", "mountPath": "/x"}]}],
    }}  # fmt: skip
    for file, manifest in (("s.json", secret), ("p.json", pod)):
        text = json.dumps(manifest).replace('"N"', f'"{name}"').replace('"K"', f'"{key}"')
        (tmp_path / file).write_text(text)
    (found,) = references_of(unpin("discover", tmp_path, "--format", "json"))
    assert found["leads"] == "here"
    for command in ("discover", "audit"):
        ran = unpin(command, tmp_path)
        assert ran.returncode in {0, 1}
        assert b"\x1b" not in ran.stdout + ran.stderr
