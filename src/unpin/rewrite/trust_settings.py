"""Read what OpenSSL's TRUSTED CERTIFICATE blocks say beyond the certificate: trust and distrust."""

import binascii
from dataclasses import dataclass
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.model.entries import TrustedEntry

_BEGIN: Final = b"-----BEGIN TRUSTED CERTIFICATE-----"
_END: Final = b"-----END "
_REJECT: Final = tlv.CONTEXT_0
_SERVERS: Final = frozenset({oids.SERVER_AUTH, oids.ANY_EXTENDED_KEY_USAGE})


@dataclass(frozen=True, slots=True)
class TrustSettings:
    """X509_CERT_AUX (OpenSSL, crypto/x509/x_x509a.c): purposes by OID; `trust` None for all."""

    trust: frozenset[str] | None = None
    reject: frozenset[str] = frozenset()

    @property
    def distrusted(self) -> bool:
        """Whether it must not vouch for servers, whatever else it may."""
        return not self.reject.isdisjoint(_SERVERS)

    @property
    def for_others(self) -> bool:
        """Whether it is trusted for other purposes than servers only, such as mail."""
        return self.trust is not None and self.trust.isdisjoint(_SERVERS)


def trust_settings(entry: TrustedEntry) -> TrustSettings:
    """The settings of a block of a bundle; none where it has none, or they cannot be read."""
    _, found, rest = entry.raw.partition(_BEGIN)
    if not found:
        return TrustSettings()
    try:
        der = binascii.a2b_base64(b"".join(rest.partition(_END)[0].split()))
        position = tlv.read(der).end
        if position == len(der):
            return TrustSettings()
        trust, reject = None, frozenset[str]()
        for field in tlv.read(der, position).expect(tlv.SEQUENCE, "CertAux"):
            if field.tag == tlv.SEQUENCE:
                trust = frozenset(purpose.oid() for purpose in field)
            elif field.tag == _REJECT:
                reject = frozenset(purpose.oid() for purpose in field)
        return TrustSettings(trust, reject)
    except (tlv.TlvError, binascii.Error):
        return TrustSettings()
