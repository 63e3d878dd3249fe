"""A file holds stores as values, or it does not: in part is not at all."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pki import pem
from tests.unit.stores import certs
from tests.unit.stores import jks_writer as w
from tests.unit.stores.samples import LEAF, ROOT, A

from unpin.model.embedding import EmbeddingKind
from unpin.stores.embedded.first_look import may_hold_values
from unpin.stores.embedded.recognition import embedded_values
from unpin.stores.opening import open_bytes

BUNDLE = pem(ROOT.certificate, LEAF.certificate).decode()
JKS = w.store(w.trusted("root", A))
KEY = certs.private_key().decode()
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata:\n"


def block(text, width=4):
    return "|\n" + "".join(f"{' ' * width}{line}\n" for line in text.splitlines())


def b64(data):
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()


def found(text):
    data = text if isinstance(text, bytes) else text.encode()
    values = embedded_values(data) if may_hold_values(data) else ()
    return [(str(v.embedding.kind), v.embedding.key, v.embedding.line) for v in values]


def test_config_map():
    text = f"kind: ConfigMap\ndata:\n  a.crt: {block(BUNDLE)}  b.crt: {block(BUNDLE)}"
    lines = len(BUNDLE.splitlines())
    assert found(text) == [("YAML", "data.a.crt", 4), ("YAML", "data.b.crt", 5 + lines)]


def test_secret():
    text = SECRET + f"  ca.crt: {b64(BUNDLE)}\n  t.jks: {b64(JKS)}\n  password: {b64('x' * 30)}\n"
    assert found(text) == [("YAML", "data.ca.crt", 5), ("YAML", "data.t.jks", 6)]
    assert [value.embedding.data for value in embedded_values(text.encode())] == [
        BUNDLE.encode(),
        JKS,
    ]


def test_secret_in_json():
    document = {"items": [{"kind": "Secret", "data": {"t.jks": b64(JKS)}}]}
    assert found(json.dumps(document)) == [("JSON", "items[0].data.t.jks", 1)]


def test_base64_of_a_store_elsewhere_is_no_store():
    assert found(f"icon: {b64(JKS)}\n") == []


def test_base64_of_pem_anywhere():
    text = f"clusters:\n- cluster:\n    certificate-authority-data: {b64(BUNDLE)}\n"
    assert found(text) == [("YAML", "clusters[0].cluster.certificate-authority-data", 3)]


def test_file_within_a_file():
    inner = f"tls:\n  ca: {block(BUNDLE)}"
    text = f"data:\n  app.yaml: {block(inner)}"
    assert found(text) == [("YAML", "data.app.yaml.tls.ca", 5)]
    (value,) = embedded_values(text.encode())
    assert value.embedding.data == BUNDLE.encode()
    assert value.lines == tuple(range(5, 5 + len(BUNDLE.splitlines())))


def test_keys_are_left_out():
    text = f"a:\n  tls.key: {block(KEY)}  tls.crt: {block(BUNDLE)}"
    assert [key for _, key, _ in found(text)] == ["a.tls.crt"]
    assert found(f"a:\n  tls.key: {block(KEY)}") == []


def test_keys_of_several_values_are_told_apart_by_their_lines():
    text = f"a:\n  ca: {block(BUNDLE)}---\na:\n  ca: {block(BUNDLE)}"
    lines = len(BUNDLE.splitlines())
    assert [key for _, key, _ in found(text)] == ["a.ca:3", f"a.ca:{6 + lines}"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("CA='" + BUNDLE + "'\n", EmbeddingKind.ENVIRONMENT),
        ("a.b=" + BUNDLE.strip().replace("\n", " \\\n"), EmbeddingKind.PROPERTIES),
        (json.dumps([BUNDLE]), EmbeddingKind.JSON),
        (f"ca: {block(BUNDLE)}", EmbeddingKind.YAML),
        (b"\xef\xbb\xbf" + f"ca: {block(BUNDLE)}".encode(), EmbeddingKind.YAML),
    ],
)
def test_value_without_a_fault(text, kind):
    """The client that reads the setting gets a plain bundle."""
    data = text if isinstance(text, bytes) else text.encode()
    store = open_bytes(data, source="x")
    assert store.embedding.kind is kind
    assert store.faults == ()
    assert [entry.certificate for entry in store.trusted] == [ROOT.certificate, LEAF.certificate]
    assert store.source == f"x#{store.embedding.key}"


def test_fault_of_the_value_stays():
    """A folded scalar reaches the client on one line."""
    store = open_bytes(f"a: 1\nca: {block(BUNDLE).replace('|', '>', 1)}".encode(), source="x")
    assert {str(fault.kind) for fault in store.faults} >= {"one-line"}
    assert store.faults[0].line == 3


@pytest.mark.parametrize(
    "text",
    [
        BUNDLE,
        "# -----BEGIN CERTIFICATE-----\n" + BUNDLE,
        BUNDLE + f"ca: {block(BUNDLE)}",
        f"ca: {block(BUNDLE)}{BUNDLE}",
        block(BUNDLE).removeprefix("|\n"),
        BUNDLE.strip() + BUNDLE,
        "depth=0 CN = x\n---\nCertificate chain\n 0 s:CN = x\n   i:CN = y\n" + BUNDLE,
        "Bag Attributes\n    friendlyName: x\nsubject=CN = x\n" + BUNDLE,
        "const ca = `" + BUNDLE + "`;\n",
        BUNDLE.replace("\n", "\\n"),
        "x: -----BEGIN\n",
        "",
    ],
)
def test_no_such_file(text):
    assert found(text) == []


def test_a_comment_is_no_value():
    text = f"# ca:\n#   -----BEGIN CERTIFICATE-----\nca: {block(BUNDLE)}"
    assert [key for _, key, _ in found(text)] == ["ca"]


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["", "ca: ", "{", "a='"]))
def test_never_raises(before, after, middle):
    embedded_values((before + middle + "-----BEGIN " + after).encode("utf-8", "replace"))


@pytest.mark.parametrize(
    ("data", "may"),
    [
        (BUNDLE.encode(), False),
        (BUNDLE.encode().replace(b"\n", b"\r\n"), False),
        (b" " + BUNDLE.encode(), True),
        (b"kind: Secret\ndata: {}\n", True),
        (b"Secret", False),
        (JKS, False),
        (b"", False),
        (b"a: " + b64(BUNDLE).encode(), True),
        (b" " + BUNDLE.encode() + b"\n" * 8_000_000, False),
    ],
    ids=range(9),
)
def test_first_look(data, may):
    assert may_hold_values(data) is may
