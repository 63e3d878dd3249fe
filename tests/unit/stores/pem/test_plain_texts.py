"""What is read of a plain text in a shorter way is what is read of it in the long way."""

import base64
from functools import partial

from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.rotation import rotation
from tests.unit.stores import certs
from tests.unit.stores import test_pkcs7 as pkcs7

from unpin.asn1 import tlv
from unpin.model.encoding_faults import FaultKind
from unpin.stores.pem import decoder
from unpin.stores.pem.scanners import plain_blocks
from unpin.stores.pem.text import read_text

_R = rotation()
_DER = certs.der()
CONTENTS = [
    *(_R[name].der for name in sorted(_R.certificates)[:3]),
    _DER,
    _DER + b"\0\0",  # bytes after the certificate
    b"\x30\x80" + tlv.read(_DER).content + b"\0\0",  # BER
    b"\x30\x03\x02\x01\x05",  # no certificate
    base64.b64decode(b"".join(pkcs7.TEXT.split(b"-----")[2].split())),
    b"YOUR CERTIFICATE HERE",
]
ABOVE = ["", "", "", "# Root A\n", "Bag Attributes\n    friendlyName: Root A\n", "subject=CN=x\r\n"]


@st.composite
def texts(draw):
    """Blocks of full lines with text between them; sometimes no plain text after all."""
    parts = []
    for _ in range(draw(st.integers(0, 5))):
        newline = draw(st.sampled_from(["\n", "\n", "\r\n"]))
        body = base64.b64encode(draw(st.sampled_from(CONTENTS))).decode()
        if draw(st.integers(0, 9)) == 0:
            body = body.rstrip("=")
        lines = [body[at : at + 64] for at in range(0, len(body), 64)]
        block = ["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""]
        parts += [draw(st.sampled_from(ABOVE)), newline.join(block)]
    text = "".join([*parts, draw(st.sampled_from(["", "", "the end", "#\n"]))])
    return draw(st.sampled_from([text, text, text.rstrip("\r\n")])).encode()


@examples(150)
@given(data=texts())
def test_a_plain_text_is_read_alike_in_both_ways(data):
    ways = []
    plain = plain_blocks(data)
    assert plain_blocks(data, decoder._SEEN) == plain
    for blocks in (plain, None):
        reader = decoder._BundleReader(read_text(data), "test")
        read = reader.container if blocks is None else partial(reader.plain_container, plain=blocks)
        ways.append((read(data), reader.faults, reader.notes))
    assert ways[0] == ways[-1]


def test_the_texts_are_plain_and_odd():
    """Else the test above compares nothing."""
    plain = certs.pem() + b"# a comment\n" + certs.pem()
    assert len(plain_blocks(plain)) == 2
    store = decoder.decode(plain, source="test", password=None)
    assert [entry.line for entry in store.entries] == [
        1,
        plain[: plain.index(b"#")].count(b"\n") + 2,
    ]
    assert not store.faults
    assert [entry.block.commented for entry in store.entries] == [False, True]
    odd = b"-----BEGIN CERTIFICATE-----\nMAMCAQU=\n-----END CERTIFICATE-----\n"
    assert len(plain_blocks(odd)) == 1
    faults = decoder.decode(odd, source="test", password=None).faults
    assert [fault.kind for fault in faults] == [FaultKind.BROKEN_BLOCK]
