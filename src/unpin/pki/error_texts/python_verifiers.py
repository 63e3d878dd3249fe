"""What the verifiers of the Python packages cryptography and pyhanko-certvalidator print."""

from typing import Final

from unpin.pki.error_texts import causes
from unpin.pki.error_texts.model import ErrorText, texts

_CRYPTOGRAPHY: Final = "Python: cryptography.x509.verification"
_PYHANKO: Final = "Python: pyhanko-certvalidator"

PYTHON_VERIFIERS_TEXTS: Final[tuple[ErrorText, ...]] = (
    *texts(
        _CRYPTOGRAPHY,
        causes.NO_ANCHOR,
        "candidates exhausted: all candidates exhausted with no interior errors",
        measured=True,
    ),
    *texts(
        _CRYPTOGRAPHY,
        causes.TOO_LONG,
        "candidates exhausted: chain construction exceeds max depth",
        measured=True,
    ),
    *texts(
        _CRYPTOGRAPHY,
        causes.EXPIRED_ANYWHERE,
        "cert is not valid at validation time",
        measured=True,
    ),
    *texts(
        _CRYPTOGRAPHY,
        causes.NAMESAKE,
        "candidates exhausted: signature does not match",
        measured=True,
    ),
    *texts(
        _CRYPTOGRAPHY, causes.NO_CERTIFICATE_IN_FILE, "can't create an empty store", measured=True
    ),
    *texts(
        _PYHANKO,
        causes.NO_ANCHOR,
        "Unable to build a validation path for the certificate ... no issuer matching",
        measured=True,
    ),
    *texts(
        _PYHANKO,
        causes.EXPIRED_SENT,
        "The path could not be validated because the end-entity certificate expired",
        measured=True,
    ),
    *texts(
        _PYHANKO,
        causes.EXPIRED_ANYWHERE,
        "The path could not be validated because intermediate certificate ... expired",
    ),
    *texts(
        _PYHANKO,
        causes.NAMESAKE,
        "The path could not be validated because the signature of ... could not be verified",
        measured=True,
    ),
)
