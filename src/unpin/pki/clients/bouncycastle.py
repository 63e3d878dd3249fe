"""The rules of BouncyCastle's JSSE provider in Java."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from unpin.pki.clients.java import PKIX
from unpin.pki.clients.rules import (
    ClientRules,
    Flag,
    Model,
    StoreLoading,
)
from unpin.pki.encoding_flaws import (
    FRAME_FLAWS,
    VERSION_FLAWS,
    Flaw,
)
from unpin.pki.failure_reasons import Reason
from unpin.pki.path_validation.requirements import NOT_MEASURED, TLS_KEYS

_LOADING: Final = StoreLoading(
    refuses=FRAME_FLAWS
    | VERSION_FLAWS
    | {
        Flaw.TRAILING,
        Flaw.PADDED_SERIAL,
        Flaw.REPEATED_EXTENSION,
        Flaw.BASIC_CONSTRAINTS,
        Flaw.EXTRA_CONSTRAINTS,
        Flaw.KEY_USAGE,
        Flaw.NO_TIME,
        Flaw.BMP_NAME,
    }
)
"""org.bouncycastle.jcajce.provider.asymmetric.oids.CertificateFactory."""

_ERRORS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "no PKIXBuilderParameters available",
        Reason.SERVER_KEY: "handshake_failure(40)",
        Reason.NO_ANCHOR: ("No issuer certificate for certificate in certification path found."),
        Reason.EXPIRED: "Certification path could not be validated.",
        Reason.TOO_LONG: "Certificate chain longer than maximum (10)",
    }
)

_OTHER_ERRORS: Final = MappingProxyType(
    {
        Reason.NO_ANCHOR: "Unable to find certificate chain.",
        Reason.NAME_ONLY: "No issuer certificate for certificate in certification path found.",
        Reason.BAD_SIGNATURE: "Unable to find certificate chain.",
    }
)
"""Where the server sent a root, the builder has one text for whatever stops it."""

BOUNCYCASTLE: Final = ClientRules(
    ident="bouncycastle",
    title="BouncyCastle JSSE",
    who="Java programs with the provider BCJSSE",
    source="measured: bctls 1.72 on OpenJDK 17",
    model=Model.JAVA,
    flags=frozenset({Flag.ISSUER_KEY_IDS}),
    requirements=replace(NOT_MEASURED, max_sent=10),
    loading=_LOADING,
    reading=PKIX.reading,
    reads_key_stores=True,
    errors=_ERRORS,
    other_errors=_OTHER_ERRORS,
    server_curves=TLS_KEYS,
)
