"""A text with nothing but certificates is passed over before its words are looked for."""

import pytest

from unpin.references.first_look import is_bare_pem, may_name_store

BLOCK = b"-----BEGIN CERTIFICATE-----\nMAMCAQUcafile\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize("data", [BLOCK, BLOCK * 3, BLOCK.replace(b"\n", b"\r\n"), BLOCK.strip()])
def test_blocks_alone_name_nothing(data):
    assert is_bare_pem(data)
    assert not may_name_store(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"ca_file = root.pem\n",
        b"ca_file = root.pem\n" + BLOCK,
        BLOCK + b"ca_file = root.pem\n",
        BLOCK + b"# a comment\n" + BLOCK,
        BLOCK + b"kind: Secret\n",
        b"-----BEGIN CERTIFICATE-----\nkind: Secret\n-----END CERTIFICATE-----\n",
        BLOCK.replace(b"CERTIFICATE", b"PRIVATE KEY"),
        b"-----BEGIN CERTIFICATE-----\nca_file = root.pem\n",
    ],
)
def test_every_other_text_is_looked_at(data):
    assert not is_bare_pem(data)
