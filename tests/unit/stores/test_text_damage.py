"""A store that went through a text tool: the error names the cause, and its hint is true."""

import base64
import re
import subprocess

import pytest
from tests.pki import pem
from tests.unit.stores import jks_writer as w
from tests.unit.stores import p12_writer as p12
from tests.unit.stores.samples import LEAF, ROOT, A, B

from unpin.model.errors import MalformedStoreError, UnknownFormatError, UnpinError
from unpin.stores.opening import Password, open_bytes

JKS = w.store(*(w.trusted(f"root-{number}", A) for number in range(40)))
P12 = p12.pfx(
    p12.safe_of(p12.plain(b"".join(p12.cert_bag(one, p12.attributes(None)) for one in (A, B) * 20)))
)
STORES = {"JKS": JKS, "PKCS12": P12}


@pytest.fixture(params=STORES, ids=str)
def store(request):
    data = STORES[request.param]
    assert open_bytes(data, source="x").certificates()
    assert b"\n" in data
    assert b"\r\n" not in data
    return request.param, data


def message(data, password=None):
    with pytest.raises((UnknownFormatError, MalformedStoreError)) as caught:
        open_bytes(data, source="x", password=password)
    return caught.value


def undone(hint, data, tmp_path):
    """What the command at the end of a hint makes of the file."""
    command = hint.partition("undo it: ")[2] or hint
    match = re.fullmatch(r"(.* x > (\S+))(?: \w+ it)?", command)
    (tmp_path / "x").write_bytes(data)
    subprocess.run(["sh", "-c", match[1]], timeout=30, check=True, cwd=tmp_path)
    return (tmp_path / match[2]).read_bytes()


def test_bytes_replaced_in_utf_8(store):
    _, data = store
    error = message(data.decode("utf-8", "replace").encode())
    assert "read as UTF-8 text: U+FFFD stands for " in error.message
    assert "binary" in error.hint


def test_latin_1_in_utf_8(store, tmp_path):
    _, data = store
    changed = data.decode("latin-1").encode()
    error = message(changed)
    assert "converted from Latin-1 to UTF-8" in error.message
    assert undone(error.hint, changed, tmp_path) == data


@pytest.mark.parametrize("password", [None, Password("changeit", "--password")])
def test_lf_became_crlf(store, tmp_path, password):
    _, data = store
    changed = data.replace(b"\n", b"\r\n")
    error = message(changed, password)
    assert "turned each LF into CRLF" in error.message
    assert undone(error.hint, changed, tmp_path) == data


def test_base64_of_a_store(store, tmp_path):
    kind, data = store
    for changed in (base64.encodebytes(data), base64.b64encode(data)):
        error = message(changed)
        assert f"the base64 of a {kind} file" in error.message
        assert undone(error.hint, changed, tmp_path) == data


def test_base64_of_a_certificate(tmp_path):
    error = message(base64.encodebytes(A))
    assert "the base64 of a DER file" in error.message
    assert undone(error.hint, base64.encodebytes(A), tmp_path) == A


def test_base64_of_something_else_that_begins_like_a_certificate():
    assert "base64 without its BEGIN and END lines" in message(base64.b64encode(A[:-9])).message


def test_base64_of_a_bundle():
    bundle = pem(ROOT.certificate, LEAF.certificate)
    assert "the base64 of a PEM file" in message(base64.encodebytes(bundle)).message


@pytest.mark.parametrize("cut", [100, 1000, 5000])
def test_a_truncated_store_is_no_text_damage(store, cut):
    _, data = store
    try:
        open_bytes(data[:cut], source="x")
    except UnpinError as error:
        assert "binary" not in f"{error.message} {error.hint}"
