"""Take a certificate out of a slot of a store as Java's CertificateFactory does."""

import binascii

from unpin.asn1 import tlv
from unpin.stores.pem.text import blocks, markers_in, read_text


def java_bytes(slot: bytes) -> bytes:
    """The encoding that Java's certificate has, and so its fingerprint. Raises tlv.TlvError.

    X509Factory reads one element and ignores what follows, or the first block of PEM text;
    X509CertImpl turns indefinite lengths into definite ones. Nothing else is checked here.
    """
    if slot[:1] != b"\x30" and markers_in(slot):
        block = next(blocks(read_text(slot)), None)
        try:
            slot = binascii.a2b_base64(block.body if block else b"", strict_mode=True)
        except binascii.Error as error:
            raise tlv.TlvError(f"not base64: {str(error).lower()}") from error
    return tlv.definite(tlv.read(slot).expect(tlv.SEQUENCE, "certificate"))
