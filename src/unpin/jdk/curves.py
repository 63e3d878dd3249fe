"""The elliptic curves that the JDK knows."""

from typing import Final

from unpin.asn1 import object_identifiers as oids

CURVE_BITS: Final = {
    **{
        f"{oids.SEC2_CURVE_ARC}.{arc}": bits
        for arc, bits in {
            1: 163, 2: 163, 3: 239, 4: 113, 5: 113, 6: 112, 7: 112, 8: 160, 9: 160, 10: 256,
            15: 163, 16: 283, 17: 283, 22: 131, 23: 131, 24: 193, 25: 193, 26: 233, 27: 233,
            28: 128, 29: 128, 30: 160, 31: 192, 32: 224, 33: 224, 34: 384, 35: 521, 36: 409,
            37: 409, 38: 571, 39: 571,
        }.items()
    },
    **{
        f"{oids.X962_CHARACTERISTIC_TWO_CURVE_ARC}.{arc}": bits
        for arc, bits in {
            5: 191, 6: 191, 7: 191, 11: 239, 12: 239, 13: 239, 18: 359, 20: 431,
        }.items()
    },
    **{
        f"{oids.X962_PRIME_CURVE_ARC}.{arc}": bits
        for arc, bits in {1: 192, 2: 192, 3: 192, 4: 239, 5: 239, 6: 239, 7: 256}.items()
    },
    **{
        f"{oids.BRAINPOOL_CURVE_ARC}.{arc}": bits
        for arc, bits in {1: 160, 3: 192, 5: 224, 7: 256, 9: 320, 11: 384, 13: 512}.items()
    },
}  # fmt: skip
"""The curves of sun.security.util.CurveDB by OID, with the size of their field in bits."""
