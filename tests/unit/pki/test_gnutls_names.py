"""Names as GnuTLS compares them: what it prints of them, not their encodings."""

import pytest

from unpin.asn1 import tlv
from unpin.pki.gnutls_names import printed_form

COMMON_NAME, COUNTRY = b"\x06\x03\x55\x04\x03", b"\x06\x03\x55\x04\x06"


def name(tag, content, kind=COMMON_NAME):
    attribute = tlv.element(tlv.SEQUENCE, kind + tlv.element(tag, content))
    return tlv.element(tlv.SEQUENCE, tlv.element(tlv.SET, attribute))


UTF8 = name(tlv.UTF8_STRING, b"Root 1")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (name(tlv.PRINTABLE_STRING, b"Root 1"), True),
        (name(tlv.TELETEX_STRING, b"Root 1"), True),
        (name(tlv.BMP_STRING, "Root 1".encode("utf-16-be")), True),
        (name(tlv.UNIVERSAL_STRING, "Root 1".encode("utf-32-be")), False),
        (name(tlv.IA5_STRING, b"Root 1"), False),
        (name(tlv.UTF8_STRING, b"root 1"), False),
        (name(tlv.UTF8_STRING, b"Root  1"), False),
        (name(tlv.UTF8_STRING, b"Root 1\0"), False),
    ],
)
def test_tags_do_not_count_but_case_and_blanks_do(other, same):
    assert (printed_form(UTF8) == printed_form(other)) is same


def test_a_country_is_a_printable_string():
    printable = name(tlv.PRINTABLE_STRING, b"DE", COUNTRY)
    assert printed_form(printable) != printed_form(name(tlv.UTF8_STRING, b"DE", COUNTRY))


def test_what_is_no_name_equals_itself_alone():
    assert printed_form(b"\x30\x03") == b"\x30\x03"
