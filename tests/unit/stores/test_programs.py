"""A program may have PEM in it, and no values: a folder and a file by itself agree on that."""

import base64

import pytest
from tests.pki import Authority, pem

from unpin.model.errors import UnknownFormatError
from unpin.stores.opening import may_be_store, open_bytes

BLOCK = pem(Authority("Some Root").certificate)
BASE64 = base64.b64encode(BLOCK)
ELF, CLASS = b"\x7fELF\2\1\1\0", b"\xca\xfe\xba\xbe\0\0\0\x34"
CONTENTS = {
    "PEM on a line of its own": b"\n" + BLOCK,
    "PEM behind other bytes": b"\x01\x02" + BLOCK,
    "base64 behind a key": b"\nca.crt: " + BASE64 + b"\n",
    "a Secret": b"\nkind: Secret\ndata:\n  ca.crt: " + BASE64 + b"\n",
    "binary values": b"\nbinaryData:\n  ca.crt: " + BASE64 + b"\n",
    "UTF-16": BLOCK.decode().encode("utf-16-le"),
    "nothing": b"",
}


@pytest.mark.parametrize("begin", [ELF, CLASS], ids=["ELF", "class"])
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_what_a_folder_passes_over_is_no_store_by_itself(begin, content):
    data = begin + content
    if not may_be_store(data):
        with pytest.raises(UnknownFormatError, match=r"a program \(ELF\)|a Java class file"):
            open_bytes(data, source="x")


def test_a_class_may_have_a_certificate_in_it():
    data = CLASS + CONTENTS["PEM behind other bytes"]
    assert may_be_store(data)
    assert len(open_bytes(data, source="x").entries) == 1
