"""The elliptic curves that the JDK knows, and the extensions for which it has a class."""

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


KNOWN_EXTENSIONS: Final = frozenset(
    {
        oids.SUBJECT_KEY_IDENTIFIER,
        oids.KEY_USAGE,
        oids.PRIVATE_KEY_USAGE_PERIOD,
        oids.SUBJECT_ALT_NAME,
        oids.ISSUER_ALT_NAME,
        oids.BASIC_CONSTRAINTS,
        oids.CRL_NUMBER,
        oids.REASON_CODE,
        oids.DELTA_CRL_INDICATOR,
        oids.ISSUING_DISTRIBUTION_POINT,
        oids.CERTIFICATE_ISSUER,
        oids.NAME_CONSTRAINTS,
        oids.CRL_DISTRIBUTION_POINTS,
        oids.CERTIFICATE_POLICIES,
        oids.POLICY_MAPPINGS,
        oids.AUTHORITY_KEY_IDENTIFIER,
        oids.POLICY_CONSTRAINTS,
        oids.EXT_KEY_USAGE,
        oids.FRESHEST_CRL,
        oids.INHIBIT_ANY_POLICY,
        oids.AUTHORITY_INFO_ACCESS,
        oids.SUBJECT_INFO_ACCESS,
        oids.OCSP_NO_CHECK,
        oids.NETSCAPE_CERT_TYPE,
    }
)
"""The extensions of sun.security.x509.OIDMap."""
