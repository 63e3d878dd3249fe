"""The extensions for which the JDK has a class of its own (sun.security.x509.OIDMap)."""

from typing import Final

from unpin.asn1 import object_identifiers as oids

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
