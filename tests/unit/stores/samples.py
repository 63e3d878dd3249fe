"""What the tests of the codecs of Java and BouncyCastle put into stores: Root > leaf."""

from tests.pki import Authority

ROOT = Authority("Root")
LEAF = Authority("leaf", ROOT, ca=False)
A, B = ROOT.certificate.der, LEAF.certificate.der

SMALL = b"\x30\x03\x02\x01\x07"
"""As much of a certificate as a codec looks at."""


def mutated(data, changes):
    """Change bytes of `data`: pairs of a position, counted round, and the new value."""
    found = bytearray(data)
    for position, value in changes:
        found[position % len(found)] = value
    return bytes(found)
