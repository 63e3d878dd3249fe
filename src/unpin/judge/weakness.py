"""What is weak of a certificate: its key, or the digest of its signature."""

from typing import Final, NamedTuple

from unpin.asn1.algorithms import DIGEST_BITS, SIGNATURE_ALGORITHMS
from unpin.model.answers import kept
from unpin.model.certificate import Certificate

_MIN_RSA_BITS: Final = 2048
_MIN_DIGEST_BITS: Final = 224
"""SHA-224 (RFC 4055); collisions are known of all that is shorter."""


class Weakness(NamedTuple):
    """What is weak of a certificate, in words; "" for what is not."""

    key: str
    signature: str


@kept
def weakness_of(certificate: Certificate) -> Weakness | None:
    """What is weak; None where nothing is."""
    fields = certificate.fields
    key, algorithm = fields.public_key, fields.signature_algorithm
    short = key.algorithm == "RSA" and key.bits is not None and key.bits < _MIN_RSA_BITS
    signature = SIGNATURE_ALGORITHMS.get(fields.signature_oid)
    digest = signature.digest if signature is not None else None
    weak = digest is not None and DIGEST_BITS[digest] < _MIN_DIGEST_BITS
    if not short and not weak:
        return None
    return Weakness(
        f"its key is {key}" if short else "", f"it is signed with {algorithm}" if weak else ""
    )
